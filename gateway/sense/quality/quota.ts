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
	readonly #buckets = new Buckets(MOST_ALARMS, MOST_ALARMS / WINDOW_MS);

	/** Whether this alarm is to be judged; `now` in monotonic ms. */
	take(node: string, kind: string, now: number): boolean {
		return this.#buckets.take(`${node} ${kind}`, now);
	}
}

/** The same for what is kept and rings nobody: one password that somebody has found must not fill the disk. */
export class ReadingQuota {
	readonly #buckets = new Buckets(MOST_READINGS, READINGS_PER_MS);

	/** Whether this reading is to be kept; `now` in monotonic ms. */
	take(node: string, now: number): boolean {
		return this.#buckets.take(node, now);
	}
}

/** A bucket for each key, of so many, which fills again by so much a millisecond. */
class Buckets {
	readonly #most: number;
	readonly #perMs: number;
	readonly #buckets = new Map<string, { left: number; at: number }>();

	constructor(most: number, perMs: number) {
		this.#most = most;
		this.#perMs = perMs;
	}

	take(key: string, now: number): boolean {
		const { left, at } = this.#buckets.get(key) ?? { left: this.#most, at: now };
		const full = Math.min(this.#most, left + (now - at) * this.#perMs);
		this.#buckets.set(key, { left: full >= 1 ? full - 1 : full, at: now });
		return full >= 1;
	}
}
