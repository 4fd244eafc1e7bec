import type { Clock } from "../../base/clock.ts";

/**
 * Wrong tries after which each further one must wait: of one address at one login, or of one browser that has been in
 * before. The two are counted apart, and so are the logins: whoever guesses from the desk's own network does not shut
 * its browsers out.
 */
const FREE_TRIES = 5;
const WAIT_MS = 30_000;
/**
 * Wrong tries at one login from anywhere, browsers and addresses excepted that have been in: each costs a hash, and
 * many addresses have many tries.
 */
const LOGIN_TRIES = 30;
const LOGIN_MS = 600_000;
const MOST_COUNTED = 1_000;

/**
 * Counts wrong passwords since the last right one, those under way among them: many at once are not more than one after
 * the other.
 */
export class Tries {
	readonly #clock: Clock;
	readonly #counts = new Map<string, { count: number; next: number }>();
	/** Of each login, when wrong tries came of those who have never been in; monotonic ms. */
	readonly #strangers = new Map<string, number[]>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Counts one; false when it must wait. `login`: the one at which a stranger tries. */
	may(counted: string, login?: string): boolean {
		const now = this.#clock.monotonic();
		const { count, next } = this.#counts.get(counted) ?? { count: 0, next: 0 };
		if (count >= FREE_TRIES && now < next) return false;
		if (login !== undefined) {
			const lately = (this.#strangers.get(login) ?? []).filter((at) => now - at < LOGIN_MS);
			if (lately.length >= LOGIN_TRIES) return false;
			this.#strangers.set(login, [...lately, now]);
			forgetOldest(this.#strangers);
		}
		this.#counts.delete(counted);
		this.#counts.set(counted, { count: count + 1, next: now + WAIT_MS });
		forgetOldest(this.#counts);
		return true;
	}

	/** It was the right one. */
	right(counted: string, login?: string): void {
		this.#counts.delete(counted);
		if (login !== undefined) this.#strangers.get(login)?.pop();
	}
}

function forgetOldest(map: Map<string, unknown>): void {
	const oldest = map.size > MOST_COUNTED ? map.keys().next().value : undefined;
	if (oldest !== undefined) map.delete(oldest);
}
