import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Database } from "./database.ts";
import { SqliteJudgementStore } from "./judgement.ts";

let folder: string;
let db: Database;
let judgements: SqliteJudgementStore;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lookout-ledger-"));
	db = await Database.open(join(folder, "store.db"));
	judgements = new SqliteJudgementStore(db);
});

afterEach(async () => {
	await db.close();
	rmSync(folder, { recursive: true });
});

it("the ledger is chained: a changed line is found", async () => {
	const entry = (n: number) => ({ at: n, incidentId: "FF-1", what: "step" as const, who: "rule", detail: { n } });
	await judgements.commit({
		eventId: "a",
		at: 1,
		incidents: [],
		ledger: [entry(1), entry(2)],
		deliveries: [],
		stops: [],
	});
	await judgements.commit({ eventId: "b", at: 2, incidents: [], ledger: [entry(3)], deliveries: [], stops: [] });
	expect(await judgements.ledger.firstBroken()).toBeUndefined();
	await db.write([{ sql: "UPDATE ledger SET who='nobody' WHERE n=2" }]);
	expect(await judgements.ledger.firstBroken()).toBe(2);
});
