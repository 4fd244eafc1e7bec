import type { Fragment } from "./fragments.ts";

/**
 * As much of a stream as a program wants to see before it shows the first picture: ffmpeg looks at five seconds where
 * nobody has told it the rate of pictures.
 */
const LEAST_MS = 6_000;
/** More than this is not kept for whoever may want to look: a 4K stream, or keyframes half a minute apart. */
const MOST_BYTES = 12 << 20;

/** The last seconds of a stream from a keyframe on: whoever begins to look need not wait for the next one. */
export class RecentStream {
	/** Each from its keyframe on. */
	#groups: { from: number; fragments: Fragment[] }[] = [];
	#bytes = 0;

	/** `at`: when it came, ms. What comes before the first keyframe is left out. */
	add(fragment: Fragment, at: number): void {
		if (fragment.key) this.#groups.push({ from: at, fragments: [] });
		const last = this.#groups.at(-1);
		if (!last) return;
		last.fragments.push(fragment);
		this.#bytes += fragment.bytes.length;
		while (this.#groups.length > 1 && at - (this.#groups[1]?.from ?? 0) >= LEAST_MS) this.#dropOldest();
		while (this.#bytes > MOST_BYTES && this.#groups.length > 0) this.#dropOldest();
	}

	/** Oldest first; empty while no keyframe is known. */
	fragments(): Fragment[] {
		return this.#groups.flatMap((g) => g.fragments);
	}

	clear(): void {
		this.#groups = [];
		this.#bytes = 0;
	}

	#dropOldest(): void {
		for (const { bytes } of this.#groups.shift()?.fragments ?? []) this.#bytes -= bytes.length;
	}
}
