import type { RowCode } from "../base/say.ts";

export interface LedgerEntry {
	at: number;
	incidentId: string;
	/** Its words stand in the catalogue, under `ledger.`. */
	what: RowCode;
	who: string;
	detail: Record<string, unknown>;
	/** Name, position, picture, words: kept beside the chain, which holds their hash, so that they can be erased. */
	personal?: Record<string, unknown>;
	/** Whose it is, where it is not that of `who`. */
	personalOf?: string;
}
