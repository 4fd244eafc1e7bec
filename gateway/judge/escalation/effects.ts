import { createHash } from "node:crypto";
import { defined } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import type { Message } from "../../model/delivery.ts";
import type { Instruction } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import type { LedgerEntry } from "../../model/ledger.ts";
import type { Address } from "../../model/register.ts";
import type { JudgeContext } from "../judgement/state.ts";
import { messageOf } from "./message.ts";
import { ownPlacesFirst } from "./people.ts";

/** What listeners (centre, webhooks) hear of a change; one message per state and moment. */
export function notifySubscribers(context: JudgeContext, incident: Incident): Effect[] {
	// what is worked on stays at our own desk: a centre would take it over like any other
	if (incident.maintenance) return [];
	return deliveries(context, incident, context.listeners, { key: `${incident.state}.${incident.changedAt}` });
}

/** What an entry of the ledger says of an incident. */
export type Entry = Omit<LedgerEntry, "incidentId">;

export function ledger({ id: incidentId }: Incident, entry: Entry): Effect {
	return { type: "ledger", entry: { incidentId, ...entry } };
}

/** The incidents as which a person may have been told of this one: itself, and the waves it was a part of. */
export function notifiedAs({ id, splitFrom = [] }: Incident): string[] {
	return [id, ...splitFrom];
}

/** A message to one person, or to listeners where nobody is named. */
export interface Note {
	/** The same key, person and address is the same message: it is sent once. */
	key: string;
	personId?: string;
	task?: Instruction | "guard";
	/** The first that the person hears of this fire. */
	first?: boolean;
	/** What is said, where it was made before: of a large group all read the same. */
	message?: Message | undefined;
}

/** A message over each of the addresses. */
export function deliveries(
	context: JudgeContext,
	incident: Incident,
	addresses: Address[],
	note: Note,
): Extract<Effect, { type: "deliver" }>[] {
	const { key, personId, task, first } = note;
	if (addresses.length === 0) return [];
	const said = note.message ?? messageOf(context, ownPlacesFirst(context, incident, personId), context.now, task);
	const message = { ...said, ...defined({ first }) };
	return addresses.map(({ channel, address }) => ({
		type: "deliver",
		delivery: {
			incidentId: incident.id,
			// the key outlives the address, which is personal: it holds a mark of it only
			key: [incident.id, key, personId ?? "", channel, markOf(address)].join("|"),
			personId,
			channel,
			address,
			lane: personId === undefined ? "state" : "alarm",
			message,
			createdAt: context.now,
		},
	}));
}

/** A person's addresses: all, or those of the channels asked for. None of who is not in the register. */
export function addressesOf(
	{ duty }: JudgeContext,
	personId: string,
	isMeant: (channel: string) => boolean = () => true,
): Address[] {
	const addresses = duty.person(personId)?.addresses ?? [];
	return addresses.filter(({ channel }) => isMeant(channel));
}

function markOf(address: string): string {
	return createHash("sha256").update(address).digest("hex").slice(0, 12);
}

/** The ledger's entry of what does not count: whose word it was, and why. */
export function refusalOf(
	incident: Incident,
	at: number,
	{ answer, personId }: { answer: string; personId: string },
	why: Phrase,
): Effect {
	return ledger(incident, { at, what: "refused", who: "rule", detail: { answer, personId, why } });
}
