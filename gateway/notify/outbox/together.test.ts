import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { delivery } from "../../../test/harness/deliveries.ts";
import { until } from "../../../test/harness/harness.ts";
import { TestOutbox } from "../../../test/harness/outbox.ts";
import type { Delivery } from "../../model/delivery.ts";
import { accepted } from "../channels/channel.ts";

describe("messages that go together", () => {
	let outbox: TestOutbox;
	let store: TestOutbox["store"];
	let judgements: TestOutbox["judgements"];
	let clock: TestOutbox["clock"];
	beforeEach(async () => {
		outbox = await TestOutbox.open();
		({ store, judgements, clock } = outbox);
	});
	afterEach(() => outbox.close());

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
		await outbox.start({ sms: { send } }, 60_000);
		await until(() => said.length === 4, 10_000, "those that go alone");
		await outbox.goOn(() => said.length === 5, "the one for all that wait");
		for (const who of ["a", "b", "c"]) await store.add({ ...to(who, who, true), createdAt: clock.now() });
		outbox.dispatcher?.wake();
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
		await outbox.start({ sms: { send } }, 60_000);
		await outbox.goOn(() => said.some((d) => d.message.together), "the one that is on its way with the others");
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
		await outbox.settled(rider.id, "accepted");
		expect(await store.state("over")).toBeDefined();
	});

	it("what ended while others were gathered stands in no message with them", async () => {
		const of = (n: number, confirmed = false) => {
			const d = delivery(`m${n}`, "sms", "officer", "officer");
			const message = { ...d.message, short: `short ${n}`, incidentId: `FF-${n}`, confirmed };
			return { ...d, incidentId: `FF-${n}`, key: `m${n}`, createdAt: n, message };
		};
		const said: Delivery[] = [];
		const send = async (d: Delivery) => {
			said.push(d);
			return accepted("ok");
		};
		for (let n = 0; n < 5; n++) await store.add(of(n));
		await store.add(of(5, true));
		await store.add(of(6));
		// the fourth leads: somebody ends it right when it is about to go in the words of the confirmed one
		const claim = store.claim.bind(store);
		store.claim = async (id) => {
			if (id === "m4") {
				const stops = [{ incidentId: "FF-4", why: "false" }];
				await judgements.commit({ eventId: "end", at: clock.now(), incidents: [], ledger: [], deliveries: [], stops });
			}
			return claim(id);
		};
		await outbox.start({ sms: { send } }, 60_000);
		await outbox.goOn(() => said.length === 5, "the one for all that wait");
		await outbox.settled("m6", "accepted");
		expect(said[4]).toMatchObject({ id: "m5", message: { together: true } });
		expect(said[4]?.message.body).toMatch(/short 6/);
		expect(said[4]?.message.body).not.toMatch(/short 4/);
		expect(await store.state("m4")).toBe("stopped");
	});

	it("what somebody is just about to end goes in nobody's message with others", async () => {
		const message = (id: string, incidentId: string) => ({
			...delivery(id, "sms", "x", "officer"),
			incidentId,
			key: id,
		});
		const body = (until?: number) =>
			JSON.stringify({ id: "FF-e", ...(until === undefined ? {} : { ending: { until } }) });
		await outbox.db.write([
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

	it("a message for many that a kill cut off goes as one again, not as many", async () => {
		const of = (n: number) => {
			const d = delivery(`m${n}`, "sms", "officer", "officer");
			return { ...d, incidentId: `FF-${n}`, key: `m${n}`, message: { ...d.message, incidentId: `FF-${n}` } };
		};
		const said: Delivery[] = [];
		const send = async (d: Delivery) => {
			said.push(d);
			return accepted("ok");
		};
		for (let n = 0; n < 12; n++) await store.add(of(n));
		await outbox.start({ sms: { send } }, 60_000);
		await until(() => said.length === 4, 10_000, "those that go alone");
		await outbox.dispatcher?.stop();
		const alone = said.map((d) => d.id);
		const cutOff = Array.from({ length: 12 }, (_, n) => `m${n}`).filter((id) => !alone.includes(id));
		// what it had marked as being sent when it was killed
		for (const id of cutOff) await store.claim(id);
		await outbox.start({ sms: { send } }, 60_000);
		const areTold = async () => {
			const states = await Promise.all(cutOff.map((id) => store.state(id)));
			return states.every((s) => s === "accepted");
		};
		await outbox.goOn(areTold, "all of them to be told");
		expect(said.slice(4).map((d) => d.message.together)).toEqual([true]);
	});
});
