import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { until } from "../../test/harness/harness.ts";
import { ManualClock } from "../base/clock.ts";
import { SeededRandom } from "../base/random.ts";
import { Tally } from "../base/tally.ts";
import { DutyIndex } from "../judge/duty/duty.ts";
import { GridIndex } from "../judge/locate/grids.ts";
import type { World } from "../judge/world.ts";
import type { CameraPose } from "../model/camera.ts";
import type { JudgeEvent } from "../model/incident.ts";
import { EMPTY_REGISTER } from "../model/register.ts";
import { createLog } from "../ops/log/log.ts";
import { Database } from "../store/database.ts";
import { JudgementStore } from "../store/judgement.ts";
import { Pump } from "./pump.ts";

const position = { lat: 29.5, lon: 108.7 };
const pose: CameraPose = {
	...{ cameraId: "east", position, heightM: 800, azimuthDeg: 0, tiltDeg: 0, fovDeg: 60 },
	...{ azimuthErrorDeg: 1, preset: "fixed", rangeM: 10_000 },
};
const world: World = {
	...{
		towerId: "t",
		towerName: "t",
		language: "en",
		mergeMs: 1_800_000,
		mergeM: 1500,
		minShare: 0.02,
		listeners: [],
		policy: "fast",
		points: { fast: { smoke: 3, flame: 3 }, quiet: { smoke: 4, flame: 4 } },
		masks: [],
		records: { renewMs: 31 * 86_400_000 },
	},
	register: EMPTY_REGISTER,
	grids: new GridIndex([]),
	duty: new DutyIndex(EMPTY_REGISTER),
	ladder: {
		steps: [{ ladder: "verify", level: "village", afterMs: 0, task: "verify", when: "always", needs: 1 }],
		...{ feedbackMs: 900_000, sceneMs: 3_600_000, repeatMs: 300_000, silentMs: 60_000, undoMs: 0 },
	},
	evidence: { preMs: 0, postMs: 0 },
};

let folder: string;
let db: Database;
let store: JudgementStore;
let clock: ManualClock;
let tally: Tally;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "lookout-pump-"));
	db = await Database.open(join(folder, "lookout.db"));
	store = new JudgementStore(db);
	clock = new ManualClock();
	tally = new Tally(clock, () => {});
});

afterEach(async () => {
	await db.close();
	rmSync(folder, { recursive: true });
});

const pump = () =>
	new Pump({ world: () => world, onJudged: () => {}, failPoint: () => {}, tally }, store, clock, new SeededRandom(1), createLog("silent"));

function candidate(n: number): JudgeEvent {
	const at = clock.now();
	const sighting = {
		...{
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
		},
		...{ bearingDeg: 0, bearingErrorDeg: 1, elevationDeg: 0, frameHash: "h", model: "m", exercise: true },
	};
	return { type: "sighting", id: `s${n}`, at, sighting };
}

it("a judge that does not keep up lets candidates go, says how many, and keeps every alarm", async () => {
	const waiting = pump();
	for (let n = 0; n < 10_000; n++) void waiting.submit(candidate(n));
	await waiting.submit(candidate(10_000)); // settles at once: it is the one that gives way
	expect(tally.total("judgeCandidateDropped")).toBe(1);
	const alarms = ["a1", "a2", "a3"].map((id, i) =>
		waiting.submit({
			type: "alarm",
			id,
			at: clock.now(),
			alarm: { id, nodeId: id, kind: "smoke", position: { lat: 29.5 + i, lon: 108.7 }, at: clock.now(), exercise: true },
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
		...{ type: "alarm", id: "a1", at: clock.now() },
		alarm: { id: "a1", nodeId: "n", kind: "gas", position, at: clock.now(), exercise: true },
	};
	for (let run = 0; run < 2; run++) {
		const p = pump();
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
	const p = pump();
	await p.start();
	const node = (id: string, lat: number): JudgeEvent => ({
		...{ type: "alarm", id, at: clock.now() },
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
	expect(await given).toBe("it cannot be judged");
	await next;
	expect(tally.total("judgeEventGivenUp")).toBe(1);
	await p.stop();
});

it("the file of a false alarm waits, also over a restart, until it says what it was and how that is known", async () => {
	const first = pump();
	await first.start();
	const at = clock.now();
	await first.submit({ type: "alarm", id: "a1", at, alarm: { id: "a1", nodeId: "n", kind: "gas", position, at, exercise: false } });
	const incidentId = first.incidents.find((i) => i.kind === "fire")?.id ?? "";
	const say = (p: Pump, what: "false" | "close", extra: object = {}) => {
		const id = `${what}${Object.keys(extra).length}`;
		const answer = { id, incidentId, personId: "duty-desk", personName: "desk", answer: what, at: clock.now(), ...extra };
		return p.submit({ type: "answer", id, at: clock.now(), answer });
	};
	expect(await say(first, "false")).toBeUndefined();
	await first.stop();
	const second = pump();
	await second.start();
	expect(second.incidents).toEqual([]);
	expect(await second.takes(incidentId, "going")).toBe(false);
	expect(await second.takes(incidentId, "close")).toBe(true);
	expect(await say(second, "close", { cause: "雾" })).toMatch(/without feedback/);
	expect(await say(second, "close", { cause: "雾", note: "看过录像" })).toBeUndefined();
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
	const night = { ...day, id: "night", name: "night", grids: ["B"], addresses: [{ channel: "webhook", address: "night" }] };
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
	const register = { ...EMPTY_REGISTER, grids: [grid], people: [day, night], shifts: [shift("day", -1, 0.1), shift("night", 0.1, 9)] };
	const local: World = { ...world, register, grids: new GridIndex([grid]), duty: new DutyIndex(register) };
	const told: string[] = [];
	const p = new Pump(
		{
			world: () => local,
			onJudged: (_, effects) => told.push(...effects.flatMap((e) => (e.type === "deliver" && e.delivery.personId ? [e.delivery.personId] : []))),
			failPoint: () => {},
			tally,
		},
		store,
		clock,
		new SeededRandom(1),
		createLog("silent"),
	);
	await p.start();
	await p.submit({ type: "alarm", id: "a", at: start, alarm: { id: "a", nodeId: "n", kind: "gas", position, at: start, exercise: true } });
	const [incident] = p.incidents;
	const said = { id: "s", incidentId: incident?.id ?? "", personId: "day", personName: "day", answer: "onScene" as const, at: start };
	await p.submit({ type: "answer", id: "s", at: start, answer: said });
	for (let n = 0; n < 60; n++) {
		clock.advance(10_000);
		await p.submit(candidate(n));
	}
	await p.stop();
	expect(told).toEqual(["day", "night"]);
});
