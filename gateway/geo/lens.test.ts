import { describe, expect, it } from "vitest";
import { SeededRandom } from "../base/random.ts";
import { type Aim, directionAt, fitAim } from "./lens.ts";

const ASPECT = 16 / 9;
const seenUnder = (aim: Aim, places: [number, number][]) =>
	places.map(([x, y]) => ({ x, y, ...directionAt(aim, { x, y }, ASPECT) }));
const FOUR: [number, number][] = [
	[0.1, 0.45],
	[0.4, 0.52],
	[0.7, 0.48],
	[0.92, 0.6],
];

describe("an aim by landmarks", () => {
	it("is found again from one that is far off, across north too", () => {
		for (const azimuthDeg of [2, 123, 358]) {
			const truth = { azimuthDeg, tiltDeg: -4, fovDeg: 61 };
			const found = fitAim({ azimuthDeg: azimuthDeg + 12, tiltDeg: 0, fovDeg: 75 }, seenUnder(truth, FOUR), ASPECT);
			expect(found?.aim.azimuthDeg).toBeCloseTo(azimuthDeg, 4);
			expect(found?.aim.tiltDeg).toBeCloseTo(-4, 4);
			expect(found?.aim.fovDeg).toBeCloseTo(61, 4);
			expect(found?.rmsDeg).toBeLessThan(1e-4);
		}
	});

	it("leaves the angle of view to three landmarks that lie apart, the tilt to those of known elevation", () => {
		const truth = { azimuthDeg: 90, tiltDeg: -2, fovDeg: 60 };
		const start = { azimuthDeg: 85, tiltDeg: -1, fovDeg: 62 };
		const two = fitAim(start, seenUnder(truth, FOUR.slice(0, 2)), ASPECT);
		expect(two?.aim.fovDeg).toBe(62);
		expect(Math.abs((two?.aim.azimuthDeg ?? 0) - 90)).toBeLessThan(1);
		const flat = seenUnder(truth, FOUR).map(({ x, y, bearingDeg }) => ({ x, y, bearingDeg }));
		expect(fitAim(start, flat, ASPECT)?.aim.tiltDeg).toBe(-1);
		expect(fitAim(start, [], ASPECT)).toBeUndefined();
	});

	it("says how far landmarks lie apart that were clicked with an error, and which is wrong", () => {
		const truth = { azimuthDeg: 90, tiltDeg: -2, fovDeg: 60 };
		const random = new SeededRandom(3);
		const clicked = seenUnder(truth, FOUR).map((l) => ({
			...l,
			bearingDeg: l.bearingDeg + (random.next() - 0.5) * 0.4,
		}));
		const found = fitAim(truth, clicked, ASPECT);
		expect(found?.rmsDeg).toBeGreaterThan(0.02);
		expect(found?.rmsDeg).toBeLessThan(0.2);
		const [first, ...others] = clicked;
		const wrong = fitAim(truth, [{ ...(first as (typeof clicked)[0]), bearingDeg: 80 }, ...others], ASPECT);
		expect(wrong?.rmsDeg).toBeGreaterThan(2);
	});
});
