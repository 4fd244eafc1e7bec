import type { Answer } from "../../model/answer.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { isUnderControl } from "../../model/incident-states.ts";
import { DUTY_DESK } from "../../model/register.ts";
import type { Judged, JudgeState, PendingAck } from "../judgement/state.ts";

/** Answers that a centre has passed to a tower, until the tower has acknowledged them. */

/** Often at first; then seldom, for as long as an incident may be open behind a broken line. */
const AGAIN_MS = 5_000;
const SELDOM_MS = 60_000;
const UNACKNOWLEDGED_MS = 86_400_000;
const MOST_PENDING = 1000;

/** The state with every answer that the effects send to a tower, until the tower acknowledges it. */
export function withPendingAnswers(judged: Judged, now: number): Judged {
	const { state, effects } = judged;
	const said = effects.flatMap((e): PendingAck[] => {
		if (e.type !== "send" || e.message.what !== "answer") return [];
		return [{ tower: e.tower, answer: e.message.answer, nextAt: now + AGAIN_MS, until: now + UNACKNOWLEDGED_MS }];
	});
	if (said.length === 0) return judged;
	const { pendingAcks = [] } = state;
	const others = pendingAcks.filter((u) => !said.some((s) => isSame(s, u)));
	const kept = said.map((s) => {
		const { until } = pendingAcks.find((u) => isSame(s, u)) ?? s;
		const isLong = until - now < UNACKNOWLEDGED_MS - SELDOM_MS;
		return { ...s, until, nextAt: now + (isLong ? SELDOM_MS : AGAIN_MS) };
	});
	return { ...judged, state: { ...state, pendingAcks: [...others, ...kept].slice(-MOST_PENDING) } };
}

/** Updates of an open incident that its tower may have missed while the centre was down: how far people have come. */
export function pendingAnswersOf(incident: Incident, now: number): PendingAck[] {
	const { id: incidentId, takenFrom, sizeHa } = incident;
	const answer = howFar(incident);
	if (!takenFrom || answer === undefined) return [];
	const id = `${incidentId}:${answer}:again`;
	const missed: Answer = { id, incidentId, personId: DUTY_DESK, personName: "", answer, at: now, sizeHa };
	return [{ tower: takenFrom.tower, answer: missed, nextAt: now, until: now + UNACKNOWLEDGED_MS }];
}

function howFar({ state, confirmedAt }: Incident): Answer["answer"] | undefined {
	if (isUnderControl(state)) return state;
	return confirmedAt === undefined ? undefined : "confirmed";
}

/** A tower has acknowledged an answer. */
export function acknowledged(state: JudgeState, tower: string, incidentId: string, answerId: string): JudgeState {
	const { pendingAcks = [] } = state;
	const isHeard = (u: PendingAck) =>
		u.tower === tower && u.answer.incidentId === incidentId && u.answer.id === answerId;
	return { ...state, pendingAcks: pendingAcks.filter((u) => !isHeard(u)) };
}

/** Sends again what is not acknowledged and due. */
export function repeatPending(state: JudgeState, now: number): Judged {
	if (!state.pendingAcks?.length) return { state, changed: [], effects: [] };
	const kept = state.pendingAcks.filter((u) => u.until > now);
	const effects = kept.flatMap((u): Effect[] => {
		const message = { incidentId: u.answer.incidentId, what: "answer", answer: u.answer } as const;
		return u.nextAt <= now ? [{ type: "send", tower: u.tower, message }] : [];
	});
	return { state: { ...state, pendingAcks: kept }, changed: [], effects };
}

function isSame(a: PendingAck, b: PendingAck): boolean {
	return a.tower === b.tower && a.answer.id === b.answer.id && a.answer.incidentId === b.answer.incidentId;
}
