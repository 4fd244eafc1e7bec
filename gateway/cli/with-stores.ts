import { existsSync } from "node:fs";
import { LookoutError } from "../base/errors.ts";
import { openStores, type Stores, storeFile } from "../store/open.ts";

/**
 * Works with the store in a data folder, beside a gateway that may be running. Throws LK0201 where no gateway has run.
 */
export async function withStores<T>(dataDir: string, work: (stores: Stores) => Promise<T>): Promise<T> {
	const file = storeFile(dataDir);
	if (!existsSync(file))
		throw new LookoutError("LK0201", `${file} does not exist: no gateway has run on this configuration`);
	const { db, ...stores } = await openStores(file);
	try {
		return await work(stores);
	} finally {
		await db.close();
	}
}

/** When each person was last heard of, ms since 1970; undefined where no gateway has run. */
export async function lastHeardIn(dataDir: string): Promise<Map<string, number> | undefined> {
	if (!existsSync(storeFile(dataDir))) return undefined;
	return withStores(dataDir, ({ outbox }) => outbox.lastHeard());
}
