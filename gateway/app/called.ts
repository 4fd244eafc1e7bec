import type { Clock } from "../base/clock.ts";
import { distanceM, type Position } from "../base/geo.ts";
import type { Random } from "../base/random.ts";
import type { Where } from "../console/port.ts";
import type { World } from "../judge/world.ts";
import type { Grid } from "../model/register.ts";
import type { Pump } from "./pump.ts";

/** A fire that somebody tells of: called in (12119), or made for a drill. */
export interface Called {
	kind: "report" | "drill";
	/** Who takes the call, or who practises. */
	by: string;
	where: Where;
	/** What the caller has said. */
	note?: string;
}

/** How well a caller knows a place that is given as a point: one-sigma radius, metres. */
const CALLED_M = 500;

/**
 * Brings it before the judge; the id of its incident, a new one or one that is open at that place. A call from ground without a grid
 * is taken all the same, and goes to the desk, the office and the fallback. Undefined when there is no grid of that code, or, for
 * a drill, none at that place.
 */
export async function calledIn(
	{ world, pump, clock, random, exercise }: { world: () => World; pump: Pump; clock: Clock; random: Random; exercise: boolean },
	{ kind, by, where, note }: Called,
): Promise<string | undefined> {
	const grid = "grid" in where ? world().register.grids.find((g) => g.code === where.grid) : undefined;
	const position = "grid" in where ? grid && middleOf(grid) : where;
	const at = clock.now();
	if (!position || (kind === "drill" && world().grids.at(position, at).size === 0)) return undefined;
	const id = `${kind}:${random.uuid()}`;
	const nodeId = `${kind}:${by}`;
	const alarm = { id, nodeId, kind, position, at, exercise: kind === "drill" || exercise, ...(note === undefined ? {} : { note }) };
	const errorM = grid ? radiusOf(grid, position) : CALLED_M;
	await pump.submit({ type: "alarm", id, at, alarm: kind === "report" ? { ...alarm, errorM } : alarm });
	return pump.incidents.findLast((i) => i.evidence.some((e) => e.sourceId === nodeId && e.at === at))?.id;
}

function corners(grid: Grid): Position[] {
	return (grid.polygons[0]?.[0]?.slice(1) ?? []).map(([lon, lat]) => ({ lat, lon }));
}

/** The middle of a grid's corners, which lies inside of all but the oddest. */
function middleOf(grid: Grid): Position {
	const ring = corners(grid);
	return { lat: ring.reduce((s, p) => s + p.lat, 0) / ring.length, lon: ring.reduce((s, p) => s + p.lon, 0) / ring.length };
}

/** Half the mean distance of its corners from the middle: two sigma reach them. */
function radiusOf(grid: Grid, middle: Position): number {
	const ring = corners(grid);
	return Math.round(ring.reduce((s, p) => s + distanceM(middle, p), 0) / ring.length / 2);
}
