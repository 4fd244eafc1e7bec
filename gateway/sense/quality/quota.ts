/** Alarms of one kind that a node may bring before people: so many at once, and as many again within each minute. */
export const MOST_ALARMS = 60;
const WINDOW_MS = 60_000;

/**
 * A node whose firmware runs wild, or that somebody else has taken over, raises thousands of alarms a second: each is one more
 * repetition of what has rung already, and all others wait behind it. Counted per node and kind as a bucket that fills again.
 */
export class AlarmQuota {
	readonly #buckets = new Map<string, { left: number; at: number }>();

	/** Whether this alarm is to be judged; `now` in monotonic ms. */
	take(node: string, kind: string, now: number): boolean {
		const key = `${node} ${kind}`;
		const { left, at } = this.#buckets.get(key) ?? { left: MOST_ALARMS, at: now };
		const full = Math.min(MOST_ALARMS, left + ((now - at) / WINDOW_MS) * MOST_ALARMS);
		this.#buckets.set(key, { left: full >= 1 ? full - 1 : full, at: now });
		return full >= 1;
	}
}
