import { existsSync } from "node:fs";
import { LookoutError } from "../base/errors.ts";
import { openStores, type Stores, storeFile } from "../store/open.ts";

/** The store in a data folder. Throws LK0201 where no gateway has run. */
export function storeIn(dataDir: string): string {
	const file = storeFile(dataDir);
	if (existsSync(file)) return file;
	throw new LookoutError("LK0201", `${file} does not exist: no gateway has run on this configuration`);
}

/**
 * Works with the store in a data folder, beside a gateway that may be running. Throws LK0201 where no gateway has run.
 */
export async function withStores<T>(dataDir: string, work: (stores: Stores) => Promise<T>): Promise<T> {
	const { db, ...stores } = await openStores(storeIn(dataDir));
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
