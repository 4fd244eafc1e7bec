import type { SensorHistory } from "../api-types.ts";

type Measured = SensorHistory["quantities"][number];
type Column = (number | null)[];
export type ChartData = [number[], Column, Column, Column];

/** A silence is a gap in the line from so many usual distances on. */
const GAP = 3;

/**
 * What a chart draws: seconds since 1970, and least, mean and most, with an empty entry wherever the sensor was silent
 * for longer than three times what is usual with it.
 */
export function chartDataOf({ at, least, mean, most }: Measured): ChartData {
	const usual = medianOf(at.slice(1).map((time, i) => time - (at[i] as number)));
	const data: ChartData = [[], [], [], []];
	const add = (time: number, ...values: Column) => {
		data[0].push(time / 1000);
		values.forEach((value, i) => {
			(data[i + 1] as Column).push(value);
		});
	};
	at.forEach((time, i) => {
		const before = at[i - 1];
		if (before !== undefined && time - before > GAP * usual) add(before + usual, null, null, null);
		add(time, least[i] ?? null, mean[i] ?? null, most[i] ?? null);
	});
	return data;
}

function medianOf(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
