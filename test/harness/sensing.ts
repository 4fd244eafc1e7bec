import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import mqtt, { type MqttClient } from "mqtt";
import { afterEach, beforeEach, vi } from "vitest";
import {
	BirthSchema,
	EventKind,
	EventSchema,
	TelemetrySchema,
} from "../../firmware-contracts/gen/ts/tower/v1/tower_pb.ts";
import { SystemClock } from "../../gateway/base/clock.ts";
import { SystemRandom } from "../../gateway/base/random.ts";
import type { JudgeEvent } from "../../gateway/model/event.ts";
import { createLog } from "../../gateway/ops/log/log.ts";
import { makeCredential } from "../../gateway/sense/broker/credentials.ts";
import { Sense } from "../../gateway/sense/sense.ts";
import { SqliteCommandStore } from "../../gateway/store/sqlite/commands.ts";
import { Database } from "../../gateway/store/sqlite/database.ts";
import { SqliteMessageStore } from "../../gateway/store/sqlite/messages.ts";

export const log = createLog("silent");
export const T0 = Date.UTC(2026, 1, 1);
export const { password, credential } = makeCredential(new SystemRandom());
export const birth = (boot: number, seq = 1) =>
	toBinary(BirthSchema, create(BirthSchema, { boot, seq, firmware: "1.2.3", quantities: [1, 3] }));
export const telemetry = (boot: number, seq: number) =>
	toBinary(TelemetrySchema, create(TelemetrySchema, { boot, seq, quantity: [1, 3], value: [2150, 7] }));
export const alarm = (boot: number, seq: number) =>
	Buffer.from(
		toBinary(EventSchema, create(EventSchema, { boot, seq, kind: EventKind.SMOKE, quantity: 3, value: 800 })),
	);

/** A tower's sensors with a broker and a store of their own, for each test of the suite that calls this. */
export function useSense() {
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

	return {
		get sense() {
			return sense;
		},
		get db() {
			return db;
		},
		get store() {
			return store;
		},
		get events() {
			return events;
		},
		set keeps(value: boolean) {
			keeps = value;
		},
		set own(value: Record<string, string>) {
			own = value;
		},
		clock,
		clients,
		open,
		restart,
		lasting,
		node,
	};
}
