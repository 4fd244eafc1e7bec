import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../base/random.ts";
import { CandidateTracker } from "./candidate-tracker.ts";
import { type Grid, gridOf } from "./grid.ts";
import { Light, lightChange } from "./light.ts";
import { Skyline, skylineOf } from "./skyline.ts";

const [COLUMNS, ROWS] = [160, 120];

/** Sky above row 50, textured land below; `draw` paints over it. */
function grid(draw: (x: number, y: number, v: number) => number = (_x, _y, v) => v): Grid {
	const random = new SeededRandom(4);
	const land = Float32Array.from({ length: COLUMNS * ROWS }, () => 60 + 60 * random.next());
	const grey = land.map((v, i) => {
		const [x, y] = [i % COLUMNS, Math.floor(i / COLUMNS)];
		return draw(x, y, y < 50 ? 200 - y * 0.3 : v);
	});
	return { grey, columns: COLUMNS, rows: ROWS, cellPx: 3, colour: 20 };
}
/** A cloud with hard edges that drifts eight cells from picture to picture. */
const cloudy = (n: number) =>
	grid((x, y, v) => (y > 10 && y < 40 && Math.sin((x + n * 8) / 5) * Math.sin(y / 4) > 0.3 ? v + 40 : v));

describe("the skyline", () => {
	it("is where lasting edges begin, whatever the clouds do", () => {
		const skyline = skylineOf([0, 1, 2, 3, 4, 5, 6].map(cloudy));
		for (const share of skyline) expect(Math.abs(share * ROWS - 50)).toBeLessThanOrEqual(2);
	});

	it("is lifted by a hill, and not by text at the top or a thin mast", () => {
		const hill = (x: number, y: number) => y > 25 && Math.abs(x - 40) < y - 20;
		const drawn = grid((x, y, v) =>
			hill(x, y) ? 90 + ((x * 7 + y * 5) % 40) : y < 6 && x % 3 === 0 ? 20 : x > 119 && x < 122 ? 30 : v,
		);
		const skyline = skylineOf(Array(7).fill(drawn));
		expect((skyline[40] as number) * ROWS).toBeLessThan(35);
		expect(Math.abs((skyline[120] as number) * ROWS - 50)).toBeLessThanOrEqual(2);
	});

	it("is no railing and no caption at the bottom of a night", () => {
		const railing = grid((x, y) => (y > 100 ? 40 + ((x * 7 + y * 5) % 40) : 8));
		expect(Math.max(...skylineOf(Array(7).fill(railing)))).toBe(0);
	});

	it("does not sink when haze hides the far ridge; after a day it is learnt anew", () => {
		const hour = 3_600_000;
		const skyline = new Skyline();
		expect(skyline.highest).toBeUndefined();
		skyline.see(Float32Array.of(0.3, 0, 0.4), 0);
		skyline.see(Float32Array.of(0.5, 0.5, 0), hour);
		expect([...(skyline.highest ?? [])].map((v) => Math.round(v * 10))).toEqual([3, 5, 4]);
		skyline.see(Float32Array.of(0.5, 0.5, 0.5), 13 * hour);
		expect(Math.round((skyline.highest?.[0] ?? 0) * 10)).toBe(3);
		skyline.see(Float32Array.of(0.5, 0.5, 0.5), 26 * hour);
		expect([...(skyline.highest ?? [])].map((v) => Math.round(v * 10))).toEqual([5, 5, 5]);
	});

	it("is nowhere while too few pictures are known, and in a picture without edges", () => {
		expect(Math.max(...skylineOf([grid(), grid()]))).toBe(0);
		expect(Math.max(...skylineOf(Array(7).fill(grid(() => 100))))).toBe(0);
	});

	it("keeps clouds from ringing, and lets smoke ring that stands on the land", () => {
		const [rows, columns] = [40, 60];
		const scores = (cell: [number, number], skyline?: Float32Array) => {
			const decision = new CandidateTracker({ candidateScore: 1 });
			const map = (v: number) => {
				const logits = new Float32Array(rows * columns).fill(-4);
				logits[cell[0] * columns + cell[1]] = v;
				return { logits, rows, columns };
			};
			for (let m = 0; m < 10; m++) decision.observe(map(-4), m * 60_000, skyline);
			return Math.max(
				...[0, 20, 40].flatMap((s) => decision.observe(map(4), 600_000 + s * 1000, skyline)).map((c) => c.score),
			);
		};
		const skyline = new Float32Array(160).fill(0.5);
		expect(scores([10, 30])).toBe(5);
		expect(scores([10, 30], skyline)).toBe(1); // a candidate, to be looked at
		expect(scores([18, 30], skyline)).toBe(5);
		expect(scores([10, 30], new Float32Array(160))).toBe(5);
	});
});

it("a switch to a grey picture, as cameras make it at night, is a change of light", () => {
	const [day, night] = [grid(), { ...grid(), colour: 0.5 }];
	expect(new Light().changed(day, night, 0)).toBe(true);
	expect(new Light().changed(night, day, 0)).toBe(true);
	expect(new Light().changed(night, night, 0)).toBe(false);
	expect(new Light().changed(day, { ...day, colour: 14 }, 0)).toBe(false);
});

it("a change of light is told from a plume before a third of the picture", () => {
	const before = grid();
	expect(
		lightChange(
			before,
			grid((_x, _y, v) => v * 1.15),
		),
	).toBeGreaterThan(0.1);
	expect(
		lightChange(
			before,
			grid((_x, _y, v) => v * 0.85),
		),
	).toBeLessThan(-0.1);
	expect(
		Math.abs(
			lightChange(
				before,
				grid((x, _y, v) => (x < 55 ? 0.3 * v + 150 : v)),
			),
		),
	).toBeLessThan(0.02);
	expect(gridOf(new Uint8Array(480 * 360 * 3).fill(77), 480, 360).grey[7]).toBe(77);
});
