/** What a sensor measured of a quantity in a slice of time: as much as is kept when its messages have gone. */
export interface Average {
	node: string;
	quantity: string;
	unit: string;
	/** Begin of the slice, ms since 1970. */
	at: number;
	count: number;
	sum: number;
	least: number;
	most: number;
	/** Sums of sine and cosine, of directions in degrees. */
	east: number;
	north: number;
}

/** Averages of slices that are over, for a year and more. */
export interface AverageStore {
	/** Those of a slice that are there already are replaced. */
	add(averages: readonly Average[]): Promise<void>;
	/** Begin of a node's newest slice; undefined where it has none. */
	newest(node: string): Promise<number | undefined>;
	/** Those of a node from a time on and before another, ms since 1970, oldest first. */
	of(node: string, from: number, to: number): Promise<Average[]>;
}
