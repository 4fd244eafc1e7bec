import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, connect as connectSocket, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import fc from "fast-check";
import mqtt, { type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
	BirthSchema,
	EventKind,
	EventSchema,
	TelemetrySchema,
} from "../../firmware-contracts/gen/ts/tower/v1/tower_pb.ts";
import { until } from "../../test/harness/harness.ts";
import { SystemClock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { SystemRandom } from "../base/random.ts";
import type { JudgeEvent } from "../model/event.ts";
import { createLog } from "../ops/log/log.ts";
import { SqliteCommandStore } from "../store/sqlite/commands.ts";
import { Database } from "../store/sqlite/database.ts";
import { SqliteMessageStore } from "../store/sqlite/messages.ts";
import { makeCredential } from "./broker/credentials.ts";
import { MOST_ALARMS, ReadingQuota } from "./quality/quota.ts";
import { Sense } from "./sense.ts";

const log = createLog("silent");
const T0 = Date.UTC(2026, 1, 1);
const { password, credential } = makeCredential(new SystemRandom());
const birth = (boot: number, seq = 1) =>
	toBinary(BirthSchema, create(BirthSchema, { boot, seq, firmware: "1.2.3", quantities: [1, 3] }));
const telemetry = (boot: number, seq: number) =>
	toBinary(TelemetrySchema, create(TelemetrySchema, { boot, seq, quantity: [1, 3], value: [2150, 7] }));
const alarm = (boot: number, seq: number) =>
	Buffer.from(
		toBinary(EventSchema, create(EventSchema, { boot, seq, kind: EventKind.SMOKE, quantity: 3, value: 800 })),
	);

describe("sense", () => {
	let folder: string;
	let db: Database;
	let store: SqliteMessageStore;
	let sense: Sense;
	let events: JudgeEvent[];
	let keeps = true;
	/** Credentials of nodes that have another. */
	let own: Record<string, string> = {};
	const clock = new SystemClock();
	const clients: MqttClient[] = [];

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), "lookout-sense-"));
		await open();
	});

	afterEach(async () => {
		vi.restoreAllMocks();
		keeps = true;
		own = {};
		for (const c of clients.splice(0)) await c.endAsync(true);
		await sense.stop();
		await db.close();
		rmSync(folder, { recursive: true });
	});

	async function open(): Promise<void> {
		events = [];
		db = await Database.open(join(folder, "store.db"));
		store = new SqliteMessageStore(db);
		const node = (id: string) => ({
			id,
			name: id,
			position: { lat: 29, lon: 108 },
			credential: own[id] ?? credential,
			silentAfterMs: 3_600_000,
		});
		sense = new Sense(
			{
				host: "127.0.0.1",
				port: 0,
				maxPacketBytes: 1024,
				maxClients: 10,
				towerId: "t1",
				commands: new SqliteCommandStore(db),
				nodes: [node("n1"), node("n2")],
				exercise: true,
				retentionDays: 90,
				keeps: () => keeps,
				onEvent: (e) => events.push(e),
			},
			clock,
			log,
			store,
		);
		await sense.start();
	}

	async function restart(): Promise<void> {
		await sense.stop();
		await db.close();
		await open();
	}

	/** A node with a session that outlives its connection, and what it is sent. */
	async function lasting(
		id: string,
		clean = false,
	): Promise<{ client: MqttClient; got: string[]; sessionPresent: boolean }> {
		const client = mqtt.connect({
			host: "127.0.0.1",
			port: sense.port,
			clientId: id,
			username: id,
			password,
			reconnectPeriod: 0,
			clean,
			protocolVersion: 4,
		});
		clients.push(client);
		const got: string[] = [];
		client.on("message", (topic, payload) => got.push(`${topic} ${payload}`));
		const sessionPresent = await new Promise<boolean>((resolve) =>
			client.once("connect", (connack) => resolve(connack.sessionPresent)),
		);
		return { client, got, sessionPresent };
	}

	async function node(id: string, secret = password): Promise<MqttClient> {
		const client = await mqtt.connectAsync({
			host: "127.0.0.1",
			port: sense.port,
			clientId: id,
			username: id,
			password: secret,
			reconnectPeriod: 0,
			protocolVersion: 4,
		});
		clients.push(client);
		return client;
	}

	it("stores an acknowledged message and shows its readings", async () => {
		const n1 = await node("n1");
		await n1.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(1)), { qos: 1 });
		await n1.publishAsync("t/1/t1/n1/tel", Buffer.from(telemetry(1, 2)), { qos: 1 });
		expect(await store.count()).toBe(2);
		expect(sense.nodes()[0]?.readings).toMatchObject([
			{ quantity: "airTemperature", value: 21.5, unit: "°C", quality: "ok" },
			{ quantity: "smoke", value: 7 },
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
		expect(sense.nodes()[0]?.readings[0]?.value).toBe(-0.5);
		expect((await store.lastOf("n1", 2, 10))?.last?.payload[0]).not.toBe(0x7b);
	});

	it("lets nobody in without the node's own password, and no node under another's name", async () => {
		await expect(node("n1", "wrong")).rejects.toThrow(/bad username or password/i);
		await expect(node("stranger")).rejects.toThrow();
		await expect(
			mqtt.connectAsync({ host: "127.0.0.1", port: sense.port, clientId: "n1", reconnectPeriod: 0 }),
		).rejects.toThrow();
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
		expect(sense.tally.total(`sense.refused.${reason}`)).toBe(1);
		await n1.publishAsync("t/1/t1/n1/tel", Buffer.from(telemetry(5, 2)), { qos: 1 });
		expect(await store.count()).toBe(2);
	});

	it("lets nodes in while strangers open 600 connections again and again, and turns those away that never log in", async () => {
		let flooding = true;
		const strangers = new Set<Socket>();
		const stranger = () => {
			const socket = connect(sense.port, "127.0.0.1");
			strangers.add(socket);
			socket.on("error", () => {});
			socket.once("close", () => strangers.delete(socket) && flooding && stranger());
		};
		for (let i = 0; i < 600; i++) stranger();
		await until(() => strangers.size >= 600, 5_000, "the flood");
		for (let round = 0; round < 10; round++) {
			const client = await node(round % 2 === 0 ? "n1" : "n2");
			await client.publishAsync(`t/1/t1/n${1 + (round % 2)}/birth`, Buffer.from(birth(round + 1)), { qos: 1 });
			await client.endAsync();
			for (const socket of [...strangers].slice(0, 100)) socket.destroy();
		}
		expect(await store.count()).toBe(10);
		await until(() => sense.tally.total("broker.noLogin") > 100, 15_000, "strangers to be turned away");
		flooding = false;
		for (const socket of strangers) socket.destroy();
	}, 30_000);

	it("an alarm behind a reading that cannot be kept rings, neither is acknowledged, and the node is made to send them again", async () => {
		const n1 = await node("n1");
		const closed = new Promise((resolve) => n1.once("close", () => resolve(undefined)));
		vi.spyOn(store, "add").mockImplementation((_message, done) =>
			done(new LookoutError("LK0203", "the disk cannot be written")),
		);
		const acknowledged: string[] = [];
		void n1.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(1)), { qos: 1 }).then(
			() => acknowledged.push("birth"),
			() => {},
		);
		await until(() => sense.tally.total("sense.notStored") === 1, 5_000, "the birth to be refused");
		const event = alarm(1, 2);
		void n1.publishAsync("t/1/t1/n1/evt", event, { qos: 1 }).then(
			() => acknowledged.push("alarm"),
			() => {},
		);
		await until(() => events.length === 1, 5_000, "the alarm to ring");
		await closed;
		expect(acknowledged).toEqual([]);
	});

	it("while nothing can be kept the connection stands, so that an alarm later rings as well; it goes when all can be sent again", async () => {
		const n1 = await node("n1");
		keeps = false;
		vi.spyOn(store, "add").mockImplementation((_message, done) =>
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
		await until(() => events.length === 1, 5_000, "the alarm to ring");
		keeps = true;
		const closed = new Promise((resolve) => n1.once("close", () => resolve(undefined)));
		look?.();
		await closed;
	});

	it("a node's subscription and the commands that wait for it outlive a restart, and each command comes once", async () => {
		const first = await lasting("n1");
		await first.client.subscribeAsync("t/1/t1/n1/cmd", { qos: 1 });
		await sense.command("n1", Buffer.from("a"));
		await until(() => first.got.length === 1, 5_000, "the command");
		await first.client.endAsync(true);
		for (const text of ["b", "c"]) await sense.command("n1", Buffer.from(text));
		await restart();
		await sense.command("n1", Buffer.from("d"));
		const again = await lasting("n1");
		expect(again.sessionPresent).toBe(true);
		await until(() => again.got.length === 3, 5_000, "the commands");
		expect(again.got).toEqual(["b", "c", "d"].map((text) => `t/1/t1/n1/cmd ${text}`));
		await again.client.endAsync();
		await restart();
		const third = await lasting("n1");
		await sense.command("n1", Buffer.from("e"));
		await until(() => third.got.length > 0, 5_000, "the last command");
		expect(third.got).toEqual(["t/1/t1/n1/cmd e"]);
	});

	it("keeps no subscription that was refused, however it was asked for, and none of a node that wants none", async () => {
		const { client } = await lasting("n1");
		await expect(client.subscribeAsync(["t/1/t1/n1/cmd", "t/1/t1/n2/cmd", "#"], { qos: 1 })).rejects.toThrow(
			/Subscribe error/,
		);
		await client.endAsync();
		const other = await lasting("n2");
		await other.client.subscribeAsync("t/1/t1/n2/cmd", { qos: 1 });
		await restart();
		const back = await lasting("n1");
		await sense.command("n2", Buffer.from("for n2"));
		await sense.command("n1", Buffer.from("for n1"));
		await until(() => back.got.length > 0, 5_000, "the own command");
		expect(back.got).toEqual(["t/1/t1/n1/cmd for n1"]);
		await back.client.endAsync();
		await (await lasting("n1", true)).client.endAsync();
		await restart();
		await expect(sense.command("n1", Buffer.from("x"))).rejects.toThrow(/LK0303.*takes no commands/);
	});

	it("holds a bounded number of commands for a node that stays away, and none for a stranger", async () => {
		await expect(sense.command("n1", Buffer.from("x"))).rejects.toThrow(/LK0303/);
		const { client } = await lasting("n1");
		await client.subscribeAsync("t/1/t1/n1/cmd", { qos: 1 });
		await client.endAsync();
		for (let i = 0; i < 32; i++) await sense.command("n1", Buffer.from(String(i)));
		await expect(sense.command("n1", Buffer.from("x"))).rejects.toThrow(/LK0303.*32 commands wait/);
		await expect(sense.command("n1", Buffer.alloc(2000))).rejects.toThrow(/LK0303.*longer/);
		await restart();
		await expect(sense.command("n1", Buffer.from("x"))).rejects.toThrow(/32 commands wait/);
		await db.write([{ sql: "UPDATE command SET at=at-8*86400000 WHERE node='n1' AND CAST(payload AS TEXT)<>'31'" }]);
		await restart();
		const back = await lasting("n1");
		await until(() => back.got.length > 0, 5_000, "what is not too old");
		expect(back.got).toEqual(["t/1/t1/n1/cmd 31"]);
		// it is forgotten when the node has acknowledged it
		await until(
			async () => (await new SqliteCommandStore(db).waiting()).length === 0,
			5_000,
			"nothing to wait any more",
		);
	});

	it("two devices under one name are seen; one that comes back after a broken line is none", async () => {
		for (let i = 0; i < 4; i++) await node("n1");
		expect(sense.nodes()[0]?.isShared).toBeFalsy();
		await node("n1");
		await until(() => sense.nodes()[0]?.isShared === true, 5_000, "the name to be known as shared");
		expect(sense.nodes()[1]?.isShared).toBeUndefined();
	});

	it("cuts a connection that sends a packet without end, and no other", async () => {
		const n2 = await node("n2");
		const n1 = await node("n1");
		const closed = new Promise((resolve) => n1.once("close", () => resolve(undefined)));
		n1.publish("t/1/t1/n1/tel", Buffer.alloc(200_000), { qos: 1 });
		await closed;
		expect(sense.tally.total("broker.oversizedPacket")).toBeGreaterThan(0);
		await n2.publishAsync("t/1/t1/n2/birth", Buffer.from(birth(1)), { qos: 1 });
		expect(await store.count()).toBe(1);
	});

	it("cuts a connection whose answers nobody reads, and no other", async () => {
		const n2 = await node("n2");
		const text = (t: string) => [t.length >> 8, t.length & 255, ...Buffer.from(t)];
		const login = [...text("MQTT"), 4, 0xc2, 0, 0, ...text("n1"), ...text("n1"), ...text(password)];
		// a process of its own: it only sends, PUBREL after PUBREL, each of which has an answer
		const flood = `
			const socket = require("node:net").connect(${sense.port}, "127.0.0.1");
			socket.on("error", () => {}).on("close", () => process.exit());
			const many = Buffer.from(Array.from({ length: 20000 }, (_, i) => [0x62, 2, i >> 8, i & 255]).flat());
			const send = () => socket.write(many, send);
			socket.once("data", () => [socket.pause(), send()]);
			socket.write(Buffer.from(${JSON.stringify([0x10, login.length, ...login])}));`;
		const child = spawn(process.execPath, ["-e", flood], { stdio: "ignore" });
		await until(() => sense.tally.total("broker.unread") === 1, 50_000, "the connection to be cut");
		child.kill("SIGKILL");
		await n2.publishAsync("t/1/t1/n2/birth", Buffer.from(birth(1)), { qos: 1 });
		expect(await store.count()).toBe(1);
	}, 60_000);

	it("survives bytes that are no MQTT", async () => {
		const socket = connectSocket(sense.port, "127.0.0.1");
		const closed = new Promise((resolve) => socket.once("close", resolve));
		socket.on("error", () => {});
		socket.write("GET / HTTP/1.1\r\n\r\n");
		await closed;
		expect((await node("n1")).connected).toBe(true);
	});

	it("hands an alarm on once it is on the disk, and again after a restart until it is judged", async () => {
		const n1 = await node("n1");
		await n1.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(1)), { qos: 1 });
		const event = alarm(1, 2);
		await n1.publishAsync("t/1/t1/n1/evt", event, { qos: 1 });
		expect(events).toMatchObject([
			{ type: "alarm", alarm: { kind: "smoke", value: 800, unit: "ppm", nodeId: "n1", exercise: true } },
		]);
		await n1.endAsync(true);
		await sense.stop();
		await db.close();
		await open();
		expect(await store.pending()).toMatchObject([{ id: "alarm:n1:1:2" }]);
	});

	it("a message that is still being stored when the stop comes is taken, and leaves no timer that holds the process", async () => {
		const n1 = await node("n1");
		const add = store.add.bind(store);
		let letGo: () => void = () => {};
		let stored: () => void = () => {};
		const done = new Promise<void>((resolve) => {
			stored = resolve;
		});
		const held = new Promise<void>((begun) => {
			vi.spyOn(store, "add").mockImplementation((message, settled) => {
				letGo = () => add(message, (error) => [settled(error), stored()]);
				begun();
			});
		});
		n1.publish("t/1/t1/n1/evt", alarm(1, 1), { qos: 1 });
		await held;
		await sense.stop();
		const set = vi.spyOn(clock, "after");
		letGo();
		await done;
		expect(events).toMatchObject([{ id: "alarm:n1:1:1" }]);
		expect(set).not.toHaveBeenCalled();
	});

	it("a node that runs wild is kept and acknowledged, and holds up nobody else's alarm", async () => {
		const [n1, n2] = [await node("n1"), await node("n2")];
		const event = (seq: number, kind: EventKind = EventKind.SMOKE) =>
			Buffer.from(toBinary(EventSchema, create(EventSchema, { boot: 1, seq, kind })));
		await Promise.all(
			Array.from({ length: 500 }, (_, i) => n1.publishAsync("t/1/t1/n1/evt", event(i + 1), { qos: 1 })),
		);
		expect(await store.count()).toBe(500);
		expect(await store.pending()).toHaveLength(MOST_ALARMS);
		await n1.publishAsync("t/1/t1/n1/evt", event(501, EventKind.FLAME), { qos: 1 });
		await n2.publishAsync("t/1/t1/n2/evt", event(1), { qos: 1 });
		expect(events.slice(MOST_ALARMS)).toMatchObject([
			{ alarm: { nodeId: "n1", kind: "flame" } },
			{ alarm: { nodeId: "n2" } },
		]);
		expect(sense.tally.total("sense.tooManyAlarms")).toBe(440);
	});

	it("what rings no more is not kept without end", async () => {
		vi.spyOn(ReadingQuota.prototype, "take").mockReturnValue(false);
		const n1 = await node("n1");
		const event = (seq: number) =>
			Buffer.from(toBinary(EventSchema, create(EventSchema, { boot: 1, seq, kind: EventKind.SMOKE })));
		await Promise.all(
			Array.from({ length: 200 }, (_, i) => n1.publishAsync("t/1/t1/n1/evt", event(i + 1), { qos: 1 })),
		);
		expect(await store.count()).toBe(MOST_ALARMS);
		expect(sense.tally.total("sense.refused.tooMany")).toBe(200 - MOST_ALARMS);
	});

	it("takes an alarm that comes before the birth of its boot", async () => {
		const n1 = await node("n1");
		const event = toBinary(EventSchema, create(EventSchema, { boot: 7, seq: 1, kind: EventKind.FLAME }));
		await n1.publishAsync("t/1/t1/n1/evt", Buffer.from(event), { qos: 1 });
		expect(events).toMatchObject([{ alarm: { kind: "flame", nodeId: "n1" } }]);
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
		expect(events).toMatchObject([{ alarm: { nodeId: "n1", kind: "smoke", odd: true } }]);
		expect(sense.nodes()[0]?.refused?.why).toBe("replayed");
		ahead = 60_000;
		await n1.publishAsync("t/1/t1/n1/evt", alarm(boot, seq), { qos: 1 });
		const ids = events.map((e) => e.id);
		await n1.endAsync(true);
		await restart();
		const again = await node("n1");
		ahead = 120_000;
		await again.publishAsync("t/1/t1/n1/evt", alarm(boot, seq), { qos: 1 });
		expect(new Set([...ids, ...events.map((e) => e.id)]).size).toBe(3);
		// nothing that such an alarm says mutes what follows
		await again.publishAsync("t/1/t1/n1/tel", Buffer.from(telemetry(500, 2)), { qos: 1 });
		expect(sense.nodes()[0]?.refused).toBeUndefined();
		expect(sense.nodes()[0]?.readings).toHaveLength(2);
	});

	it("a new password is a new device: it counts from one, is read at once, and stays so over a restart", async () => {
		const n1 = await node("n1");
		await n1.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(500)), { qos: 1 });
		await n1.publishAsync("t/1/t1/n1/tel", Buffer.from(telemetry(500, 2)), { qos: 1 });
		await n1.publishAsync("t/1/t1/n1/tel", Buffer.from(telemetry(3, 9)), { qos: 1 });
		expect(sense.nodes()[0]?.refused).toMatchObject({ why: "replayed" });
		await n1.endAsync(true);
		const made = makeCredential(new SystemRandom());
		own = { n1: made.credential };
		for (let start = 1; start <= 2; start++) {
			await restart();
			const other = await node("n1", made.password);
			await other.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(start)), { qos: 1 });
			await other.publishAsync("t/1/t1/n1/tel", Buffer.from(telemetry(start, 2)), { qos: 1 });
			await other.publishAsync("t/1/t1/n1/evt", alarm(start, 3), { qos: 1 });
			expect(sense.nodes()[0]?.refused).toBeUndefined();
			expect(events.at(-1)).toMatchObject({ alarm: { nodeId: "n1" } });
			expect(events.at(-1)).not.toHaveProperty("alarm.odd");
			await other.endAsync(true);
		}
		expect(await store.count()).toBe(8);
		expect(sense.tally.total("sense.refused.replayed")).toBe(0);
	});

	it("recognises a repetition after a restart", async () => {
		const n1 = await node("n1");
		await n1.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(1)), { qos: 1 });
		await n1.endAsync(true);
		await sense.stop();
		await db.close();
		await open();
		const again = await node("n1");
		await again.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(1)), { qos: 1 });
		expect(sense.tally.total("sense.duplicate")).toBe(1);
		expect(await store.count()).toBe(1);
	});

	it("shows subscriptions of others' topics the door", async () => {
		const n1 = await node("n1");
		const granted = await n1.subscribeAsync("t/1/t1/n2/#", { qos: 1 }).catch(() => [{ qos: 128 }]);
		expect(granted[0]?.qos).toBe(128);
	});

	it("whoever holds the password of one node can do no more than that node, on any topic, with any field and by any will", async () => {
		const [good, bad] = [await node("n2"), await node("n1")];
		await good.publishAsync("t/1/t1/n2/birth", Buffer.from(birth(5)), { qos: 1 });
		await good.publishAsync("t/1/t1/n2/tel", Buffer.from(telemetry(5, 2)), { qos: 1 });
		await bad.publishAsync("t/1/t1/n1/birth", Buffer.from(birth(1)), { qos: 1 });
		const heard: string[] = [];
		good.on("message", (topic) => heard.push(topic));
		bad.on("message", (topic) => heard.push(topic));
		const before = JSON.stringify(sense.nodes().find((n) => n.id === "n2"));
		const rows = await store.count();
		const kinds = ["birth", "tel", "evt", "death", "cmd", "tel/json", "evt/json", ""];
		const others = [
			"t/1/t1/n2",
			"t/1/t1/+",
			"t/1/t1/#",
			"t/1/t2/n2",
			"t/1/t1/n1/../n2",
			"t/1/t1/n1/n2",
			"T/1/t1/n2",
			"fw/1/t1",
			"$SYS/broker",
			"/t/1/t1/n2",
		];
		for (const topic of others.flatMap((o) => kinds.map((k) => `${o}/${k}`)).filter((t) => !/[+#]/.test(t)))
			for (const retain of [false, true]) await bad.publishAsync(topic, alarm(9, 9), { qos: 1, retain });
		for (const topic of ["#", "+/+/+/+/+", "t/1/t1/n2/cmd", "t/1/t1/+/cmd", "$SYS/#", "$share/g/t/1/t1/n2/cmd"]) {
			const granted = await bad.subscribeAsync(topic, { qos: 1 }).catch(() => [{ qos: 128 }]);
			expect(granted[0]?.qos, topic).toBe(128);
		}
		// its own name in its own message is all there is: no field of the contract names a node, a tower or a time
		for (const schema of [BirthSchema, TelemetrySchema, EventSchema])
			expect(schema.fields.map((f) => f.localName).filter((f) => /node|tower|name|(?<!up)time|at$/i.test(f))).toEqual(
				[],
			);
		await fc.assert(
			fc.asyncProperty(
				fc.uint8Array({ maxLength: 200 }),
				fc.constantFrom("birth", "tel", "evt", "death"),
				async (payload, kind) => {
					await bad.publishAsync(`t/1/t1/n2/${kind}`, Buffer.from(payload), { qos: 1 });
				},
			),
			{ numRuns: 300 },
		);
		const dying = await mqtt.connectAsync({
			host: "127.0.0.1",
			port: sense.port,
			clientId: "n1",
			username: "n1",
			password,
			reconnectPeriod: 0,
			protocolVersion: 4,
			will: { topic: "t/1/t1/n2/death", payload: Buffer.from([8, 5]), qos: 1, retain: true },
		});
		dying.stream.destroy();
		await until(() => sense.tally.total("sense.refused.rights") > 0, 10_000, "what it was refused");
		await good.publishAsync("t/1/t1/n2/tel", Buffer.from(telemetry(5, 3)), { qos: 1 });
		expect(heard).toEqual([]);
		expect(events).toEqual([]);
		expect(await store.count()).toBe(rows + 1);
		const now = sense.nodes().find((n) => n.id === "n2");
		expect(JSON.stringify({ ...now, lastAt: 0, readings: [] })).toBe(
			JSON.stringify({ ...JSON.parse(before), lastAt: 0, readings: [] }),
		);
		await expect(
			mqtt.connectAsync({
				host: "127.0.0.1",
				port: sense.port,
				clientId: "n2",
				username: "n1",
				password,
				reconnectPeriod: 0,
			}),
		).rejects.toThrow();
		await expect(
			mqtt.connectAsync({
				host: "127.0.0.1",
				port: sense.port,
				clientId: "n1",
				username: "n2",
				password: "wrong",
				reconnectPeriod: 0,
			}),
		).rejects.toThrow();
	});
});
