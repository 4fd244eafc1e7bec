import { existsSync, rmSync } from "node:fs";
import { openStores } from "./open.ts";
import { keptFiles } from "./sqlite/keeper.ts";

/**
 * Erases a person from a store and from its copies, `at` ms since 1970; answers with the pictures to delete. Undefined
 * when nothing is kept of anybody of that id.
 */
export async function erasePerson(
	file: string,
	{ personId, by, at }: { personId: string; by: string; at: number },
): Promise<string[] | undefined> {
	const { db, privacy } = await openStores(file);
	try {
		if (!(await privacy.knows(personId))) return undefined;
		const pictures = await privacy.forget(personId, by, at);
		for (const copy of keptFiles(db.path)) await eraseInCopy(copy, personId, by, at);
		return pictures;
	} finally {
		await db.close();
	}
}

/** A copy forgets with the store; one that cannot, such as a damaged store that was set aside, goes. */
async function eraseInCopy(file: string, personId: string, by: string, at: number): Promise<void> {
	if (!existsSync(file)) return; // the log of one that has gone already
	try {
		const { db, privacy } = await openStores(file);
		await privacy.forget(personId, by, at);
		await db.close();
		rmSync(`${file}.exists`, { force: true });
	} catch {
		rmSync(file, { force: true });
	}
}
