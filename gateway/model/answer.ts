import type { Position } from "../geo/position.ts";

/**
 * What a person can say: going 前往, notMe 不是我, false 误报, permitted 许可用火, onScene 到场, confirmed 属实,
 * controlled 已控制, out 已扑灭, close 结案; `seen` is what an opened page says, and stops nothing; `again` asks for the
 * message once more.
 */
export const ANSWERS = [
	"going",
	"notMe",
	"false",
	"permitted",
	"onScene",
	"confirmed",
	"controlled",
	"out",
	"close",
	"seen",
	"again",
] as const;

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

/** What a person said, wherever it was said. */
export interface Said {
	answer: Answer["answer"];
	/** One tap of a phone, however often it is sent. */
	tap?: string;
	/** How long ago it was tapped, ms. */
	ageMs?: number;
	via: string;
	etaMinutes?: number;
	position?: { lat: number; lon: number };
	picture?: string;
	note?: string;
	cause?: string;
	sizeHa?: number;
}
