import { DutyIndex } from "../../gateway/judge/duty/duty.ts";
import { judge } from "../../gateway/judge/judge.ts";
import { EMPTY_STATE, type JudgeState } from "../../gateway/judge/judgement/state.ts";
import type { Answer } from "../../gateway/model/answer.ts";
import type { CameraPose, Sighting } from "../../gateway/model/camera.ts";
import type { DecisionContext } from "../../gateway/model/context.ts";
import type { PlanStep } from "../../gateway/model/escalation.ts";
import type { JudgeEvent } from "../../gateway/model/event.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import { EMPTY_REGISTER, type Grid, type Person, type Register } from "../../gateway/model/register.ts";
import type { Alarm } from "../../gateway/model/sensor.ts";
import { GridIndex } from "../../gateway/register/grid-index.ts";
import { fire } from "./judging.ts";

/** A tower amid four grids, and what may happen there: for tests of the judge. */

export const tower = { lat: 29.5, lon: 108.7 };
export const pose = (cameraId: string, azimuthDeg: number): CameraPose => ({
	cameraId,
	position: tower,
	heightM: 800,
	azimuthDeg,
	tiltDeg: 0,
	fovDeg: 60,
	azimuthErrorDeg: 1,
	preset: "fixed",
	rangeM: 10_000,
});

/** Four quadrants around the tower, 0.2 degrees wide: 01 is north-east, 02 north-west, 03 south-west, 04 south-east. */
export const quadrant = (code: string, x: number, y: number): Grid => {
	const [west, south] = [tower.lon + x * 0.2, tower.lat + y * 0.2];
	const corners: [number, number][] = [
		[west, south],
		[west + 0.2, south],
		[west + 0.2, south + 0.2],
		[west, south + 0.2],
		[west, south],
	];
	return { code, name: `网格${code}`, polygons: [[corners]] };
};
export const grids = [quadrant("A01", 0, 0), quadrant("A02", -1, 0), quadrant("B03", -1, -1), quadrant("B04", 0, -1)];
export const person = (
	id: string,
	level: Person["level"],
	codes: string[],
	role: Person["role"] = "chief",
): Person => ({
	id,
	name: id,
	role,
	level,
	grids: codes,
	addresses: [{ channel: "webhook", address: id }],
});
export const people = [
	person("v1", "village", ["A01"]),
	person("r1", "village", ["A01"], "ranger"),
	person("v2", "village", ["A02"]),
	person("t1", "township", ["A"]),
	person("c1", "county", ["A", "B"]),
];

export const verify = (level: string, afterMs: number): PlanStep => ({
	ladder: "verify",
	level,
	afterMs,
	task: "verify",
	when: "always",
	needs: 1,
});

export function contextWith(register: Partial<Register>): DecisionContext {
	const full = { ...EMPTY_REGISTER, version: "v", people, grids, ...register };
	return {
		towerId: "t1",
		towerName: "一号塔",
		language: "zh",
		timeZone: "Asia/Shanghai",
		register: full,
		grids: new GridIndex(full.grids),
		duty: new DutyIndex(full),
		ladder: {
			steps: [verify("village", 0), verify("township", 180_000), verify("county", 600_000)],
			feedbackMs: 900_000,
			sceneMs: 3_600_000,
			repeatMs: 300_000,
			silentMs: 60_000,
			undoMs: 0,
		},
		policy: "fast",
		points: { fast: { smoke: 3, flame: 4 }, quiet: { smoke: 6, flame: 7 } },
		masks: [],
		records: { renewMs: 31 * 86_400_000 },
		mergeMs: 1_800_000,
		mergeM: 1500,
		minShare: 0.02,
		listeners: [],
		evidence: { preMs: 180_000, postMs: 120_000 },
	};
}
export const context = contextWith({});
export const T0 = Date.UTC(2026, 3, 5, 6, 0, 0);

export function sighting(
	cameraId: string,
	bearingDeg: number,
	trackId: string,
	at = T0,
	extra: Partial<Sighting> = {},
): JudgeEvent {
	const own = { id: `${trackId}@${at}`, trackId, pose: pose(cameraId, bearingDeg) };
	return fire(bearingDeg, cameraId, at, { ...own, ...extra });
}

export const alarm = (
	nodeId: string,
	position: { lat: number; lon: number },
	at = T0,
	kind: Alarm["kind"] = "smoke",
): JudgeEvent => ({
	type: "alarm",
	id: `${nodeId}@${at}`,
	at,
	alarm: { id: `${nodeId}@${at}`, nodeId, kind, position, at, exercise: false, value: 300, unit: "ppm" },
});
export const answer = (
	incident: Incident | undefined,
	personId: string,
	what: Answer["answer"],
	at: number,
): JudgeEvent => ({
	type: "answer",
	id: `${personId}${what}${at}`,
	at,
	answer: { id: "a", incidentId: incident?.id ?? "", personId, personName: personId, answer: what, at },
});

/** Plays events in order, each at its own time. */
export function play(events: JudgeEvent[], w = context, state: JudgeState = EMPTY_STATE) {
	const notified: string[] = [];
	const stopped: string[] = [];
	let last: Incident | undefined;
	for (const e of events) {
		const judged = judge(w, state, e, e.at);
		state = judged.state;
		last = judged.changed.at(-1) ?? last;
		for (const effect of judged.effects) {
			if (effect.type === "deliver" && effect.delivery.personId) notified.push(effect.delivery.personId);
			if (effect.type === "stop") stopped.push(effect.personId ?? "*");
		}
	}
	return { state, notified, stopped, incident: last };
}
export const tick = (at: number): JudgeEvent => ({ type: "tick", id: `tick${at}`, at });
