import { join } from "node:path";
import type { Incident } from "../model/incident.ts";
import { Database } from "../store/database.ts";
import { JudgementStore } from "../store/judgement.ts";
import { openModel } from "../watch/detect/manifest.ts";

/** What commands read of a tower's data beside a gateway that may be running: incidents that ended, and the width its detector works at. */
export async function readVerdicts(dataDir: string, model: string, since: number): Promise<{ incidents: Incident[]; width: number }> {
	const db = await Database.open(join(dataDir, "lookout.db"));
	try {
		return { incidents: await new JudgementStore(db).endedSince(since), width: openModel(model).manifest.inputWidth };
	} finally {
		await db.close();
	}
}
