import type { Position } from "../geo/position.ts";

/** What a sensor node can measure. Ids are those of firmware-contracts/registry/quantities.yaml. */
export interface Quantity {
	id: number;
	name: string;
	unit: string;
	/** value = integer on the wire / scale */
	scale: number;
	min: number;
	max: number;
	zh: string;
}

/** One measured value of one node. */
export interface Reading {
	nodeId: string;
	quantity: string;
	value: number;
	unit: string;
	/** `ok`, or why the value must not be believed; a broken sensor is blind, not zero. */
	quality: "ok" | "broken" | "outOfRange";
	/** When the gateway received it, ms since 1970. */
	receivedAt: number;
}

export type AlarmKind =
	| "smoke"
	| "gas"
	| "flame"
	| "temperatureRise"
	| "silent"
	| "speaking"
	| "neighbour"
	| "report"
	| "drill";

/** What a sensor reports, or what its silence does. */
export interface Alarm {
	id: string;
	nodeId: string;
	kind: AlarmKind;
	value?: number;
	unit?: string;
	position: Position;
	/** One-sigma error of the place, metres, where it is not that of a sensor; a neighbour's message says it. */
	errorM?: number;
	/** With `report`: what a caller has said. Personal. */
	note?: string;
	/** The node's counters went back, or say nothing: it may be a repetition, or another device in its place. */
	odd?: boolean;
	/** When the gateway received the PUBLISH (or noticed the silence), ms since 1970. */
	at: number;
	exercise: boolean;
}
