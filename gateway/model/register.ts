import type { Phrase } from "../base/phrase.ts";
import type { Position } from "../geo/position.ts";

/**
 * A level of responsibility. Provinces name and number their levels themselves, so the list is configuration;
 * these five are the default, nearest first: 村 乡镇 县 市 省.
 */
export type Level = string;
export const LEVELS: readonly Level[] = ["village", "township", "county", "city", "province"];

/**
 * chief 林长, ranger 护林员, supervisor 监管员, adviser 指导员, leader 扑救队队长, officer 值班员, dutyLeader 带班领导,
 * householdHead 十户联防组长, office 林长办, police 森林派出所, agency 成员单位, neighbour 毗邻联防单位.
 */
export const ROLES = [
	"chief",
	"ranger",
	"supervisor",
	"adviser",
	"leader",
	"officer",
	"dutyLeader",
	"householdHead",
	"office",
	"police",
	"agency",
	"neighbour",
] as const;
export type Role = (typeof ROLES)[number];

/**
 * When somebody is told at all, besides being responsible: `confirmed` once a person has confirmed the fire, `large`
 * once it is sized 重大 or more, `fireBan` under a fire ban or closure, `beyond` when the region leaves our grids.
 */
export const CONDITIONS = ["confirmed", "large", "fireBan", "beyond"] as const;
export type Condition = (typeof CONDITIONS)[number];

/** The person id of whoever is logged in at the tower's console. */
export const DUTY_DESK = "duty-desk";

/** Where a person is reached: the kind of channel and, where one is needed, the address on it. */
export interface Address {
	channel: string;
	address: string;
}

/** From when (inclusive) until when (exclusive) an entry holds, ms since 1970; open where undefined. */
export interface Validity {
	from?: number;
	to?: number;
}

export interface Person extends Validity {
	id: string;
	name: string;
	/** What the office calls the post, as 常务副总林长; titles differ from county to county. */
	title?: string;
	role: Role;
	level: Level;
	/** Codes of the areas the person is responsible for; a code also covers every grid whose code begins with it. */
	grids: string[];
	phone?: string;
	addresses: Address[];
	/** Whose deputy 副林长 this is. */
	deputyOf?: string;
	condition?: Condition;
	/** When the entry was last checked, ms since 1970. */
	verifiedAt?: number;
	/** When the post last changed hands, ms since 1970. */
	changedAt?: number;
}

/** How long a row of people counts as true, ms. */
export interface RecordAges {
	/** After the post has changed hands, until somebody has checked the row: a month by the rule (浙林长办函〔2023〕6号). */
	renewMs: number;
	/** Since somebody has last checked it; without end where undefined. */
	verifyMs?: number;
}

/**
 * From when on a row may name somebody who has left, ms since 1970: so long after its post has changed hands, where
 * nobody has checked it since, or after it was last checked. Undefined where neither is known.
 */
export function staleSince({ verifiedAt, changedAt }: Person, { renewMs, verifyMs }: RecordAges): number | undefined {
	const isRenewed = changedAt === undefined || (verifiedAt !== undefined && verifiedAt >= changedAt);
	const times = [
		...(isRenewed ? [] : [changedAt + renewMs]),
		...(verifiedAt === undefined || verifyMs === undefined ? [] : [verifiedAt + verifyMs]),
	];
	return times.length === 0 ? undefined : Math.min(...times);
}

/** A further post of a person: one chief may answer for a set of areas, at several levels. */
export interface Assignment extends Validity {
	person: string;
	role: Role;
	level: Level;
	grids: string[];
	deputyOf?: string;
	condition?: Condition;
}

/**
 * Who holds a post for a while. Posts: `ROLE@AREA` (while anybody is on the roster of a post, only those on duty
 * hold it), `for:PERSON` (a substitute in that person's place), `team:TEAM` (who heads a team).
 */
export interface Shift {
	post: string;
	person: string;
	from: number;
	to: number;
	/** An `override` displaces the shifts of its post while it lasts. */
	kind: "shift" | "override";
}

/** A grid 网格: a piece of forest with one code. */
export interface Grid extends Validity {
	/** 12-digit village code (GB/T 2260 with town and village), then the grid's own number. */
	code: string;
	name: string;
	/** Rings of [lon, lat] as in GeoJSON; first ring outer, others holes; WGS84. */
	polygons: [number, number][][][];
}

/** An administrative unit, for names: 行政区划. */
export interface AdminUnit {
	code: string;
	name: string;
	level: Level;
}

/** village 村社群众队, township 乡镇半专业队, forestFarm 林场专业队, county 区县综合应急救援队 */
export const TIERS = ["village", "township", "forestFarm", "county"] as const;
export type Tier = (typeof TIERS)[number];

export interface Team extends Validity {
	id: string;
	name: string;
	tier: Tier;
	base: Position;
	grids: string[];
	/** Who heads it, unless the roster has somebody on duty. */
	leader: string;
	/** People it can send. */
	strength?: number;
}

/** water 水源, checkpoint 卡点, fireRoad 防火道, kiln 窑, grave 坟地, chimney 烟囱, loudspeaker 广播 */
export const PLACE_KINDS = ["water", "checkpoint", "fireRoad", "kiln", "grave", "chimney", "loudspeaker"] as const;
export type PlaceKind = (typeof PLACE_KINDS)[number];
export interface KnownPlace extends Validity {
	id: string;
	kind: PlaceKind;
	name: string;
	position: Position;
	owner?: string;
}

/** fireBan 禁火令, closure 封山令, permit 用火许可; over areas, or for a permit around a place. */
export const ORDER_KINDS = ["fireBan", "closure", "permit"] as const;
export interface Order {
	id: string;
	kind: (typeof ORDER_KINDS)[number];
	grids: string[];
	around?: { position: Position; radiusM: number };
	from: number;
	to: number;
	/** Number of the document, or who asked for the permit. */
	document: string;
}

/** What a team should know of a plot before it goes: 一林一策. */
export interface ResponseCard {
	grid: string;
	access: string;
	water: string;
	key: string;
	hazards: string;
	notes: string;
}

/** An immutable picture of the register, with the version that stands in the ledger. */
export interface Register {
	/** What whoever has handed the files over should know: which sheet of a workbook is read. */
	remarks?: Phrase[];
	version: string;
	people: Person[];
	grids: Grid[];
	teams: Team[];
	assignments: Assignment[];
	shifts: Shift[];
	units: AdminUnit[];
	places: KnownPlace[];
	orders: Order[];
	cards: ResponseCard[];
	/** Where there is forest, rings as in grids: every point of it must lie in a grid. Empty where nobody has said so. */
	forest: Grid["polygons"];
	/** Roads and water, for maps and for the way to a fire. */
	ground?: readonly GroundShape[];
}

/** road: for any car; track: for a car of the forest; path: on foot; river, lake: water. */
export const GROUND_KINDS = ["road", "track", "path", "river", "lake"] as const;
export type GroundKind = (typeof GROUND_KINDS)[number];

/** A road or a water as it lies on the ground: lines, or the areas of a lake; [lon, lat], WGS84. */
export interface GroundShape {
	kind: GroundKind;
	name?: string;
	lines: [number, number][][];
	polygons: Grid["polygons"];
}

export const EMPTY_REGISTER: Register = {
	version: "empty",
	people: [],
	grids: [],
	teams: [],
	assignments: [],
	shifts: [],
	units: [],
	places: [],
	orders: [],
	cards: [],
	forest: [],
};

/** Whether an entry holds at a moment, ms since 1970. */
export function holds({ from, to }: Validity, at: number): boolean {
	return (from === undefined || at >= from) && (to === undefined || at < to);
}

/** A code stands for itself and for everything below it: a township's code covers its villages and their grids. */
export function covers(codes: string[], grid: string): boolean {
	return codes.some((code) => grid.startsWith(code));
}
