import { planOf } from "../../gateway/app/context.ts";
import { say } from "../../gateway/base/say.ts";
import { destination } from "../../gateway/geo/position.ts";
import { DutyIndex } from "../../gateway/judge/duty/duty.ts";
import { judge } from "../../gateway/judge/judge.ts";
import { EMPTY_STATE, type JudgeState } from "../../gateway/judge/judgement/state.ts";
import type { Answer } from "../../gateway/model/answer.ts";
import type { CameraPose, Sighting } from "../../gateway/model/camera.ts";
import type { DecisionContext } from "../../gateway/model/context.ts";
import type { PlanStep } from "../../gateway/model/escalation.ts";
import type { JudgeEvent } from "../../gateway/model/event.ts";
import type { Incident } from "../../gateway/model/incident.ts";
import type { LedgerEntry } from "../../gateway/model/ledger.ts";
import type { Grid, Person, Register } from "../../gateway/model/register.ts";
import { worded } from "../../gateway/notify/outbox/wording.ts";
import { parseConfig } from "../../gateway/ops/config/load.ts";
import { GridIndex } from "../../gateway/register/grid-index.ts";

/** A judge's small world for tests: one tower, grids around it, and what people were told at which time. */

export const tower = { lat: 29.5, lon: 108.7 };
export const T0 = Date.UTC(2026, 3, 5, 6, 0, 0);

/** The plan of a configuration in which nothing is said of it. */
export function defaultPlan(): PlanStep[] {
	const parsed = parseConfig("tower: { id: t1, name: T, lat: 29.5, lon: 108.7 }\n");
	if (!parsed.ok) throw new Error("the smallest configuration is not valid");
	return planOf(parsed.config);
}

export const camera = (cameraId: string, azimuthDeg: number): CameraPose => ({
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

/** A square of 0.4 degrees around the tower. */
export const grid = (code: string): Grid => {
	const [west, south] = [tower.lon - 0.2, tower.lat - 0.2];
	const ring: [number, number][] = [
		[west, south],
		[west + 0.4, south],
		[west + 0.4, south + 0.4],
		[west, south + 0.4],
		[west, south],
	];
	return { code, name: `网格${code}`, polygons: [[ring]] };
};

export const person = (id: string, role: Person["role"], level: string, extra: Partial<Person> = {}): Person => ({
	id,
	name: id,
	role,
	level,
	grids: ["A"],
	addresses: [{ channel: "webhook", address: id }],
	...extra,
});

export function contextWith(register: Register, ladder: Partial<DecisionContext["ladder"]> = {}): DecisionContext {
	return {
		towerId: "t1",
		towerName: "一号塔",
		language: "zh",
		timeZone: "Asia/Shanghai",
		register,
		grids: new GridIndex(register.grids),
		duty: new DutyIndex(register),
		ladder: {
			steps: defaultPlan(),
			feedbackMs: 900_000,
			sceneMs: 3_600_000,
			repeatMs: 300_000,
			silentMs: 60_000,
			undoMs: 0,
			...ladder,
		},
		policy: "fast",
		points: { fast: { smoke: 3, flame: 4 }, quiet: { smoke: 6, flame: 7 } },
		masks: [],
		records: { renewMs: 31 * 86_400_000, verifyMs: 365 * 86_400_000 },
		mergeMs: 1_800_000,
		mergeM: 1500,
		minShare: 0.02,
		listeners: [],
		evidence: { preMs: 180_000, postMs: 120_000 },
	};
}

/** A camera sees smoke at a bearing. */
export function fire(bearingDeg: number, cameraId = "cam1", at = T0, extra: Partial<Sighting> = {}): JudgeEvent {
	const sighting: Sighting = {
		id: `${cameraId}@${at}`,
		what: "smoke",
		cameraId,
		trackId: `${cameraId}-1`,
		pose: camera(cameraId, bearingDeg),
		capturedAt: at,
		firstSeenAt: at - 30_000,
		boxes: [{ x: 0.5, y: 0.5, w: 0.05, h: 0.05 }],
		score: 5,
		probability: 0.9,
		bearingDeg,
		bearingErrorDeg: 1.5,
		elevationDeg: -1,
		frameHash: "h",
		model: "m",
		exercise: false,
		...extra,
	};
	return { type: "sighting", id: sighting.id, at, sighting };
}

export const sensorAlarm = (nodeId: string, azimuth: number, distance: number, at = T0): JudgeEvent => ({
	type: "alarm",
	id: `${nodeId}@${at}`,
	at,
	alarm: {
		id: `${nodeId}@${at}`,
		nodeId,
		kind: "smoke",
		position: destination(tower, azimuth, distance),
		at,
		exercise: false,
	},
});

export const tick = (at: number): JudgeEvent => ({ type: "tick", id: `tick${at}`, at });

export const answer = (
	to: { incident?: Incident | undefined },
	personId: string,
	what: Answer["answer"],
	at: number,
	extra: Partial<Answer> = {},
): JudgeEvent => ({
	type: "answer",
	id: `${personId}${what}${at}`,
	at,
	answer: {
		id: `${personId}${what}${at}`,
		incidentId: to.incident?.id ?? "",
		personId,
		personName: personId,
		answer: what,
		at,
		...extra,
	},
});

/** Plays events in order, each at its own time. */
export function play(events: JudgeEvent[], context: DecisionContext, from: JudgeState = EMPTY_STATE) {
	const notifiedAt: Record<number, string[]> = {};
	const refused: unknown[] = [];
	const texts: string[] = [];
	const messages: { at: number; who: string; task: string; silent: boolean; channel: string }[] = [];
	const ledger: LedgerEntry[] = [];
	let state = from;
	let incident: Incident | undefined;
	for (const event of events) {
		const judged = judge(context, state, event, event.at);
		state = judged.state;
		incident = judged.changed.at(-1) ?? incident;
		const notified = judged.effects.flatMap((e) => (e.type === "deliver" && e.delivery.personId ? [e.delivery] : []));
		notifiedAt[event.at] = [...(notifiedAt[event.at] ?? []), ...notified.map((d) => d.personId as string)];
		texts.push(...notified.map((d) => worded(d.message, context.language).body));
		for (const { personId = "", channel, message } of notified)
			messages.push({
				at: event.at,
				who: personId,
				task: message.task ?? "",
				silent: message.silent === true,
				channel,
			});
		ledger.push(...judged.effects.flatMap((e) => (e.type === "ledger" ? [e.entry] : [])));
		for (const e of judged.effects)
			if (e.type === "ledger" && e.entry.what === "refused") refused.push(say("en", String(e.entry.detail["why"])));
	}
	return {
		state,
		incident,
		notified: Object.values(notifiedAt).flat().sort(),
		notifiedAt,
		refused,
		texts,
		ledger,
		messages,
	};
}
