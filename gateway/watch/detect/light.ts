import type { Grid } from "./grid.ts";

/**
 * Whether the light of the whole picture has changed against its short past: a jump of the exposure or the white
 * balance, a cloud before the sun, the switch to the night. The past then differs everywhere, and what differs is no
 * smoke. Of 3,176 frames of tower footage one in a hundred differs so much; most of the false alarms by light were
 * among them.
 */

/**
 * Logarithm of the brightness ratio, of the middle one of all blocks, from which the light counts as changed: ten per
 * cent.
 */
const CHANGED = 0.1;
/** Colour below which a picture is grey, and how much more another must have to be in colour; grey levels. */
const GREY = 3;
const MORE_COLOUR = 5;
/** Cells of the grid per side of a block. */
const BLOCK = 4;
/** Keeps the ratio of dark blocks from meaning anything; grey levels. */
const DARK = 15;
/** The short past has turned over by then: what still differs is judged again. */
const LONGEST_MS = 6 * 60_000;
/** A change is over when the light has been the same for so long: hunting exposure is one change, not many. */
const CALM_MS = 60_000;

/** Middle of the blocks' log ratios of brightness; a plume covers a minority of the blocks and leaves it alone. */
export function lightChange(before: Grid, now: Grid): number {
	const ratios: number[] = [];
	for (let y = 0; y + BLOCK <= now.rows; y += BLOCK)
		for (let x = 0; x + BLOCK <= now.columns; x += BLOCK)
			ratios.push(Math.log((blockSum(now, x, y) + DARK) / (blockSum(before, x, y) + DARK)));
	ratios.sort((a, b) => a - b);
	return ratios[ratios.length >> 1] ?? 0;
}

function blockSum({ grey, columns }: Grid, x: number, y: number): number {
	let sum = 0;
	for (let yy = y; yy < y + BLOCK; yy++)
		for (let xx = x; xx < x + BLOCK; xx++) sum += grey[yy * columns + xx] as number;
	return sum / (BLOCK * BLOCK);
}

export class Light {
	#since: number | undefined;
	#last = Number.NEGATIVE_INFINITY;

	/** True while the light differs from the short past, for six minutes at the most. */
	changed(before: Grid, now: Grid, at: number): boolean {
		const [least, most] = [Math.min(before.colour, now.colour), Math.max(before.colour, now.colour)];
		const switched = least < GREY && most > least + MORE_COLOUR;
		if (!switched && Math.abs(lightChange(before, now)) < CHANGED) {
			if (at - this.#last >= CALM_MS) this.#since = undefined;
			return false;
		}
		this.#last = at;
		this.#since ??= at;
		return at - this.#since < LONGEST_MS;
	}
}
