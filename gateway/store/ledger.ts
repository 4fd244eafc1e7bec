import type { LedgerEntry } from "../model/ledger.ts";

export interface LedgerRow extends LedgerEntry {
	n: number;
	hash: string;
}

/**
 * The append-only ledger: each row's hash covers the row and the hash before it (SHA-256), so that no row can be
 * changed, taken out or put in without every later hash telling. The tail is read inside the transaction that
 * writes: however many parts of the gateway append, there is one chain.
 */
export interface Ledger {
	/**
	 * Appends entries, all or none. `keptFrom`, ms since 1970: from when what belongs to people is kept; an entry's own
	 * time may be that of another machine.
	 */
	append(entries: LedgerEntry[], keptFrom?: number): Promise<void>;
	ofIncident(incidentId: string): Promise<LedgerRow[]>;
	/** Entries of a time, oldest first, ms since 1970. */
	between(from: number, to: number): Promise<LedgerRow[]>;
	/**
	 * The number of the first entry whose hash does not follow from the one before, or undefined when the chain is whole.
	 */
	firstBroken(): Promise<number | undefined>;
	/** Whether an entry of this number and hash, as `N:HASH`, is there. */
	has(entry: string): Promise<boolean>;
	/** When the first entry was written, ms since 1970; undefined while there is none. */
	since(): Promise<number | undefined>;
	/** Number and hash of the newest entry: what somebody outside keeps, so that a ledger cut short is noticed. */
	tail(): Promise<{ n: number; hash: string }>;
}
