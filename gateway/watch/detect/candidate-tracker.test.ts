import { describe, expect, it } from "vitest";
import { CandidateTracker } from "./candidate-tracker.ts";
import type { Logits } from "./logits.ts";

const [ROWS, COLUMNS] = [20, 30];
const MINUTE = 60_000;
const of = (logits: Float32Array): Logits => ({ logits, rows: ROWS, columns: COLUMNS });
/** Logits of -4 everywhere, and of `value` at some cells. */
const map = (value = -4, cells: [number, number][] = []) => {
	const v = new Float32Array(ROWS * COLUMNS).fill(-4);
	for (const [y, x] of cells) v[y * COLUMNS + x] = value;
	return of(v);
};
const decision = () => new CandidateTracker({ candidateScore: 1 });
const quiet = (d: CandidateTracker, minutes: number, from = 0) => {
	for (let m = 0; m < minutes; m++) d.observe(map(), (from + m) * MINUTE);
	return (from + minutes) * MINUTE;
};

describe("decision", () => {
	it("needs looks spread over time, then scores the mean of three, with box and first sight", () => {
		const d = decision();
		const start = quiet(d, 10);
		const observations = [0, 5, 10, 15, 20, 25, 30, 35, 40].map((s) => d.observe(map(3, [[10, 15]]), start + s * 1000));
		const full = observations.findIndex((l) => l.some((c) => c.score >= 4));
		expect(full).toBeGreaterThanOrEqual(3);
		const told = observations[full]?.[0];
		expect(new Set(observations.flat().map((c) => c.trackId)).size).toBe(1);
		expect(told?.firstSeenAt).toBeLessThanOrEqual(start + 25_000);
		expect(told?.box.x).toBeCloseTo(14 / COLUMNS);
		expect(told?.box.w).toBeCloseTo(3 / COLUMNS);
	});

	it("what persists for five looks counts for a little more, a shorter and brighter sight for what it is", () => {
		const d = decision();
		const start = quiet(d, 10);
		const scores = (values: number[]) =>
			values.map((v, i) => d.observe(map(v, [[10, 15]]), start + i * 20_000)[0]?.score ?? 0);
		const steady = scores([2, 2, 2, 2, 2, 5, 5, 5]);
		// against a baseline that counts as -1: at first the minutes without smoke are among the looks
		expect(steady.slice(2, 5).map((s) => Math.round(s * 10) / 10)).toEqual([3, 3, 3.3]);
		expect(steady.at(-1)).toBeCloseTo(6);
	});

	it("a flash in one frame rings nobody", () => {
		const d = decision();
		const start = quiet(d, 10);
		const flash = d.observe(map(6, [[5, 5]]), start);
		const after = [15, 30, 45].map((s) => d.observe(map(), start + s * 1000));
		expect(Math.max(0, ...[flash, ...after].flat().map((c) => c.score))).toBeLessThan(4);
	});

	it("a place that always looks like smoke must outdo itself", () => {
		const d = decision();
		for (let m = 0; m < 30; m++) d.observe(map(3, [[10, 15]]), m * MINUTE);
		expect(d.observe(map(3, [[10, 15]]), 30 * MINUTE)).toEqual([]);
	});

	it("the emptiest place has no advantage over a merely clean one", () => {
		const scoreAt = (usual: number) => {
			const d = decision();
			const whole = (v: number) => of(new Float32Array(ROWS * COLUMNS).fill(v));
			for (let m = 0; m < 10; m++) d.observe(whole(usual), m * MINUTE);
			const seen = [0, 20, 40].map((s) => {
				const v = whole(usual);
				v.logits[10 * COLUMNS + 15] = 2;
				return d.observe(v, 10 * MINUTE + s * 1000);
			});
			return seen.at(-1)?.[0]?.score;
		};
		expect(scoreAt(-9)).toBe(3);
		expect(scoreAt(-9)).toBe(scoreAt(-1.5));
	});

	it("what needs no baseline is seen at once, against what an unknown place is taken to show", () => {
		const scoreWith = (options: { unknownBaseline?: number }) => {
			const d = new CandidateTracker({ candidateScore: 1, needsBaseline: false, ...options });
			return [0, 20, 40].map((s) => d.observe(map(4, [[10, 15]]), s * 1000)[0]?.score ?? 0).at(-1);
		};
		expect(scoreWith({})).toBe(5);
		expect(scoreWith({ unknownBaseline: 1 })).toBe(3);
	});

	it("smoke that drifts a few cells stays one track, smoke elsewhere is another", () => {
		const d = decision();
		const start = quiet(d, 10);
		const tracks = new Set<number>();
		for (let i = 0; i < 8; i++)
			for (const c of d.observe(map(4, [[10, 8 + Math.floor(i / 2)]]), start + i * 20_000)) tracks.add(c.trackId);
		expect(tracks.size).toBe(1);
		for (let i = 8; i < 16; i++)
			for (const c of d.observe(map(4, [[3, 26]]), start + i * 20_000)) tracks.add(c.trackId);
		expect(tracks.size).toBe(2);
	});

	it("numbers no track like one of a decision before it: what people said of that one would hold for this one", () => {
		const first = decision();
		const tracksOf = (d: CandidateTracker, from: number) =>
			[0, 20, 40].flatMap((s) => d.observe(map(4, [[10, 15]]), from + s * 1000)).map((c) => c.trackId);
		const old = tracksOf(first, quiet(first, 10));
		const restarted = decision();
		const fresh = tracksOf(restarted, quiet(restarted, 10, 20));
		expect(old.length).toBeGreaterThan(0);
		expect(fresh.filter((id) => old.includes(id))).toEqual([]);
	});

	it("is not ready before it knows what is usual", () => {
		const d = decision();
		expect(d.ready).toBe(false);
		quiet(d, 5);
		expect(d.ready).toBe(true);
	});
});
