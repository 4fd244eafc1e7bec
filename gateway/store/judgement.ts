import type { Delivery } from "../model/delivery.ts";
import type { Incident } from "../model/incident.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { Ledger } from "./ledger.ts";

/** What one judgement changes; all of it is committed together or not at all. */
export interface Judgement {
	eventId: string;
	at: number;
	incidents: Incident[];
	ledger: LedgerEntry[];
	deliveries: Delivery[];
	stops: { incidentId: string; personId?: string; of?: "alarm" | "allClear" }[];
	/** What these people were told of one incident they were told of the other. */
	rehomes?: { from: string; to: string; people: string[] }[];
	/** What waits of an incident waits until then, ms since 1970; without a time no longer. */
	holds?: { incidentId: string; until?: number }[];
	/** The clock was set by so much, ms: what waits and what expires moves with it. */
	shiftMs?: number;
}

/** Incidents, the hash-chained ledger and the outbox rows that a judgement writes. */
export interface JudgementStore {
	readonly ledger: Ledger;
	wasJudged(eventId: string): Promise<boolean>;
	/** Commits one judgement. After it, nothing of it can be lost; before it, nothing of it has happened. */
	commit(j: Judgement): Promise<void>;
	openIncidents(): Promise<Incident[]>;
	/** The incident, if it is over and its file is not closed yet, and what else is so of the same fire. */
	awaitingClosing(id: string): Promise<Incident[]>;
	/** Incidents that are over and changed at this time (ms since 1970) or later. */
	endedSince(at: number): Promise<Incident[]>;
	/** Incidents that opened in a time, oldest first, ms since 1970. */
	openedBetween(from: number, to: number): Promise<Incident[]>;
	/** The newest, and as many of those that are open or whose file is; newest first. */
	recentIncidents(limit: number): Promise<Incident[]>;
	incident(id: string): Promise<Incident | undefined>;
}
