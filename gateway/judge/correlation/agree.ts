import { azimuthDeg, distanceM, type Position } from "../../geo/position.ts";
import { profileOf } from "../../geo/visibility.ts";
import type { CameraPose } from "../../model/camera.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Incident, RegionPoint } from "../../model/incident.ts";
import { drilledBy } from "../../model/report.ts";
import { bearingClue, positionClue, regionOf } from "../location/clues.ts";
import { type Bearing, crossingOf, type Fix } from "../location/crossing.ts";
import { intervalsOf, likelihoodAlong } from "../location/likelihood.ts";
import { byError, type PlacedEvidence, strongestPerCamera } from "../location/locate.ts";
import { LEAST_EXPLAINED, overlapsInTime } from "./merge.ts";

/**
 * same: a place that both know, or bearings that cross where the ground explains at what height each has seen the
 * smoke. crosses: bearings that cross, and nothing more is known; those of two fires, or of a fire and a cloud, cross
 * as well.
 */
type Agreement = { is: "same"; fix?: Fix } | { is: "crosses"; fix: Fix };

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

function crossing(context: DecisionContext, seen: Seen[]): Agreement | undefined {
	const fix = crossingOf(seen, context.terrain);
	if (!fix) return undefined;
	const said = seen.map((s) => explains(context, s, fix));
	if (said.includes("no")) return undefined;
	return { is: said.every((s) => s === "yes") ? "same" : "crosses", fix };
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

type Seen = Bearing & Pick<PlacedEvidence, "elevationDeg" | "elevationErrorDeg">;

function bearingsOf({ evidence }: Incident): Seen[] {
	const seen = (evidence as PlacedEvidence[]).filter((e) => e.pose && e.bearingDeg !== undefined);
	return strongestPerCamera(seen).map(({ bearingDeg = 0, bearingErrorDeg = 1, ...e }) => ({
		pose: e.pose as CameraPose,
		bearingDeg,
		bearingErrorDeg,
		elevationDeg: e.elevationDeg,
		elevationErrorDeg: e.elevationErrorDeg,
	}));
}

const PROFILE_STEP_M = 60;
const ELEVATION_ERROR_DEG = 0.6;

/** Whether smoke at a fix would be seen at the height at which a camera has seen it. */
function explains(
	context: DecisionContext,
	{ pose, elevationDeg, elevationErrorDeg = ELEVATION_ERROR_DEG }: Seen,
	{ position, majorM }: Fix,
): "yes" | "no" | "unknown" {
	if (!context.terrain || elevationDeg === undefined || context.terrain.heightM(position) === undefined)
		return "unknown";
	const profile = profileOf(context.terrain, pose, azimuthDeg(pose.position, position), PROFILE_STEP_M);
	const range = distanceM(pose.position, position);
	const slack = 2 * majorM + PROFILE_STEP_M;
	const there = intervalsOf(profile, likelihoodAlong(profile, elevationDeg, elevationErrorDeg));
	return there.some(([from, to]) => range >= from - slack && range <= to + slack) ? "yes" : "no";
}
