import type { Box, Mask, PointName, Scores } from "../model/camera.ts";
import type { Danger } from "../model/danger.ts";
import type { Answer, Effect, Incident, JudgeEvent, PlanStep } from "../model/incident.ts";
import type { Maintenance } from "../model/maintenance.ts";
import type { Address, RecordAges, Register } from "../model/register.ts";
import type { Terrain } from "../model/terrain.ts";
import type { DutyIndex } from "./duty/duty.ts";
import type { GridIndex } from "./locate/grids.ts";

/** Everything outside an event that judgement rests on. Immutable: a new register makes a new world. */
export interface World {
	towerId: string;
	towerName: string;
	language: "zh" | "en";
	register: Register;
	grids: GridIndex;
	duty: DutyIndex;
	/** Heights of the ground, where they are known. */
	terrain?: Terrain;
	ladder: {
		steps: PlanStep[];
		/** From "going" to "on scene", where no arrival was promised. */
		feedbackMs: number;
		/** From "on scene" to "controlled", "false" or another word. */
		sceneMs: number;
		/** Shortest pause before the last step is told again while nobody answers. */
		repeatMs: number;
		/** After so much silence of the centre a tower climbs again, and the centre has stopped before. */
		silentMs: number;
		/** How long an end can be undone, ms; nobody hears of it before. */
		undoMs: number;
		/** Who is told when the register names nobody: a person's id. */
		fallback?: string;
	};
	/** The detector's operating points: from these scores a sighting opens an incident. */
	points: Record<PointName, Scores>;
	/** Which of them counts: one of them always, the one that suits the danger level, or scores of one's own. */
	policy: PointName | "danger" | { name: string; scores: Scores };
	/** The danger level that was declared, while it is known. */
	danger?: Danger;
	masks: Mask[];
	/** Devices that somebody works on. */
	maintenance?: Maintenance[];
	/** How long a row of people counts as true. */
	records: RecordAges;
	mergeMs: number;
	mergeM: number;
	minShare: number;
	/** Who hears of every change without being asked to act: the centre, webhooks. */
	listeners: Address[];
	/** Minutes of video around the decisive frame. */
	evidence: { preMs: number; postMs: number };
}

/** A place in a view that a person has called false, at an hour of the day. */
export interface Nuisance {
	cameraId: string;
	preset: string;
	box: Box;
	/** When it was seen, ms since 1970; its hour of the day counts. */
	at: number;
	/** Forgotten after this. */
	until: number;
	incidentId: string;
}

export interface JudgeState {
	/** Incidents that are open. */
	incidents: Incident[];
	/** Tracks a person has called false or permitted, and until when that holds, ms since 1970. */
	settledTracks: Record<string, number>;
	nuisances: Nuisance[];
	/** On a centre: what ended an incident of a tower, by its id, for towers that have not heard so. */
	lastWords: Record<string, Answer>;
	/** On a centre: words that a tower has not acknowledged yet; said again until it does, or ten minutes have passed. */
	unheard?: Unheard[];
	/** When the judge last looked at its clock, and with which register: who has come on duty since is told. */
	lookedAt?: number;
	lookedWith?: string;
	/** What is over of the fire that the event at hand speaks of, while its file is not closed; from the store. */
	ended?: Incident[];
}

export interface Unheard {
	tower: string;
	answer: Answer;
	nextAt: number;
	until: number;
}

export const EMPTY_STATE: JudgeState = { incidents: [], settledTracks: {}, nuisances: [], lastWords: {} };

export interface Judged {
	state: JudgeState;
	/** Incidents that are new or changed, closed ones included. */
	changed: Incident[];
	effects: Effect[];
}

export type Judge = (world: World, state: JudgeState, event: JudgeEvent, now: number) => Judged;
