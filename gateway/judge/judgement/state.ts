import type { Phrase } from "../../base/phrase.ts";
import type { Answer } from "../../model/answer.ts";
import type { Box } from "../../model/camera.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Effect, JudgeEvent } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";

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
	finalAnswers: Record<string, Answer>;
	/** On a centre: words that a tower has not acknowledged yet; said again until it does, or a day has passed. */
	pendingAcks?: PendingAck[];
	/** When the judge last looked at its clock, and with which register: who has come on duty since is told. */
	checkedAt?: number;
	checkedWith?: string;
	/** What is over of the fire that the event at hand speaks of, while its file is not closed; from the store. */
	ended?: Incident[];
}

export interface PendingAck {
	tower: string;
	answer: Answer;
	nextAt: number;
	until: number;
}

export const EMPTY_STATE: JudgeState = { incidents: [], settledTracks: {}, nuisances: [], finalAnswers: {} };

export interface Judged {
	state: JudgeState;
	/** Incidents that are new or changed, closed ones included. */
	changed: Incident[];
	effects: Effect[];
	/** Why what was asked does not count, where the event asks for something. */
	refused?: Phrase;
	/** The incident that the event opened or joined. */
	incidentId?: string;
}

export type Judge = (context: DecisionContext, state: JudgeState, event: JudgeEvent, now: number) => Judged;

/** What judgement rests on, at the moment at which it is made. */
export interface JudgeContext extends DecisionContext {
	/** ms since 1970 */
	now: number;
}
