import type { Box } from "../base/box.ts";
import { normaliseDeg } from "./position.ts";

/** How a camera looks: azimuth and tilt (up is positive) of the picture's centre, horizontal angle of view, degrees. */
export interface Aim {
	azimuthDeg: number;
	tiltDeg: number;
	fovDeg: number;
}

const DEG = 180 / Math.PI;

/**
 * The direction of a place of the picture, x and y as shares from its upper left corner: pinhole model, so that wide
 * lenses are right at the edges. `aspect` is width / height.
 */
export function directionAt(
	{ azimuthDeg, tiltDeg, fovDeg }: Aim,
	place: { x: number; y: number },
	aspect: number,
): { bearingDeg: number; elevationDeg: number } {
	const halfWidth = Math.tan(fovDeg / 2 / DEG);
	const x = (2 * place.x - 1) * halfWidth;
	const y = ((1 - 2 * place.y) * halfWidth) / aspect;
	const tilt = tiltDeg / DEG;
	// the ray in camera axes (right, up, forward), tilted about the right axis
	const up = y * Math.cos(tilt) + Math.sin(tilt);
	const forward = Math.cos(tilt) - y * Math.sin(tilt);
	return {
		bearingDeg: normaliseDeg(azimuthDeg + Math.atan2(x, forward) * DEG),
		elevationDeg: Math.atan2(up, Math.hypot(x, forward)) * DEG,
	};
}

/** Where the foot of a box lies, seen from the camera; bearing error: its own and a quarter of the width of the box. */
export function directionOf(
	aim: Aim & { azimuthErrorDeg: number },
	box: Box,
	aspect: number,
): { bearingDeg: number; bearingErrorDeg: number; elevationDeg: number } {
	const at = directionAt(aim, { x: box.x + box.w / 2, y: box.y + box.h }, aspect);
	return { ...at, bearingErrorDeg: Math.hypot(aim.azimuthErrorDeg, (box.w * aim.fovDeg) / 4) };
}

/** A place of the picture, and in which direction it really lies; its elevation where heights are known. */
export interface Landmark {
	x: number;
	y: number;
	bearingDeg: number;
	elevationDeg?: number | undefined;
}

export interface Fitted {
	aim: Aim;
	/** How far each landmark still lies from where it should, degrees. */
	offDeg: number[];
	/** Root of their mean square, degrees. */
	rmsDeg: number;
}

/** From so many landmarks on, and so wide a spread across the picture, the angle of view is fitted as well. */
const ENOUGH = 3;
const SPREAD = 0.3;
const ROUNDS = 30;

/**
 * The aim under which landmarks lie where they should, by least squares (Gauss-Newton from the aim that is known, with
 * slopes by differences). Tilt needs landmarks of known elevation, the angle of view three that lie apart; what cannot
 * be told stays. Undefined without a landmark.
 */
export function fitAim(start: Aim, landmarks: readonly Landmark[], aspect: number): Fitted | undefined {
	if (landmarks.length === 0) return undefined;
	const xs = landmarks.map(({ x }) => x);
	const isSpread = landmarks.length >= ENOUGH && Math.max(...xs) - Math.min(...xs) >= SPREAD;
	const free: (keyof Aim)[] = [
		"azimuthDeg",
		...(landmarks.some((l) => l.elevationDeg !== undefined) ? (["tiltDeg"] as const) : []),
		...(isSpread ? (["fovDeg"] as const) : []),
	];
	let aim = start;
	for (let round = 0; round < ROUNDS; round++) {
		const step = stepOf(aim, free, landmarks, aspect);
		if (!step) break;
		aim = { ...aim };
		for (const [n, name] of free.entries()) aim[name] += step[n] ?? 0;
		aim.fovDeg = Math.min(170, Math.max(1, aim.fovDeg));
		if (Math.hypot(...step) < 1e-7) break;
	}
	const off = landmarks.map((l) => Math.hypot(...missOf(aim, l, aspect)));
	const rmsDeg = Math.sqrt(off.reduce((sum, d) => sum + d * d, 0) / off.length);
	return { aim: { ...aim, azimuthDeg: normaliseDeg(aim.azimuthDeg) }, offDeg: off, rmsDeg };
}

/** By how much a landmark is missed, degrees on the sphere: aside, and in height where that is known. */
function missOf(aim: Aim, { x, y, bearingDeg, elevationDeg }: Landmark, aspect: number): number[] {
	const at = directionAt(aim, { x, y }, aspect);
	const aside = ((((at.bearingDeg - bearingDeg) % 360) + 540) % 360) - 180;
	const missed = [aside * Math.cos(at.elevationDeg / DEG)];
	return elevationDeg === undefined ? missed : [...missed, at.elevationDeg - elevationDeg];
}

const SLOPE_DEG = 1e-4;

/** What to change of the free ones of an aim, by the normal equations; undefined where they cannot be solved. */
function stepOf(
	aim: Aim,
	free: readonly (keyof Aim)[],
	landmarks: readonly Landmark[],
	aspect: number,
): number[] | undefined {
	const missed = (at: Aim) => landmarks.flatMap((l) => missOf(at, l, aspect));
	const now = missed(aim);
	const slopes = free.map((name) =>
		missed({ ...aim, [name]: aim[name] + SLOPE_DEG }).map((m, i) => (m - (now[i] ?? 0)) / SLOPE_DEG),
	);
	const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + v * (b[i] ?? 0), 0);
	return solved(slopes.map((a) => [...slopes.map((b) => dot(a, b)), -dot(a, now)]));
}

/** The solution of linear equations, each a row with its right side last (Gauss, with pivots). */
function solved(equations: number[][]): number[] | undefined {
	let rows = equations;
	for (const [column] of equations.entries()) {
		const left = rows.slice(column);
		const pivot = left.reduce((a, b) => (Math.abs(b[column] ?? 0) > Math.abs(a[column] ?? 0) ? b : a));
		if (Math.abs(pivot[column] ?? 0) < 1e-12) return undefined;
		const unit = pivot.map((v) => v / (pivot[column] ?? 1));
		const others = left.filter((row) => row !== pivot);
		rows = [...rows.slice(0, column), pivot, ...others].map((row) =>
			row === pivot ? unit : without(row, unit, column),
		);
	}
	return rows.map((row) => row.at(-1) ?? 0);
}

function without(row: number[], unit: number[], column: number): number[] {
	const factor = row[column] ?? 0;
	return row.map((v, k) => v - factor * (unit[k] ?? 0));
}
