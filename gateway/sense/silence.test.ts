import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../base/clock.ts";
import type { JudgeEvent } from "../model/event.ts";
import { createLog } from "../ops/log/log.ts";
import { SqliteCommandStore } from "../store/sqlite/commands.ts";
import { Database } from "../store/sqlite/database.ts";
import { SqliteMessageStore } from "../store/sqlite/messages.ts";
import { Sense } from "./sense.ts";

let folder: string;
let db: Database;
let clock: ManualClock;
let events: JudgeEvent[];

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lookout-silence-"));
	db = await Database.open(join(folder, "store.db"));
	clock = new ManualClock();
	events = [];
});
afterEach(async () => {
	await db.close();
	rmSync(folder, { recursive: true });
});

const sensing = (more: Partial<ConstructorParameters<typeof Sense>[0]> = {}) =>
	new Sense(
		{
			host: "127.0.0.1",
			port: 0,
			maxPacketBytes: 1024,
			maxClients: 1,
			towerId: "t",
			nodes: [{ id: "n1", name: "n1", position: { lat: 1, lon: 2 }, credential: "", silentAfterMs: 180_000 }],
			exercise: false,
			retentionDays: 1,
			commands: new SqliteCommandStore(db),
			onEvent: (e) => events.push(e),
			...more,
		},
		clock,
		createLog("silent"),
		new SqliteMessageStore(db),
	);

it("a node that has not spoken for its time becomes an alarm of kind silent", async () => {
	const sense = sensing();
	await sense.start();
	clock.advance(179_999);
	expect(events).toEqual([]);
	clock.advance(1);
	expect(events).toMatchObject([{ type: "alarm", alarm: { kind: "silent", nodeId: "n1" } }]);
	expect(sense.nodes()[0]?.silent).toBe(true);
	await sense.stop();
});

it("messages that have had their time go by themselves, and stay while nobody can say what time it is", async () => {
	const store = new SqliteMessageStore(db);
	const stored = async () => Number((await db.get("SELECT COUNT(*) AS n FROM message"))?.["n"]);
	const old = { node: "n1", boot: 1, kind: 2, receivedAt: clock.now(), payload: new Uint8Array(3) };
	await new Promise<void>((done) => store.add({ ...old, seq: 1 }, () => done()));
	let isTrusted = false;
	const sense = sensing({ mayForget: () => isTrusted });
	await sense.start();
	clock.advance(2 * 86_400_000);
	await new Promise<void>((done) => store.add({ ...old, seq: 2, receivedAt: clock.now() }, () => done()));
	expect(await stored()).toBe(2);
	isTrusted = true;
	clock.advance(3_600_000);
	await expect.poll(stored).toBe(1);
	await sense.stop();
});
