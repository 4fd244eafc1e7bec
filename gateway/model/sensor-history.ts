import type { AlarmKind } from "./sensor.ts";

/** What a sensor measured over a time, in slices: parallel columns, one entry for each slice that has readings. */
export interface SensorHistory {
	/** Ms since 1970; `from` is later than what was asked for where there was too much to read. */
	from: number;
	to: number;
	sliceMs: number;
	isCut: boolean;
	quantities: MeasuredQuantity[];
	/** The newest of this time, oldest first. */
	alarms: SensorAlarm[];
}

/** What a sensor's node decided by itself; with what it measured then, and at which value it rings, if it said so. */
export interface SensorAlarm {
	/** Ms since 1970. */
	at: number;
	what: AlarmKind;
	quantity?: string;
	value?: number;
	threshold?: number;
	unit?: string;
}

export interface MeasuredQuantity {
	quantity: string;
	unit: string;
	/** Begin of each slice, ms since 1970, rising. */
	at: number[];
	least: number[];
	mean: number[];
	most: number[];
	/** Begin of each slice with readings that must not be believed. */
	unusable: number[];
	/** At which the node rings, as it last said. */
	threshold?: number;
}
