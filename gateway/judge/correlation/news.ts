import type { Answer } from "../../model/answer.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { isFarther, isUnderControl } from "../../model/incident-states.ts";
import { DUTY_DESK } from "../../model/register.ts";
import { overAt } from "../judgement/judged.ts";

/** How an answer says that a tower has passed it on: it is not sent back to that one. */
export function viaTower({ takenFrom }: Incident): string {
	return `tower:${takenFrom?.tower ?? ""}`;
}

/** What is said to a centre counts on the towers too, or they would climb on after the line is cut. */
export function passOn(incidents: Incident[], a: Answer): Effect[] {
	return incidents.flatMap((i): Effect[] => {
		if (!i.takenFrom || a.via === viaTower(i)) return [];
		return [
			{
				type: "send",
				tower: i.takenFrom.tower,
				message: { incidentId: i.id, what: "answer", answer: { ...a, incidentId: i.id } },
			},
		];
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
		if (i.answer === undefined || i.answeredAt === undefined || i.answeredAt <= heard || !CARRIED.includes(i.answer))
			return [];
		if (i.lapsedAt !== undefined || (i.feedbackBy !== undefined && i.feedbackBy <= now)) return [];
		const { position, note } = part.reports?.findLast((r) => r.personId === i.personId && r.at === i.answeredAt) ?? {};
		const promised =
			i.answer === "going" && i.feedbackBy !== undefined
				? { etaMinutes: Math.ceil((i.feedbackBy - now) / 60_000) }
				: {};
		return [
			{
				id: `${part.id}:${i.personId}:${i.answeredAt}`,
				incidentId: lead.id,
				personId: i.personId,
				personName: i.name,
				answer: i.answer,
				at: i.answeredAt,
				via,
				...promised,
				...(position ? { position } : {}),
				...(note === undefined ? {} : { note }),
			},
		];
	});
	const desk = (answer: Answer["answer"], personId: string): Answer => ({
		id: `${part.id}:${answer}:${part.changedAt}`,
		incidentId: lead.id,
		personId,
		personName: part.towerName ?? "",
		answer,
		at: now,
		via,
		sizeHa: part.sizeHa,
	});
	// what was said and overtaken by a later word of the same person, or said by the desk, which stands on no list
	const confirmed =
		part.confirmedAt !== undefined && lead.confirmedAt === undefined
			? [desk("confirmed", part.confirmedBy ?? DUTY_DESK)]
			: [];
	const { state } = part;
	// what was over before the fire flared up again is not news
	const isSince = overAt(part) >= (lead.climbsFrom ?? 0);
	const over = isUnderControl(state) && isFarther(state, lead.state);
	const further = over && isSince && !news.some((a) => a.answer === state);
	return [...confirmed, ...news, ...(further ? [desk(state, DUTY_DESK)] : [])];
}

const CARRIED: readonly Answer["answer"][] = ["going", "notMe", "onScene", "confirmed", "controlled", "out"];
