import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Aedes } from "aedes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../test/harness/harness.ts";
import { contextWith, fire, grid, person, play, sensorAlarm, T0 } from "../../test/harness/judging.ts";
import { ManualClock } from "../base/clock.ts";
import { SeededRandom } from "../base/random.ts";
import { Tally } from "../base/tally.ts";
import type { JudgeEvent } from "../model/event.ts";
import { withFirstNames } from "../model/first-names.ts";
import type { Incident } from "../model/incident.ts";
import type { Progress } from "../model/lease.ts";
import { EMPTY_REGISTER } from "../model/register.ts";
import { createLog } from "../ops/log/log.ts";
import { ownPublicKey } from "./identity.ts";
import type { Line } from "./line.ts";
import { CENTRE, centreLine, towerLine } from "./lines.ts";
import { buildSeals } from "./seals.ts";
import type { LinkSettings } from "./settings.ts";

const context = contextWith({
	...EMPTY_REGISTER,
	grids: [grid("A01")],
	people: [person("chief", "chief", "village"), person("ranger", "ranger", "village")],
});
const incident = play([fire(45), sensorAlarm("n1", 45, 3000, T0 + 1000)], context).incident as Incident;
const { verify, suppress } = incident.ladder;
const progress = JSON.parse(JSON.stringify({ verify, suppress, involved: incident.involved })) as Progress;

let folder: string;
let broker: Aedes;
let server: Server;
let url: string;
let lines: Line[];
/** What each end has been asked to judge, and what was counted as refused. */
let judged: { tower: JudgeEvent[]; centre: JudgeEvent[] };
let counted: string[];
/** Everything that went over the broker. */
let passed: { topic: string; body: Record<string, unknown> }[];

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lookout-lines-"));
	broker = await Aedes.createBroker();
	server = createServer(broker.handle);
	await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
	url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
	lines = [];
	judged = { tower: [], centre: [] };
	counted = [];
	passed = [];
	broker.on("publish", ({ topic, payload }, client) => {
		if (client) passed.push({ topic, body: JSON.parse(String(payload)) as Record<string, unknown> });
	});
});

afterEach(async () => {
	for (const line of lines) await line.stop();
	await new Promise<void>((closed) => broker.close(() => closed()));
	server.close();
	rmSync(folder, { recursive: true });
});

/** What either end needs, with a key of its own and a memory for what it has heard. */
async function partsOf(end: "tower" | "centre", config: LinkSettings) {
	const clock = new ManualClock();
	clock.advance(T0 + 600_000 - clock.now());
	const log = createLog("silent");
	const kept = new Map<string, string>();
	const accounts = {
		setting: async (key: string) => kept.get(key),
		setSetting: async (key: string, value: string) => void kept.set(key, value),
	};
	const deps = { accounts, ledger: { append: async () => {} }, clock, log };
	return {
		config,
		seals: await buildSeals(config, join(folder, end), deps as unknown as Parameters<typeof buildSeals>[2]),
		secret: (value: string) => value,
		submit: async (event: JudgeEvent) => {
			judged[end].push(event);
			return { kind: "accepted" as const };
		},
		clock,
		random: new SeededRandom(1),
		log,
		tally: new Tally(clock, (what) => counted.push(what)),
	};
}

/** Both ends, each connected and listening. `keys`: whether the centre knows the tower's key. */
async function opened({ knowsKey }: { knowsKey: boolean }) {
	const [towerKey, centreKey] = [await ownPublicKey(join(folder, "tower")), await ownPublicKey(join(folder, "centre"))];
	const reach = { timeoutS: 5 };
	const atTower = await partsOf("tower", { tower: { id: "t1" }, reach: { ...reach, centre: { url, key: centreKey } } });
	const keys: Record<string, string> = knowsKey ? { t1: towerKey } : {};
	const atCentre = await partsOf("centre", {
		tower: { id: CENTRE },
		reach,
		centre: { url, towers: ["t1"], keys },
	});
	const tower = towerLine({ ...atTower, progress: () => progress, isOver: () => {} });
	const centre = centreLine({ ...atCentre, isKnown: async () => false });
	if (!tower || !centre) throw new Error("a line is missing");
	lines = [tower, centre.line];
	for (const line of lines) {
		const subscribed = once(broker, "subscribe");
		await line.start();
		await subscribed;
	}
	return { tower, centre };
}

describe("the line between a tower and its centre", () => {
	it("carries a word down and its answer up, signed, under the first names of their fields", async () => {
		const { centre } = await opened({ knowsKey: true });
		const { id: incidentId } = incident;
		centre.send({ type: "send", tower: "t1", message: { incidentId, what: "notified", progress } });
		await until(() => judged.centre.length === 1, 10_000, "the tower's acknowledgement");
		expect(judged.tower).toMatchObject([
			{ type: "handover", handover: { side: "tower", message: { incidentId, what: "notified", progress } } },
		]);
		expect(judged.centre).toMatchObject([
			{ type: "handover", handover: { side: "centre", tower: "t1", what: "ack", of: "notified", ok: true, progress } },
		]);
		const [down, up] = passed.filter(({ topic }) => topic.startsWith("fw/1/t1/"));
		expect(down?.topic).toBe("fw/1/t1/down");
		expect(up?.topic).toBe("fw/1/t1/up");
		const first = JSON.parse(JSON.stringify(withFirstNames(progress)));
		for (const message of [down, up]) expect(message?.body).toMatchObject({ progress: first, jws: expect.any(String) });
	});

	it("takes a fire of a tower whose key it knows for its word, and marks that of another", async () => {
		for (const knowsKey of [true, false]) {
			judged.centre.length = 0;
			const { tower } = await opened({ knowsKey });
			tower.say("fw/1/t1/incident", { id: `x-${knowsKey}`, incident: withFirstNames(incident) });
			await until(() => judged.centre.length === 1, 10_000, "the fire at the centre");
			const [event] = judged.centre as [Extract<JudgeEvent, { type: "handover" }>];
			expect(event.handover).toMatchObject({ side: "centre", tower: "t1", what: "incident" });
			expect("unsigned" in event.handover).toBe(!knowsKey);
			for (const line of lines) await line.stop();
			lines = [];
		}
	});

	it("drops what is not whole, and what is nobody's word", async () => {
		const { centre, tower } = await opened({ knowsKey: true });
		tower.say("fw/1/t1/up", { id: "a", incidentId: "not-ours", of: "take", ok: true });
		centre.send({ type: "send", tower: "t1", message: { incidentId: "", what: "claim" } });
		broker.publish(
			{ cmd: "publish", topic: "fw/1/t1/down", payload: '{"id":"f","what":"take"}', qos: 0, retain: false, dup: false },
			() => {},
		);
		// what comes after is taken: the line is open still
		centre.send({ type: "send", tower: "t1", message: { incidentId: incident.id, what: "heartbeat" } });
		await until(() => judged.centre.length === 1, 10_000, "the answer to what was whole");
		expect(judged.tower.map((e) => e.type === "handover" && e.handover)).toMatchObject([
			{ message: { what: "heartbeat" } },
		]);
	});
});
