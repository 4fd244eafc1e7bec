import type { OpenedStores } from "./fixture.ts";
import { toldContract } from "./judgements-and-outbox.ts";
import { keptContract } from "./readings-and-rulings.ts";

export type { OpenedStores } from "./fixture.ts";

/** What every implementation of the stores must do, whatever it keeps its rows in. */
export function storeContract(name: string, open: () => Promise<OpenedStores>): void {
	toldContract(name, open);
	keptContract(name, open);
}
