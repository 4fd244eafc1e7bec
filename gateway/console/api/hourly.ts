import type { Clock } from "../../base/clock.ts";

const HOUR_MS = 3_600_000;

/** So much from one person within an hour. */
export class Hourly {
	readonly #sent = new Map<string, number[]>();
	readonly #most: number;
	readonly #clock: Clock;

	constructor(most: number, clock: Clock) {
		this.#most = most;
		this.#clock = clock;
	}

	/** False when this person has sent enough of late. */
	take(personId: string): boolean {
		const now = this.#clock.monotonic();
		const lately = (this.#sent.get(personId) ?? []).filter((at) => now - at < HOUR_MS);
		if (lately.length >= this.#most) return false;
		this.#sent.set(personId, [...lately, now]);
		return true;
	}
}
