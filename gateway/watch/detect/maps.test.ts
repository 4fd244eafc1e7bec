import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../base/random.ts";
import { dilate, quantile } from "./maps.ts";

const random = new SeededRandom(3);
const map = (cells: number) => Float32Array.from({ length: cells }, () => Math.round(random.next() * 40) / 4 - 5);

describe("maps", () => {
	it("dilates by one cell to each side, and not across the border of a row", () => {
		const [rows, columns] = [7, 11];
		const v = map(rows * columns);
		const around = (i: number) => {
			const [y, x] = [Math.floor(i / columns), i % columns];
			const near = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [y + dy, x + dx] as const));
			return near
				.filter(([b, a]) => b >= 0 && b < rows && a >= 0 && a < columns)
				.map(([b, a]) => v[b * columns + a] as number);
		};
		expect([...dilate(v, rows, columns)]).toEqual([...v.keys()].map((i) => Math.max(...around(i))));
	});

	it.each([1, 2, 4, 5, 9, 10, 37, 43])("finds the 80th percentile of %i maps as sorting does", (n) => {
		const maps = Array.from({ length: n }, () => map(50));
		const sorted = (i: number) =>
			maps.map((m) => m[i] as number).sort((a, b) => a - b)[Math.min(n - 1, Math.floor(n * 0.8))];
		expect([...quantile(maps, 0.8)]).toEqual(Array.from({ length: 50 }, (_, i) => sorted(i)));
	});
});
