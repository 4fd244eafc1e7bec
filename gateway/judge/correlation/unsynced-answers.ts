import { defined } from "../../base/omit.ts";
import type { Answer } from "../../model/answer.ts";
import type { Involved } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { isFarther, isUnderControl } from "../../model/incident-states.ts";
import { DUTY_DESK } from "../../model/register.ts";
import { overAt } from "../judgement/judged.ts";

/** How an answer says that a tower has passed it on: it is not sent back to that one. */
export function viaTower({ takenFrom }: Incident): string {
	return `tower:${takenFrom?.tower ?? ""}`;
}

/** What is said to a centre counts on the towers too, or they would escalate on after the line is cut. */
export function passOn(incidents: Incident[], a: Answer): Effect[] {
	return incidents.flatMap((i): Effect[] => {
		const { id: incidentId, takenFrom } = i;
		if (!takenFrom || a.via === viaTower(i)) return [];
		const answer = { ...a, incidentId };
		return [{ type: "send", tower: takenFrom.tower, message: { incidentId, what: "answer", answer } }];
	});
}

/** What one person has said to a part of a fire, where the primary incident has not heard it and it still holds. */
function unsyncedAnswer(primary: Incident, part: Incident, said: Involved, now: number): Answer[] {
	const { personId, name, answer, answeredAt = 0, feedbackBy, lapsedAt } = said;
	// what was said before it flared up again counts no longer
	const heard = primary.involved.find((o) => o.personId === personId)?.answeredAt ?? 0;
	const isNews = answeredAt > Math.max(primary.escalatesFrom ?? 0, heard);
	const isBroken = lapsedAt !== undefined || (feedbackBy !== undefined && feedbackBy <= now);
	if (answer === undefined || !isNews || isBroken || !CARRIED.includes(answer)) return [];
	const { position, note } = part.reports?.findLast((r) => r.personId === personId && r.at === answeredAt) ?? {};
	const isPromise = answer === "going" && feedbackBy !== undefined;
	const etaMinutes = isPromise ? Math.ceil((feedbackBy - now) / 60_000) : undefined;
	const id = `${part.id}:${personId}:${answeredAt}`;
	const word = { id, incidentId: primary.id, personId, personName: name, answer, at: answeredAt, via: viaTower(part) };
	return [{ ...word, ...defined({ etaMinutes, position, note }) }];
}

/**
 * What people have said to a part of a fire since the primary incident last heard of them. Verdicts are not among it: a
 * tower ends what it saw itself, and nothing of another's. A promise that is broken is not made anew.
 */
export function unsyncedAnswersOf(primary: Incident, part: Incident, now: number): Answer[] {
	const via = viaTower(part);
	const unsyncedAnswers = part.involved.flatMap((i) => unsyncedAnswer(primary, part, i, now));
	const { state, towerName: personName = "", sizeHa, confirmedBy = DUTY_DESK } = part;
	const desk = (answer: Answer["answer"], personId: string): Answer => {
		const id = `${part.id}:${answer}:${part.changedAt}`;
		return { id, incidentId: primary.id, personId, personName, answer, at: now, via, sizeHa };
	};
	// what was said and overtaken by a later word of the same person, or said by the desk, which stands on no list
	const isConfirmed = part.confirmedAt !== undefined && primary.confirmedAt === undefined;
	const isFurther = hasCome(primary, part) && !unsyncedAnswers.some((a) => a.answer === state);
	return [
		...(isConfirmed ? [desk("confirmed", confirmedBy)] : []),
		...unsyncedAnswers,
		...(isFurther ? [desk(state as Answer["answer"], DUTY_DESK)] : []),
	];
}

/** Whether a part is further on its way to its end. What was over before the fire flared up again is not news. */
function hasCome({ state: before, escalatesFrom = 0 }: Incident, part: Incident): boolean {
	const isOver = isUnderControl(part.state) && isFarther(part.state, before);
	return isOver && overAt(part) >= escalatesFrom;
}

const CARRIED: readonly Answer["answer"][] = ["going", "notMe", "onScene", "confirmed", "controlled", "out"];
