import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import type { Scores, Sighting } from "../../model/camera.ts";
import type { DecisionContext } from "../../model/context.ts";
import { highestDanger } from "../../model/danger.ts";

export interface PointInForce {
	/** Said in the ledger and at the desk: which point, and why. */
	name: Phrase;
	scores: Scores;
}

/**
 * The operating point that counts now. Under the policy `danger` a high level (4, 5) means fast, a low one (1, 2)
 * quiet, and the middle one half way between. Where areas have levels of their own the highest counts: a camera sees
 * far. Nobody has declared a level, or it is over: fast, for a missed fire costs most.
 */
export function pointInForce(context: DecisionContext, now: number): PointInForce {
	const { policy, points } = context;
	if (typeof policy !== "string") return policy;
	if (policy !== "danger") return { name: named(policy, "none"), scores: points[policy] };
	const highest = highestDanger(context, now);
	if (highest === undefined) return { name: named("fast", "unknown"), scores: points.fast };
	const level = String(highest);
	if (highest >= 4) return { name: named("fast", level), scores: points.fast };
	if (highest <= 2) return { name: named("quiet", level), scores: points.quiet };
	const middle = (kind: keyof Scores) => (points.fast[kind] + points.quiet[kind]) / 2;
	return { name: named("between", level), scores: { smoke: middle("smoke"), flame: middle("flame") } };
}

function named(point: "fast" | "quiet" | "between", level: string): Phrase {
	return phrase("point.inForce", { point, level });
}

/** Whether a sighting stays below the point: kept and shown, it rings nobody. */
export function isCandidate(context: DecisionContext, s: Pick<Sighting, "what" | "score">, now: number): boolean {
	return s.score < pointInForce(context, now).scores[s.what];
}
