import { judge, nextTick } from "../judge/judge.ts";
import { EMPTY_STATE, type JudgeState } from "../judge/judgement/state.ts";
import type { DecisionContext } from "../model/context.ts";
import type { Effect, JudgeEvent } from "../model/event.ts";
import type { GridShare, Incident } from "../model/incident.ts";
import { DUTY_DESK } from "../model/register.ts";
import type { Where } from "../model/report.ts";
import { placeOf } from "./report-intake.ts";

/** Somebody who would be told, and when: seconds after the fire was seen. */
export interface WouldBeTold {
	personId: string;
	afterS: number;
	task: string;
	/** Kinds of the channels; none where the person cannot be reached. */
	channels: string[];
}

export interface DryRun {
	grids: GridShare[];
	/** What would be missing on the card. */
	missing: string[];
	told: WouldBeTold[];
}

export interface DryRunQuestion {
	where: Where;
	/** When it would burn, ms since 1970. */
	at: number;
	/** Minutes after which the desk would confirm it; nobody confirms it where undefined. */
	confirmedAfterMin?: number | undefined;
}

/** How far it is followed: later only what was told is told again. */
const FOLLOWED_MS = 3_600_000;
const MOST_TICKS = 500;

/**
 * Who would be told of a fire at a place and time, when and how, if nobody answered: the judge itself is asked, and
 * nothing of what it wants done is done. The register, the orders and the roster count as of that time, danger level
 * and masks as of now. Undefined where there is no such grid.
 */
export function dryRun(context: DecisionContext, question: DryRunQuestion): DryRun | undefined {
	const { where, at, confirmedAfterMin } = question;
	const found = placeOf(context, where);
	if (!found) return undefined;
	let state: JudgeState = EMPTY_STATE;
	const effects: Effect[] = [];
	const tell = (event: JudgeEvent) => {
		const judged = judge(context, state, event, event.at);
		state = judged.state;
		effects.push(...judged.effects);
	};
	tell(alarmEvent(found, at));
	const [incident] = state.incidents;
	if (!incident) return { grids: [], missing: [], told: [] };
	const confirmsAt = confirmedAfterMin === undefined ? undefined : at + confirmedAfterMin * 60_000;
	follow(confirmsAt ?? at + FOLLOWED_MS);
	if (confirmsAt !== undefined) {
		tell(confirmation(incident, confirmsAt));
		follow(confirmsAt + FOLLOWED_MS);
	}
	return {
		grids: incident.grids,
		missing: incident.missing,
		told: toldOf(effects, state.incidents[0] ?? incident, at),
	};

	function follow(until: number): void {
		for (let i = 0; i < MOST_TICKS; i++) {
			const next = nextTick(state);
			if (next === undefined || next > until) return;
			tell({ type: "tick", id: `dryRun:tick:${i}:${next}`, at: next });
		}
	}
}

function alarmEvent({ position, errorM }: { position: { lat: number; lon: number }; errorM: number }, at: number) {
	const id = "dryRun";
	const alarm = { id, nodeId: "report:dryRun", kind: "report" as const, position, errorM, at, exercise: false };
	return { type: "alarm" as const, id, at, alarm };
}

function confirmation({ id: incidentId }: Incident, at: number): JudgeEvent {
	const answer = { id: "dryRun:confirmed", incidentId, personId: DUTY_DESK, personName: "", answer: "confirmed", at };
	return { type: "answer", id: "dryRun:confirmed", at, answer: { ...answer, answer: "confirmed" } };
}

/** Each person's messages of one time and task as one line; whoever should be told and has no address, too. */
function toldOf(effects: readonly Effect[], { involved }: Incident, from: number): WouldBeTold[] {
	const lines = new Map<string, WouldBeTold>();
	for (const effect of effects) {
		if (effect.type !== "deliver") continue;
		const { personId, channel, createdAt, message } = effect.delivery;
		if (!isTold(personId)) continue;
		const task = message.task ?? "inform";
		const key = `${personId} ${createdAt} ${task}`;
		const line: WouldBeTold = lines.get(key) ?? { personId, afterS: (createdAt - from) / 1000, task, channels: [] };
		if (!line.channels.includes(channel)) line.channels.push(channel);
		lines.set(key, line);
	}
	const reached = new Set([...lines.values()].map((l) => l.personId));
	const silent = involved
		.filter((i) => isTold(i.personId) && !reached.has(i.personId))
		.map(({ personId, notifiedAt, task }): WouldBeTold => {
			const afterS = (notifiedAt - from) / 1000;
			return { personId, afterS, task, channels: [] };
		});
	return [...lines.values(), ...silent].sort((a, b) => a.afterS - b.afterS);
}

/** Whether a message goes to one person of the register, and not to listeners or the desk as a whole. */
function isTold(personId: string | undefined): personId is string {
	return personId !== undefined && personId !== DUTY_DESK;
}
