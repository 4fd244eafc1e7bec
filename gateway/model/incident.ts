import type { Position } from "../base/geo.ts";
import type { Box, Coverage, Opinion, Sighting } from "./camera.ts";
import type { Level } from "./register.ts";
import type { Alarm } from "./sensor.ts";

export type IncidentKind = "fire" | "coverageLost" | "sensorFault";
/** `detected` until a named person answers; the later states of the design belong to the next room. */
export type IncidentState = "detected" | "verifying" | "dispatched" | "onScene" | "false" | "permitted" | "closed";
export type Status = "actual" | "exercise";

/** Why an incident exists: one line of its evidence card. */
export interface Evidence {
	source: "camera" | "sensor";
	sourceId: string;
	what: string;
	at: number;
	/** 0...1 for cameras; undefined for a sensor's own decision. */
	probability?: number;
	value?: number;
	unit?: string;
	bearingDeg?: number;
	boxes?: Box[];
	picture?: string;
	trackId?: string;
	opinion?: Opinion;
	/** How often people have called this place false at this hour of the day. */
	falseBefore?: number;
}

/** One weighted sample point of where the fire may be. */
export interface RegionPoint extends Position {
	weight: number;
}

export interface Place {
	method: "bearing" | "bearing+elevation" | "sensor" | "camera" | "none";
	points: RegionPoint[];
	best?: Position;
	/** Radius that holds about two thirds of the weight, metres. */
	errorM?: number;
	bearingDeg?: number;
}

export interface GridShare {
	code: string;
	name: string;
	/** Share of the region's weight inside the grid, 0...1. */
	share: number;
}

/** Where a person stands with an incident. */
export interface Involved {
	personId: string;
	name: string;
	role: string;
	level: Level;
	/** The best share of the grids that made us tell this person. */
	share: number;
	toldAt: number;
	answer?: Answer["answer"];
	answeredAt?: number;
}

export interface Incident {
	id: string;
	kind: IncidentKind;
	status: Status;
	state: IncidentState;
	openedAt: number;
	changedAt: number;
	/** Capture time of the decisive frame, or arrival of the sensor's alarm. */
	decisiveAt: number;
	firstSeenAt: number;
	evidence: Evidence[];
	place: Place;
	grids: GridShare[];
	/** What could not be worked out, said on the card rather than hidden. */
	missing: string[];
	involved: Involved[];
	/** Ladder step that was last told, and when the next is due (undefined when it rests). */
	ladder: { step: number; nextAt?: number; feedbackBy?: number };
	/** Cameras or nodes that belong to this incident. */
	sources: string[];
	closedBy?: string;
	registerVersion: string;
}

/** What a person said. `seen` stops nothing. */
export interface Answer {
	id: string;
	incidentId: string;
	personId: string;
	personName: string;
	answer: "going" | "notMe" | "false" | "permitted" | "onScene" | "seen";
	at: number;
}

/** Something that the judge must look at; `id` makes a repetition harmless. */
export type JudgeEvent =
	| { type: "sighting"; id: string; at: number; sighting: Sighting }
	| { type: "alarm"; id: string; at: number; alarm: Alarm }
	| { type: "coverage"; id: string; at: number; coverage: Coverage }
	| { type: "answer"; id: string; at: number; answer: Answer }
	| { type: "tick"; id: string; at: number };

/** A message to one person over one channel, or to a listener such as the centre. */
export interface Delivery {
	id: string;
	incidentId: string;
	/** Same key, same message: a repetition of the same state is not sent twice. */
	key: string;
	personId?: string;
	channel: string;
	address: string;
	lane: "alarm" | "state";
	message: Message;
	createdAt: number;
}

/** What is said, ready for any channel. */
export interface Message {
	title: string;
	body: string;
	incidentId: string;
	kind: IncidentKind;
	status: Status;
	state: IncidentState;
	at: number;
}

export interface LedgerEntry {
	at: number;
	incidentId: string;
	what: string;
	who: string;
	detail: Record<string, unknown>;
}

/** What the judge wants done, besides its new state. */
export type Effect =
	| { type: "deliver"; delivery: Omit<Delivery, "id"> }
	| { type: "stop"; incidentId: string; personId?: string; why: string }
	| { type: "ledger"; entry: LedgerEntry }
	| { type: "keepEvidence"; incidentId: string; cameraId: string; fromMs: number; toMs: number };
