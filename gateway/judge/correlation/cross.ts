import { defined } from "../../base/omit.ts";
import { azimuthDeg, distanceM } from "../../geo/position.ts";
import { profileOf } from "../../geo/visibility.ts";
import type { CameraPose } from "../../model/camera.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Incident } from "../../model/incident.ts";
import { type Bearing, crossingOf, type Fix } from "../location/crossing.ts";
import { intervalsOf, likelihoodAlong } from "../location/likelihood.ts";
import { type PlacedEvidence, strongestPerCamera } from "../location/locate.ts";

/**
 * same: a place that both know, or bearings that cross where the ground explains at what height each has seen the
 * smoke. crosses: bearings that cross, and nothing more is known; those of two fires, or of a fire and a cloud, cross
 * as well.
 */
export type Agreement = { is: "same"; fix?: Fix } | { is: "crosses"; fix: Fix };

/** A bearing, with the height at which the smoke was seen. */
export type Seen = Bearing & Pick<PlacedEvidence, "elevationDeg" | "elevationErrorDeg">;

export function bearingsOf({ evidence }: Incident): Seen[] {
	const seen = (evidence as PlacedEvidence[]).filter((e) => e.pose && e.bearingDeg !== undefined);
	return strongestPerCamera(seen).map(({ bearingDeg = 0, bearingErrorDeg = 1, ...e }) => ({
		pose: e.pose as CameraPose,
		bearingDeg,
		bearingErrorDeg,
		elevationDeg: e.elevationDeg,
		elevationErrorDeg: e.elevationErrorDeg,
	}));
}

/**
 * How bearings agree; undefined when they do not meet, or the ground speaks against it. `share`: how well the ground
 * there must explain each, of where it does so best.
 */
export function crossing(context: DecisionContext, seen: Seen[], share?: number): Agreement | undefined {
	const fix = crossingOf(seen, context.terrain);
	if (!fix) return undefined;
	const said = seen.map((s) => explains(context, s, { ...fix, ...defined({ share }) }));
	if (said.includes("no")) return undefined;
	return { is: said.every((s) => s === "yes") ? "same" : "crosses", fix };
}

const PROFILE_STEP_M = 60;
const ELEVATION_ERROR_DEG = 0.6;

/** Whether smoke at a fix would be seen at the height at which a camera has seen it. */
function explains(
	context: DecisionContext,
	{ pose, elevationDeg, elevationErrorDeg = ELEVATION_ERROR_DEG }: Seen,
	{ position, majorM, share }: Fix & { share?: number },
): "yes" | "no" | "unknown" {
	if (!context.terrain || elevationDeg === undefined || context.terrain.heightM(position) === undefined)
		return "unknown";
	const profile = profileOf(context.terrain, pose, azimuthDeg(pose.position, position), PROFILE_STEP_M);
	const range = distanceM(pose.position, position);
	const slack = 2 * majorM + PROFILE_STEP_M;
	const there = intervalsOf(profile, likelihoodAlong(profile, elevationDeg, elevationErrorDeg), share);
	return there.some(([from, to]) => range >= from - slack && range <= to + slack) ? "yes" : "no";
}
