import Flatbush from "flatbush";
import pointInPolygon from "point-in-polygon-hao";
import { angleBetweenDeg, azimuthDeg, destination, distanceM, type Position } from "../../base/geo.ts";
import type { CameraPose, Sighting } from "../../model/camera.ts";
import type { GridShare, RegionPoint } from "../../model/incident.ts";
import type { Grid } from "../../model/register.ts";

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
					points.push({ ...destination(pose.position, bearingDeg + sigmas * bearingErrorDeg, range), weight: Math.exp(-(sigmas * sigmas) / 2) });
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
					points.push({ ...destination(position, (360 * i) / count, ring * sigmaM), weight: Math.exp(-(ring * ring) / 2) });
			}
			return points;
		},
		likelihood: (p) => Math.exp(-((distanceM(position, p) / sigmaM) ** 2) / 2),
	};
}

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

/** Grids by place: a box index, then the exact polygon test. */
export class GridIndex {
	readonly #grids: Grid[];
	readonly #parts: { grid: Grid; rings: [number, number][][] }[] = [];
	readonly #index: Flatbush | undefined;

	constructor(grids: Grid[]) {
		this.#grids = grids;
		for (const grid of grids) for (const rings of grid.polygons) this.#parts.push({ grid, rings });
		if (this.#parts.length === 0) return;
		this.#index = new Flatbush(this.#parts.length);
		for (const { rings } of this.#parts) {
			const xs = (rings[0] ?? []).map((p) => p[0]);
			const ys = (rings[0] ?? []).map((p) => p[1]);
			this.#index.add(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
		}
		this.#index.finish();
	}

	/** Share of the region's weight inside each grid, largest first. Points in no grid belong to nobody here. */
	shares(points: RegionPoint[]): GridShare[] {
		const shares = new Map<Grid, number>();
		for (const p of points) for (const grid of this.#at(p)) shares.set(grid, (shares.get(grid) ?? 0) + p.weight);
		return [...shares].map(([grid, share]) => ({ code: grid.code, name: grid.name, share })).sort((a, b) => b.share - a.share);
	}

	/** The grid with the corner nearest to a place, for a region that touches none. */
	nearest(p: Position): GridShare | undefined {
		let best: { grid: Grid; d: number } | undefined;
		for (const grid of this.#grids) {
			for (const [lon, lat] of grid.polygons.flat(2)) {
				const d = distanceM(p, { lat, lon });
				if (!best || d < best.d) best = { grid, d };
			}
		}
		return best && { code: best.grid.code, name: best.grid.name, share: 0 };
	}

	#at(p: Position): Set<Grid> {
		const hits = this.#index?.search(p.lon, p.lat, p.lon, p.lat) ?? [];
		const grids = new Set<Grid>();
		for (const i of hits) {
			const part = this.#parts[i];
			// 0 is on the border: both neighbours are told
			if (part && pointInPolygon([p.lon, p.lat], part.rings) !== false) grids.add(part.grid);
		}
		return grids;
	}
}
