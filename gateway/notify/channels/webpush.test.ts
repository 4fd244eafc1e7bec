import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { delivery, reply, signal } from "../../../test/harness/channels.ts";
import { Phones } from "../../sim/phones.ts";
import { SqliteAccountStore } from "../../store/sqlite/accounts.ts";
import { Database } from "../../store/sqlite/database.ts";
import { makeVapidKeys, WebPushChannel } from "./webpush.ts";

describe("Web Push", () => {
	let folder: string;
	let db: Database;
	let phones: Phones;
	let accounts: SqliteAccountStore;
	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), "lookout-push-"));
		db = await Database.open(join(folder, "store.db"));
		accounts = new SqliteAccountStore(db);
		phones = new Phones(() => {});
		await phones.start();
		const { endpoint, keys } = phones.add("p1").subscription;
		await accounts.addSubscription({ endpoint, personId: "p1", ...keys, createdAt: 0, device: "test" });
	});
	afterEach(async () => {
		await phones.stop();
		await db.close();
		rmSync(folder, { recursive: true });
	});

	it.each([
		[201, "accepted", 1],
		[404, "failed", 0],
		[410, "failed", 0],
		[403, "retry", 1],
		[429, "retry", 1],
		[413, "failed", 1],
	])("HTTP %d is %s, and %d subscription is left", async (status, expected, left) => {
		phones.answer = status;
		const push = new WebPushChannel(
			{ subject: "mailto:a@lookout.example", ...makeVapidKeys(), agent: phones.agent },
			accounts,
		);
		expect((await push.send(delivery("webpush", ""), reply, signal())).kind).toBe(expected);
		expect(await accounts.subscriptions("p1")).toHaveLength(left);
	});

	it("a person without a phone cannot be pushed to", async () => {
		const push = new WebPushChannel(
			{ subject: "mailto:a@lookout.example", ...makeVapidKeys(), agent: phones.agent },
			accounts,
		);
		expect((await push.send({ ...delivery("webpush", ""), personId: "p2" }, reply, signal())).kind).toBe("failed");
	});
});
