import { describe, expect, it } from "vitest";
import { chartDataOf } from "./chart-data.ts";

const measured = (at: number[]) => {
	const values = at.map((_, i) => i);
	return { quantity: "smoke", unit: "ppm", at, least: values, mean: values, most: values, unusable: [] };
};

describe("what a chart draws", () => {
	it("is what was measured, in seconds", () => {
		expect(chartDataOf(measured([0, 60_000, 120_000]))).toEqual([
			[0, 60, 120],
			[0, 1, 2],
			[0, 1, 2],
			[0, 1, 2],
		]);
	});

	it("has a gap where the sensor was silent, and none between readings that are always far apart", () => {
		const [at, least] = chartDataOf(measured([0, 60_000, 120_000, 900_000, 960_000]));
		expect(at).toEqual([0, 60, 120, 180, 900, 960]);
		expect(least).toEqual([0, 1, 2, null, 3, 4]);
		expect(chartDataOf(measured([0, 3_600_000, 7_200_000]))[1]).toEqual([0, 1, 2]);
	});

	it("can be nothing, or one reading", () => {
		expect(chartDataOf(measured([]))).toEqual([[], [], [], []]);
		expect(chartDataOf(measured([60_000]))[0]).toEqual([60]);
	});
});
