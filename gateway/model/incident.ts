import type { Position } from "../geo/position.ts";
import type { Answer } from "./answer.ts";
import type { Box, Opinion } from "./camera.ts";
import type { Involved, LadderProgress, PlanStep } from "./escalation.ts";
import type { IncidentState } from "./incident-states.ts";
import type { Taken } from "./lease.ts";
import type { Report } from "./report.ts";
import type { Task } from "./task.ts";

export type IncidentKind = "fire" | "coverageLost" | "sensorFault";
export type Status = "actual" | "exercise";

/** Why an incident exists: one line of its evidence card. */
export interface Evidence {
	/** `person`: somebody has called. */
	source: "camera" | "sensor" | "person";
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
	/** What a caller has said. */
	note?: string;
	/** How often people have called this place false at this hour of the day. */
	falseBefore?: number;
	/** The counters of the node that said so went back: perhaps another device in its place. */
	odd?: boolean;
	/** Taken in at the centre: a tower's next look does not wash it away. */
	here?: boolean;
	/** On a centre: the tower that saw it, where that is not the one whose incident this is. */
	tower?: string;
}

/** One weighted sample point of where the fire may be. */
export interface RegionPoint extends Position {
	weight: number;
}

export interface Place {
	/**
	 * bearing: a wedge; terrain: bearing and elevation against the terrain; crossing: bearings of two masts; report:
	 * somebody stands there.
	 */
	method: "bearing" | "terrain" | "crossing" | "sensor" | "report" | "camera" | "none";
	points: RegionPoint[];
	best?: Position;
	/** Radius that holds about two thirds of the weight, metres. */
	errorM?: number;
	bearingDeg?: number;
	/** From the camera to the best place, metres. */
	distanceM?: number;
	/** Stretches of the bearing that explain what was seen, [from, to] in metres from the camera. */
	intervals?: [number, number][];
}

export interface GridShare {
	code: string;
	name: string;
	/** Share of the region's weight inside the grid, 0...1. */
	share: number;
}

/** Somebody has ended it, and may think better of it until then: the ladders pause, and nobody hears of it yet. */
export interface Ending {
	answer: Answer;
	/** ms since 1970 */
	until: number;
	/** Until when what was said first could be undone. */
	first?: number;
	/** Whoever has ended it, and where they stood before; more than one where a second has said so as well. */
	said?: string[];
	before?: Involved[];
}

/** What somebody had said, when it was taken back (ms since 1970), and what spoke against it. */
export interface HeldOpen {
	answer: Answer["answer"];
	at: number;
	source: string;
}

/** One of the places of a wave: a sensor that has raised the same as others within seconds. */
export interface FirePlace {
	/** Of the sensor. */
	id: string;
	position: Position;
	/** When it was first raised, ms since 1970. */
	at: number;
	grids: GridShare[];
}

/**
 * What somebody has said something of goes on by itself: of a wave, what has left it, when, and who answers for that
 * alone.
 */
export interface SplitOff {
	id: string;
	at: number;
	people: string[];
}

export interface Incident {
	id: string;
	/** Name of the tower that opened it: bearings are taken from there, also in what a centre says. */
	towerName?: string;
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
	/** The plan in force, how far each ladder has advanced, and the next times of both (undefined while paused). */
	ladder: {
		plan: PlanStep[];
		/**
		 * Steps by which orders, danger or agreement bring everything forward; negative: a matching permit puts it back.
		 */
		stepsForward: number;
		why: string[];
		verify: LadderProgress;
		suppress: LadderProgress;
		nextAt?: number;
		feedbackBy?: number;
	};
	/** On a tower: the centre advances the ladders, and was last heard of then. */
	handedTo?: { heardAt: number };
	/** On a centre: whose incident this is, and whether the ladders are ours. */
	takenFrom?: Taken;
	/** On a centre: the word that ended it. */
	finalAnswer?: Answer;
	/** On a centre: the incident of another tower that is the same fire, and with which people are told. */
	primaryId?: string;
	/** On a centre: the incidents of other towers that are this fire. */
	linkedIncidents?: { tower: string; incidentId: string }[];
	/**
	 * On a centre: where bearings of other towers cross this one's, while nothing else says that it is one fire. It
	 * brings people forward and their ladders stay apart: two fires, or a fire and a cloud, cross as well.
	 */
	crossings?: Crossing[];
	/** On a centre: when its tower has last seen it. */
	seenAt?: number;
	/** On a centre: towers that have called false or permitted what they saw of it. */
	doubts?: string[];
	/** When a person confirmed that it burns, and who. */
	confirmedAt?: number;
	confirmedBy?: string;
	/** Burnt area as people on the scene put it, hectares. */
	sizeHa?: number;
	/** Orders, permits and known heat sources that matter here. */
	hints?: string[];
	/** What people brought back from the scene. */
	reports?: Report[];
	/** Why it burnt, or what it was: needed to close its file. */
	cause?: string;
	/** Cameras or nodes that belong to this incident. */
	sources: string[];
	/** An end that can still be undone. */
	ending?: Ending;
	/** An end that another source has taken back while it waited; until somebody says something again. */
	heldOpen?: HeldOpen;
	/** When it was said to be out, ms since 1970. */
	outAt?: number;
	/** How often it has flared up again, or was opened again: each time is told anew. */
	rekindled?: number;
	/** From when on what is left of the ladders is reckoned, where that is not the opening. */
	escalatesFrom?: number;
	/** When the desk was last told that it smokes, while it is under control. */
	smokeToldAt?: number;
	/** Raised by devices that somebody works on, until then: the desk alone hears of it. */
	maintenance?: { by: string; until: number };
	/** Of a wave of sensors: the places it stands at. */
	places?: FirePlace[];
	/** Of a wave: what has become an incident of its own. */
	split?: SplitOff[];
	/** The wave that it was told as a part of, and what that was a part of before; the first of them first. */
	splitFrom?: string[];
	/** What people owe for it. */
	tasks?: Task[];
	/** Whose word ended it. */
	closedBy?: string;
	/** When its file was closed 结案, ms since 1970: with verdict, feedback and cause. */
	closedAt?: number;
	registerVersion: string;
}

export interface Crossing extends Position {
	tower: string;
	incidentId: string;
	errorM: number;
}
