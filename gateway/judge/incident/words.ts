import type { Answer, Effect, Incident } from "../../model/incident.ts";
import { DUTY_DESK } from "../../model/register.ts";
import type { Judged, JudgeState, Unheard } from "../world.ts";
import { overAt, RANK } from "./ending.ts";

/** Words between a centre and its towers: what was said at one of them, and that it is heard at the others. */

/** How an answer says that a tower has passed it on: it is not sent back to that one. */
export function viaTower({ takenFrom }: Incident): string {
	return `tower:${takenFrom?.tower ?? ""}`;
}
/** How a tower knows a centre's word: rights were looked at there, and a register of its own is not asked again. */
export const VIA_CENTRE = "centre";

/** What is said to a centre counts on the towers too, or they would climb on after the line is cut. */
export function passOn(incidents: Incident[], a: Answer): Effect[] {
	return incidents.flatMap((i): Effect[] => {
		if (!i.takenFrom || a.via === viaTower(i)) return [];
		return [{ type: "send", tower: i.takenFrom.tower, message: { incidentId: i.id, what: "answer", answer: { ...a, incidentId: i.id } } }];
	});
}

/**
 * What people have said to a part of a fire since the leading incident last heard of them. Verdicts are not among it: a
 * tower ends what it saw itself, and nothing of another's. A promise that is broken is not made anew.
 */
export function newsOf(lead: Incident, part: Incident, now: number): Answer[] {
	const via = viaTower(part);
	const news = part.involved.flatMap((i): Answer[] => {
		// what was said before it flared up again counts no longer
		const heard = Math.max(lead.climbsFrom ?? 0, lead.involved.find((o) => o.personId === i.personId)?.answeredAt ?? 0);
		if (i.answer === undefined || i.answeredAt === undefined || i.answeredAt <= heard || !CARRIED.includes(i.answer)) return [];
		if (i.lapsedAt !== undefined || (i.feedbackBy !== undefined && i.feedbackBy <= now)) return [];
		const { position, note } = part.reports?.findLast((r) => r.personId === i.personId && r.at === i.answeredAt) ?? {};
		const promised = i.answer === "going" && i.feedbackBy !== undefined ? { etaMinutes: Math.ceil((i.feedbackBy - now) / 60_000) } : {};
		return [
			{
				...{ id: `${part.id}:${i.personId}:${i.answeredAt}`, incidentId: lead.id, personId: i.personId, personName: i.name },
				...{ answer: i.answer, at: i.answeredAt, via, ...promised },
				...(position ? { position } : {}),
				...(note === undefined ? {} : { note }),
			},
		];
	});
	const desk = (answer: Answer["answer"], personId: string): Answer => ({
		...{ id: `${part.id}:${answer}:${part.changedAt}`, incidentId: lead.id, personId, personName: part.towerName ?? "", answer, at: now, via },
		...(part.sizeHa === undefined ? {} : { sizeHa: part.sizeHa }),
	});
	// what was said and overtaken by a later word of the same person, or said by the desk, which stands on no list
	const confirmed = part.confirmedAt !== undefined && lead.confirmedAt === undefined ? [desk("confirmed", part.confirmedBy ?? DUTY_DESK)] : [];
	const { state } = part;
	// what was over before the fire flared up again is not news
	const isSince = overAt(part) >= (lead.climbsFrom ?? 0);
	const over = (state === "controlled" || state === "out") && RANK[state] > RANK[lead.state];
	const further = over && isSince && !news.some((a) => a.answer === state);
	return [...confirmed, ...news, ...(further ? [desk(state, DUTY_DESK)] : [])];
}
const CARRIED: readonly Answer["answer"][] = ["going", "notMe", "onScene", "confirmed", "controlled", "out"];

/** Often at first; then seldom, for as long as an incident may be open behind a broken line. */
const AGAIN_MS = 5_000;
const SELDOM_MS = 60_000;
const UNHEARD_MS = 86_400_000;
const MOST_UNHEARD = 1000;

/** The state with every word for a tower among the effects, until the tower says that it has heard it. */
export function awaited({ state, changed, effects }: Judged, now: number): Judged {
	const said = effects.flatMap((e): Unheard[] => {
		if (e.type !== "send" || e.message.what !== "answer") return [];
		return [{ tower: e.tower, answer: e.message.answer, nextAt: now + AGAIN_MS, until: now + UNHEARD_MS }];
	});
	if (said.length === 0) return { state, changed, effects };
	const others = (state.unheard ?? []).filter((u) => !said.some((s) => isSame(s, u)));
	const kept = said.map((s) => {
		const before = state.unheard?.find((u) => isSame(s, u));
		if (!before) return s;
		const isLong = before.until - now < UNHEARD_MS - SELDOM_MS;
		return { ...s, until: before.until, nextAt: now + (isLong ? SELDOM_MS : AGAIN_MS) };
	});
	return { state: { ...state, unheard: [...others, ...kept].slice(-MOST_UNHEARD) }, changed, effects };
}

/** What a centre that was off may have said of an open incident and its tower not heard: how far people have come. */
export function sayingsOf({ id, takenFrom, state, confirmedAt, sizeHa }: Incident, now: number): Unheard[] {
	const answer = state === "controlled" || state === "out" ? state : confirmedAt === undefined ? undefined : "confirmed";
	if (!takenFrom || answer === undefined) return [];
	const word: Answer = {
		...{ id: `${id}:${answer}:again`, incidentId: id, personId: DUTY_DESK, personName: "", answer, at: now },
		...(sizeHa === undefined ? {} : { sizeHa }),
	};
	return [{ tower: takenFrom.tower, answer: word, nextAt: now, until: now + UNHEARD_MS }];
}

/** A tower has heard a word. */
export function heard(state: JudgeState, tower: string, incidentId: string, answerId: string): JudgeState {
	const unheard = (state.unheard ?? []).filter((u) => u.tower !== tower || u.answer.incidentId !== incidentId || u.answer.id !== answerId);
	return { ...state, unheard };
}

/** Says again what is due. */
export function saidAgain(state: JudgeState, now: number): Judged {
	if (!state.unheard?.length) return { state, changed: [], effects: [] };
	const kept = state.unheard.filter((u) => u.until > now);
	const effects = kept.flatMap((u): Effect[] => {
		const message = { incidentId: u.answer.incidentId, what: "answer", answer: u.answer } as const;
		return u.nextAt <= now ? [{ type: "send", tower: u.tower, message }] : [];
	});
	return { state: { ...state, unheard: kept }, changed: [], effects };
}

function isSame(a: Unheard, b: Unheard): boolean {
	return a.tower === b.tower && a.answer.id === b.answer.id && a.answer.incidentId === b.answer.incidentId;
}
