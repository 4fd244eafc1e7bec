import type { Effect, Incident, IncidentState, Report } from "../../model/incident.ts";
import { allClear } from "../ladder/all-clear.ts";
import { guardOver } from "../ladder/guard.ts";
import { ledger, tellListeners, withoutTimes } from "../ladder/ladder.ts";
import type { Judged, JudgeState, World } from "../world.ts";
import { remember } from "./nuisance.ts";

/** How far an incident has come: what is said later never takes it back. */
export const RANK: Record<IncidentState, number> = {
	...{ detected: 0, verifying: 1, confirmed: 2, dispatched: 3, onScene: 4, controlled: 5, out: 6 },
	...{ false: 9, permitted: 9, closed: 9 },
};

/** When it was last said to be under control or out, ms since 1970; 0 when never. */
export function overAt({ reports = [], outAt = 0 }: Incident): number {
	return Math.max(outAt, ...reports.filter((r) => r.what === "controlled" || r.what === "out").map((r) => r.at));
}

/** How a card of a centre says that its tower has not signed it. */
export const UNSIGNED = "signature";

/** Whether nobody vouches for an incident: it is shown, and nothing else is made of it. */
export function isUnsigned({ missing }: Incident): boolean {
	return missing.includes(UNSIGNED);
}

/** What was brought back from the scene of several incidents of one fire, each report once. */
export function reportsOf(incidents: Incident[]): Report[] {
	return [...new Map(incidents.flatMap((i) => i.reports ?? []).map((r) => [`${r.personId} ${r.at} ${r.what}`, r])).values()];
}

export interface Change {
	incident: Incident;
	effects: Effect[];
}

export function changed(state: JudgeState, results: Change[]): Judged {
	const byId = new Map(results.map((r) => [r.incident.id, r.incident]));
	return {
		state: { ...state, incidents: state.incidents.map((i) => byId.get(i.id) ?? i) },
		changed: [...byId.values()],
		effects: results.flatMap((r) => r.effects),
	};
}

export function nothing(state: JudgeState): Judged {
	return { state, changed: [], effects: [] };
}

/** An incident is over: everything that waits is stopped, everywhere, and nothing of it is due any more. */
export function end(world: World, state: JudgeState, incident: Incident, final: IncidentState, who: string, why: string, now: number): Judged {
	const { ending: _, ...settled } = withoutTimes(incident);
	const guarding = settled.tasks?.filter((t) => t.doneAt === undefined) ?? [];
	const done = settled.tasks?.map((t) => (t.doneAt === undefined ? { ...t, doneAt: now, doneBy: who } : t));
	const over: Incident = { ...settled, state: final, changedAt: now, closedBy: who, ...(done ? { tasks: done } : {}) };
	// what is closed was looked at before it was said
	const next: Incident = final === "closed" || lacks(over).length === 0 ? { ...over, closedAt: now } : over;
	return {
		state: { ...remember(state, next, now), lastWords: state.lastWords, incidents: state.incidents.filter((i) => i.id !== incident.id) },
		changed: [next],
		effects: [
			ledger(next, now, final, who, { why }),
			{ type: "stop", incidentId: incident.id, why },
			// of a fire that was out people have heard already
			...(incident.state === "out" ? guardOver(world, incident, guarding, who, now) : allClear(world, next, who, now)),
			...tellListeners(world, next, now),
		],
	};
}

const FROM_THE_SCENE = ["onScene", "controlled", "out"];
const OF_A_VERDICT = ["false", "permitted", "close"];

/** What a fire's file lacks before it can be closed; empty when nothing. A drill's file needs nothing. */
export function lacks({ kind, status, state, reports = [], cause }: Incident): string[] {
	if (kind !== "fire" || status === "exercise") return [];
	const isNone = state === "false" || state === "permitted";
	// what was no fire need not have been walked to: how it was known may be said in words
	const feedback = reports.some((r) => FROM_THE_SCENE.includes(r.what) || (isNone && OF_A_VERDICT.includes(r.what) && r.note));
	return [
		isNone || state === "out" || state === "closed" ? "" : "the verdict: false, permitted, or out",
		feedback ? "" : isNone ? "feedback: somebody on the scene, or a note on how it is known" : "feedback from the scene",
		cause === undefined ? "the cause" : "",
	].filter((l) => l !== "");
}
