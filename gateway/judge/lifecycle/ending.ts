import { omit } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import type { Incident } from "../../model/incident.ts";
import type { IncidentState } from "../../model/incident-states.ts";
import { isNoFire } from "../../model/incident-states.ts";
import { allClear } from "../escalation/all-clear.ts";
import { ledger, tellListeners } from "../escalation/effects.ts";
import { withoutTimes } from "../escalation/times.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { guardOver } from "../tasks/guard.ts";
import { remember } from "./nuisance.ts";

/** How an incident ends: in which state, by whose word (a person's id, or "rule"), and why. */
export interface Verdict {
	final: IncidentState;
	who: string;
	why: string;
}

/** An incident is over: everything that waits is stopped, everywhere, and nothing of it is due any more. */
export function end(
	context: JudgeContext,
	state: JudgeState,
	incident: Incident,
	{ final, who, why }: Verdict,
): Judged {
	const settled = omit(withoutTimes(incident), "ending");
	const guarding = settled.tasks?.filter((t) => t.doneAt === undefined) ?? [];
	const done = settled.tasks?.map((t) => (t.doneAt === undefined ? { ...t, doneAt: context.now, doneBy: who } : t));
	const over: Incident = {
		...settled,
		state: final,
		changedAt: context.now,
		closedBy: who,
		...(done ? { tasks: done } : {}),
	};
	// what is closed was looked at before it was said
	const next: Incident = final === "closed" || lacks(over).length === 0 ? { ...over, closedAt: context.now } : over;
	return {
		state: {
			...remember(state, next, context.now),
			lastWords: state.lastWords,
			incidents: state.incidents.filter((i) => i.id !== incident.id),
		},
		changed: [next],
		effects: [
			ledger(next, { at: context.now, what: final, who, detail: { why } }),
			{ type: "stop", incidentId: incident.id, why },
			// of a fire that was out people have heard already
			...(incident.state === "out"
				? guardOver(context, incident, { tasks: guarding, endedBy: who })
				: allClear(context, next, who)),
			...tellListeners(context, next),
		],
	};
}

const FROM_THE_SCENE = ["onScene", "controlled", "out"];
const OF_A_VERDICT = ["false", "permitted", "close"];

/** What a fire's file lacks before it can be closed; empty when nothing. A drill's file needs nothing. */
export function lacks({ kind, status, state, reports = [], cause }: Incident): Phrase[] {
	if (kind !== "fire" || status === "exercise") return [];
	const isNone = isNoFire(state);
	// what was no fire need not have been walked to: how it was known may be said in words
	const feedback = reports.some(
		(r) => FROM_THE_SCENE.includes(r.what) || (isNone && OF_A_VERDICT.includes(r.what) && r.note),
	);
	return [
		isNone || state === "out" || state === "closed" ? "" : phrase("lack.verdict"),
		feedback ? "" : phrase(isNone ? "lack.feedbackOrNote" : "lack.feedback"),
		cause === undefined ? phrase("lack.cause") : "",
	].filter((l) => l !== "");
}
