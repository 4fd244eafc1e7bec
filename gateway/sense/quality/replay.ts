/** How far behind the newest message of a node a late one may be and still count as late rather than replayed. */
const WINDOW = 4096;

export type Freshness = "fresh" | "duplicate" | "replayed";

/**
 * Tells repetitions from news, per node. `boot` never goes back, `seq` counts within it; a lower boot, or a
 * number far behind, is somebody playing old messages. QoS 1 may deliver twice: that is a duplicate, and harmless.
 */
export class ReplayGuard {
	readonly #nodes = new Map<string, { boot: number; newest: number; seen: Set<number> }>();

	/** What is known from the store, after a restart. */
	restore(node: string, boot: number, seqs: number[]): void {
		this.#nodes.set(node, { boot, newest: Math.max(0, ...seqs), seen: new Set(seqs) });
	}

	boot(node: string): number | undefined {
		return this.#nodes.get(node)?.boot;
	}

	/** Looks without remembering. */
	look(node: string, boot: number, seq: number): Freshness {
		const known = this.#nodes.get(node);
		if (!known || boot > known.boot) return "fresh";
		if (boot < known.boot || seq + WINDOW <= known.newest) return "replayed";
		return known.seen.has(seq) ? "duplicate" : "fresh";
	}

	remember(node: string, boot: number, seq: number): void {
		let known = this.#nodes.get(node);
		if (!known || boot > known.boot) {
			known = { boot, newest: 0, seen: new Set() };
			this.#nodes.set(node, known);
		}
		known.seen.add(seq);
		known.newest = Math.max(known.newest, seq);
		if (known.seen.size > WINDOW) {
			// a Set keeps the order of insertion: the first entries are the oldest
			for (const old of known.seen) {
				if (known.seen.size <= WINDOW / 2) break;
				known.seen.delete(old);
			}
		}
	}
}
