import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ManualClock } from "../base/clock.ts";
import type { JudgeEvent } from "../model/event.ts";
import { createLog } from "../ops/log/log.ts";
import { SqliteCommandStore } from "../store/sqlite/commands.ts";
import { Database } from "../store/sqlite/database.ts";
import { SqliteMessageStore } from "../store/sqlite/messages.ts";
import { Sense } from "./sense.ts";

it("a node that has not spoken for its time becomes an alarm of kind silent", async () => {
	const folder = mkdtempSync(join(tmpdir(), "lookout-silence-"));
	const db = await Database.open(join(folder, "store.db"));
	const clock = new ManualClock();
	const events: JudgeEvent[] = [];
	const nodes = [{ id: "n1", name: "n1", position: { lat: 1, lon: 2 }, credential: "", silentAfterMs: 180_000 }];
	const options = {
		host: "127.0.0.1",
		port: 0,
		maxPacketBytes: 1024,
		maxClients: 1,
		towerId: "t",
		nodes,
		exercise: false,
		retentionDays: 1,
	};
	const sense = new Sense(
		{ ...options, commands: new SqliteCommandStore(db), onEvent: (e) => events.push(e) },
		clock,
		createLog("silent"),
		new SqliteMessageStore(db),
	);
	await sense.start();
	clock.advance(179_999);
	expect(events).toEqual([]);
	clock.advance(1);
	expect(events).toMatchObject([{ type: "alarm", alarm: { kind: "silent", nodeId: "n1" } }]);
	expect(sense.nodes()[0]?.silent).toBe(true);
	await sense.stop();
	await db.close();
	rmSync(folder, { recursive: true });
});
