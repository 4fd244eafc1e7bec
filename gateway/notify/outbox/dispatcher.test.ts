import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { delivery } from "../../../test/harness/deliveries.ts";
import { until } from "../../../test/harness/harness.ts";
import { ManualClock } from "../../base/clock.ts";
import { SeededRandom } from "../../base/random.ts";
import type { Delivery } from "../../model/delivery.ts";
import { createLog } from "../../ops/log/log.ts";
import { Database } from "../../store/sqlite/database.ts";
import { SqliteJudgementStore } from "../../store/sqlite/judgement.ts";
import { SqliteOutboxStore } from "../../store/sqlite/outbox.ts";
import { accepted, type Channel, failed, type Outcome, retry, unsure } from "../channels/channel.ts";
import { Dispatcher } from "./dispatcher.ts";

describe("outbox", () => {
	let folder: string;
	let db: Database;
	let store: SqliteOutboxStore;
	let judgements: SqliteJudgementStore;
	let clock: ManualClock;
	let dispatcher: Dispatcher | undefined;
	let sent: string[];
	let outcomes: Outcome[];
	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), "lookout-outbox-"));
		db = await Database.open(join(folder, "store.db"));
		store = new SqliteOutboxStore(db);
		judgements = new SqliteJudgementStore(db);
		clock = new ManualClock(0);
		sent = [];
		outcomes = [];
	});
	afterEach(async () => {
		await dispatcher?.stop();
		await db.close();
		rmSync(folder, { recursive: true });
	});

	const channel: Channel = {
		send: async (d) => {
			sent.push(d.id);
			return outcomes.shift() ?? accepted("ok");
		},
	};
	async function start(channels: Record<string, Channel> = { test: channel }, timeoutMs = 1000): Promise<void> {
		const options = { channels, timeoutMs, replyOf: async () => undefined };
		dispatcher = new Dispatcher(options, { store, clock, random: new SeededRandom(1), log: createLog("silent") });
		await dispatcher.start();
	}
	/** Lets the dispatcher work until the store agrees; the test's clock stands still meanwhile. */
	const settled = (id: string, state: string) =>
		until(async () => (await store.state(id)) === state, 10_000, `${id} to be ${state}`);

	it("many messages that go together hold up nobody else's first word on that channel", async () => {
		const to = (id: string, person: string, first: boolean) => {
			const d = delivery(id, "sms", person, person);
			return {
				...d,
				incidentId: `FF-${id}`,
				key: id,
				message: { ...d.message, incidentId: `FF-${id}`, ...(first ? { first } : {}) },
			};
		};
		const said: string[] = [];
		let letGo = () => {};
		const held = new Promise<void>((resolve) => {
			letGo = resolve;
		});
		const send = async (d: Delivery) => {
			said.push(d.personId ?? "");
			// the put-together one takes its time at the provider
			if (d.message.together) await held;
			return accepted("ok");
		};
		for (let n = 0; n < 120; n++) await store.add(to(`o${n}`, "officer", false));
		await start({ sms: { send } }, 60_000);
		await until(() => said.length === 4, 10_000, "those that go alone");
		await until(
			async () => {
				clock.advance(1000);
				return said.length === 5;
			},
			10_000,
			"the one for all that wait",
		);
		for (const who of ["a", "b", "c"]) await store.add({ ...to(who, who, true), createdAt: clock.now() });
		dispatcher?.wake();
		await until(() => ["a", "b", "c"].every((who) => said.includes(who)), 10_000, "the others' first words");
		letGo();
	});

	it("who reads of a fire in another's message while it ends hears that it is over", async () => {
		const of = (n: number) => {
			const d = delivery(`m${n}`, "sms", "officer", "officer");
			return { ...d, incidentId: `FF-${n}`, key: `m${n}`, message: { ...d.message, incidentId: `FF-${n}` } };
		};
		const said: Delivery[] = [];
		let letGo = () => {};
		const held = new Promise<void>((resolve) => {
			letGo = resolve;
		});
		const send = async (d: Delivery) => {
			said.push(d);
			if (d.message.together) await held;
			return accepted("ok");
		};
		for (let n = 0; n < 8; n++) await store.add(of(n));
		await start({ sms: { send } }, 60_000);
		await until(
			async () => {
				clock.advance(1000);
				return said.some((d) => d.message.together);
			},
			10_000,
			"the one that is on its way with the others",
		);
		const rider = [4, 5, 6, 7].map(of).find((d) => d.id !== said.at(-1)?.id) as Delivery;
		const over = {
			...rider,
			id: "over",
			key: "over",
			lane: "state" as const,
			ifNotified: [rider.incidentId],
			message: { ...rider.message, task: "standDown" as const },
		};
		const stops = [{ incidentId: rider.incidentId, why: "false" }];
		await judgements.commit({ eventId: "end", at: clock.now(), incidents: [], ledger: [], deliveries: [over], stops });
		letGo();
		await settled(rider.id, "accepted");
		expect(await store.state("over")).toBeDefined();
	});

	it("what somebody is just about to end goes in nobody's message with others", async () => {
		const message = (id: string, incidentId: string) => ({
			...delivery(id, "sms", "x", "officer"),
			incidentId,
			key: id,
		});
		const body = (until?: number) =>
			JSON.stringify({ id: "FF-e", ...(until === undefined ? {} : { ending: { until } }) });
		await db.write([
			{
				sql: "INSERT INTO incident (id, opened_at, open, body, changed_at) VALUES ('FF-e',0,1,?,0)",
				params: [body(60_000)],
			},
		]);
		await store.add(message("m1", "FF-1"));
		await store.add(message("m2", "FF-e"));
		const waiting = async (now: number) => (await store.waiting(message("m1", "FF-1"), now)).map((d) => d.id);
		expect(await waiting(1000)).toEqual(["m1"]);
		expect(await waiting(61_000)).toEqual(["m1", "m2"]);
	});

	it("records each attempt, waits longer after each failure, and ends with the first success", async () => {
		outcomes = [retry("busy"), retry("busy"), accepted("ok")];
		await store.add(delivery("d", "test"));
		await start();
		const row = async () => (await store.ofIncident("FF-1"))[0];
		/** The pause that the store holds after so many attempts; the clock is moved on only by it. */
		const pauseAfter = async (tries: number) => {
			await until(
				async () => {
					// the attempt is on the disk before the timer for the next one is set: move on in small steps until it fires
					if ((await row())?.tries.length === tries) return true;
					clock.advance(50);
					return false;
				},
				10_000,
				`attempt ${tries}`,
			);
			return ((await row())?.nextAt ?? 0) - ((await row())?.tries.at(-1)?.at ?? 0);
		};
		const [first, second] = [await pauseAfter(1), await pauseAfter(2)];
		expect(first).toBeGreaterThanOrEqual(1000);
		expect(second).toBeGreaterThan(first);
		await pauseAfter(3);
		await settled("d", "accepted");
		expect((await row())?.tries.map((t) => t.outcome)).toEqual(["retry", "retry", "accepted"]);
	});

	it("a refusal and an unknown channel are final, and stand in the way of nothing else", async () => {
		outcomes = [failed("no")];
		await store.add(delivery("bad", "test"));
		await store.add(delivery("lost", "nowhere"));
		await store.add(delivery("good", "test", "b"));
		await start();
		await settled("bad", "failed");
		await settled("lost", "failed");
		await settled("good", "accepted");
	});

	it("an answer stops what is still queued for that person, and for nobody else", async () => {
		await store.add(delivery("mine", "test", "a", "p1"));
		await store.add(delivery("theirs", "test", "b", "p2"));
		const stops = [{ incidentId: "FF-1", personId: "p1", why: "going" }];
		await judgements.commit({ eventId: "e", at: 1, incidents: [], ledger: [], deliveries: [], stops });
		await start();
		await settled("theirs", "accepted");
		expect(await store.state("mine")).toBe("stopped");
		expect(sent).toEqual(["theirs"]);
	});

	it("what was being sent when the process ended is sent again after the restart", async () => {
		await store.add(delivery("d", "test"));
		await store.claim("d");
		await start();
		await settled("d", "accepted");
		expect(sent).toEqual(["d"]);
	});

	it("an outcome that the disk refuses is written later, and nothing hangs", async () => {
		await store.add(delivery("d", "test"));
		const settle = store.settle.bind(store);
		let refusals = 2;
		store.settle = (...args) => (refusals-- > 0 ? Promise.reject(new Error("disk full")) : settle(...args));
		await start();
		await until(
			async () => {
				clock.advance(1000);
				return (await store.state("d")) === "accepted";
			},
			10_000,
			"the outcome on the disk",
		);
		expect(sent).toEqual(["d"]);
	});

	it("a channel that takes one at a time holds up no other, and an answer stops what waits for it", async () => {
		const serial: string[] = [];
		let free: () => void = () => {};
		const slow: Channel = {
			atOnce: 1,
			send: async (d) => {
				serial.push(d.id);
				await new Promise<void>((resolve) => {
					free = resolve;
				});
				return accepted("ok");
			},
		};
		for (let i = 0; i < 200; i++) await store.add({ ...delivery(`m${i}`, "slow", "a", "p1"), createdAt: i });
		await store.add({ ...delivery("other", "test", "b", "p2"), createdAt: 999 });
		clock.advance(1000);
		await start({ test: channel, slow }, 60_000);
		await settled("other", "accepted");
		expect(serial).toEqual(["m0"]);
		const stops = [{ incidentId: "FF-1", personId: "p1", why: "false" }];
		await judgements.commit({ eventId: "e", at: 1, incidents: [], ledger: [], deliveries: [], stops });
		free();
		await settled("m0", "accepted");
		expect(serial).toEqual(["m0"]);
		expect(await store.state("m1")).toBe("stopped");
	});

	it("three copies at the most may have been delivered; what is given up counts as not reached", async () => {
		outcomes = [unsure("broken"), retry("busy"), unsure("broken"), unsure("broken"), accepted("never asked for")];
		await store.add(delivery("d", "test"));
		await start();
		await until(
			async () => {
				clock.advance(5000);
				return (await store.state("d")) === "failed";
			},
			10_000,
			"it to be given up",
		);
		// a plain refusal is no copy
		expect(sent).toEqual(["d", "d", "d", "d"]);
		expect((await store.ofIncident("FF-1"))[0]?.tries.at(-1)?.outcome).toBe("unsure");
	});

	it("crashes between sending and its outcome count as copies too, and those before it cost nothing", async () => {
		await store.add(delivery("d", "test"));
		for (let crash = 0; crash < 3; crash++) {
			await store.claim("d");
			await store.recover(crash);
		}
		// a fourth would be one too many
		await start();
		await settled("d", "failed");
		expect(sent).toEqual([]);
		await store.add(delivery("fresh", "test"));
		await store.recover(9); // the process ended while it waited
		dispatcher?.wake();
		await settled("fresh", "accepted");
		expect((await store.delivery("fresh"))?.attempts).toBe(1);
	});

	it("channels that hang hold up no other, and one that hangs is tried one at a time", async () => {
		let hanging = 0;
		let most = 0;
		const hung: Channel = {
			send: (_d, _r, signal) =>
				new Promise((resolve) => {
					most = Math.max(most, ++hanging);
					signal.addEventListener("abort", () => {
						hanging--;
						resolve(unsure("no answer in time"));
					});
				}),
		};
		for (const name of ["ntfy", "sms", "voice"])
			for (let i = 0; i < 300; i++) await store.add({ ...delivery(`${name}${i}`, name, `a${i}`), createdAt: 0 });
		await store.add({ ...delivery("mine", "test", "b"), createdAt: 1 });
		clock.advance(1000);
		await start({ test: channel, ntfy: hung, sms: hung, voice: hung }, 300);
		await settled("mine", "accepted");
		expect(most).toBeGreaterThan(100);
		// after a round without an answer each is tried one at a time
		await until(() => hanging <= 3, 10_000, "the lanes to narrow");
	});

	it("a receiver that hangs holds up no other of its channel, and what was never tried goes before what is repeated", async () => {
		const webhook: Channel = {
			send: async (d, _r, signal) => {
				if (d.address === "good") return accepted("ok");
				return new Promise((resolve) => signal.addEventListener("abort", () => resolve(unsure("no answer in time"))));
			},
		};
		for (let i = 0; i < 8; i++) await store.add({ ...delivery(`h${i}`, "webhook", "hangs"), createdAt: 0 });
		await start({ webhook }, 100);
		for (let i = 0; i < 8; i++)
			await until(async () => (await store.delivery(`h${i}`))?.attempts === 1, 10_000, "the first tries to hang");
		await store.add(delivery("g", "webhook", "good"));
		dispatcher?.wake();
		await settled("g", "accepted");
		await store.add({ ...delivery("h-new", "webhook", "hangs"), createdAt: 3_600_000 });
		expect((await store.due(3_600_000, 2)).map((d) => d.id)).toEqual(["h-new", "h0"]);
		expect(await store.due(3_600_000, 2, ["webhook:hangs"])).toEqual([]);
	});

	it("a channel that keeps to no time holds its place no longer than that", async () => {
		const talking: Channel = { send: () => new Promise(() => {}) };
		await store.add(delivery("t", "test"));
		await start({ test: talking }, 300);
		await until(async () => (await store.delivery("t"))?.state === "trying", 5_000, "it to be sent");
		clock.advance(3_000);
		await until(async () => (await store.delivery("t"))?.attempts === 1, 5_000, "it to be given up");
		expect((await store.ofIncident("FF-1"))[0]?.tries.at(-1)).toMatchObject({ outcome: "unsure" });
	});

	it("a channel that needs longer than others has its own time: what it still sends is not sent beside it", async () => {
		let finish: (outcome: Outcome) => void = () => {};
		const slow: Channel = {
			takesMs: 60_000,
			send: () =>
				new Promise((resolve) => {
					finish = resolve;
				}),
		};
		await store.add(delivery("s", "test"));
		await start({ test: slow }, 300);
		await until(async () => (await store.delivery("s"))?.state === "trying", 5_000, "it to be sent");
		clock.advance(30_000);
		expect((await store.delivery("s"))?.state).toBe("trying");
		finish(accepted("sent"));
		await settled("s", "accepted");
	});

	it("a receiver that refuses narrows no lane: others on its channel go side by side", async () => {
		// nobody is answered before all are under way
		const waiting: (() => void)[] = [];
		const webhook: Channel = {
			send: async (d) => {
				if (d.address === "wrong") return retry("HTTP 404");
				await new Promise<void>((resolve) => {
					waiting.push(resolve);
					if (waiting.length === 20) for (const release of waiting) release();
				});
				return accepted("ok");
			},
		};
		for (let i = 0; i < 20; i++) await store.add({ ...delivery(`w${i}`, "webhook", "wrong"), createdAt: 0 });
		await start({ webhook }, 1000);
		await until(async () => (await store.delivery("w19"))?.attempts === 1, 10_000, "the refusals");
		for (let i = 0; i < 20; i++) await store.add({ ...delivery(`g${i}`, "webhook", "good"), createdAt: 0 });
		dispatcher?.wake();
		await until(() => waiting.length === 20, 5_000, "all twenty to be under way");
		for (let i = 0; i < 20; i++) await settled(`g${i}`, "accepted");
	});

	it("tells of people none of whose addresses has taken a message, and of nobody else", async () => {
		await store.add(delivery("a1", "test", "a", "anna"));
		await store.add(delivery("a2", "nowhere", "a", "anna"));
		await store.add(delivery("b1", "nowhere", "b", "bert"));
		await start();
		await settled("a1", "accepted");
		await settled("b1", "failed");
		expect(await store.notReached(0, 1_000, 60_000)).toEqual([{ incidentId: "FF-1", personId: "bert" }]);
		await store.add({ ...delivery("c1", "test", "c", "carl"), createdAt: 10 });
		await dispatcher?.stop();
		expect((await store.notReached(0, 60_011, 60_000)).map((r) => r.personId)).toContain("bert");
	});
});
