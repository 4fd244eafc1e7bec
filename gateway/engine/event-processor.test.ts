import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../test/harness/harness.ts";
import { ManualClock } from "../base/clock.ts";
import { SeededRandom } from "../base/random.ts";
import { phrase } from "../base/say.ts";
import { Tally } from "../base/tally.ts";
import { DutyIndex } from "../judge/duty/duty.ts";
import type { Answer } from "../model/answer.ts";
import type { CameraPose } from "../model/camera.ts";
import type { DecisionContext } from "../model/context.ts";
import type { JudgeEvent } from "../model/event.ts";
import type { Incident } from "../model/incident.ts";
import { EMPTY_REGISTER, type Person } from "../model/register.ts";
import { createLog } from "../ops/log/log.ts";
import { GridIndex } from "../register/grid-index.ts";
import { Database } from "../store/sqlite/database.ts";
import { SqliteJudgementStore } from "../store/sqlite/judgement.ts";
import { SqliteLinkStore } from "../store/sqlite/links.ts";
import { EventProcessor } from "./event-processor.ts";

const position = { lat: 29.5, lon: 108.7 };
const pose: CameraPose = {
	cameraId: "east",
	position,
	heightM: 800,
	azimuthDeg: 0,
	tiltDeg: 0,
	fovDeg: 60,
	azimuthErrorDeg: 1,
	preset: "fixed",
	rangeM: 10_000,
};
const context: DecisionContext = {
	towerId: "t",
	towerName: "t",
	language: "en",
	timeZone: "Asia/Shanghai",
	mergeMs: 1_800_000,
	mergeM: 1500,
	minShare: 0.02,
	listeners: [],
	policy: "fast",
	points: { fast: { smoke: 3, flame: 3 }, quiet: { smoke: 4, flame: 4 } },
	masks: [],
	records: { renewMs: 31 * 86_400_000 },
	register: EMPTY_REGISTER,
	grids: new GridIndex([]),
	duty: new DutyIndex(EMPTY_REGISTER),
	ladder: {
		steps: [{ ladder: "verify", level: "village", afterMs: 0, task: "verify", when: "always", needs: 1 }],
		feedbackMs: 900_000,
		sceneMs: 3_600_000,
		repeatMs: 300_000,
		silentMs: 60_000,
		undoMs: 0,
	},
	evidence: { preMs: 0, postMs: 0 },
};

let folder: string;
let db: Database;
let store: SqliteJudgementStore;
let clock: ManualClock;
let tally: Tally;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lookout-processor-"));
	db = await Database.open(join(folder, "lookout.db"));
	store = new SqliteJudgementStore(db);
	clock = new ManualClock();
	tally = new Tally(clock, () => {});
});

afterEach(async () => {
	await db.close();
	rmSync(folder, { recursive: true });
});

const processor = () =>
	new EventProcessor(
		{ context: () => context, failPoint: () => {}, tally },
		{ store, clock, random: new SeededRandom(1), log: createLog("silent") },
	);

function candidate(n: number): JudgeEvent {
	const at = clock.now();
	const sighting = {
		id: `s${n}`,
		what: "smoke" as const,
		cameraId: "east",
		trackId: `k${n}`,
		pose,
		capturedAt: at,
		firstSeenAt: at,
		boxes: [],
		score: 1,
		probability: 0.2,
		bearingDeg: 0,
		bearingErrorDeg: 1,
		elevationDeg: 0,
		frameHash: "h",
		model: "m",
		exercise: true,
	};
	return { type: "sighting", id: `s${n}`, at, sighting };
}

it("a judge that does not keep up lets candidates go, says how many, and keeps every alarm", async () => {
	const waiting = processor();
	for (let n = 0; n < 10_000; n++) void waiting.submit(candidate(n));
	await waiting.submit(candidate(10_000)); // settles at once: it is the one that gives way
	expect(tally.total("judgeCandidateDropped")).toBe(1);
	const alarms = ["a1", "a2", "a3"].map((id, i) =>
		waiting.submit({
			type: "alarm",
			id,
			at: clock.now(),
			alarm: {
				id,
				nodeId: id,
				kind: "smoke",
				position: { lat: 29.5 + i, lon: 108.7 },
				at: clock.now(),
				exercise: true,
			},
		}),
	);
	expect(tally.total("judgeCandidateDropped")).toBe(4);
	await waiting.start();
	await Promise.all(alarms);
	await waiting.stop();
	expect(waiting.incidents.map((i) => i.sources[0])).toEqual(["a1", "a2", "a3"]);
}, 60_000);

it("an event that comes twice, also after a restart, is judged once", async () => {
	const alarm: JudgeEvent = {
		type: "alarm",
		id: "a1",
		at: clock.now(),
		alarm: { id: "a1", nodeId: "n", kind: "gas", position, at: clock.now(), exercise: true },
	};
	for (let run = 0; run < 2; run++) {
		const p = processor();
		await p.start();
		await p.submit(alarm);
		await p.submit(alarm);
		await p.stop();
	}
	const opened = (await store.recentIncidents(10)).filter((i) => i.kind === "fire");
	expect(opened).toHaveLength(1);
	expect(opened[0]?.evidence).toHaveLength(1);
	expect((await store.ledger.ofIncident(opened[0]?.id ?? "")).filter((l) => l.what === "opened")).toHaveLength(1);
	expect(await store.ledger.firstBroken()).toBeUndefined();
});

describe("what the outbox has", () => {
	const village = { code: "V1", name: "村", polygons: [[square(108.7)]] };
	const others = { code: "V2", name: "邻村", polygons: [[square(108.8)]] };
	const someone = (id: string, role: Person["role"], grids: string[]): Person => ({
		id,
		name: id,
		role,
		level: "village",
		grids,
		addresses: [{ channel: "sms", address: id }],
	});
	const people = [
		someone("chief", "chief", ["V1"]),
		someone("ranger", "ranger", ["V1"]),
		someone("other", "chief", ["V2"]),
	];
	const register = { ...EMPTY_REGISTER, version: "v", grids: [village, others], people };
	const peopled: DecisionContext = {
		...context,
		language: "zh",
		register,
		grids: new GridIndex(register.grids),
		duty: new DutyIndex(register),
	};
	const own = (w = peopled) =>
		new EventProcessor(
			{ context: () => w, failPoint: () => {}, tally },
			{ store, clock, random: new SeededRandom(1), log: createLog("silent") },
		);
	const alarm = (n: number, lon: number, kind: "smoke" | "gas" = "smoke"): JudgeEvent => ({
		type: "alarm",
		id: `a${n}`,
		at: clock.now(),
		alarm: { id: `a${n}`, nodeId: `n${n}`, kind, position: { lat: 29.5, lon }, at: clock.now(), exercise: false },
	});
	const say = (incidentId: string, personId: string, answer: Answer["answer"]): JudgeEvent => {
		const id = `${personId}${answer}${clock.now()}`;
		return {
			type: "answer",
			id,
			at: clock.now(),
			answer: { id, incidentId, personId, personName: personId, answer, at: clock.now() },
		};
	};
	const rows = async (person: string) => {
		const all = await db.all(
			"SELECT incident, state, channel, json_extract(message,'$.task') AS task FROM outbox WHERE person=? ORDER BY created_at, task",
			[person],
		);
		return all.map((r) => `${r["incident"]} ${r["task"]} ${r["state"]}`);
	};
	const reached = () =>
		db.write([{ sql: "UPDATE outbox SET state='accepted', attempts=1 WHERE state='queued'", params: [] }]);

	it("of a wave goes with the part that somebody makes of it: his neighbours' too, with the links, and the all-clear", async () => {
		const p = own();
		await p.start();
		for (let n = 0; n < 5; n++) await p.submit(alarm(n, 108.62 + n * 0.02));
		for (const [n, lon] of [
			[10, 108.72],
			[11, 108.76],
		] as const)
			await p.submit(alarm(n, lon));
		const wave = p.incidents.find((i) => i.places) as Incident;
		expect(wave.places).toHaveLength(2);
		await reached();
		const links = new SqliteLinkStore(db, "secret", new SeededRandom(2));
		const link = await links.ensure(wave.id, "ranger", clock.now());
		clock.advance(1000);
		await p.submit(say(wave.id, "chief", "going"));
		const part = p.incidents.find((i) => i.splitFrom) as Incident;
		expect(await rows("ranger")).toContain(`${part.id} verify accepted`);
		expect((await rows("ranger")).filter((r) => r.startsWith(wave.id))).toEqual([]);
		expect((await rows("other")).filter((r) => r.startsWith(part.id))).toEqual([]);
		expect(await links.byCode(link.code, clock.now())).toMatchObject([{ incidentId: part.id, personId: "ranger" }]);
		clock.advance(1000);
		await p.submit(say(part.id, "chief", "false"));
		expect(await rows("ranger")).toContain(`${part.id} standDown queued`);
		expect((await rows("other")).filter((r) => r.includes("standDown"))).toEqual([]);
		expect(await store.ledger.firstBroken()).toBeUndefined();
		await p.stop();
	});

	it("of an end is not sent any more when it burns again; and what was called false is open again by a word", async () => {
		const p = own();
		await p.start();
		await p.submit(alarm(1, 108.7));
		const [fire] = p.incidents as [Incident];
		await reached();
		clock.advance(1000);
		await p.submit(say(fire.id, "chief", "false"));
		expect(await rows("ranger")).toContain(`${fire.id} standDown queued`);
		expect(await p.takes(fire.id, "confirmed")).toBe(true);
		expect(await p.takes(fire.id, "going")).toBe(false);
		clock.advance(1000);
		await p.submit(say(fire.id, "ranger", "confirmed"));
		expect(p.incidents).toMatchObject([{ id: fire.id, state: "confirmed", rekindled: 1 }]);
		expect(await rows("ranger")).toContain(`${fire.id} standDown stopped`);
		expect((await rows("chief")).some((r) => r.endsWith("queued"))).toBe(true);
		clock.advance(25 * 3_600_000);
		await p.submit(say(fire.id, "chief", "permitted"));
		clock.advance(25 * 3_600_000);
		expect(await p.takes(fire.id, "confirmed")).toBe(false);
		await p.stop();
	});

	it("of whoever has left the register says where he was told, and hears that it is over", async () => {
		const left = { ...register, people: people.filter((x) => x.id !== "ranger") };
		let w = peopled;
		const p = new EventProcessor(
			{ context: () => w, failPoint: () => {}, tally },
			{ store, clock, random: new SeededRandom(1), log: createLog("silent") },
		);
		await p.start();
		await p.submit(alarm(1, 108.7));
		const [fire] = p.incidents as [Incident];
		await reached();
		w = { ...peopled, register: left, duty: new DutyIndex(left) };
		clock.advance(1000);
		await p.submit(say(fire.id, "chief", "false"));
		const all = await db.all("SELECT channel, address FROM outbox WHERE person='ranger' AND lane='state'");
		expect(all.map((r) => `${r["channel"]} ${r["address"]}`)).toEqual(["sms ranger"]);
		await p.stop();
	});
});

function square(lon: number): [number, number][] {
	return [
		[lon - 0.05, 29.4],
		[lon + 0.05, 29.4],
		[lon + 0.05, 29.6],
		[lon - 0.05, 29.6],
		[lon - 0.05, 29.4],
	];
}

it("an event on which the judge fails is given up after three times, and what stands behind it is judged", async () => {
	const p = processor();
	await p.start();
	const node = (id: string, lat: number): JudgeEvent => ({
		type: "alarm",
		id,
		at: clock.now(),
		alarm: { id, nodeId: id, kind: "gas", position: { lat, lon: 108.7 }, at: clock.now(), exercise: true },
	});
	await p.submit(node("a1", 29.5));
	const broken = {
		type: "handover",
		id: "h1",
		at: clock.now(),
		handover: { side: "tower", message: { incidentId: p.incidents[0]?.id, what: "told" } },
	};
	const given = p.submit(broken as unknown as JudgeEvent);
	const next = p.submit(node("a2", 30.5));
	await until(
		() => {
			clock.advance(500);
			return p.incidents.length === 2;
		},
		10_000,
		"the alarm behind it",
	);
	expect(await given).toEqual({ kind: "refused", reason: "refused.cannotBeJudged" });
	await next;
	expect(tally.total("judgeEventGivenUp")).toBe(1);
	await p.stop();
});

it("the file of a false alarm waits, also over a restart, until it says what it was and how that is known", async () => {
	const first = processor();
	await first.start();
	const at = clock.now();
	await first.submit({
		type: "alarm",
		id: "a1",
		at,
		alarm: { id: "a1", nodeId: "n", kind: "gas", position, at, exercise: false },
	});
	const incidentId = first.incidents.find((i) => i.kind === "fire")?.id ?? "";
	const say = (p: EventProcessor, what: "false" | "close", extra: object = {}) => {
		const id = `${what}${Object.keys(extra).length}`;
		const answer = {
			id,
			incidentId,
			personId: "duty-desk",
			personName: "desk",
			answer: what,
			at: clock.now(),
			...extra,
		};
		return p.submit({ type: "answer", id, at: clock.now(), answer });
	};
	expect(await say(first, "false")).toMatchObject({ kind: "accepted" });
	await first.stop();
	const second = processor();
	await second.start();
	expect(second.incidents).toEqual([]);
	expect(await second.takes(incidentId, "going")).toBe(false);
	expect(await second.takes(incidentId, "close")).toBe(true);
	expect(await say(second, "close", { cause: "雾" })).toEqual({
		kind: "refused",
		reason: phrase("refused.cannotClose", { lacks: ["lack.feedbackOrNote"] }),
	});
	expect(await say(second, "close", { cause: "雾", note: "看过录像" })).toMatchObject({ kind: "accepted" });
	expect(await store.incident(incidentId)).toMatchObject({ state: "false", cause: "雾", closedAt: clock.now() });
	expect(await second.takes(incidentId, "close")).toBe(false);
	expect((await store.ledger.ofIncident(incidentId)).map((l) => l.what)).toContain("fileClosed");
	await second.stop();
});

it("the shift that takes over is told though a camera never stops looking", async () => {
	const day = {
		id: "day",
		name: "day",
		role: "ranger" as const,
		level: "village",
		grids: ["A"],
		addresses: [{ channel: "webhook", address: "day" }],
	};
	const night = {
		...day,
		id: "night",
		name: "night",
		grids: ["B"],
		addresses: [{ channel: "webhook", address: "night" }],
	};
	const [start, hour] = [clock.now(), 3_600_000];
	const shift = (person: string, from: number, to: number) => ({
		post: "ranger@A",
		person,
		from: start + from * hour,
		to: start + to * hour,
		kind: "shift" as const,
	});
	const ring: [number, number][] = [
		[108, 29],
		[109, 29],
		[109, 30],
		[108, 30],
		[108, 29],
	];
	const grid = { code: "A01", name: "A01", polygons: [[ring]] };
	const register = {
		...EMPTY_REGISTER,
		grids: [grid],
		people: [day, night],
		shifts: [shift("day", -1, 0.1), shift("night", 0.1, 9)],
	};
	const local: DecisionContext = { ...context, register, grids: new GridIndex([grid]), duty: new DutyIndex(register) };
	const told: string[] = [];
	const p = new EventProcessor(
		{
			context: () => local,
			failPoint: () => {},
			tally,
		},
		{ store, clock, random: new SeededRandom(1), log: createLog("silent") },
	);
	p.onJudged((_, effects) => {
		told.push(...effects.flatMap((e) => (e.type === "deliver" && e.delivery.personId ? [e.delivery.personId] : [])));
	});
	await p.start();
	await p.submit({
		type: "alarm",
		id: "a",
		at: start,
		alarm: { id: "a", nodeId: "n", kind: "gas", position, at: start, exercise: true },
	});
	const [incident] = p.incidents;
	const said = {
		id: "s",
		incidentId: incident?.id ?? "",
		personId: "day",
		personName: "day",
		answer: "onScene" as const,
		at: start,
	};
	await p.submit({ type: "answer", id: "s", at: start, answer: said });
	for (let n = 0; n < 60; n++) {
		clock.advance(10_000);
		await p.submit(candidate(n));
	}
	await p.stop();
	expect(told).toEqual(["day", "night"]);
});
