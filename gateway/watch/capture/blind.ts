import type { BlindReason, Frame } from "../../model/camera.ts";

/** What a picture looks like as a whole; all in grey levels 0...255 on a grid of every 4th pixel. */
export interface ImageStats {
	mean: number;
	deviation: number;
	/** Share of pixels that are almost white. */
	white: number;
	/** Mean difference of neighbours: detail. Fog and a dirty lens take it away. */
	detail: number;
	grid: Uint8Array;
}

const STEP = 4;

export function imageStats(frame: Pick<Frame, "rgb" | "width" | "height">): ImageStats {
	const columns = Math.floor(frame.width / STEP);
	const rows = Math.floor(frame.height / STEP);
	const grid = new Uint8Array(columns * rows);
	let sum = 0;
	let squares = 0;
	let white = 0;
	let detail = 0;
	for (let y = 0; y < rows; y++) {
		for (let x = 0; x < columns; x++) {
			const grey = greyAt(frame.rgb, (y * STEP * frame.width + x * STEP) * 3);
			const i = y * columns + x;
			grid[i] = grey;
			sum += grey;
			squares += grey * grey;
			if (grey > 245) white++;
			if (x > 0) detail += Math.abs(grey - (grid[i - 1] ?? 0));
		}
	}
	const n = grid.length;
	const mean = sum / n;
	return {
		mean,
		deviation: Math.sqrt(Math.max(0, squares / n - mean * mean)),
		white: white / n,
		detail: detail / n,
		grid,
	};
}

/** Brightness by ITU-R BT.601, of the pixel that begins at a byte. */
function greyAt(rgb: Uint8Array, at: number): number {
	return 0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0);
}

/** Pictures in a row that must agree before a camera counts as blind, or as seeing again. */
const AGREE = 3;
/** How much detail of its baseline a picture keeps at least, and how many pictures make the baseline. */
const FOG_SHARE = 0.25;
const BASELINE_PICTURES = 60;

/**
 * Judges picture after picture. Fog is relative: a picture with a quarter of the detail this view usually has.
 * A night without light is black, and black is blind: nobody sees smoke in it.
 */
export class BlindWatch {
	#before: ImageStats | undefined;
	#baseline: number[] = [];
	#same: BlindReason | undefined;
	#agree = 0;
	#since = 0;
	#state: BlindReason | undefined;

	/** The reason while blind, else undefined. */
	get reason(): BlindReason | undefined {
		return this.#state;
	}

	/** When the present condition began, ms since 1970. */
	get since(): number {
		return this.#since;
	}

	observe(stats: ImageStats, at: number): BlindReason | undefined {
		const reason = this.#reasonOf(stats);
		this.#before = stats;
		if (reason === undefined) this.#baseline = [...this.#baseline, stats.detail].slice(-BASELINE_PICTURES);
		return this.#settle(reason, at);
	}

	/** No new picture for too long. Takes effect at once; `since` is the time of the last picture. */
	stale(since: number): void {
		if (this.#state === "stale") return;
		this.#same = "stale";
		this.#agree = AGREE;
		this.#state = "stale";
		this.#since = since;
	}

	#settle(reason: BlindReason | undefined, at: number): BlindReason | undefined {
		if (reason !== this.#same) {
			this.#same = reason;
			this.#agree = 0;
			if (this.#state === undefined || reason === undefined) this.#since = at;
		}
		this.#agree++;
		if (this.#agree >= AGREE) this.#state = reason;
		return this.#state;
	}

	#reasonOf(stats: ImageStats): BlindReason | undefined {
		if (stats.mean < 14 && stats.deviation < 8) return "black";
		if (stats.white > 0.7 || (stats.mean > 225 && stats.deviation < 12)) return "washedOut";
		if (this.#before && sameGrid(stats.grid, this.#before.grid)) return "identical";
		const baseline = median(this.#baseline);
		if ((this.#baseline.length >= 10 && stats.detail < baseline * FOG_SHARE) || stats.detail < 0.35) return "fogged";
		return undefined;
	}
}

/** A living sensor always has noise; a frozen picture differs at most where a clock is drawn into it. */
function sameGrid(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	let different = 0;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) different++;
	return different <= a.length * 0.015;
}

function median(values: number[]): number {
	return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
