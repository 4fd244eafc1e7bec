import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import type { Report } from "../../model/report.ts";
import type { Judged, JudgeState } from "./state.ts";

/** When it was last said to be under control or out, ms since 1970; 0 when never. */
export function overAt({ reports = [], outAt = 0 }: Incident): number {
	return Math.max(outAt, ...reports.filter((r) => UNDER_CONTROL.includes(r.what)).map((r) => r.at));
}
const UNDER_CONTROL: readonly Report["what"][] = ["controlled", "out"];

/** How a card of a centre says that its tower has not signed it. */
export const UNSIGNED = "signature";

/** Whether nobody vouches for an incident: it is shown, and nothing else is made of it. */
export function isUnsigned({ missing }: Incident): boolean {
	return missing.includes(UNSIGNED);
}

/** What was brought back from the scene of several incidents of one fire, each report once. */
export function reportsOf(incidents: Incident[]): Report[] {
	return [
		...new Map(incidents.flatMap((i) => i.reports ?? []).map((r) => [`${r.personId} ${r.at} ${r.what}`, r])).values(),
	];
}

export interface Change {
	incident: Incident;
	effects: Effect[];
}

export function applyChanges(state: JudgeState, results: Change[]): Judged {
	const byId = new Map(results.map((r) => [r.incident.id, r.incident]));
	return {
		state: { ...state, incidents: state.incidents.map((i) => byId.get(i.id) ?? i) },
		changed: [...byId.values()],
		effects: results.flatMap((r) => r.effects),
	};
}

export function noChange(state: JudgeState): Judged {
	return { state, changed: [], effects: [] };
}

/** Two judgements, one after the other. */
export function mergeJudged(a: Judged, b: Judged): Judged {
	const kept = a.changed.filter((i) => !b.changed.some((o) => o.id === i.id));
	const refused = a.refused ?? b.refused;
	const incidentId = a.incidentId ?? b.incidentId;
	return {
		state: b.state,
		changed: [...kept, ...b.changed],
		effects: [...a.effects, ...b.effects],
		refused,
		incidentId,
	};
}
