import type { Phrase } from "../base/phrase.ts";
import type { Aim } from "../geo/lens.ts";
import type { Terrain } from "../geo/terrain.ts";
import type { Lens } from "../geo/visibility.ts";
import type { Said } from "../model/answer.ts";
import type { Box, Mask } from "../model/camera.ts";
import type { Danger } from "../model/danger.ts";
import type { Incident } from "../model/incident.ts";
import type { Maintenance } from "../model/maintenance.ts";
import type { Person } from "../model/register.ts";
import type { Opening, Where } from "../model/report.ts";
import type { IncidentList } from "../store/incident-list.ts";
import type { LedgerRow } from "../store/ledger.ts";
import type { Attempt, QueuedDelivery, Receipt } from "../store/outbox.ts";
import type { BaseMap } from "./base-map.ts";
import type { ProposedPose } from "./pose-proposal.ts";
import type { RegisterBackend } from "./views/register.ts";
import type {
	Briefing,
	Camera,
	Candidate,
	Change,
	Companion,
	Duty,
	Health,
	IncidentDetail,
	IncidentSummary,
	Incident as IncidentView,
	MapView,
	Numbers,
	Sensor,
	SensorHistory,
	Tower,
} from "./views/schemas.ts";

/** What the console asks of the tower. `app` fills it in; nothing here reaches further left. */
export interface ConsoleBackend {
	tower(): Tower;
	/** Those that are open and the last ones that were, newest first. */
	incidents(): Promise<IncidentView[]>;
	/** The same, each as a list shows it. */
	summaries(): Promise<IncidentSummary[]>;
	incident(id: string): Promise<IncidentRecord | undefined>;
	/** ms since 1970. */
	now(): number;
	/** Since when there is a gateway with this store, ms since 1970: its first row of the ledger. */
	since(): Promise<number | undefined>;
	/** Messages to people of a time, by channel. */
	channelCounts(from: number, to: number, status: "actual" | "exercise"): Promise<Numbers["byChannel"]>;
	/** All incidents there ever were. */
	incidentList(): IncidentList;
	cameras(): Camera[];
	/** All sensors, or those of these ids. */
	sensors(only?: ReadonlySet<string>): Sensor[];
	/** What a sensor measured in the hours before now; undefined where there is none of that id. */
	sensorHistory(id: string, hours: number): Promise<SensorHistory | undefined>;
	/** Sightings that became no incident, newest first. */
	candidates(): Candidate[];
	/** The second model, if one runs. */
	companion(): Companion | undefined;
	people(): Person[];
	register: RegisterBackend;
	/** Silences a part of a view; undefined when there is no such camera. In force when the promise resolves. */
	addMask(
		cameraId: string,
		mask: { box: Box; reason: string; days: number; author: string },
	): Promise<Mask | undefined>;
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
	/** What stands on the map now. */
	map(): MapView;
	/** What lies under the map; undefined where nothing is configured. */
	baseMap(): BaseMap | undefined;
	/** Heights of the ground; undefined where nobody has given any. */
	terrain(): Terrain | undefined;
	/** Where a camera stands, how high, and how it looks; undefined where there is none of that id. */
	lens(cameraId: string): (Lens & Aim) | undefined;
	/** Keeps a pose as a proposal to the configuration; the file. Undefined where there is no such camera. */
	proposePose(cameraId: string, pose: ProposedPose, by: string): string | undefined;
	/** Who should be at the desk by the register's roster, now and next. */
	deskRoster(): Duty["roster"];
	/** Declares today's danger level; it holds for a day. */
	declareDanger(declared: Pick<Danger, "level" | "area" | "by">): Promise<void>;
	health(): Health;
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
	/** Takes an end back while nobody has heard of it; `refused` says why it is not done. */
	undo(incidentId: string, by: string): Promise<{ refused?: Phrase }>;
	/**
	 * Opens again what was ended, by the word of a named person; undefined when it is not there, `refused` says why it is
	 * not done.
	 */
	reopen(incidentId: string, by: string, reason: string): Promise<{ refused?: Phrase } | undefined>;
	/** A task is done with, by the word of a named person; `refused` says why it is not. */
	release(incidentId: string, taskId: string, by: string): Promise<{ refused?: Phrase }>;
	/** The public notice of who answers for which grid; undefined where the office wants none. */
	board(): Board | undefined;
	/**
	 * Starts a drill: a made fire at a place, or in the middle of a grid, through the real ladder. Its incident, or
	 * why there is none; undefined when there is no such grid.
	 */
	startDrill(by: string, where: Where): Promise<Opening | undefined>;
	/** The grids in force. */
	grids(): { code: string; name: string }[];
	/**
	 * Takes in what somebody has called in (12119): judged like an alarm. The incident, or why there is none;
	 * undefined when there is no such grid.
	 */
	report(by: string, where: Where, note?: string): Promise<Opening | undefined>;
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
	): Promise<{ taken: boolean; judged: boolean; why?: string } | { faults: Phrase[] } | undefined>;
	/** A phone has shown a message. */
	shown(deliveryId: string): Promise<boolean>;
	/** Keeps a picture that a person sent; its name. Throws when it is no JPEG. */
	keepPicture(jpeg: Buffer): Promise<string>;
	/** Path of an evidence picture by its name; undefined when the name is not one. */
	picturePath(name: string): string | undefined;
	/**
	 * Of which minutes there are small pictures of a camera's view, ms since 1970, oldest first: those of now, or those
	 * that were kept when an incident began.
	 */
	past(cameraId: string, incidentId?: string): Promise<number[]>;
	/** Path of one of them; undefined when the ids are no names. */
	pastPath(cameraId: string, at: number, incidentId?: string): string | undefined;
	/** When each finished piece of a camera's last minutes begins, ms since 1970, oldest first. */
	footage(cameraId: string): Promise<number[]>;
	/** Path of the piece that begins then; undefined when the id is no name. */
	footagePath(cameraId: string, from: number): string | undefined;
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
	onChange(listener: (change: Change, summary?: IncidentSummary) => void): () => void;
}

/** An incident with everything that is kept of it. */
export interface IncidentRecord {
	incident: Incident;
	deliveries: (QueuedDelivery & { tries: Attempt[]; receipts: Receipt[] })[];
	ledger: LedgerRow[];
	briefing: Briefing;
	rangers: IncidentDetail["rangers"];
	/** Cameras that look at its place and have seen nothing. */
	unseenBy: string[];
	/** Names of those who may log in, by their ids. */
	users: ReadonlyMap<string, string>;
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
