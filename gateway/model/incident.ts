import type { Position } from "../base/geo.ts";
import type { Box, Coverage, Opinion, Sighting } from "./camera.ts";
import type { CentreMessage, Handover, Taken } from "./handover.ts";
import type { Level, Role, Tier } from "./register.ts";
import type { Alarm } from "./sensor.ts";

export type IncidentKind = "fire" | "coverageLost" | "sensorFault";
/**
 * How far people have come with it. `false`, `permitted` and `closed` are ends: nobody hears of it any more. `out` waits
 * for cause and report, without which a fire cannot be closed; so does the file of what was false or permitted.
 */
export const INCIDENT_STATES = [
	"detected",
	"verifying",
	"confirmed",
	"dispatched",
	"onScene",
	"controlled",
	"out",
	"false",
	"permitted",
	"closed",
] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];
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
	/** bearing: a wedge; terrain: bearing and elevation against the terrain; crossing: bearings of two masts; report: somebody stands there. */
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

/** Who goes and looks, and who puts it out: two ladders that are climbed side by side. */
export type LadderName = "verify" | "suppress";
/** What a person is asked to do: 核实, 知悉, 待命, 集结, 出动. Stored and sent as `task`. */
export const INSTRUCTIONS = ["verify", "inform", "standBy", "assemble", "go"] as const;
export type Instruction = (typeof INSTRUCTIONS)[number];

/** Some people of one step of a ladder, and when they are told. The plan in force is kept with its incident. */
export interface PlanStep {
	ladder: LadderName;
	/** Milliseconds after the incident opened. */
	afterMs: number;
	/** Of these levels and roles; all of them where undefined, deputies and people on condition excepted. */
	level?: Level;
	roles?: Role[];
	/** Heads of the teams of these tiers instead of people by role. */
	tiers?: Tier[];
	/** Whether deputies are meant rather than principals. */
	deputies?: boolean;
	task: Instruction;
	/** `orConfirmed`: at its time, or at once when the fire is confirmed; `confirmed`: at its time, but not before. */
	when: "always" | "orConfirmed" | "confirmed";
	/** Only once it is sized so, hectares. */
	minHa?: number;
	/** Only people on whose ground so much of the region lies, 0...1. */
	minShare?: number;
	/** Answers that are needed before this ladder rests. */
	needs: number;
}

/** How far one ladder has been climbed. */
export interface Climb {
	/** Indices of the groups of steps that were told, in the order of telling. */
	done: number[];
	toldAt?: number;
	/** How often the last group has been told again. */
	rounds: number;
	/** When the next group is due, ms since 1970; undefined while the ladder rests or is at its end. */
	nextAt?: number;
}

/** Where a person stands with an incident. */
export interface Involved {
	personId: string;
	name: string;
	title?: string;
	role: string;
	level: Level;
	/** The best share of the grids that made us tell this person. */
	share: number;
	toldAt: number;
	ladder: LadderName;
	task: Instruction;
	/** The team this person heads here, or whose deputy or substitute it is. */
	team?: string;
	inPlaceOf?: string;
	/** On a centre: the other tower that has told this person of the same fire. */
	elsewhere?: string;
	answer?: Answer["answer"];
	answeredAt?: number;
	/** Since when he has been on his way, however often he has said so again, ms since 1970. */
	goingSince?: number;
	/** When the feedback that an answer promised is due, ms since 1970. */
	feedbackBy?: number;
	/** The promised feedback did not come: the answer counts no longer. */
	lapsedAt?: number;
	/** When the person has last asked for the message again, and how often. */
	again?: { at: number; times: number };
	/** On a centre: `tower:` and the id of the tower at which this person has answered. */
	via?: string;
	/** Nothing could be sent: whoever told had no address of this person. */
	unreached?: boolean;
	/** None of this person's addresses has taken the message in time, ms since 1970. */
	notReachedAt?: number;
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

/** Something that a named person owes by a time 任务. Kinds to come stand beside `guard`: 看守火场. */
export interface Task {
	id: string;
	kind: "guard";
	/** Who owes it. */
	personId: string;
	name: string;
	since: number;
	/** When the next word is due, and how often it is, ms. */
	dueAt: number;
	everyMs: number;
	/** Until when it is meant to last; it is released by name, and not by time. */
	until: number;
	/** How far a word that did not come has climbed: groups of the verify ladder that were told of it, one after the other. */
	climbed: number;
	/** Who else was told that it did not come. */
	told?: string[];
	doneAt?: number;
	doneBy?: string;
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

/** What somebody has said something of goes on by itself: of a wave, what has left it, when, and who answers for that alone. */
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
	/** The plan in force, how far each ladder is climbed, and the next times of both (undefined when they rest). */
	ladder: {
		plan: PlanStep[];
		/** Steps by which orders, danger or agreement bring everything forward; negative: a matching permit puts it back. */
		ahead: number;
		why: string[];
		verify: Climb;
		suppress: Climb;
		nextAt?: number;
		feedbackBy?: number;
	};
	/** On a tower: the centre climbs the ladders, and was last heard of then. */
	handedTo?: { heardAt: number };
	/** On a centre: whose incident this is, and whether the ladders are ours. */
	takenFrom?: Taken;
	/** On a centre: the word that ended it. */
	lastWord?: Answer;
	/** On a centre: the incident of another tower that is the same fire, and with which people are told. */
	partOf?: string;
	/** On a centre: the incidents of other towers that are this fire. */
	witnesses?: { tower: string; incidentId: string }[];
	/**
	 * On a centre: where bearings of other towers cross this one's, while nothing else says that it is one fire. It brings
	 * people forward and their ladders stay apart: two fires, or a fire and a cloud, cross as well.
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
	/** When it was said to be out, ms since 1970. */
	outAt?: number;
	/** How often it has flared up again, or was opened again: each time is told anew. */
	rekindled?: number;
	/** From when on what is left of the ladders is reckoned, where that is not the opening. */
	climbsFrom?: number;
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

/** Position, picture or words from the scene. */
export interface Report {
	personId: string;
	at: number;
	what: Answer["answer"];
	position?: Position;
	picture?: string;
	note?: string;
}

/**
 * What a person can say: going 前往, notMe 不是我, false 误报, permitted 许可用火, onScene 到场, confirmed 属实,
 * controlled 已控制, out 已扑灭, close 结案; `seen` is what an opened page says, and stops nothing; `again` asks for the
 * message once more.
 */
export const ANSWERS = ["going", "notMe", "false", "permitted", "onScene", "confirmed", "controlled", "out", "close", "seen", "again"] as const;

/** What a person said. */
export interface Answer {
	id: string;
	incidentId: string;
	personId: string;
	personName: string;
	answer: (typeof ANSWERS)[number];
	at: number;
	/** Over which way it came: page, phone, sms, voice; `tower:` and its id where a tower has passed it on. */
	via?: string;
	/** Promised arrival in minutes, with `going`. */
	etaMinutes?: number;
	position?: Position;
	picture?: string;
	note?: string;
	/** With `close`, `false` and `permitted`: why it burnt, or what it was. */
	cause?: string;
	sizeHa?: number;
	/** Of a word that has ended an incident: how often that had flared up by then. */
	rekindled?: number;
}

/** Something that the judge must look at; `id` makes a repetition harmless. */
export type JudgeEvent =
	| { type: "sighting"; id: string; at: number; sighting: Sighting }
	| { type: "alarm"; id: string; at: number; alarm: Alarm }
	| { type: "coverage"; id: string; at: number; coverage: Coverage }
	| { type: "answer"; id: string; at: number; answer: Answer }
	| { type: "handover"; id: string; at: number; handover: Handover }
	/** Whoever has ended it takes that back, while nobody has heard of it. */
	| { type: "undo"; id: string; at: number; incidentId: string; personId: string; personName: string }
	/** What was ended is open again, by the word of somebody with the right. */
	| { type: "reopen"; id: string; at: number; incidentId: string; personId: string; personName: string; reason: string }
	/** A task is done with, by the word of somebody with the right. */
	| { type: "release"; id: string; at: number; incidentId: string; taskId: string; personId: string; personName: string }
	/** None of a person's addresses has taken any message of an incident. */
	| { type: "notReached"; id: string; at: number; incidentId: string; personId: string }
	/** The wall clock was set by `byMs`; what is open keeps its pauses. After a restart of unknown length everything open is due. */
	| { type: "clock"; id: string; at: number; byMs: number; why: "jump" | "restart" }
	| { type: "tick"; id: string; at: number };

/** In the place of a channel: the addresses at which the person was told of it, which the outbox knows. */
export const AS_TOLD = "asTold";

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
	/** Written only where this gateway has told the same person of one of these before: who has heard nothing needs no all-clear. */
	ifTold?: string[];
}

/** What is said, ready for any channel. */
export interface Message {
	title: string;
	/** At most 300 characters. */
	body: string;
	/** The same in at most 60 characters, for an SMS that also carries a link and a code. */
	short: string;
	task?: Instruction | "standDown" | "guard";
	/** Name of the evidence picture that shows it best, for channels that can carry one. */
	picture?: string;
	/** To be shown and not rung. */
	silent?: boolean;
	/** The first that a person hears of this fire: no limit holds it back. */
	first?: boolean;
	/** It stands for several messages to one person, in the words of the worst. */
	together?: boolean;
	/** A confirmed fire may use the last of a channel's budget. */
	confirmed: boolean;
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
	/** Name, position, picture, words: kept beside the chain, which holds their hash, so that they can be erased. */
	personal?: Record<string, unknown>;
	/** Whose it is, where it is not that of `who`. */
	personalOf?: string;
}

/** What the judge wants done, besides its new state. */
export type Effect =
	| { type: "deliver"; delivery: Omit<Delivery, "id"> }
	/** What waits to be sent is not sent any more: what asks for something, or what says that it is over. */
	| { type: "stop"; incidentId: string; personId?: string; why: string; of?: "alarm" | "allClear" }
	/** What these people were told of one incident they were told of the other. */
	| { type: "rehome"; from: string; to: string; people: string[] }
	/** What waits to be sent waits until then, or, without a time, no longer. */
	| { type: "hold"; incidentId: string; until?: number }
	| { type: "ledger"; entry: LedgerEntry }
	/** From a centre to a tower; not kept, since what is not answered is asked again. */
	| { type: "send"; tower: string; message: CentreMessage }
	| { type: "keepEvidence"; incidentId: string; cameraId: string; fromMs: number; toMs: number };
