import type { Phrase } from "../../base/phrase.ts";
import { joined, phrase } from "../../base/say.ts";
import type { Answer } from "../../model/answer.ts";
import { traitsOf } from "../../model/channel.ts";
import type { Involved } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { addressesOf, deliveries, refusalOf } from "../escalation/effects.ts";
import { applyChanges } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";

/** Words that were not understood, and stand on the card: whoever sent them is asked once more, at his own number. */
export function askedAgain(context: JudgeContext, incident: Incident, a: Answer): Effect[] {
	const { personId } = a;
	const { reports = [], involved } = incident;
	if (a.via !== "sms" || a.note === undefined) return [];
	const before = reports.filter((r) => r.personId === personId && r.what === "seen");
	if (before.length > MOST_AGAIN) return [];
	const addresses = addressesOf(context, personId, (channel) => traitsOf(channel).sendsSms === true);
	const task = involved.find((i) => i.personId === personId)?.task;
	const short = phrase("message.unclear");
	const messages = deliveries(context, incident, addresses, { key: `unclear.${a.id}`, personId, task });
	return messages.map((d) => {
		const { message } = d.delivery;
		const unclear = { ...message, short, body: joined("message.space", [short, message.body]) };
		return { ...d, delivery: { ...d.delivery, message: unclear } };
	});
}

/** Whoever asks for it may not be the person: the message goes to the person's own addresses, and not too often. */
const AGAIN_MS = 120_000;

const MOST_AGAIN = 5;

function whyNotAgain({ again: { at, times } = NEVER }: Involved, now: number): Phrase | undefined {
	if (now - at < AGAIN_MS) return phrase("refused.againTooSoon");
	return times >= MOST_AGAIN ? phrase("refused.againTooOften") : undefined;
}
const NEVER = { at: 0, times: 0 };

export function again(
	context: JudgeContext,
	state: JudgeState,
	incident: Incident,
	{ answer: a, entry }: { answer: Answer; entry: Effect },
): Judged {
	const { now } = context;
	const { personId } = a;
	const known = incident.involved.find((i) => i.personId === personId);
	const why = known ? whyNotAgain(known, now) : phrase("refused.againNotTold");
	if (!known || why !== undefined) {
		const effects = [entry, refusalOf(incident, a.at, a, why as Phrase)];
		return { ...applyChanges(state, [{ incident, effects }]), refused: why };
	}
	const { times } = known.again ?? NEVER;
	const notified: Involved = { ...known, again: { at: now, times: times + 1 } };
	const asked: Incident = { ...incident, involved: incident.involved.map((i) => (i === known ? notified : i)) };
	const note = { key: `again.${now}`, personId, task: known.task };
	const messages = deliveries(context, asked, addressesOf(context, personId), note);
	return applyChanges(state, [{ incident: asked, effects: [entry, ...messages] }]);
}
