import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LookoutError } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import { Passwords } from "../console/api/passwords.ts";
import type { Incident } from "../model/incident.ts";
import { dropFirstPassword } from "../ops/first-password.ts";
import { makeCredential } from "../sense/broker/credentials.ts";
import { openStores } from "../store/open.ts";
import { keptFiles } from "../store/sqlite/keeper.ts";
import { openModel } from "../watch/detect/manifest.ts";

/** Makes another password for the desk, and ends its sessions; that it was done stands in the ledger. Returns it. */
export async function newDeskPassword(dataDir: string, by: string, now: number, random: Random): Promise<string> {
	const { db, accounts, judgements } = await openStores(join(dataDir, "lookout.db"));
	try {
		const made = await new Passwords(accounts, random).reset();
		const detail = { how: "at the machine" };
		await judgements.ledger.append([{ at: now, incidentId: "", what: "password", who: by, detail }]);
		dropFirstPassword(dataDir);
		return made;
	} finally {
		await db.close();
	}
}

/** Erases a person from a tower's store; answers with the pictures to delete. */
export async function forgetPerson(dataDir: string, personId: string, by: string, now: number): Promise<string[]> {
	const { db, privacy } = await openStores(join(dataDir, "lookout.db"));
	try {
		if (!(await privacy.knows(personId)))
			throw new LookoutError("LK0901", `nothing is kept of "${personId}"`, {
				hint: "The id is the one in the register's people file.",
			});
		const pictures = await privacy.forget(personId, by, now);
		for (const file of keptFiles(db.path)) await forgetInCopy(file, personId, by, now);
		return pictures;
	} finally {
		await db.close();
	}
}

/** A copy forgets with the store; one that cannot, such as a damaged store that was set aside, goes. */
async function forgetInCopy(file: string, personId: string, by: string, now: number): Promise<void> {
	if (!existsSync(file)) return; // the log of one that has gone already
	try {
		const { db, privacy } = await openStores(file);
		await privacy.forget(personId, by, now);
		await db.close();
		rmSync(`${file}.exists`, { force: true });
	} catch {
		rmSync(file, { force: true });
	}
}

/** What commands read of a tower's data: incidents that ended, and the width its detector works at. */
export async function readVerdicts(
	dataDir: string,
	model: string,
	since: number,
): Promise<{ incidents: Incident[]; width: number }> {
	const { db, judgements } = await openStores(join(dataDir, "lookout.db"));
	try {
		return { incidents: await judgements.endedSince(since), width: openModel(model).manifest.inputWidth };
	} finally {
		await db.close();
	}
}

/** A node's password and the hash of it that the configuration keeps. */
export function makeNodeCredential(random: Random): { password: string; credential: string } {
	return makeCredential(random);
}
