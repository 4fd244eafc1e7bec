import { curvatureDropM, destination } from "../../base/geo.ts";
import type { CameraPose } from "../../model/camera.ts";
import type { Terrain } from "../../model/terrain.ts";

/**
 * Lines of sight over a terrain. Angles are seen from the lens, up is positive; ground lies lower with distance by
 * the curvature of the earth less refraction (k = 0.13), 6.8 m at 10 km.
 */

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

const DEG = 180 / Math.PI;
const NEAREST_M = 200;

/** The profile of one azimuth from `NEAREST_M` to the camera's range in steps of `stepM` metres. */
export function profileOf(terrain: Terrain, pose: Pick<CameraPose, "position" | "heightM" | "rangeM">, azimuthDeg: number, stepM = 60): Profile {
	const count = Math.max(1, Math.floor((pose.rangeM - NEAREST_M) / stepM));
	const [rangeM, groundM, hiddenM] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
	let horizon = Number.NEGATIVE_INFINITY; // steepest rise per metre so far
	for (let i = 0; i < count; i++) {
		const r = NEAREST_M + i * stepM;
		const height = terrain.heightM(destination(pose.position, azimuthDeg, r));
		const ground = height === undefined ? Number.NaN : height - curvatureDropM(r) - pose.heightM;
		rangeM[i] = r;
		groundM[i] = ground;
		hiddenM[i] = Number.isNaN(ground) ? 0 : Math.max(0, horizon * r - ground);
		if (!Number.isNaN(ground)) horizon = Math.max(horizon, ground / r);
	}
	return { azimuthDeg, rangeM, groundM, hiddenM };
}

/** How much of a column of smoke over a place is hidden from a lens, metres above ground; undefined where the terrain is not known. */
export function hiddenAt(terrain: Terrain, pose: Pick<CameraPose, "position" | "heightM">, azimuthDeg: number, rangeM: number): number | undefined {
	const profile = profileOf(terrain, { ...pose, rangeM: rangeM + 61 }, azimuthDeg);
	const last = profile.hiddenM.length - 1;
	return Number.isNaN(profile.groundM[last] ?? Number.NaN) ? undefined : profile.hiddenM[last];
}

/** Smoke shows first at some height over its fire: the mean of an exponential, metres. */
const FIRST_SEEN_M = 40;
/** Smoke that must first rise this high behind a ridge is e times less likely to be what is seen, metres. */
const HIDDEN_M = 150;
/** Middle values of five equal shares of an exponential of mean 1. */
const EXPONENTIAL = [0.1, 0.3, 0.5, 0.7, 0.9].map((share) => -Math.log(1 - share));

/**
 * How well smoke that burns at each distance of a profile explains a lower edge seen at an elevation (degrees, with
 * its one-sigma error): 0...1. Ground that is seen, and ground behind a ridge over which smoke would have to rise.
 */
export function likelihoodAlong(profile: Profile, elevationDeg: number, errorDeg: number): Float64Array {
	return profile.rangeM.map((r, i) => {
		const ground = profile.groundM[i] as number;
		if (Number.isNaN(ground)) return 1; // unknown terrain excludes nothing
		const hidden = profile.hiddenM[i] as number;
		let sum = 0;
		for (const share of EXPONENTIAL) {
			const off = (Math.atan2(ground + hidden + share * FIRST_SEEN_M, r) * DEG - elevationDeg) / errorDeg;
			sum += Math.exp(-(off * off) / 2);
		}
		return (sum / EXPONENTIAL.length) * Math.exp(-hidden / HIDDEN_M);
	});
}

/** Stretches of a profile that explain what was seen at least a twentieth as well as the best, [from, to] in metres. */
export function intervalsOf(profile: Profile, likelihood: Float64Array): [number, number][] {
	const least = Math.max(...likelihood) / 20;
	const intervals: [number, number][] = [];
	likelihood.forEach((w, i) => {
		if (w < least || w === 0) return;
		const r = profile.rangeM[i] as number;
		const open = intervals.at(-1);
		if (open && i > 0 && (likelihood[i - 1] as number) >= least) open[1] = r;
		else intervals.push([r, r]);
	});
	return intervals;
}
