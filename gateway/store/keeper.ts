import type { Clock } from "../base/clock.ts";
import type { Service } from "../base/service.ts";
import type { Log } from "../ops/log/log.ts";
import type { StoreFault } from "./fault.ts";
import { type Stores, storesOf } from "./open.ts";
import { SqliteKeeper } from "./sqlite/keeper.ts";

/** Keeps a gateway's store usable while it runs, and says what is wrong with it. */
export interface StoreKeeper extends Service {
	readonly stores: Stores;
	/** What is wrong with the store now; undefined when it is as it should be. */
	readonly fault: StoreFault | undefined;
	/** Whether what is given to it is on the disk when it says so, and the disk has room for more than alarms. */
	readonly takesReadings: boolean;
	/** Somebody knows that another store has taken the place of the one that was. False when there is no such fault. */
	acknowledge(by: string): Promise<boolean>;
	close(): Promise<void>;
}

/**
 * Opens the store of a gateway that runs, whatever state it is in. `onFault` is told whenever what is wrong has
 * changed. Throws LK0201 for a store of a newer program.
 */
export async function openKeeper(file: string, clock: Clock, log: Log, onFault: () => void): Promise<StoreKeeper> {
	const keeper = await SqliteKeeper.open(file, clock, log, onFault);
	const stores = storesOf(keeper.db);
	return {
		stores,
		get fault() {
			return keeper.fault;
		},
		get takesReadings() {
			return keeper.db.isDurable && !keeper.db.isShort;
		},
		acknowledge: (by) => keeper.acknowledge(by),
		start: () => keeper.start(),
		stop: () => keeper.stop(),
		close: () => keeper.db.close(),
	};
}
