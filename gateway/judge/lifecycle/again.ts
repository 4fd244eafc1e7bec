import type { Phrase } from "../../base/phrase.ts";
import { phrase, words } from "../../base/say.ts";
import type { Answer } from "../../model/answer.ts";
import type { Involved } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { deliveries, refusalOf } from "../escalation/effects.ts";
import { applyChanges } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";

/** Words that were not understood, and stand on the card: whoever sent them is asked once more, at his own number. */
export function askedAgain(context: JudgeContext, incident: Incident, a: Answer): Effect[] {
	if (a.via !== "sms" || a.note === undefined) return [];
	if ((incident.reports ?? []).filter((r) => r.personId === a.personId && r.what === "seen").length > MOST_AGAIN)
		return [];
	const addresses =
		context.duty.person(a.personId)?.addresses.filter((to) => to.channel === "sms" || to.channel === "modem") ?? [];
	const task = incident.involved.find((i) => i.personId === a.personId)?.task;
	return deliveries(context, incident, addresses, { key: `unclear.${a.id}`, personId: a.personId, task }).map(
		(effect) => {
			if (effect.type !== "deliver") return effect;
			const { message } = effect.delivery;
			const short = words(context.language, "message.unclear");
			return {
				...effect,
				delivery: {
					...effect.delivery,
					message: { ...message, short, body: `${short} ${message.body}`.slice(0, 300) },
				},
			};
		},
	);
}

/** Whoever asks for it may not be the person: the message goes to the person's own addresses, and not too often. */
const AGAIN_MS = 120_000;

const MOST_AGAIN = 5;

function whyNotAgain(known: Involved | undefined, now: number): Phrase | undefined {
	if (!known) return phrase("refused.againNotTold");
	if (now - (known.again?.at ?? 0) < AGAIN_MS) return phrase("refused.againTooSoon");
	return (known.again?.times ?? 0) >= MOST_AGAIN ? phrase("refused.againTooOften") : undefined;
}

export function again(
	context: JudgeContext,
	state: JudgeState,
	incident: Incident,
	{ answer: a, entry }: { answer: Answer; entry: Effect },
): Judged {
	const known = incident.involved.find((i) => i.personId === a.personId);
	const why = whyNotAgain(known, context.now);
	if (!known || why !== undefined) {
		const reason = why ?? phrase("refused.againNotTold");
		const effects = [entry, refusalOf(incident, a.at, a, reason)];
		return { ...applyChanges(state, [{ incident, effects }]), refused: reason };
	}
	const asked: Incident = {
		...incident,
		involved: incident.involved.map((i) =>
			i === known ? { ...i, again: { at: context.now, times: (i.again?.times ?? 0) + 1 } } : i,
		),
	};
	const addresses = context.duty.person(a.personId)?.addresses ?? [];
	return applyChanges(state, [
		{
			incident: asked,
			effects: [
				entry,
				...deliveries(context, asked, addresses, {
					key: `again.${context.now}`,
					personId: a.personId,
					task: known.task,
				}),
			],
		},
	]);
}
