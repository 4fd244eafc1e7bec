import type { Effect, Incident, JudgeEvent } from "../model/incident.ts";
import type { Address, Level, Register } from "../model/register.ts";
import type { GridIndex } from "./locate/locate.ts";

/** Everything outside an event that judgement rests on. Immutable: a new register makes a new world. */
export interface World {
	towerId: string;
	towerName: string;
	language: "zh" | "en";
	register: Register;
	grids: GridIndex;
	ladder: {
		steps: { level: Level; afterMs: number }[];
		feedbackMs: number;
	};
	/** The detector's operating point in force: a sighting opens an incident from this score on. */
	point: { name: string; score: number };
	mergeMs: number;
	mergeM: number;
	minShare: number;
	/** Who hears of every change without being asked to act: the centre, webhooks. */
	listeners: Address[];
	/** Minutes of video around the decisive frame. */
	evidence: { preMs: number; postMs: number };
}

export interface JudgeState {
	/** Incidents that are open. */
	incidents: Incident[];
	/** Tracks a person has called false or permitted, and until when that holds, ms since 1970. */
	settledTracks: Record<string, number>;
}

export const EMPTY_STATE: JudgeState = { incidents: [], settledTracks: {} };

export interface Judged {
	state: JudgeState;
	/** Incidents that are new or changed, closed ones included. */
	changed: Incident[];
	effects: Effect[];
}

export type Judge = (world: World, state: JudgeState, event: JudgeEvent, now: number) => Judged;
