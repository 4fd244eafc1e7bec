import { defined, omit } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import type { Incident } from "../../model/incident.ts";
import type { EndState, IncidentState } from "../../model/incident-states.ts";
import { isNoFire } from "../../model/incident-states.ts";
import { allClear } from "../escalation/all-clear.ts";
import { ledger, notifySubscribers } from "../escalation/effects.ts";
import { withoutTimes } from "../escalation/times.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { guardOver, openTasks, tasksDone } from "../tasks/guard.ts";
import { remember } from "./nuisance.ts";

/** How an incident ends: in which state, by whose word (a person's id, or "rule"), and why. */
export interface Verdict {
	final: EndState;
	who: string;
	/** How whoever said it is called. */
	name?: string;
	why: string;
}

/** An incident is over: everything that waits is stopped, everywhere, and nothing of it is due any more. */
export function end(
	context: JudgeContext,
	state: JudgeState,
	incident: Incident,
	{ final, who, name, why }: Verdict,
): Judged {
	const { now } = context;
	const settled = omit(withoutTimes(incident), "ending");
	const tasks = tasksDone(settled, { doneAt: now, doneBy: who });
	const over: Incident = { ...settled, state: final, changedAt: now, closedBy: who, ...defined({ tasks }) };
	// what is closed was looked at before it was said
	const isWhole = final === "closed" || lacks(over).length === 0;
	const next: Incident = isWhole ? { ...over, closedAt: now } : over;
	// of a fire that was out people have heard already
	const clear =
		incident.state === "out"
			? guardOver(context, incident, { tasks: openTasks(settled), endedBy: who })
			: allClear(context, next, who, name);
	return {
		state: {
			...remember(state, next, now),
			finalAnswers: state.finalAnswers,
			incidents: state.incidents.filter((i) => i.id !== incident.id),
		},
		changed: [next],
		effects: [
			ledger(next, { at: now, what: final, who, detail: { why } }),
			{ type: "stop", incidentId: incident.id },
			...clear,
			...notifySubscribers(context, next),
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
	const known = isNone ? reports.filter((r) => OF_A_VERDICT.includes(r.what) && r.note) : [];
	const feedback = [...reports.filter((r) => FROM_THE_SCENE.includes(r.what)), ...known];
	const lacking: Phrase[] = [];
	if (!isNone && !OVER.includes(state)) lacking.push(phrase("lack.verdict"));
	if (feedback.length === 0) lacking.push(phrase(isNone ? "lack.feedbackOrNote" : "lack.feedback"));
	if (cause === undefined) lacking.push(phrase("lack.cause"));
	return lacking;
}
const OVER: readonly IncidentState[] = ["out", "closed"];
