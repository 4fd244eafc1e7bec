import type { Phrase } from "../base/phrase.ts";
import type { Instruction } from "./escalation.ts";
import type { IncidentKind, Status } from "./incident.ts";
import type { IncidentState } from "./incident-states.ts";

/** In the place of a channel: the addresses at which the person was told of it, which the outbox knows. */
export const AS_TOLD = "asTold";

/** A message to one person over one channel, or to a listener such as the centre. */
export interface Delivery {
	id: string;
	incidentId: string;
	/** Same key, same message: a repetition of the same state is not sent twice. */
	key: string;
	personId?: string;
	channel: string;
	address: string;
	lane: "alarm" | "state";
	message: Message;
	createdAt: number;
	/**
	 * Written only where this gateway has told the same person of one of these before: who has heard nothing needs no
	 * all-clear.
	 */
	ifNotified?: string[];
}

/** What is said. It is put into words as it is sent, and cut to 300 characters, the short text to 60. */
export interface Message {
	title: Phrase;
	body: Phrase;
	/** The same in brief, for an SMS that also carries a link and a code. */
	short: Phrase;
	task?: Instruction | "standDown" | "guard";
	/** Name of the evidence picture that shows it best, for channels that can carry one. */
	picture?: string;
	/** To be shown and not rung. */
	silent?: boolean;
	/** The first that a person hears of this fire: no limit holds it back. */
	first?: boolean;
	/** It stands for several messages to one person, in the words of the worst. */
	together?: boolean;
	/** A confirmed fire may use the last of a channel's budget. */
	confirmed: boolean;
	incidentId: string;
	kind: IncidentKind;
	status: Status;
	state: IncidentState;
	at: number;
}
