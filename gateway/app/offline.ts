import { LookoutError } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import { Passwords } from "../console/api/passwords.ts";
import type { Incident } from "../model/incident.ts";
import { dropFirstPassword } from "../ops/first-password.ts";
import { makeCredential } from "../sense/broker/credentials.ts";
import { erasePerson } from "../store/erasure.ts";
import { openStores, storeFile } from "../store/open.ts";
import { openModel } from "../watch/detect/manifest.ts";

/** Makes another password for the desk, and ends its sessions; that it was done stands in the ledger. Returns it. */
export async function newDeskPassword(dataDir: string, by: string, now: number, random: Random): Promise<string> {
	const { db, accounts, judgements } = await openStores(storeFile(dataDir));
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

/** Erases a person from a tower's store; answers with the pictures to delete. Throws LK0901 where nothing is kept. */
export async function forgetPerson(dataDir: string, personId: string, by: string, at: number): Promise<string[]> {
	const pictures = await erasePerson(storeFile(dataDir), { personId, by, at });
	if (pictures) return pictures;
	throw new LookoutError("LK0901", `nothing is kept of "${personId}"`, {
		hint: "The id is the one in the register's people file.",
	});
}

/** What commands read of a tower's data: incidents that ended, and the width its detector works at. */
export async function readVerdicts(
	dataDir: string,
	model: string,
	since: number,
): Promise<{ incidents: Incident[]; width: number }> {
	const { db, judgements } = await openStores(storeFile(dataDir));
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
