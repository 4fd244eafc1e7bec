import { keptContract } from "./kept.ts";
import type { OpenedStores } from "./opened.ts";
import { toldContract } from "./told.ts";

export type { OpenedStores } from "./opened.ts";

/** What every implementation of the stores must do, whatever it keeps its rows in. */
export function storeContract(name: string, open: () => Promise<OpenedStores>): void {
	toldContract(name, open);
	keptContract(name, open);
}
