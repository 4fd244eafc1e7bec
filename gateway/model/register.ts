import type { Position } from "../base/geo.ts";

/** Levels of responsibility, nearest first. Chinese: 村 乡镇 县 市 省. */
export const LEVELS = ["village", "township", "county", "city", "province"] as const;
export type Level = (typeof LEVELS)[number];

/** chief 林长, ranger 护林员, supervisor 监管员, adviser 指导员, leader 扑救队队长, officer 值班员 */
export const ROLES = ["chief", "ranger", "supervisor", "adviser", "leader", "officer"] as const;
export type Role = (typeof ROLES)[number];

/** The person id of whoever is logged in at the tower's console. */
export const DUTY_DESK = "duty-desk";

/** Where a person is reached: the kind of channel and, where one is needed, the address on it. */
export interface Address {
	channel: string;
	address: string;
}

export interface Person {
	id: string;
	name: string;
	role: Role;
	level: Level;
	/** Codes of the grids the person is responsible for; a code also covers every grid whose code begins with it. */
	grids: string[];
	phone?: string;
	addresses: Address[];
}

/** A grid 网格: a piece of forest with one code. */
export interface Grid {
	/** 12-digit village code (GB/T 2260 with town and village), then the grid's own number. */
	code: string;
	name: string;
	/** Rings of [lon, lat] as in GeoJSON; first ring outer, others holes; WGS84. */
	polygons: [number, number][][][];
}

export interface Team {
	id: string;
	name: string;
	tier: string;
	base: Position;
	grids: string[];
	leader: string;
}

/** An immutable picture of the register, with the version that stands in the ledger. */
export interface Register {
	version: string;
	people: Person[];
	grids: Grid[];
	teams: Team[];
}
