import type { Effect, Incident, IncidentState } from "../../model/incident.ts";
import { ledger, tellListeners, withoutTimes } from "../ladder/ladder.ts";
import type { Judged, JudgeState, World } from "../world.ts";
import { remember } from "./nuisance.ts";

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
	const next: Incident = { ...withoutTimes(incident), state: final, changedAt: now, closedBy: who };
	return {
		state: { ...remember(state, next, now), lastWords: state.lastWords, incidents: state.incidents.filter((i) => i.id !== incident.id) },
		changed: [next],
		effects: [ledger(next, now, final, who, { why }), { type: "stop", incidentId: incident.id, why }, ...tellListeners(world, next, now)],
	};
}
