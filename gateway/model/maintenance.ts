/** Devices that somebody works on: what they raise rings the desk, marked, and nobody else, until it is over. */
export interface Maintenance {
	id: string;
	/** Ids of cameras and sensor nodes. */
	devices: string[];
	by: string;
	reason: string;
	/** ms since 1970 */
	at: number;
	until: number;
}

/** A working day has other hours: what is forgotten is over by itself, ms. */
export const LONGEST_MAINTENANCE_MS = 4 * 3_600_000;
