import {
	copyFileSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	truncateSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { Incident } from "../../gateway/console/views/schemas.ts";
import type { SimNode } from "../../gateway/sim/node.ts";
import type { Push } from "../../gateway/sim/phones.ts";
import { answerPush } from "../../gateway/sim/simulation.ts";
import { Database } from "../../gateway/store/sqlite/database.ts";
import * as sqlite from "../../gateway/store/sqlite/sqlite.ts";
import { Beats } from "../harness/beats.ts";
import { type Gateway, until } from "../harness/harness.ts";
import { login } from "../harness/log-in.ts";
import { canFail, canMount, SmallWorld } from "../harness/small-world.ts";

/**
 * A disk that is full, cannot be written, is damaged or gone: alarms ring, and page, log and heartbeat say what is
 * wrong.
 */

interface Beat {
	well: boolean;
	store?: { why: string; state: string };
}

let world: SmallWorld;
let gateway: Gateway;
let beats: Beats<Beat>;
let password = "";

const chief = () => world.simulation.world.responsible;
const pushesTo = (person: string) => world.pushes.filter((p) => p.person === person);
const state = async () =>
	(await world.get("/api/state")) as { tower: { storeFault?: { why: string; state: string } }; incidents: Incident[] };
const fault = async () => (await state()).tower.storeFault;
const fires = async () => (await state()).incidents.filter((i) => i.kind === "fire");

async function open(disk: { diskMiB?: number; canFail?: boolean } = {}): Promise<void> {
	beats = await Beats.listen();
	world = await SmallWorld.open({ cameras: false, ...disk });
	const config = parse(readFileSync(world.simulation.configFile, "utf8"));
	config.reach.heartbeat = { url: beats.url, everyS: 10 };
	writeFileSync(world.simulation.configFile, stringify(config));
	gateway = await world.start();
	password = gateway.password ?? "";
	await world.enrol(chief());
}

async function closeWorld(): Promise<void> {
	beats.close();
	await world.stop();
}

async function nodes(): Promise<[SimNode, SimNode]> {
	const [first, second] = await world.nodes();
	if (!first || !second) throw new Error("the world has no two nodes");
	return [first, second];
}

const areBorn = async () => {
	const { sensors } = (await world.get("/api/state")) as { sensors: { lastAt?: number }[] };
	return sensors.every((s) => s.lastAt !== undefined);
};

async function saidEverywhere(why: string, where: string): Promise<void> {
	expect(await fault()).toMatchObject({ why, state: where });
	expect(gateway.output()).toMatch(new RegExp(`LK0203 the store: ${why}, ${where}`));
	await world.goOn(
		() => beats.heard.some((b) => !b.well && b.store?.state === where),
		15_000,
		"the heartbeat to say so",
	);
}

describe.skipIf(!canMount())("a disk of its own (skipped where none can be mounted)", () => {
	beforeEach(() => open({ diskMiB: 100 }));
	afterEach(closeWorld);

	it("full: alarms go into what was kept for them; when that is gone they ring from memory, answers count, and all is written later", async () => {
		const [first, second] = await nodes();
		await until(areBorn, 10_000, "all births");
		world.fillDisk();
		await first.alarm(400); // acknowledged: it is on the disk
		await until(() => pushesTo(chief()).length === 1, 10_000, "the chief to be told");
		await saidEverywhere("full", "reserve");

		world.fillDisk();
		let acknowledged = false;
		void second.alarm(400).then(() => {
			acknowledged = true;
		});
		await until(
			async () => (await fires()).some((i) => i.sources.includes("node-2")),
			15_000,
			"the second alarm to be judged",
		);
		await saidEverywhere("full", "memory");
		expect(acknowledged).toBe(false);
		expect(await login(gateway.consoleUrl, "duty", password)).toMatch(/lookout=/);
		await answerPush(pushesTo(chief())[0]?.push as Push, "going");
		expect((await fires()).some((i) => i.involved.some((p) => p.answer === "going"))).toBe(true);
		const told = pushesTo(chief()).length;

		world.emptyDisk();
		await world.goOn(async () => (await fault()) === undefined, 20_000, "the store to be well again");
		await until(() => acknowledged, 20_000, "the node to have its acknowledgement at last");
		// however often the node repeated it, it rang once
		expect(pushesTo(chief()).length).toBe(told);
		gateway.child.kill("SIGKILL");
		await gateway.ended;
		gateway = await world.start();
		expect((await fires()).some((i) => i.involved.some((p) => p.answer === "going"))).toBe(true);
	}, 120_000);

	it("full when a node comes: its birth is acknowledged, so that its alarm does not wait behind it", async () => {
		world.fillDisk();
		const [first] = await nodes();
		await until(areBorn, 10_000, "all births");
		await saidEverywhere("full", "reserve");
		await first.alarm(400); // acknowledged
		await until(() => pushesTo(chief()).length === 1, 10_000, "the chief to be told");
		expect((await fault())?.state).toBe("reserve");
	}, 60_000);

	it("started on a disk that cannot be written: open fires are there, alarms ring, and what happened is on the disk later", async () => {
		const [first, second] = await nodes();
		await first.alarm(400);
		await until(() => pushesTo(chief()).length === 1, 10_000, "the chief to be told");
		await gateway.stop();

		world.remount("ro");
		gateway = await world.start();
		expect((await fires())[0]?.sources).toContain("node-1");
		void second.alarm(400).catch(() => {});
		await until(
			async () => (await fires()).some((i) => i.sources.includes("node-2")),
			15_000,
			"the alarm to be judged",
		);
		await saidEverywhere("readOnly", "memory");
		world.remount("rw");
		await world.goOn(async () => (await fault()) === undefined, 20_000, "the store to be well again");
		gateway.child.kill("SIGKILL");
		await gateway.ended;
		gateway = await world.start();
		expect((await fires()).some((i) => i.sources.includes("node-2"))).toBe(true);
	}, 120_000);
});

describe.skipIf(!canFail())("a disk that fails while it is in use (skipped where no ext4 can be mounted)", () => {
	beforeEach(() => open({ diskMiB: 100, canFail: true }));
	afterEach(closeWorld);

	it("turns read-only under all that is open: alarms ring from memory; repaired, it has what was acknowledged, and gets the rest", async () => {
		const [first, second] = await nodes();
		await first.alarm(400);
		await until(() => pushesTo(chief()).length === 1, 10_000, "the chief to be told");
		world.failing.fail();
		let acknowledged = false;
		void second.alarm(400).then(() => {
			acknowledged = true;
		});
		await until(
			async () => (await fires()).some((i) => i.sources.includes("node-2")),
			15_000,
			"the second alarm to be judged",
		);
		await saidEverywhere("failing", "memory");
		expect(acknowledged).toBe(false);
		await gateway.stop();
		world.failing.repair();
		gateway = await world.start();
		// the second may have come again by now, and stands first then
		expect((await fires()).flatMap((i) => i.sources)).toContain("node-1");
		await until(
			() => acknowledged,
			20_000,
			() => `the node to have its acknowledgement at last; the gateway said:\n${gateway.output()}`,
		);
		await until(
			async () => (await fires()).some((i) => i.sources.includes("node-2")),
			10_000,
			"its alarm to be judged again",
		);
		expect(await fault()).toBeUndefined();
	}, 90_000);

	it("hangs, and neither takes nor refuses what is written: that is said, and what came meanwhile rings when it answers again", async () => {
		const [first] = await nodes();
		await until(areBorn, 10_000, "the births");
		let acknowledged = false;
		world.failing.freeze();
		try {
			void first.alarm(400).then(() => {
				acknowledged = true;
			});
			await world.goOn(async () => (await fault()) !== undefined, 20_000, "the page to say so");
			await saidEverywhere("silent", "waiting");
			expect(acknowledged).toBe(false);
		} finally {
			world.failing.thaw();
		}
		await until(() => acknowledged, 20_000, "the acknowledgement");
		await until(() => pushesTo(chief()).length === 1, 10_000, "the chief to be told");
		await world.goOn(async () => (await fault()) === undefined, 10_000, "the fault to go");
	}, 90_000);
});

describe("a store that is not as it was left", () => {
	beforeEach(() => open());
	afterEach(closeWorld);

	const store = () => join(world.data, "lookout.db");

	/** Stops the gateway with an open fire in its store, changes the store, and starts it again. */
	async function restartAfter(change: () => void): Promise<void> {
		const [first] = await nodes();
		await first.alarm(400);
		await until(() => pushesTo(chief()).length === 1, 10_000, "the chief to be told");
		await gateway.stop();
		// all of it in the file, and nothing beside it
		const db = await Database.open(store());
		await db.write([{ sql: "PRAGMA wal_checkpoint(TRUNCATE)" }]);
		await db.copyTo(join(world.folder, "copy.db"));
		await db.close();
		change();
		gateway = await world.start();
	}

	/** A second node's alarm rings, whatever became of the first one's. */
	async function stillRings(): Promise<void> {
		const [, second] = await nodes();
		await second.alarm(400);
		await until(
			async () => (await fires()).some((i) => i.sources.includes("node-2")),
			10_000,
			"the alarm to be judged",
		);
	}

	const overwrite = (from: number, bytes: number) => {
		const file = openSync(store(), "r+");
		writeSync(file, Buffer.alloc(bytes, 0xa5), 0, bytes, from);
	};

	it("64 bytes damaged where tables begin: it is set aside, what can be read of it is in use, and alarms ring", async () => {
		await restartAfter(() => overwrite(110, 64));
		expect(await login(gateway.consoleUrl, "duty", gateway.password ?? password)).toMatch(/lookout=/);
		if (gateway.password) await world.enrol(chief());
		await saidEverywhere("damaged", "replaced");
		expect(readdirSync(world.data).some((n) => n.startsWith("lookout.db.damaged-"))).toBe(true);
		await stillRings();
		world.pushes.length = 0; // what the damaged store held explains them
	}, 60_000);

	it("cut in half: it starts, and people are told by an alarm that comes then", async () => {
		await restartAfter(() => truncateSync(store(), Math.floor(statSync(store()).size / 8192) * 4096));
		await saidEverywhere("damaged", "replaced");
		await stillRings();
		world.pushes.length = 0;
	}, 60_000);

	it("gone: the daily copy takes its place, with accounts and open fires, and it is said", async () => {
		await restartAfter(() => {
			mkdirSync(join(world.data, "copies"));
			copyFileSync(join(world.folder, "copy.db"), join(world.data, "copies/2026-04-05.db"));
			for (const end of ["", "-wal", "-shm"]) rmSync(`${store()}${end}`, { force: true });
		});
		expect(gateway.password).toBeUndefined(); // no new first password
		await saidEverywhere("lost", "replaced");
		expect((await fires())[0]?.sources).toContain("node-1");
		const seen = async () => {
			const init = {
				method: "POST",
				headers: { cookie: world.cookie, "content-type": "application/json" },
				body: "{}",
			};
			return (await fetch(`${gateway.consoleUrl}/api/store/seen`, init)).status;
		};
		expect(await seen()).toBe(200);
		expect(await fault()).toBeUndefined();
		expect(await seen()).toBe(409);
		await stillRings();
	}, 60_000);

	it("taken away while it runs: it is written again with accounts, phones and open fires, and alarms ring before and after", async () => {
		const [first, second] = await nodes();
		await first.alarm(400);
		await until(() => pushesTo(chief()).length === 1, 10_000, "the chief to be told");
		for (const end of ["", "-wal", "-shm"]) rmSync(`${store()}${end}`, { force: true });
		await world.goOn(async () => (await fault())?.state === "replaced", 15_000, "the loss to be noticed");
		await saidEverywhere("lost", "replaced");
		await second.alarm(400);
		await until(
			async () => (await fires()).some((i) => i.sources.includes("node-2")),
			10_000,
			"the second alarm to be judged",
		);
		gateway.child.kill("SIGKILL");
		await gateway.ended;
		gateway = await world.start();
		expect(gateway.password).toBeUndefined();
		expect((await fires()).flatMap((i) => i.sources)).toEqual(expect.arrayContaining(["node-1", "node-2"]));
	}, 60_000);

	it("held by another program for itself: alarms ring meanwhile, and what happened is in it when it lets go", async () => {
		const [first] = await nodes();
		const other = await sqlite.connect(store());
		await sqlite.exec(other, "BEGIN EXCLUSIVE");
		void first.alarm(400);
		await until(() => pushesTo(chief()).length === 1, 10_000, "the chief to be told");
		await saidEverywhere("locked", "memory");
		await sqlite.exec(other, "COMMIT");
		await sqlite.close(other);
		await world.goOn(async () => (await fault()) === undefined, 15_000, "the store to be used again");
		gateway.child.kill("SIGKILL");
		await gateway.ended;
		gateway = await world.start();
		expect((await fires()).flatMap((i) => i.sources)).toContain("node-1");
	}, 60_000);

	it("the daily copy holds everything but readings, and opens as a store", async () => {
		await restartAfter(() => {});
		const copied = await Database.open(join(world.folder, "copy.db"));
		expect(Number((await copied.get("SELECT COUNT(*) AS n FROM incident"))?.["n"])).toBe(1);
		expect(Number((await copied.get("SELECT COUNT(*) AS n FROM ledger"))?.["n"])).toBeGreaterThan(1);
		expect(Number((await copied.get("SELECT COUNT(*) AS n FROM message"))?.["n"])).toBe(0);
		await copied.close();
	}, 60_000);
});
