import type { Delivery } from "../model/delivery.ts";

export type DeliveryState = "queued" | "trying" | "accepted" | "failed" | "stopped";

/** A delivery with where it stands. */
export interface QueuedDelivery extends Delivery {
	state: DeliveryState;
	attempts: number;
	nextAt: number;
	settledAt?: number;
}

export interface Attempt {
	at: number;
	outcome: string;
	detail: string;
	tookMs: number;
}

/** What a provider or a person's phone said of a delivery later. */
export interface Receipt {
	/** delivered, failed, read, heard: the provider's word in ours. */
	what: string;
	at: number;
	detail: string;
}

/**
 * The durable outbox: rows are written with the judgement and leave this state only with a recorded outcome. Every
 * attempt and receipt stands in the ledger too. What settles while a commit is under way shares the next one.
 */
export interface OutboxStore {
	/**
	 * After a restart: what was being sent when the process ended is sent again (at most one duplicate), and the ledger
	 * says why.
	 */
	recover(now: number): Promise<void>;
	/**
	 * Due deliveries outside the lanes that are full (a channel, or `channel:address`): alarms first, first tries before
	 * others, oldest first.
	 */
	due(now: number, limit: number, full?: string[]): Promise<QueuedDelivery[]>;
	/** What waits for one person on one address, oldest first; for all of them where a group has it in common. */
	waiting(delivery: Delivery, now: number, forAll?: boolean): Promise<QueuedDelivery[]>;
	/** Not before then, ms since 1970; no try is counted. */
	postpone(all: { id: string; nextAt: number }[]): Promise<void>;
	/**
	 * Messages to people that were sent since a time, in order, and when; those that went together with another are not.
	 * `isUnsure`: nobody knows whether it arrived.
	 */
	sentSince(since: number): Promise<{ delivery: QueuedDelivery; at: number; isUnsure: boolean }[]>;
	/** Puts back what is marked as being sent and is not among those under way. */
	release(underWay: string[]): Promise<void>;
	/** What was claimed and is not sent after all waits again; no try is counted. */
	letGo(ids: string[]): Promise<void>;
	/** When the next queued delivery is due, or undefined when none waits. */
	nextDue(): Promise<number | undefined>;
	/**
	 * Marks a delivery as being sent; false when an answer has stopped it meanwhile. What is claimed while a commit is
	 * under way shares the next one.
	 */
	claim(id: string): Promise<boolean>;
	/** Attempts after which nobody knew whether the message had arrived. */
	unsureAttempts(id: string): Promise<number>;
	/**
	 * People of whose messages about an incident none was accepted within a time, or all have failed: created since
	 * `from` and not answered by `now - patienceMs`; ms since 1970.
	 */
	notReached(from: number, now: number, patienceMs: number): Promise<{ incidentId: string; personId: string }[]>;
	state(id: string): Promise<DeliveryState | undefined>;
	/** Whether nobody knows if the newest attempt arrived: the provider is asked before it is sent again. */
	isUnsure(id: string): Promise<boolean>;
	/** Attempts of a channel (and of one address on it) that may have cost something since a time. */
	spent(channel: string, address: string | undefined, since: number): Promise<number>;
	/**
	 * Records an attempt and where the delivery stands after it; a delivery stopped meanwhile stays stopped. On the disk
	 * when it resolves.
	 */
	settle(d: QueuedDelivery, state: DeliveryState, nextAt: number, attempt: Attempt): Promise<void>;
	add(d: Delivery): Promise<void>;
	delivery(id: string): Promise<QueuedDelivery | undefined>;
	/** A receipt, whenever it comes and however often; false when the delivery is not known or the receipt is. */
	receipt(deliveryId: string, r: Receipt): Promise<boolean>;
	/** When each person last answered, or a phone of theirs last confirmed anything, ms since 1970. */
	lastHeard(): Promise<Map<string, number>>;
	/** Messages to people that were written in a time, ms since 1970, and what became of them, by channel. */
	channelCounts(
		from: number,
		to: number,
		status: "actual" | "exercise",
	): Promise<{ channel: string; all: number; accepted: number; failed: number }[]>;
	ofIncident(incidentId: string): Promise<(QueuedDelivery & { tries: Attempt[]; receipts: Receipt[] })[]>;
}
