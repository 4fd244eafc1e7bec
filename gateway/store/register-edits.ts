import type { LedgerEntry } from "../model/ledger.ts";
import type { RegisterEdit } from "../model/register-edit.ts";

/** What people have changed in the register beside its files. Nothing is deleted but on a person's own request. */
export interface RegisterEditStore {
	/** In the order in which they were made. */
	all(): Promise<RegisterEdit[]>;
	/**
	 * Keeps an edit together with its row of the ledger; its number. Undefined when another has been kept since the one
	 * of number `after`, 0 where there was none.
	 */
	add(edit: Omit<RegisterEdit, "n">, after: number, entry: LedgerEntry): Promise<number | undefined>;
}
