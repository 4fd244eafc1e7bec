/** What a sensor measured over a time, in slices: parallel columns, one entry for each slice that has readings. */
export interface SensorHistory {
	/** Ms since 1970; `from` is later than what was asked for where there was too much to read. */
	from: number;
	to: number;
	sliceMs: number;
	isCut: boolean;
	quantities: MeasuredQuantity[];
}

export interface MeasuredQuantity {
	quantity: string;
	unit: string;
	/** Begin of each slice, ms since 1970, rising. */
	at: number[];
	least: number[];
	mean: number[];
	most: number[];
}
