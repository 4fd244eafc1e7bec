import { distanceM, type Position } from "../../geo/position.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Incident, RegionPoint } from "../../model/incident.ts";
import { drilledBy } from "../../model/report.ts";
import { bearingClue, positionClue, regionOf } from "../location/clues.ts";
import { byError } from "../location/locate.ts";
import { type Agreement, bearingsOf, crossing, type Seen } from "./cross.ts";
import { LEAST_EXPLAINED, overlapsInTime } from "./merge.ts";

/** How two towers' incidents agree, undefined when they do not. What is practised agrees with nothing. */
export function agreement(context: DecisionContext, a: Incident, b: Incident): Agreement | undefined {
	const mayAgree = [a, b].every((i) => i.kind === "fire" && drilledBy(i) === undefined) && a.status === b.status;
	if (!mayAgree || !overlapsInTime(context, a, b)) return undefined;
	const [p, q] = [knownPlace(a), knownPlace(b)];
	if (p && q) return sameIf(distanceM(p.position, q.position) <= context.mergeM);
	const [x, y] = [bearingsOf(a), bearingsOf(b)];
	if (p) return sameIf(isSeen(p, y));
	if (q) return sameIf(isSeen(q, x));
	return x.length > 0 && y.length > 0 ? crossing(context, [...x, ...y]) : undefined;
}

function sameIf(agrees: boolean): Agreement | undefined {
	return agrees ? { is: "same" } : undefined;
}

/** Whether one of the bearings leads to a place that is known. */
function isSeen({ points }: Known, seen: Seen[]): boolean {
	return seen.some((s) => {
		const clue = bearingClue(s);
		return points.reduce((sum, point) => sum + point.weight * clue.likelihood(point), 0) >= LEAST_EXPLAINED;
	});
}

/** Whether the bearings of several incidents meet at one place that the ground explains. */
export function meetAtOnePlace(context: DecisionContext, incidents: Incident[]): boolean {
	return crossing(context, incidents.flatMap(bearingsOf))?.is === "same";
}

interface Known {
	position: Position;
	points: RegionPoint[];
}

const REPORT_ERROR_M = 100;

/** Where a person on the scene, a node or a caller puts it; undefined where only cameras have seen it. */
function knownPlace({ reports, evidence }: Incident): Known | undefined {
	const report = reports?.findLast((r) => r.what === "onScene" && r.position)?.position;
	const [placed] = byError(evidence);
	const { position, errorM } = report ? { position: report, errorM: REPORT_ERROR_M } : (placed ?? {});
	return position && { position, points: regionOf([positionClue(position, errorM)]) };
}
