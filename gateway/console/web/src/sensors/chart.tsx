import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef } from "react";
import UPlot from "uplot";
import type { ChartData } from "./chart-data.ts";
import { marks as drawMarks, type Marks } from "./marks.ts";

const HEIGHT_PX = 180;
const DAY_S = 86_400;

export interface ChartProps {
	/** Seconds since 1970; least, mean and most there. */
	data: ChartData;
	/** At which the sensor rings, as a line. */
	threshold: number | undefined;
	marks: Pick<Marks, "alarms" | "unusable">;
	/** What is drawn, for whoever does not see it. */
	label: string;
	names: { time: string; least: string; mean: string; most: string };
	unit: string;
	timeZone: string;
	/** Seconds since 1970. */
	from: number;
	to: number;
}

/** A line with the band between least and most; charts on a page share their cursor. */
export function Chart(props: ChartProps) {
	// colours are read from the page: another theme draws anew
	return <Drawn key={useComputedColorScheme("light")} {...props} />;
}

function Drawn({ data, threshold, marks, label, names, unit, timeZone, from, to }: ChartProps) {
	const element = useRef<HTMLDivElement>(null);
	const times = useMemo(() => timesOf(timeZone), [timeZone]);
	useEffect(() => {
		const box = element.current;
		if (!box) return;
		const [text, line, mark, alarm, warn] = ["--soft", "--line", "--calm", "--alert", "--warn"].map((name) =>
			getComputedStyle(box).getPropertyValue(name),
		);
		const axis = {
			stroke: text as string,
			grid: { stroke: line as string, width: 1 },
			ticks: { stroke: line as string },
		};
		const say = (_: UPlot, value: number | null) => (value === null ? "—" : `${value} ${unit}`);
		const made = new UPlot(
			{
				width: box.clientWidth,
				height: HEIGHT_PX,
				cursor: { sync: { key: "sensor" }, drag: { x: false, y: false } },
				scales: { x: { range: [from, to] }, y: { range: (_, least, most) => rangeOf(least, most, threshold) } },
				axes: [
					{ ...axis, values: (_, at) => at.map((s) => (to - from > 2 * DAY_S ? times.day(s) : times.clock(s))) },
					{ ...axis, size: 56 },
				],
				series: [
					{ label: names.time, value: (_, s) => (s === null ? "—" : times.full(s)) },
					{ label: names.least, value: say, points: { show: false } },
					{ label: names.mean, value: say, stroke: mark as string, width: 1.5 },
					{ label: names.most, value: say, points: { show: false } },
				],
				plugins: [drawMarks({ ...marks, threshold, colours: { alarm: alarm as string, unusable: warn as string } })],
				bands: [{ series: [3, 1], fill: `${mark}40` }],
			},
			data,
			box,
		);
		const resized = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: HEIGHT_PX }));
		resized.observe(box);
		return () => {
			resized.disconnect();
			made.destroy();
		};
	}, [data, threshold, marks, names, unit, times, from, to]);
	return <div ref={element} className="chart" role="img" aria-label={label} />;
}

/** From the least to the most that is drawn, with some room, and a threshold where there is one. */
function rangeOf(least: number | null, most: number | null, threshold: number | undefined): UPlot.Range.MinMax {
	const all = [least, most, threshold].filter((value) => typeof value === "number");
	return all.length === 0 ? [0, 1] : UPlot.rangeNum(Math.min(...all), Math.max(...all), ROOM, true);
}

/** Above and below what is drawn, a share of it. */
const ROOM = 0.1;

/** Moments as the tower's clock shows them: seconds since 1970 into words. */
function timesOf(timeZone: string) {
	const format = (options: Intl.DateTimeFormatOptions) => {
		const made = new Intl.DateTimeFormat("sv-SE", { timeZone, ...options });
		return (seconds: number) => made.format(seconds * 1000);
	};
	const clock = { hour: "2-digit", minute: "2-digit" } as const;
	const day = { month: "2-digit", day: "2-digit" } as const;
	return { clock: format(clock), day: format(day), full: format({ ...day, ...clock }) };
}
