import type { Phrase } from "../base/phrase.ts";
import type { Language } from "../base/say.ts";
import type { Said } from "../model/answer.ts";
import type { BlindReason, Box, Mask, StreamReason } from "../model/camera.ts";
import type { CandidateView, CompanionView } from "../model/candidate.ts";
import type { Danger } from "../model/danger.ts";
import type { Incident } from "../model/incident.ts";
import type { Maintenance } from "../model/maintenance.ts";
import type { Person, ResponseCard } from "../model/register.ts";
import type { Where } from "../model/report.ts";
import type { Reading } from "../model/sensor.ts";
import type { StoreFault } from "../store/fault.ts";
import type { LedgerRow } from "../store/ledger.ts";
import type { Attempt, QueuedDelivery, Receipt } from "../store/outbox.ts";

/** What the console asks of the tower. `app` fills it in; nothing here reaches further left. */
export interface ConsoleBackend {
	tower(): TowerView;
	incidents(): Promise<Incident[]>;
	incident(id: string): Promise<IncidentView | undefined>;
	cameras(): CameraView[];
	/** All sensors, or those of these ids. */
	sensors(only?: ReadonlySet<string>): SensorView[];
	/** Sightings that became no incident, newest first. */
	candidates(): CandidateView[];
	/** The second model, if one runs. */
	companion(): CompanionView | undefined;
	people(): Person[];
	/** Silences a part of a view; undefined when there is no such camera. In force when the promise resolves. */
	addMask(cameraId: string, box: Box, reason: string, days: number, author: string): Promise<Mask | undefined>;
	endMask(id: string, by: string): Promise<void>;
	/**
	 * Somebody works on devices for so many minutes, four hours at most: what they raise rings the desk alone, marked.
	 * `unknown` names those that are no camera or sensor of this tower; nothing is begun then.
	 */
	startMaintenance(
		devices: string[],
		by: string,
		reason: string,
		minutes: number,
	): Promise<{ maintenance: Maintenance } | { unknown: string[] }>;
	/** False when there is none of that id that goes on. */
	endMaintenance(id: string, by: string): Promise<boolean>;
	/**
	 * Somebody has seen that another store has taken the place of the one that was; false when nothing of the kind is
	 * said.
	 */
	acknowledgeStore(by: string): Promise<boolean>;
	/** Declares today's danger level; it holds for a day. */
	declareDanger(level: Danger["level"], by: string): Promise<void>;
	health(): HealthView;
	/**
	 * Judged when the promise resolves; undefined when there is no such open incident, with the reason when the answer
	 * does not count.
	 */
	answer(
		incidentId: string,
		personId: string,
		personName: string,
		said: Said,
	): Promise<{ refused?: Phrase } | undefined>;
	/** Takes an end back while nobody has heard of it; false when there is none to take back. */
	undo(incidentId: string): Promise<boolean>;
	/**
	 * Opens again what was ended, by the word of a named person; undefined when it is not there, `refused` says why it is
	 * not done.
	 */
	reopen(incidentId: string, by: string, reason: string): Promise<{ refused?: Phrase } | undefined>;
	/** A task is done with, by the word of a named person; false when it is not open. */
	release(incidentId: string, taskId: string, by: string): Promise<boolean>;
	/** The public notice of who answers for which grid; undefined where the office wants none. */
	board(): Board | undefined;
	/**
	 * Starts a drill: a made fire at a place, or in the middle of a grid, through the real ladder. Its incident's id;
	 * undefined when there is no such grid.
	 */
	startDrill(by: string, where: Where): Promise<string | undefined>;
	/** The grids in force. */
	grids(): { code: string; name: string }[];
	/**
	 * Takes in what somebody has called in (12119): judged like an alarm. The incident's id; undefined when there is no
	 * such grid.
	 */
	report(by: string, where: Where, note?: string): Promise<string | undefined>;
	/** Why a person was not told, or what became of it when he was; undefined when there is no such incident. */
	whyNotTold(incidentId: string, personId: string): Promise<Phrase[] | undefined>;
	/** Whether a person's word ends an incident on these grids. */
	mayEnd(personId: string, grids: readonly { code: string }[]): boolean;
	/** Whether the token is that of our providers. */
	isProvider(token: string): boolean;
	/** Whether the token is one for the CAP intake. */
	mayBringCap(token: string): boolean;
	/** What a provider posts to us; undefined when the token is not ours. */
	provider(token: string, kind: "sms" | "voice" | "reply", body: unknown): Promise<number | undefined>;
	/** The CAP feed, one message of it, and what neighbours send; undefined where the token is not ours. */
	capFeed(token: string): Promise<{ xml: string; etag: string } | undefined>;
	capMessage(token: string, uuid: string): Promise<string | undefined>;
	capIntake(
		token: string,
		xml: string,
	): Promise<{ taken: boolean; judged: boolean; why?: string } | { faults: string[] } | undefined>;
	/** A phone has shown a message. */
	shown(deliveryId: string): Promise<boolean>;
	/** Keeps a picture that a person sent; its name. Throws when it is no JPEG. */
	keepPicture(jpeg: Buffer): Promise<string>;
	/** Path of an evidence picture by its name; undefined when the name is not one. */
	picturePath(name: string): string | undefined;
	/** Names of the video files kept for an incident. */
	videos(incidentId: string): Promise<string[]>;
	videoPath(incidentId: string, name: string): string | undefined;
	snapshot(cameraId: string): Promise<{ jpeg: Buffer; at: number } | undefined>;
	/** The camera's stream as it comes, for a live view; undefined when it has none, or none yet. */
	view(cameraId: string, write: (bytes: Buffer) => void, ended: () => void): (() => void) | undefined;
	/** Whose link it is, and whether another browser than that of `key` has answered with it. */
	readLink(
		token: string,
		key: string,
	): Promise<{ incidentId: string; personId: string; usedElsewhere: boolean } | undefined>;
	/** Takes a link for a browser; false when it is another's. */
	takeLink(token: string, key: string): Promise<boolean>;
	webPushKey(): string | undefined;
	subscribe(
		personId: string,
		subscription: { endpoint: string; keys: { p256dh: string; auth: string } },
		device: string,
	): Promise<void>;
	/** Sends a message to a person's phone so that both sides know it works; says what became of it. */
	testMessage(personId: string): Promise<{ accepted: boolean; detail: string }>;
	/** Calls back with each change; returns how to stop. */
	onChange(listener: (change: Change) => void): () => void;
}

export interface TowerView {
	id: string;
	name: string;
	language: Language;
	/** In which people read times. */
	timeZone: string;
	exercise: boolean;
	lat: number;
	lon: number;
	/** The fault of the configuration file while the last good one runs. */
	configFault?: string;
	registerFault?: string;
	/** What is wrong with the disk or the store. */
	storeFault?: StoreFault;
	/** Parts of the tower that cannot start; it goes on without them. */
	partFaults?: string[];
	/** What the audit of the ledger has found, a few of it. */
	audit?: { incidentId: string; at: number; what: Phrase }[];
	/** Why another model than the one asked for is in use. */
	modelFault?: string;
	publicUrl?: string;
	/** What neighbours have said of late that rang nobody, and why. */
	neighbours?: { at: number; sender: string; headline: string; sent: number; why: Phrase }[];
	/** The declared danger level while it holds, and the operating point that follows. */
	danger?: Danger;
	/** Devices that somebody works on now. */
	maintenance: Maintenance[];
	point: string;
	version: string;
}

export interface CameraView {
	id: string;
	name: string;
	azimuthDeg: number;
	fovDeg: number;
	learning: boolean;
	unsteady?: "shaken" | "light";
	blind?: { reason: BlindReason; since: number };
	lastFrameAt?: number;
	restarts: number;
	/** Why its stream gives no picture, while it gives none. */
	noPicture?: StreamReason;
	lastLines: string[];
	live: boolean;
	masks: Mask[];
}

/** Whether the tower watches: health is a fresh frame scored, not a process that answers. */
export interface HealthView {
	framesScored: number;
	framesFailed: number;
	camerasBlind: number;
	camerasLearning: number;
	detectorRestarts: number;
	/** What is wrong with the disk or the store. */
	store?: StoreFault;
	/** Parts of the tower that cannot start. */
	parts?: string[];
	counters: Record<string, number>;
}

export interface SensorView {
	id: string;
	name: string;
	lat: number;
	lon: number;
	lastAt?: number;
	silent: boolean;
	/** Several devices log in under this name. */
	isShared?: boolean;
	/** Why the last message was not taken, or is doubted. */
	refused?: { why: string; at: number };
	readings: Reading[];
}

export interface IncidentView {
	incident: Incident;
	deliveries: (QueuedDelivery & { tries: Attempt[]; receipts: Receipt[] })[];
	ledger: LedgerRow[];
	briefing: Briefing;
}

/** Who answers for which grid, for everybody to read. */
export interface Board {
	at: number;
	grids: { code: string; name: string; chiefs: Named[]; rangers: Named[] }[];
}
export interface Named {
	name: string;
	title?: string;
	phone?: string;
}

/** What whoever goes should know of the plot. */
export interface Briefing {
	cards: ResponseCard[];
	near: { kind: string; name: string; position: { lat: number; lon: number }; distanceM: number; azimuthDeg: number }[];
	teams: { name: string; tier: string; strength?: number; distanceM?: number }[];
}

export type Change =
	| { type: "incident"; incident: Incident }
	| { type: "delivery"; incidentId: string }
	| { type: "cameras"; cameras: CameraView[] }
	/** The sensors that have changed, and no others: a tower may have hundreds. */
	| { type: "sensors"; sensors: SensorView[] }
	| { type: "candidates"; candidates: CandidateView[] }
	| { type: "tower"; tower: TowerView };
