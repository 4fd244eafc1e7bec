import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { delivery } from "../../../test/harness/deliveries.ts";
import { until } from "../../../test/harness/harness.ts";
import { TestOutbox } from "../../../test/harness/outbox.ts";
import { accepted, type Channel, failed, type Outcome, retry, unsure } from "../channels/channel.ts";

describe("outbox", () => {
	let outbox: TestOutbox;
	let store: TestOutbox["store"];
	let judgements: TestOutbox["judgements"];
	let clock: TestOutbox["clock"];
	beforeEach(async () => {
		outbox = await TestOutbox.open();
		({ store, judgements, clock } = outbox);
	});
	afterEach(() => outbox.close());

	it("records each attempt, waits longer after each failure, and ends with the first success", async () => {
		outbox.outcomes.push(retry("busy"), retry("busy"), accepted("ok"));
		await store.add(delivery("d", "test"));
		await outbox.start();
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
		await outbox.settled("d", "accepted");
		expect((await row())?.tries.map((t) => t.outcome)).toEqual(["retry", "retry", "accepted"]);
	});

	it("a refusal and an unknown channel are final, and stand in the way of nothing else", async () => {
		outbox.outcomes.push(failed("no"));
		await store.add(delivery("bad", "test"));
		await store.add(delivery("lost", "nowhere"));
		await store.add(delivery("good", "test", "b"));
		await outbox.start();
		await outbox.settled("bad", "failed");
		await outbox.settled("lost", "failed");
		await outbox.settled("good", "accepted");
	});

	it("an answer stops what is still queued for that person, and for nobody else", async () => {
		await store.add(delivery("mine", "test", "a", "p1"));
		await store.add(delivery("theirs", "test", "b", "p2"));
		const stops = [{ incidentId: "FF-1", personId: "p1", why: "going" }];
		await judgements.commit({ eventId: "e", at: 1, incidents: [], ledger: [], deliveries: [], stops });
		await outbox.start();
		await outbox.settled("theirs", "accepted");
		expect(await store.state("mine")).toBe("stopped");
		expect(outbox.sent).toEqual(["theirs"]);
	});

	it("what was being sent when the process ended is sent again after the restart", async () => {
		await store.add(delivery("d", "test"));
		await store.claim("d");
		await outbox.start();
		await outbox.settled("d", "accepted");
		expect(outbox.sent).toEqual(["d"]);
	});

	it("an outcome that the disk refuses is written later, and nothing hangs", async () => {
		await store.add(delivery("d", "test"));
		const settle = store.settle.bind(store);
		let refusals = 2;
		store.settle = (...args) => (refusals-- > 0 ? Promise.reject(new Error("disk full")) : settle(...args));
		await outbox.start();
		await outbox.goOn(async () => (await store.state("d")) === "accepted", "the outcome on the disk");
		expect(outbox.sent).toEqual(["d"]);
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
		await outbox.start({ test: outbox.channel, slow }, 60_000);
		await outbox.settled("other", "accepted");
		expect(serial).toEqual(["m0"]);
		const stops = [{ incidentId: "FF-1", personId: "p1", why: "false" }];
		await judgements.commit({ eventId: "e", at: 1, incidents: [], ledger: [], deliveries: [], stops });
		free();
		await outbox.settled("m0", "accepted");
		expect(serial).toEqual(["m0"]);
		expect(await store.state("m1")).toBe("stopped");
	});

	it("three copies at the most may have been delivered; what is given up counts as not reached", async () => {
		outbox.outcomes.push(
			unsure("broken"),
			retry("busy"),
			unsure("broken"),
			unsure("broken"),
			accepted("never asked for"),
		);
		await store.add(delivery("d", "test"));
		await outbox.start();
		await until(
			async () => {
				clock.advance(5000);
				return (await store.state("d")) === "failed";
			},
			10_000,
			"it to be given up",
		);
		// a plain refusal is no copy
		expect(outbox.sent).toEqual(["d", "d", "d", "d"]);
		expect((await store.ofIncident("FF-1"))[0]?.tries.at(-1)?.outcome).toBe("unsure");
	});

	it("crashes between sending and its outcome count as copies too, and those before it cost nothing", async () => {
		await store.add(delivery("d", "test"));
		for (let crash = 0; crash < 3; crash++) {
			await store.claim("d");
			await store.recover(crash);
		}
		// a fourth would be one too many
		await outbox.start();
		await outbox.settled("d", "failed");
		expect(outbox.sent).toEqual([]);
		await store.add(delivery("fresh", "test"));
		await store.recover(9); // the process ended while it waited
		outbox.dispatcher?.wake();
		await outbox.settled("fresh", "accepted");
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
		await outbox.start({ test: outbox.channel, ntfy: hung, sms: hung, voice: hung }, 300);
		await outbox.settled("mine", "accepted");
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
		await outbox.start({ webhook }, 100);
		for (let i = 0; i < 8; i++)
			await until(async () => (await store.delivery(`h${i}`))?.attempts === 1, 10_000, "the first tries to hang");
		await store.add(delivery("g", "webhook", "good"));
		outbox.dispatcher?.wake();
		await outbox.settled("g", "accepted");
		await store.add({ ...delivery("h-new", "webhook", "hangs"), createdAt: 3_600_000 });
		expect((await store.due(3_600_000, 2)).map((d) => d.id)).toEqual(["h-new", "h0"]);
		expect(await store.due(3_600_000, 2, ["webhook:hangs"])).toEqual([]);
	});

	it("a channel that keeps to no time holds its place no longer than that", async () => {
		const isTalking = Promise.withResolvers<void>();
		const send = () => {
			isTalking.resolve();
			return new Promise<Outcome>(() => {});
		};
		await store.add(delivery("t", "test"));
		await outbox.start({ test: { send } }, 300);
		// its time runs from the turn in which it begins to send
		await isTalking.promise;
		clock.advance(3_000);
		await until(async () => (await store.delivery("t"))?.attempts === 1, 5_000, "it to be given up");
		expect((await store.ofIncident("FF-1"))[0]?.tries.at(-1)).toMatchObject({ outcome: "unsure" });
	});

	it("a channel that needs longer than others has its own time: what it still sends is not sent beside it", async () => {
		const isSending = Promise.withResolvers<void>();
		const outcome = Promise.withResolvers<Outcome>();
		const send = () => {
			isSending.resolve();
			return outcome.promise;
		};
		await store.add(delivery("s", "test"));
		await outbox.start({ test: { takesMs: 60_000, send } }, 300);
		await isSending.promise;
		clock.advance(30_000);
		expect((await store.delivery("s"))?.state).toBe("trying");
		outcome.resolve(accepted("sent"));
		await outbox.settled("s", "accepted");
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
		await outbox.start({ webhook }, 1000);
		await until(async () => (await store.delivery("w19"))?.attempts === 1, 10_000, "the refusals");
		for (let i = 0; i < 20; i++) await store.add({ ...delivery(`g${i}`, "webhook", "good"), createdAt: 0 });
		outbox.dispatcher?.wake();
		await until(() => waiting.length === 20, 5_000, "all twenty to be under way");
		for (let i = 0; i < 20; i++) await outbox.settled(`g${i}`, "accepted");
	});

	it("tells of people none of whose addresses has taken a message, and of nobody else", async () => {
		await store.add(delivery("a1", "test", "a", "anna"));
		await store.add(delivery("a2", "nowhere", "a", "anna"));
		await store.add(delivery("b1", "nowhere", "b", "bert"));
		await outbox.start();
		await outbox.settled("a1", "accepted");
		await outbox.settled("b1", "failed");
		expect(await store.notReached(0, 1_000, 60_000)).toEqual([{ incidentId: "FF-1", personId: "bert" }]);
		await store.add({ ...delivery("c1", "test", "c", "carl"), createdAt: 10 });
		await outbox.dispatcher?.stop();
		expect((await store.notReached(0, 60_011, 60_000)).map((r) => r.personId)).toContain("bert");
	});
});
