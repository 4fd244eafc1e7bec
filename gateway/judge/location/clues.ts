import { angleBetweenDeg, azimuthDeg, destination, distanceM, type Position } from "../../geo/position.ts";
import type { Terrain } from "../../geo/terrain.ts";
import { profileOf } from "../../geo/visibility.ts";
import type { CameraPose, Sighting } from "../../model/camera.ts";
import type { RegionPoint } from "../../model/incident.ts";
import { intervalsOf, likelihoodAlong } from "./likelihood.ts";

/** Nearest distance at which a tower camera can show smoke as smoke, metres. */
const NEAREST_M = 300;
const BEARINGS = 14;
const RANGES = 24;
/** A node hears smoke that has drifted: one-sigma radius of where it burns, metres. */
export const SENSOR_ERROR_M = 150;

/** What a piece of evidence says about place: how likely it is to be seen as it was if the fire is at `p`, 0...1. */
export interface Clue {
	points(): RegionPoint[];
	likelihood(p: Position): number;
}

/** A bearing with its error; without terrain every distance within the camera's range is as likely as another. */
export function bearingClue(s: Pick<Sighting, "pose" | "bearingDeg" | "bearingErrorDeg">): Clue {
	const { pose, bearingDeg, bearingErrorDeg } = s;
	return {
		points: () => {
			const points: RegionPoint[] = [];
			for (let b = 0; b < BEARINGS; b++) {
				const sigmas = ((b / (BEARINGS - 1)) * 2 - 1) * 2.5;
				for (let r = 0; r < RANGES; r++) {
					const range = NEAREST_M + ((r + 0.5) / RANGES) * (pose.rangeM - NEAREST_M);
					points.push({
						...destination(pose.position, bearingDeg + sigmas * bearingErrorDeg, range),
						weight: Math.exp(-(sigmas * sigmas) / 2),
					});
				}
			}
			return points;
		},
		likelihood: (p) => {
			if (distanceM(pose.position, p) > pose.rangeM * 1.1) return 0;
			const off = angleBetweenDeg(azimuthDeg(pose.position, p), bearingDeg) / bearingErrorDeg;
			return Math.exp(-(off * off) / 2);
		},
	};
}

/** Where a detector says nothing of it: one-sigma error of the elevation of a lower edge, degrees. */
const ELEVATION_ERROR_DEG = 0.6;

/**
 * A bearing and the elevation of the smoke's lower edge, against the terrain: what ground is seen there, and what lies
 * hidden behind the ridge over which smoke may rise. Gives no pin but every stretch that explains what was seen.
 */
export function terrainClue(
	s: Pick<Sighting, "pose" | "bearingDeg" | "bearingErrorDeg" | "elevationDeg"> & { elevationErrorDeg?: number },
	terrain: Terrain,
): Clue & { intervals: () => [number, number][] } {
	const { pose, bearingDeg, bearingErrorDeg, elevationDeg, elevationErrorDeg = ELEVATION_ERROR_DEG } = s;
	const wedge = bearingClue(s);
	const along = (azimuth: number) => {
		const profile = profileOf(terrain, pose, azimuth);
		return { profile, likelihood: likelihoodAlong(profile, elevationDeg, elevationErrorDeg) };
	};
	return {
		intervals: () => {
			const { profile, likelihood } = along(bearingDeg);
			return intervalsOf(profile, likelihood);
		},
		points: () => {
			const points: RegionPoint[] = [];
			for (let b = 0; b < BEARINGS; b++) {
				const sigmas = ((b / (BEARINGS - 1)) * 2 - 1) * 2.5;
				const azimuth = bearingDeg + sigmas * bearingErrorDeg;
				const { profile, likelihood } = along(azimuth);
				for (const { rangeM, weight } of samplesOf(profile.rangeM, likelihood))
					points.push({
						...destination(pose.position, azimuth, rangeM),
						weight: weight * Math.exp(-(sigmas * sigmas) / 2),
					});
			}
			const best = Math.max(...points.map((p) => p.weight), 0);
			return points.filter((p) => p.weight > best / 1000);
		},
		likelihood: wedge.likelihood,
	};
}

/**
 * Points along one line of sight that stand for what is likely on it: close together where the likelihood is high, none
 * where it is nothing, and no point for ground on two sides of such a gap.
 */
function samplesOf(rangeM: Float64Array, likelihood: Float64Array): { rangeM: number; weight: number }[] {
	const total = likelihood.reduce((sum, w) => sum + w, 0);
	const nothing = Math.max(...likelihood) / 1000;
	const widest = Math.ceil(likelihood.length / RANGES);
	const samples: { rangeM: number; weight: number }[] = [];
	let [weight, moment, count] = [0, 0, 0];
	const close = () => {
		if (weight > 0) samples.push({ rangeM: moment / weight, weight });
		[weight, moment, count] = [0, 0, 0];
	};
	for (const [i, w] of likelihood.entries()) {
		if (w > nothing) {
			weight += w;
			moment += w * (rangeM[i] as number);
			count++;
		}
		if (w <= nothing || weight >= total / RANGES || count >= widest) close();
	}
	close();
	return samples;
}

/** A sensor's own position. */
export function positionClue(position: Position, sigmaM = SENSOR_ERROR_M): Clue {
	return {
		points: () => {
			const points: RegionPoint[] = [{ ...position, weight: 1 }];
			for (const [ring, count] of [
				[0.6, 8],
				[1.2, 12],
				[2, 16],
			] as const) {
				for (let i = 0; i < count; i++)
					points.push({
						...destination(position, (360 * i) / count, ring * sigmaM),
						weight: Math.exp(-(ring * ring) / 2),
					});
			}
			return points;
		},
		likelihood: (p) => Math.exp(-((distanceM(position, p) / sigmaM) ** 2) / 2),
	};
}

/** How far to both sides of a position, or of a bearing, ground is still looked at, sigmas. */
const REACH = 2.5;

/**
 * Where a bearing crosses the ground around a position that is known less well: the points of the position alone lie
 * too far apart to tell where on the bearing it is, and the nearest of them would stand for all. Undefined where both
 * have nothing in common, or the position is the better known.
 */
export function crossedClue(
	s: Pick<Sighting, "pose" | "bearingDeg" | "bearingErrorDeg">,
	at: Position,
	sigmaM: number,
) {
	const { pose, bearingDeg, bearingErrorDeg } = s;
	const away = distanceM(pose.position, at);
	const off = (angleBetweenDeg(azimuthDeg(pose.position, at), bearingDeg) / DEG) * away;
	const width = (bearingErrorDeg / DEG) * away;
	if (width >= sigmaM || off > REACH * (sigmaM + width)) return undefined;
	const nearest = Math.max(NEAREST_M, away - REACH * sigmaM);
	const farthest = Math.max(nearest, Math.min(pose.rangeM, away + REACH * sigmaM));
	const points = Array.from({ length: BEARINGS * RANGES }, (_, i) => {
		const sigmas = (((i % BEARINGS) / (BEARINGS - 1)) * 2 - 1) * REACH;
		const range = nearest + ((Math.floor(i / BEARINGS) + 0.5) / RANGES) * (farthest - nearest);
		return {
			...destination(pose.position, bearingDeg + sigmas * bearingErrorDeg, range),
			weight: Math.exp(-(sigmas * sigmas) / 2),
		};
	});
	return { points: () => points, likelihood: bearingClue(s).likelihood };
}

const DEG = 180 / Math.PI;

/** Everything a camera would see: for coverage that is lost. */
export function viewPoints(pose: CameraPose): RegionPoint[] {
	const points: RegionPoint[] = [];
	for (let b = 0; b < BEARINGS; b++) {
		for (let r = 0; r < RANGES; r++) {
			const range = NEAREST_M + ((r + 0.5) / RANGES) * (pose.rangeM - NEAREST_M);
			const azimuth = pose.azimuthDeg + (b / (BEARINGS - 1) - 0.5) * pose.fovDeg;
			points.push({ ...destination(pose.position, azimuth, range), weight: range }); // equal weight per area
		}
	}
	return normalised(points);
}

/**
 * The region that agrees with all clues: the points of the first, weighted by the others. Clues that exclude each
 * other leave the first alone, since a crossing that nobody saw would be a confident wrong place.
 */
export function regionOf(clues: Clue[]): RegionPoint[] {
	const [first, ...others] = clues;
	if (!first) return [];
	const points = first.points();
	const weighted = points.map((p) => ({ ...p, weight: others.reduce((w, c) => w * c.likelihood(p), p.weight) }));
	const kept = weighted.reduce((sum, p) => sum + p.weight, 0) / points.reduce((sum, p) => sum + p.weight, 0);
	return normalised(kept > 1e-4 ? weighted : points);
}

/** Weighted middle and the radius that holds about two thirds of the weight. */
export function middleOf(points: RegionPoint[]): { best: Position; errorM: number } {
	const best = {
		lat: points.reduce((s, p) => s + p.lat * p.weight, 0),
		lon: points.reduce((s, p) => s + p.lon * p.weight, 0),
	};
	const byDistance = points.map((p) => ({ d: distanceM(best, p), w: p.weight })).sort((a, b) => a.d - b.d);
	let sum = 0;
	for (const { d, w } of byDistance) {
		sum += w;
		if (sum >= 0.66) return { best, errorM: Math.round(d) };
	}
	return { best, errorM: Math.round(byDistance.at(-1)?.d ?? 0) };
}

function normalised(points: RegionPoint[]): RegionPoint[] {
	const total = points.reduce((sum, p) => sum + p.weight, 0);
	return total > 0 ? points.map((p) => ({ ...p, weight: p.weight / total })).filter((p) => p.weight > 1e-6) : points;
}
