import type { Grid } from "./grid.ts";

/**
 * Whether a camera still looks where it looked. The edges of the present picture are laid over the edges of its
 * short past at every small shift; land does not move, so the best shift is none, unless the camera was turned.
 */

/**
 * Largest shift looked for, in cells of the coarse grid. A shift of one is a move: the network was trained to bear
 * less.
 */
const REACH = 10;
/** How much better than "not moved" the best shift must fit. */
const CLEARLY = 0.06;
/** Below this no shift fits: another view, or something over the lens. */
const LEAST_FIT = 0.2;
/** A gust is over sooner; what lasts longer is a new view. */
const SETTLED_MS = 45_000;

export interface View {
	edges: Float32Array;
	columns: number;
	rows: number;
	/** Pixels of the picture per cell. */
	cellPx: number;
}

export interface Move {
	/** Pixels that the content moved right and down; undefined when the view is another one. */
	shift?: { dx: number; dy: number };
	/** Since when, ms since 1970. */
	since: number;
}

/** Strength of edges on the coarse grid. */
export function viewOf({ grey, columns, rows, cellPx }: Grid): View {
	const edges = new Float32Array(columns * rows);
	for (let y = 1; y < rows - 1; y++) {
		for (let x = 1; x < columns - 1; x++) {
			const i = y * columns + x;
			const gx = (grey[i + 1] as number) - (grey[i - 1] as number);
			const gy = (grey[i + columns] as number) - (grey[i - columns] as number);
			// the root evens out light and contrast: a ridge in haze counts as well as a roof in the sun
			edges[i] = Math.sqrt(Math.hypot(gx, gy));
		}
	}
	return { edges, columns, rows, cellPx };
}

/** How well two views fit (-1...1, correlation of edges) when the second is taken as moved by whole cells. */
function likeness(a: View, b: View, dx: number, dy: number): number {
	let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
	const { columns, rows } = a;
	// every other row and column is enough to tell shifts apart
	for (let y = Math.max(2, 2 - dy); y < Math.min(rows - 2, rows - 2 - dy); y += 2) {
		for (let x = Math.max(2, 2 - dx); x < Math.min(columns - 2, columns - 2 - dx); x += 2) {
			const u = a.edges[y * columns + x] as number;
			const v = b.edges[(y + dy) * columns + x + dx] as number;
			n++;
			sa += u;
			sb += v;
			saa += u * u;
			sbb += v * v;
			sab += u * v;
		}
	}
	const deviation = Math.sqrt((saa - (sa * sa) / n) * (sbb - (sb * sb) / n));
	return deviation === 0 ? 1 : (sab - (sa * sb) / n) / deviation;
}

/** The shift, in pixels, at which the second view fits the first best; undefined when none fits. */
export function shiftBetween(a: View, b: View): { dx: number; dy: number } | undefined {
	const still = likeness(a, b, 0, 0);
	let best = { dx: 0, dy: 0, value: still };
	// a view that fits this well has not moved: the search is for the rest
	if (still < 0.8) {
		for (let dy = -REACH; dy <= REACH; dy++) {
			for (let dx = -REACH; dx <= REACH; dx++) {
				const value = likeness(a, b, dx, dy);
				if (value > best.value) best = { dx, dy, value };
			}
		}
	}
	if (best.value < LEAST_FIT) return undefined;
	if (best.value - still < CLEARLY) return { dx: 0, dy: 0 };
	return { dx: best.dx * a.cellPx, dy: best.dy * a.cellPx };
}

/** Watches one view. A gust passes; a camera that was turned stays so, and its past is of another view. */
export class Steadiness {
	#since: number | undefined;

	/**
	 * `steady`; `unsteady` while it is not yet clear whether the camera will come back (what is seen then rings nobody);
	 * or a move, once: the caller forgets the past.
	 */
	compare(before: View, now: View, at: number): "steady" | "unsteady" | Move {
		const shift = shiftBetween(before, now);
		if (shift && shift.dx === 0 && shift.dy === 0) {
			this.#since = undefined;
			return "steady";
		}
		this.#since ??= at;
		if (at - this.#since < SETTLED_MS) return "unsteady";
		const since = this.#since;
		this.#since = undefined;
		return shift ? { shift, since } : { since };
	}
}
