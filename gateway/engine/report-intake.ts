import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { phrase } from "../base/say.ts";
import { distanceM, type Position } from "../geo/position.ts";
import type { DecisionContext } from "../model/context.ts";
import type { Grid } from "../model/register.ts";
import { drillSource, type Opening, type Where } from "../model/report.ts";
import { type EventProcessor, refusedOf, type SubmitResult } from "./event-processor.ts";

/** A fire that somebody tells of: called in (12119), or made for a drill. */
export interface FireReport {
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
 * Submits a report; gives the id of its incident, a new one or one that is open at that place, or why there is none.
 * A call from ground without a grid is taken all the same, and goes to the desk, the office and the fallback. Undefined
 * when there is no grid of that code, or, for a drill, none at that place.
 */
export async function submitReport(
	{
		context,
		processor,
		clock,
		random,
		exercise,
	}: { context: () => DecisionContext; processor: EventProcessor; clock: Clock; random: Random; exercise: boolean },
	{ kind, by, where, note }: FireReport,
): Promise<Opening | undefined> {
	const found = placeOf(context(), where);
	const at = clock.now();
	if (!found || (kind === "drill" && context().grids.at(found.position, at).size === 0)) return undefined;
	const { position, errorM } = found;
	const id = `${kind}:${random.uuid()}`;
	const nodeId = kind === "drill" ? drillSource(by) : `report:${by}`;
	const alarm = {
		id,
		nodeId,
		kind,
		position,
		at,
		exercise: kind === "drill" || exercise,
		note,
	};
	const event = { type: "alarm" as const, id, at, alarm: kind === "report" ? { ...alarm, errorM } : alarm };
	return openingOf(await processor.submit(event));
}

/** A place, and how well it is known (one sigma, metres); undefined where there is no such grid. */
export function placeOf(
	{ register }: DecisionContext,
	where: Where,
): { position: Position; errorM: number } | undefined {
	if (!("grid" in where)) return { position: where, errorM: CALLED_M };
	const grid = register.grids.find((g) => g.code === where.grid);
	if (!grid) return undefined;
	const position = middleOf(grid);
	return { position, errorM: radiusOf(grid, position) };
}

/** A call is never given up silently: whoever took it is told to say it again. */
function openingOf(result: SubmitResult): Opening {
	if (result.kind === "accepted" && result.incidentId !== undefined) return { incidentId: result.incidentId };
	return { refused: refusedOf(result).refused ?? phrase("api.tooMuchWaits") };
}

function corners(grid: Grid): Position[] {
	return (grid.polygons[0]?.[0]?.slice(1) ?? []).map(([lon, lat]) => ({ lat, lon }));
}

/** The middle of a grid's corners, which lies inside of all but the oddest. */
function middleOf(grid: Grid): Position {
	const ring = corners(grid);
	return {
		lat: ring.reduce((s, p) => s + p.lat, 0) / ring.length,
		lon: ring.reduce((s, p) => s + p.lon, 0) / ring.length,
	};
}

/** Half the mean distance of its corners from the middle: two sigma reach them. */
function radiusOf(grid: Grid, middle: Position): number {
	const ring = corners(grid);
	return Math.round(ring.reduce((s, p) => s + distanceM(middle, p), 0) / ring.length / 2);
}
