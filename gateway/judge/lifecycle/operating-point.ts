import type { Scores, Sighting } from "../../model/camera.ts";
import type { DecisionContext } from "../../model/context.ts";

export interface PointInForce {
	/** Said in the ledger: which point, and why. */
	name: string;
	scores: Scores;
}

/**
 * The operating point that counts now. Under the policy `danger` a high level (4, 5) means fast, a low one (1, 2)
 * quiet, and the middle one half way between. Nobody has declared a level, or it is over: fast, for a missed fire costs
 * most.
 */
export function pointInForce(context: DecisionContext, now: number): PointInForce {
	const { policy, points, danger } = context;
	if (typeof policy !== "string") return policy;
	if (policy !== "danger") return { name: policy, scores: points[policy] };
	if (!danger || danger.until <= now) return { name: "fast (danger level unknown)", scores: points.fast };
	const why = `(danger level ${danger.level})`;
	if (danger.level >= 4) return { name: `fast ${why}`, scores: points.fast };
	if (danger.level <= 2) return { name: `quiet ${why}`, scores: points.quiet };
	const middle = (kind: keyof Scores) => (points.fast[kind] + points.quiet[kind]) / 2;
	return { name: `between ${why}`, scores: { smoke: middle("smoke"), flame: middle("flame") } };
}

/** Whether a sighting stays below the point: kept and shown, it rings nobody. */
export function isCandidate(context: DecisionContext, s: Pick<Sighting, "what" | "score">, now: number): boolean {
	return s.score < pointInForce(context, now).scores[s.what];
}
