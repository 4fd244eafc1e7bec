import { join } from "node:path";
import { LookoutError } from "../base/errors.ts";
import type { Incident } from "../model/incident.ts";
import { Database } from "../store/database.ts";
import { JudgementStore } from "../store/judgement.ts";
import { OutboxStore } from "../store/outbox.ts";
import { PrivacyStore } from "../store/privacy.ts";
import { openModel } from "../watch/detect/manifest.ts";

/** A tower's store, for commands that read it beside a gateway that may be running. Close `db` after use. */
export async function openStores(file: string): Promise<{ db: Database; judgements: JudgementStore; outbox: OutboxStore }> {
	const db = await Database.open(file);
	return { db, judgements: new JudgementStore(db), outbox: new OutboxStore(db) };
}

/** Erases a person from a tower's store; answers with the pictures to delete. */
export async function forgetPerson(dataDir: string, personId: string, by: string, now: number): Promise<string[]> {
	const db = await Database.open(join(dataDir, "lookout.db"));
	try {
		if (!(await new PrivacyStore(db).knows(personId)))
			throw new LookoutError("LK0901", `nothing is kept of "${personId}"`, { hint: "The id is the one in the register's people file." });
		return await new PrivacyStore(db).forget(personId, by, now);
	} finally {
		await db.close();
	}
}

/** What commands read of a tower's data: incidents that ended, and the width its detector works at. */
export async function readVerdicts(dataDir: string, model: string, since: number): Promise<{ incidents: Incident[]; width: number }> {
	const { db, judgements } = await openStores(join(dataDir, "lookout.db"));
	try {
		return { incidents: await judgements.endedSince(since), width: openModel(model).manifest.inputWidth };
	} finally {
		await db.close();
	}
}
