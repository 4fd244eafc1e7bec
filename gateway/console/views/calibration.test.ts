import { expect, it } from "vitest";
import { directionAt } from "../../geo/lens.ts";
import { curvatureDropM, destination } from "../../geo/position.ts";
import { calibrated } from "./calibration.ts";

const ASPECT = 16 / 9;
const GROUND_M = 500;
const plain = { heightM: () => GROUND_M };
const truth = { position: { lat: 29.5, lon: 108.7 }, heightM: 800, azimuthDeg: 88, tiltDeg: -3, fovDeg: 64 };

/** The place of a plain that shows at a place of the picture. */
function clicked(x: number, y: number) {
	const { bearingDeg, elevationDeg } = directionAt(truth, { x, y }, ASPECT);
	let away = 1000;
	for (let i = 0; i < 40; i++)
		away = (GROUND_M - curvatureDropM(away) - truth.heightM) / Math.tan((elevationDeg * Math.PI) / 180);
	return { x, y, ...destination(truth.position, bearingDeg, away) };
}
const landmarks = [clicked(0.1, 0.7), clicked(0.5, 0.65), clicked(0.9, 0.75)];

it("places of the picture and the ground say how a camera looks, over the curve of the earth", () => {
	const wrong = { ...truth, azimuthDeg: 80, tiltDeg: 0, fovDeg: 70 };
	const found = calibrated(wrong, plain, landmarks, ASPECT);
	expect(found?.aim.azimuthDeg).toBeCloseTo(88, 2);
	expect(found?.aim.tiltDeg).toBeCloseTo(-3, 2);
	expect(found?.aim.fovDeg).toBeCloseTo(64, 2);
	expect(found?.rmsDeg).toBeLessThan(0.01);
});

it("what stands above the ground is reckoned from its top; without heights the tilt stays", () => {
	const mast = { ...(landmarks[1] as (typeof landmarks)[0]), aboveM: 60 };
	const others = [landmarks[0], landmarks[2]] as typeof landmarks;
	expect(calibrated(truth, plain, [...others, mast], ASPECT)?.offDeg[2]).toBeGreaterThan(0.3);
	const flat = calibrated({ ...truth, azimuthDeg: 80, tiltDeg: -2 }, undefined, landmarks, ASPECT);
	expect(flat?.aim.tiltDeg).toBe(-2);
	expect(Math.abs((flat?.aim.azimuthDeg ?? 0) - 88)).toBeLessThan(0.2);
	expect(calibrated(truth, plain, [], ASPECT)).toBeUndefined();
});
