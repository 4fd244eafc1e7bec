import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { until } from "../../test/harness/harness.ts";
import { bareContext as context } from "../../test/harness/processing.ts";
import { ManualClock } from "../base/clock.ts";
import { SeededRandom } from "../base/random.ts";
import { phrase } from "../base/say.ts";
import { Tally } from "../base/tally.ts";
import { DutyIndex } from "../judge/duty/duty.ts";
import type { CameraPose } from "../model/camera.ts";
import type { DecisionContext } from "../model/context.ts";
import type { JudgeEvent } from "../model/event.ts";
import { EMPTY_REGISTER } from "../model/register.ts";
import { createLog } from "../ops/log/log.ts";
import { GridIndex } from "../register/grid-index.ts";
import { Database } from "../store/sqlite/database.ts";
import { SqliteJudgementStore } from "../store/sqlite/judgement.ts";
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
		handover: { side: "tower", message: { incidentId: p.incidents[0]?.id, what: "notified" } },
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
	const notified: string[] = [];
	const p = new EventProcessor(
		{
			context: () => local,
			failPoint: () => {},
			tally,
		},
		{ store, clock, random: new SeededRandom(1), log: createLog("silent") },
	);
	p.onJudged((_, effects) => {
		notified.push(
			...effects.flatMap((e) => (e.type === "deliver" && e.delivery.personId ? [e.delivery.personId] : [])),
		);
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
	expect(notified).toEqual(["day", "night"]);
});
