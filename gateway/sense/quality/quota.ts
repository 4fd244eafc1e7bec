/** Alarms of one kind that a node may bring before people: so many at once, and as many again within each minute. */
export const MOST_ALARMS = 60;
const WINDOW_MS = 60_000;

/**
 * Readings that a node may bring at once, those of a month that it was cut off, and how many more a second after that.
 */
export const MOST_READINGS = 50_000;
const READINGS_PER_MS = 10 / 1_000;

/**
 * A node whose firmware runs wild, or that somebody else has taken over, raises thousands of alarms a second: each is
 * one more repetition of what has rung already, and all others wait behind it. Counted per node and kind as a bucket
 * that fills again.
 */
export class AlarmQuota {
	readonly #buckets: Buckets = new Map();

	/** Whether this alarm is to be judged; `now` in monotonic ms. */
	take(node: string, kind: string, now: number): boolean {
		return take(this.#buckets, `${node} ${kind}`, MOST_ALARMS, MOST_ALARMS / WINDOW_MS, now);
	}
}

/** The same for what is kept and rings nobody: one password that somebody has found must not fill the disk. */
export class ReadingQuota {
	readonly #buckets: Buckets = new Map();

	/** Whether this reading is to be kept; `now` in monotonic ms. */
	take(node: string, now: number): boolean {
		return take(this.#buckets, node, MOST_READINGS, READINGS_PER_MS, now);
	}
}

type Buckets = Map<string, { left: number; at: number }>;

/** A bucket of so many, which fills again by so much a millisecond. */
function take(buckets: Buckets, key: string, most: number, perMs: number, now: number): boolean {
	const { left, at } = buckets.get(key) ?? { left: most, at: now };
	const full = Math.min(most, left + (now - at) * perMs);
	buckets.set(key, { left: full >= 1 ? full - 1 : full, at: now });
	return full >= 1;
}
