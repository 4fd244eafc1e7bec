/** How far behind the newest message of a node a late one may be and still count as late rather than replayed. */
const WINDOW = 4096;
/**
 * A message that comes twice within this is one that was sent again; a node that counts nothing says the same numbers
 * anew later, ms.
 */
const AGAIN_MS = 600_000;

export type Freshness = "fresh" | "duplicate" | "replayed";

/** Seen numbers of a boot, each with when it came. */
interface Seen {
	boot: number;
	newest: number;
	seen: Map<number, number>;
}

/**
 * Tells repetitions from news, per node. `boot` never goes back, `seq` counts within it; a lower boot, or a number far
 * behind, is somebody playing old messages, or a device that has taken another's place. QoS 1 may deliver twice: that
 * is a duplicate, and harmless.
 */
export class ReplayGuard {
	readonly #nodes = new Map<string, Seen>();

	/** What is known from the store, after a restart: sequence numbers and when they came, ms since 1970. */
	restore(node: string, boot: number, seqs: { seq: number; at: number }[]): void {
		const seen = new Map(seqs.map(({ seq, at }) => [seq, at]));
		this.#nodes.set(node, { boot, newest: Math.max(0, ...seen.keys()), seen });
	}

	/** The newest boot of a node. */
	boot(node: string): number | undefined {
		return this.#nodes.get(node)?.boot;
	}

	/** Looks without remembering; `now` in ms since 1970. */
	check(node: string, boot: number, seq: number, now: number): Freshness {
		const known = this.#nodes.get(node);
		if (!known || boot > known.boot) return "fresh";
		if (boot < known.boot || seq + WINDOW <= known.newest) return "replayed";
		const before = known.seen.get(seq);
		if (before === undefined) return "fresh";
		return Math.abs(now - before) < AGAIN_MS ? "duplicate" : "replayed";
	}

	remember(node: string, boot: number, seq: number, now: number): void {
		let known = this.#nodes.get(node);
		if (!known || boot > known.boot) {
			known = { boot, newest: 0, seen: new Map() };
			this.#nodes.set(node, known);
		}
		// what comes again is not younger for it
		if (!known.seen.has(seq)) known.seen.set(seq, now);
		known.newest = Math.max(known.newest, seq);
		if (known.seen.size > WINDOW) {
			// a Map keeps the order of insertion: the first entries are the oldest
			for (const old of known.seen.keys()) {
				if (known.seen.size <= WINDOW / 2) break;
				known.seen.delete(old);
			}
		}
	}
}
