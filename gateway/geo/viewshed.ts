import { nextTurn } from "../base/clock.ts";
import { destination, type Position } from "./position.ts";
import type { Terrain } from "./terrain.ts";
import { type Lens, profileOf } from "./visibility.ts";

/**
 * Steps of azimuth and of distance in which a view is looked at: a hundred metres of ground are a pixel or two of a
 * map.
 */
const STEP_DEG = 1;
const STEP_M = 120;

export interface View extends Lens {
	azimuthDeg: number;
	fovDeg: number;
	rangeM: number;
}

/**
 * The ground that a camera sees within its range, as polygons of [lon, lat]; all of its sector where the terrain is not
 * known. Looks along one azimuth after the other, and lets others work in between.
 */
export async function viewshed(terrain: Terrain | undefined, view: View): Promise<[number, number][][]> {
	const polygons: [number, number][][] = [];
	const count = Math.max(1, Math.round(view.fovDeg / STEP_DEG));
	const width = view.fovDeg / count;
	for (let i = 0; i < count; i++) {
		const from = view.azimuthDeg - view.fovDeg / 2 + i * width;
		await nextTurn();
		for (const [near, far] of seenAlong(terrain, view, from + width / 2))
			polygons.push(patch(view.position, [from, from + width], [near, far]));
	}
	return polygons;
}

/** Stretches of ground that are seen along an azimuth, metres from the lens. */
function seenAlong(terrain: Terrain | undefined, view: View, azimuthDeg: number): [number, number][] {
	if (!terrain) return [[0, view.rangeM]];
	const { rangeM, hiddenM } = profileOf(terrain, view, azimuthDeg, STEP_M);
	const runs: [number, number][] = [];
	let begun: number | undefined;
	for (let i = 0; i < rangeM.length; i++) {
		const at = rangeM[i] ?? 0;
		const isSeen = (hiddenM[i] ?? 0) === 0;
		if (isSeen) begun ??= at;
		else if (begun !== undefined) {
			runs.push([begun, at]);
			begun = undefined;
		}
	}
	if (begun !== undefined) runs.push([begun, view.rangeM]);
	return runs;
}

function patch(from: Position, [left, right]: [number, number], [near, far]: [number, number]): [number, number][] {
	const corner = (azimuth: number, range: number): [number, number] => {
		const { lat, lon } = destination(from, azimuth, range);
		return [lon, lat];
	};
	const first = corner(left, near);
	return [first, corner(left, far), corner(right, far), corner(right, near), first];
}
