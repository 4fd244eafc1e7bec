/** A connection, as far as it matters here. */
export interface Closeable {
	destroy(): unknown;
	once(event: "close", listener: () => void): unknown;
}

/**
 * Connections of whom nobody knows yet who they are. Whoever has not shown it holds no place that somebody else needs:
 * past the most there may be, the oldest goes.
 */
export class Strangers<T extends Closeable> {
	/** Oldest first, with when they came. */
	readonly #since = new Map<T, number>();
	readonly #most: number;
	readonly #onTurnedAway: (connection: T, why: "tooMany" | "tooLate") => void;

	constructor(most: number, onTurnedAway: (connection: T, why: "tooMany" | "tooLate") => void) {
		this.#most = most;
		this.#onTurnedAway = onTurnedAway;
	}

	/** `now` in monotonic ms. */
	add(connection: T, now: number): void {
		this.#since.set(connection, now);
		connection.once("close", () => this.#since.delete(connection));
		const oldest = this.#since.size > this.#most ? this.#since.keys().next().value : undefined;
		if (oldest) this.#turnAway(oldest, "tooMany");
	}

	/** It is known now who this is. */
	known(connection: T): void {
		this.#since.delete(connection);
	}

	/** Turns away those that came before this. */
	sweep(before: number): void {
		for (const [connection, since] of this.#since) if (since < before) this.#turnAway(connection, "tooLate");
	}

	[Symbol.iterator](): IterableIterator<T> {
		return this.#since.keys();
	}

	#turnAway(connection: T, why: "tooMany" | "tooLate"): void {
		this.#since.delete(connection);
		this.#onTurnedAway(connection, why);
		connection.destroy();
	}
}
