import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import { describe, expect, it, vi } from "vitest";
import { EventKind, EventSchema, TelemetrySchema } from "../../firmware-contracts/gen/ts/tower/v1/tower_pb.ts";
import { until } from "../../test/harness/harness.ts";
import { alarm, birth, T0, telemetry, useSense } from "../../test/harness/sensing.ts";
import { LookoutError } from "../base/errors.ts";
import { SystemRandom } from "../base/random.ts";
import { makeCredential } from "./broker/credentials.ts";
import { MOST_ALARMS, ReadingQuota } from "./quality/quota.ts";

describe("sense", () => {
	const own = useSense();
	const { clock, restart, node } = own;

	it("stores an acknowledged message and shows its readings", async () => {
		const n1 = await node("n1");
		await n1.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(1)), { qos: 1 });
		await n1.publishAsync("t/1/t1/n1/tel", Buffer.from(telemetry(1, 2)), { qos: 1 });
		expect(await own.store.count()).toBe(2);
		expect(own.sense.nodes()[0]?.readings).toMatchObject([
			{ quantity: "airTemperature", value: 21.5, unit: "°C", quality: "ok" },
			{ quantity: "smoke", value: 7 },
		]);
		const part = create(TelemetrySchema, { boot: 1, seq: 3, quantity: [1], value: [1900] });
		await n1.publishAsync("t/1/t1/n1/tel", Buffer.from(toBinary(TelemetrySchema, part)), { qos: 1 });
		expect(own.sense.nodes()[0]?.readings.map(({ quantity, value }) => [quantity, value])).toEqual([
			["airTemperature", 19],
			["smoke", 7],
		]);
	});

	it("takes the same messages as JSON and keeps them as protobuf", async () => {
		const n1 = await node("n1");
		await n1.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(1)), { qos: 1 });
		const text = toJsonString(
			TelemetrySchema,
			create(TelemetrySchema, { boot: 1, seq: 2, quantity: [1], value: [-50] }),
		);
		await n1.publishAsync("t/1/t1/n1/tel/json", text, { qos: 1 });
		expect(own.sense.nodes()[0]?.readings[0]?.value).toBe(-0.5);
		expect((await own.store.lastOf("n1", 2, 10))?.last?.payload[0]).not.toBe(0x7b);
	});

	it.each([
		["out of rights", "rights", "t/1/t1/n2/tel", telemetry(1, 2)],
		["of another tower", "rights", "t/1/t9/n1/tel", telemetry(1, 2)],
		["of another major version", "version", "t/2/t1/n1/tel", telemetry(1, 2)],
		["malformed", "malformed", "t/1/t1/n1/tel", new Uint8Array([0xff, 0xff, 0xff])],
		[
			"with columns of unequal length",
			"malformed",
			"t/1/t1/n1/tel",
			toBinary(TelemetrySchema, create(TelemetrySchema, { boot: 1, seq: 9, quantity: [1, 2], value: [1] })),
		],
		["oversized", "oversized", "t/1/t1/n1/tel", new Uint8Array(2000)],
		["on no topic of the contract", "topic", "hello", telemetry(1, 2)],
		["of an old boot", "replayed", "t/1/t1/n1/tel", telemetry(1, 2)],
		["of a boot without birth", "notBorn", "t/1/t1/n1/tel", telemetry(9, 2)],
	])("refuses a message %s, counts why, and the connection lives on", async (_what, reason, topic, payload) => {
		const n1 = await node("n1");
		await n1.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(5)), { qos: 1 });
		await n1.publishAsync(topic, Buffer.from(payload), { qos: 1 });
		expect(own.sense.tally.total(`sense.refused.${reason}`)).toBe(1);
		await n1.publishAsync("t/1/t1/n1/tel", Buffer.from(telemetry(5, 2)), { qos: 1 });
		expect(await own.store.count()).toBe(2);
	});

	it("an alarm behind a reading that cannot be kept rings, neither is acknowledged, and the node is made to send them again", async () => {
		const n1 = await node("n1");
		const closed = new Promise((resolve) => n1.once("close", () => resolve(undefined)));
		vi.spyOn(own.store, "add").mockImplementation((_message, done) =>
			done(new LookoutError("LK0203", "the disk cannot be written")),
		);
		const acknowledged: string[] = [];
		void n1.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(1)), { qos: 1 }).then(
			() => acknowledged.push("birth"),
			() => {},
		);
		await until(() => own.sense.tally.total("sense.notStored") === 1, 5_000, "the birth to be refused");
		const event = alarm(1, 2);
		void n1.publishAsync("t/1/t1/n1/evt", event, { qos: 1 }).then(
			() => acknowledged.push("alarm"),
			() => {},
		);
		await until(() => own.events.length === 1, 5_000, "the alarm to ring");
		await closed;
		expect(acknowledged).toEqual([]);
	});

	it("while nothing can be kept the connection stands, so that an alarm later rings as well; it goes when all can be sent again", async () => {
		const n1 = await node("n1");
		own.keeps = false;
		vi.spyOn(own.store, "add").mockImplementation((_message, done) =>
			done(new LookoutError("LK0203", "the disk cannot be written")),
		);
		let look: (() => void) | undefined;
		vi.spyOn(clock, "every").mockImplementation((name, _ms, callback) => {
			look = callback;
			return { name, cancel: () => {} };
		});
		n1.publish("t/1/t1/n1/birth", Buffer.from(birth(1)), { qos: 1 });
		await until(() => look !== undefined, 5_000, "the birth to be refused");
		look?.();
		n1.publish("t/1/t1/n1/evt", alarm(1, 2), { qos: 1 });
		await until(() => own.events.length === 1, 5_000, "the alarm to ring");
		own.keeps = true;
		const closed = new Promise((resolve) => n1.once("close", () => resolve(undefined)));
		look?.();
		await closed;
	});

	it("hands an alarm on once it is on the disk, and again after a restart until it is judged", async () => {
		const n1 = await node("n1");
		await n1.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(1)), { qos: 1 });
		const event = alarm(1, 2);
		await n1.publishAsync("t/1/t1/n1/evt", event, { qos: 1 });
		expect(own.events).toMatchObject([
			{ type: "alarm", alarm: { kind: "smoke", value: 800, unit: "ppm", nodeId: "n1", exercise: true } },
		]);
		await n1.endAsync(true);
		await own.sense.stop();
		await own.db.close();
		await own.open();
		expect(await own.store.pending()).toMatchObject([{ id: "alarm:n1:1:2" }]);
	});

	it("a message that is still being stored when the stop comes is taken, and leaves no timer that holds the process", async () => {
		const n1 = await node("n1");
		const add = own.store.add.bind(own.store);
		let letGo: () => void = () => {};
		let stored: () => void = () => {};
		const done = new Promise<void>((resolve) => {
			stored = resolve;
		});
		const held = new Promise<void>((begun) => {
			vi.spyOn(own.store, "add").mockImplementation((message, settled) => {
				letGo = () => add(message, (error) => [settled(error), stored()]);
				begun();
			});
		});
		n1.publish("t/1/t1/n1/evt", alarm(1, 1), { qos: 1 });
		await held;
		await own.sense.stop();
		const set = vi.spyOn(clock, "after");
		letGo();
		await done;
		expect(own.events).toMatchObject([{ id: "alarm:n1:1:1" }]);
		expect(set).not.toHaveBeenCalled();
	});

	it("a node that runs wild is kept and acknowledged, and holds up nobody else's alarm", async () => {
		const [n1, n2] = [await node("n1"), await node("n2")];
		const event = (seq: number, kind: EventKind = EventKind.SMOKE) =>
			Buffer.from(toBinary(EventSchema, create(EventSchema, { boot: 1, seq, kind })));
		await Promise.all(
			Array.from({ length: 500 }, (_, i) => n1.publishAsync("t/1/t1/n1/evt", event(i + 1), { qos: 1 })),
		);
		expect(await own.store.count()).toBe(500);
		expect(await own.store.pending()).toHaveLength(MOST_ALARMS);
		await n1.publishAsync("t/1/t1/n1/evt", event(501, EventKind.FLAME), { qos: 1 });
		await n2.publishAsync("t/1/t1/n2/evt", event(1), { qos: 1 });
		expect(own.events.slice(MOST_ALARMS)).toMatchObject([
			{ alarm: { nodeId: "n1", kind: "flame" } },
			{ alarm: { nodeId: "n2" } },
		]);
		expect(own.sense.tally.total("sense.tooManyAlarms")).toBe(440);
	});

	it("what rings no more is not kept without end", async () => {
		vi.spyOn(ReadingQuota.prototype, "take").mockReturnValue(false);
		const n1 = await node("n1");
		const event = (seq: number) =>
			Buffer.from(toBinary(EventSchema, create(EventSchema, { boot: 1, seq, kind: EventKind.SMOKE })));
		await Promise.all(
			Array.from({ length: 200 }, (_, i) => n1.publishAsync("t/1/t1/n1/evt", event(i + 1), { qos: 1 })),
		);
		expect(await own.store.count()).toBe(MOST_ALARMS);
		expect(own.sense.tally.total("sense.refused.tooMany")).toBe(200 - MOST_ALARMS);
	});

	it("takes an alarm that comes before the birth of its boot", async () => {
		const n1 = await node("n1");
		const event = toBinary(EventSchema, create(EventSchema, { boot: 7, seq: 1, kind: EventKind.FLAME }));
		await n1.publishAsync("t/1/t1/n1/evt", Buffer.from(event), { qos: 1 });
		expect(own.events).toMatchObject([{ alarm: { kind: "flame", nodeId: "n1" } }]);
	});

	it.each<[string, number, number]>([
		["of a boot before the last: another device in its place", 1, 1],
		["without counters", 0, 0],
		["with counters of memory that was never written", 4294967295, 4294967295],
	])("rings for an alarm %s, marked, and again when it burns again, also after a restart", async (_what, boot, seq) => {
		let ahead = 0;
		vi.spyOn(clock, "now").mockImplementation(() => T0 + ahead);
		const n1 = await node("n1");
		await n1.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(500)), { qos: 1 });
		await n1.publishAsync("t/1/t1/n1/evt", alarm(boot, seq), { qos: 1 });
		expect(own.events).toMatchObject([{ alarm: { nodeId: "n1", kind: "smoke", odd: true } }]);
		expect(own.sense.nodes()[0]?.refused?.why).toBe("replayed");
		ahead = 60_000;
		await n1.publishAsync("t/1/t1/n1/evt", alarm(boot, seq), { qos: 1 });
		const ids = own.events.map((e) => e.id);
		await n1.endAsync(true);
		await restart();
		const again = await node("n1");
		ahead = 120_000;
		await again.publishAsync("t/1/t1/n1/evt", alarm(boot, seq), { qos: 1 });
		expect(new Set([...ids, ...own.events.map((e) => e.id)]).size).toBe(3);
		// nothing that such an alarm says mutes what follows
		await again.publishAsync("t/1/t1/n1/tel", Buffer.from(telemetry(500, 2)), { qos: 1 });
		expect(own.sense.nodes()[0]?.refused).toBeUndefined();
		expect(own.sense.nodes()[0]?.readings).toHaveLength(2);
	});

	it("a new password is a new device: it counts from one, is read at once, and stays so over a restart", async () => {
		const n1 = await node("n1");
		await n1.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(500)), { qos: 1 });
		await n1.publishAsync("t/1/t1/n1/tel", Buffer.from(telemetry(500, 2)), { qos: 1 });
		await n1.publishAsync("t/1/t1/n1/tel", Buffer.from(telemetry(3, 9)), { qos: 1 });
		expect(own.sense.nodes()[0]?.refused).toMatchObject({ why: "replayed" });
		await n1.endAsync(true);
		const made = makeCredential(new SystemRandom());
		own.own = { n1: made.credential };
		for (let start = 1; start <= 2; start++) {
			await restart();
			const other = await node("n1", made.password);
			await other.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(start)), { qos: 1 });
			await other.publishAsync("t/1/t1/n1/tel", Buffer.from(telemetry(start, 2)), { qos: 1 });
			await other.publishAsync("t/1/t1/n1/evt", alarm(start, 3), { qos: 1 });
			expect(own.sense.nodes()[0]?.refused).toBeUndefined();
			expect(own.events.at(-1)).toMatchObject({ alarm: { nodeId: "n1" } });
			expect(own.events.at(-1)).not.toHaveProperty("alarm.odd");
			await other.endAsync(true);
		}
		expect(await own.store.count()).toBe(8);
		expect(own.sense.tally.total("sense.refused.replayed")).toBe(0);
	});

	it("recognises a repetition after a restart", async () => {
		const n1 = await node("n1");
		await n1.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(1)), { qos: 1 });
		await n1.endAsync(true);
		await own.sense.stop();
		await own.db.close();
		await own.open();
		const again = await node("n1");
		await again.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(1)), { qos: 1 });
		expect(own.sense.tally.total("sense.duplicate")).toBe(1);
		expect(await own.store.count()).toBe(1);
	});
});
