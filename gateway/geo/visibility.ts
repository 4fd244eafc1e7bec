import { curvatureDropM, destination, type Position } from "./position.ts";
import type { Terrain } from "./terrain.ts";

/**
 * Lines of sight over a terrain. Angles are seen from the lens, up is positive; ground lies lower with distance by
 * the curvature of the earth less refraction (k = 0.13), 6.8 m at 10 km.
 */

/** A lens: where it stands, and its height above sea level, metres. */
export interface Lens {
	position: Position;
	heightM: number;
}

/** The ground along one azimuth as the lens sees it, at rising distances. */
export interface Profile {
	azimuthDeg: number;
	/** Metres from the lens. */
	rangeM: Float64Array;
	/** Height of the ground relative to the lens after curvature, metres; NaN where the terrain is not known. */
	groundM: Float64Array;
	/** Metres above ground that lie hidden behind nearer ground; 0 where the ground itself is seen. */
	hiddenM: Float64Array;
}

const NEAREST_M = 200;

const STEP_M = 60;

/** The profile of one azimuth from `NEAREST_M` to the camera's range in steps of `stepM` metres. */
export function profileOf(
	terrain: Terrain,
	pose: Lens & { rangeM: number },
	azimuthDeg: number,
	stepM = STEP_M,
): Profile {
	const count = Math.max(1, Math.floor((pose.rangeM - NEAREST_M) / stepM));
	const [rangeM, groundM, hiddenM] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
	const groundAt = (range: number) => {
		const height = terrain.heightM(destination(pose.position, azimuthDeg, range));
		return height === undefined ? Number.NaN : height - curvatureDropM(range) - pose.heightM;
	};
	let horizon = Number.NEGATIVE_INFINITY; // steepest rise per metre so far
	for (let i = 0; i < count; i++) {
		const r = NEAREST_M + i * stepM;
		const ground = groundAt(r);
		rangeM[i] = r;
		groundM[i] = ground;
		hiddenM[i] = Number.isNaN(ground) ? 0 : Math.max(0, horizon * r - ground);
		for (const at of closerLook(r, stepM)) {
			const there = at === r ? ground : groundAt(at);
			if (!Number.isNaN(there)) horizon = Math.max(horizon, there / at);
		}
	}
	return { azimuthDeg, rangeM, groundM, hiddenM };
}

/**
 * The distances that are looked at between one step and the next, metres: what is near hides much, and is looked at
 * more closely, in a twenty-fifth of its distance.
 */
function closerLook(r: number, stepM: number): number[] {
	const count = Math.ceil((stepM * 25) / r);
	return Array.from({ length: count }, (_, part) => r + (part / count) * stepM);
}

/**
 * How much of a column of smoke over a place is hidden from a lens, metres above ground; undefined where the terrain is
 * not known.
 */
export function hiddenAt(terrain: Terrain, pose: Lens, azimuthDeg: number, rangeM: number): number | undefined {
	// steps that end at the place itself: sixty metres on may lie behind a crest
	const steps = Math.max(1, Math.ceil((rangeM - NEAREST_M) / STEP_M));
	const stepM = Math.max(1, (rangeM - NEAREST_M) / steps);
	const profile = profileOf(terrain, { ...pose, rangeM: NEAREST_M + (steps + 1.001) * stepM }, azimuthDeg, stepM);
	const last = profile.hiddenM.length - 1;
	return Number.isNaN(profile.groundM[last] ?? Number.NaN) ? undefined : profile.hiddenM[last];
}
