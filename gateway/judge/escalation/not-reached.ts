import { phrase } from "../../base/say.ts";
import type { Involved } from "../../model/escalation.ts";
import type { JudgeEvent } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { isUnderControl } from "../../model/incident-states.ts";
import { applyChanges, noChange } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { ledger } from "./effects.ts";
import { advance, advanceNow } from "./ladder.ts";
import { groupsOf } from "./plan.ts";

/**
 * None of a person's addresses has taken the message: nobody waits for an answer of somebody who has heard nothing.
 * When that is so of everybody who was to verify, the next step is told at once.
 */
export function onNotReached(
	context: JudgeContext,
	state: JudgeState,
	event: Extract<JudgeEvent, { type: "notReached" }>,
): Judged {
	const incident = state.incidents.find((i) => i.id === event.incidentId);
	const person = incident?.involved.find((i) => i.personId === event.personId);
	const isWaitedFor = person && [person.answer, person.notReachedAt].every((said) => said === undefined);
	if (!incident || !isWaitedFor) return noChange(state);
	const { now } = context;
	const involved = incident.involved.map((i) => (i === person ? { ...i, notReachedAt: now } : i));
	const next: Incident = { ...incident, involved };
	const detail = { personId: person.personId };
	const entry = ledger(incident, { at: now, what: "notReached", who: "rule", detail });
	const notified = nobodyIsLeft(next)
		? advanceNow(context, next, phrase("because.noneReached"))
		: advance(context, next, phrase("because.notReached"));
	return applyChanges(state, [{ incident: notified.incident, effects: [entry, ...notified.effects] }]);
}

/** Whether nobody who was told to verify can be waited for, while somebody else may still be told. */
function nobodyIsLeft({ involved, ladder, confirmedAt, state }: Incident): boolean {
	if (confirmedAt !== undefined || isUnderControl(state)) return false;
	const groups = groupsOf(ladder.plan, "verify").filter((g) => g.when !== "confirmed");
	const asked = involved.filter((i) => i.ladder === "verify");
	const isMore = ladder.verify.done.length < groups.length;
	return isMore && asked.every(cannotBeWaitedFor);
}

function cannotBeWaitedFor({ notReachedAt, lapsedAt, unreached, answer }: Involved): boolean {
	const hasFailed = [notReachedAt, lapsedAt].some((at) => at !== undefined);
	return hasFailed || unreached === true || answer === "notMe";
}
