/** The past of one view, one frame of half size a minute, and the images the network compares the present with. */

const MINUTE_MS = 60_000;
/** Minutes kept. */
const KEPT = 31;
/** Minutes of past below which nothing can be said; the network was trained from there on (models/training/data.py). */
export const WARM_UP_MINUTES = 8;
const SHORT = [2, 3, 4, 5, 6, 7, 8];
const LONG = [6, 10, 14, 18, 22, 26, 30];
/** A gap after which light and weather are others: begin again. */
const LONGEST_GAP_MINUTES = 60;

export interface Comparison {
	/** Median of the minutes t-8...t-2. */
	short: Uint8Array;
	/** The frame one minute before. */
	previous: Uint8Array;
	/** Median of t-6, -10 ... -30. */
	long: Uint8Array;
}

export class FrameHistory {
	readonly #slots = new Map<number, Uint8Array>();
	#size = 0;
	#cached: { minute: number; comparison: Comparison } | undefined;

	/** Minutes from the oldest to the newest frame. */
	get spanMinutes(): number {
		const minutes = this.minutes();
		return minutes.length === 0 ? 0 : (minutes.at(-1) ?? 0) - (minutes[0] ?? 0);
	}

	/** The frames of these minutes before `at`, as far as they are known. */
	framesAgo(at: number, minutesAgo: number[]): Uint8Array[] {
		const minute = Math.floor(at / MINUTE_MS);
		return minutesAgo.flatMap((ago) => this.#slots.get(minute - ago) ?? []);
	}

	minutes(): number[] {
		return [...this.#slots.keys()].sort((a, b) => a - b);
	}

	frame(minute: number): Uint8Array | undefined {
		return this.#slots.get(minute);
	}

	/** Takes the first frame of each minute; says whether it took this one. Another size or a long gap forgets all. */
	add(rgb: Uint8Array, at: number): boolean {
		const minute = Math.floor(at / MINUTE_MS);
		const newest = this.minutes().at(-1);
		if (
			rgb.length !== this.#size ||
			(newest !== undefined && (minute - newest > LONGEST_GAP_MINUTES || minute < newest - KEPT))
		) {
			this.#slots.clear();
			this.#cached = undefined;
			this.#size = rgb.length;
		}
		if (this.#slots.has(minute)) return false;
		this.#slots.set(minute, rgb);
		for (const old of this.minutes().slice(0, -KEPT)) this.#slots.delete(old);
		return true;
	}

	/** What the frame at `at` is compared with, or undefined while there is too little past. */
	comparison(at: number): Comparison | undefined {
		const minute = Math.floor(at / MINUTE_MS);
		if (this.#cached?.minute === minute) return this.#cached.comparison;
		const minutes = this.minutes().filter((m) => m < minute);
		const oldest = minutes[0];
		if (oldest === undefined || minute - oldest < WARM_UP_MINUTES || minutes.length < WARM_UP_MINUTES / 2)
			return undefined;
		const ago = (k: number) => this.#nearest(minutes, minute - k);
		const comparison = { short: median7(SHORT.map(ago)), previous: ago(1), long: median7(LONG.map(ago)) };
		this.#cached = { minute, comparison };
		return comparison;
	}

	#nearest(minutes: number[], wanted: number): Uint8Array {
		let best = minutes[0] ?? 0;
		for (const m of minutes) if (Math.abs(m - wanted) < Math.abs(best - wanted)) best = m;
		return this.#slots.get(best) as Uint8Array;
	}
}

/** A picture (height x width x 3, both sides even) at half its size; each pixel is the mean of four. */
export function halve(rgb: Uint8Array, width: number, height: number): Uint8Array {
	const [row, half] = [width * 3, (width / 2) * 3];
	const out = new Uint8Array((half * height) / 2);
	for (let y = 0, to = 0; y < height; y += 2) {
		for (let x = 0; x < row; x += 6) {
			const at = y * row + x;
			for (let c = at; c < at + 3; c++)
				out[to++] =
					((rgb[c] as number) + (rgb[c + 3] as number) + (rgb[c + row] as number) + (rgb[c + row + 3] as number) + 2) >>
					2;
		}
	}
	return out;
}

/** A picture of half size at full size again, each pixel four times: halved again it is the same. */
export function double(half: Uint8Array, width: number, height: number): Uint8Array {
	const out = new Uint8Array(width * height * 3);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const from = ((y >> 1) * (width / 2) + (x >> 1)) * 3;
			const to = (y * width + x) * 3;
			for (let c = 0; c < 3; c++) out[to + c] = half[from + c] as number;
		}
	}
	return out;
}

/**
 * Median of seven images, byte by byte: a sorting network of 13 exchanges, cut to what the middle needs and written
 * out, because a loop over its pairs takes ten times as long.
 */
export function median7(images: Uint8Array[]): Uint8Array {
	const [A, B, C, D, E, F, G] = images as [
		Uint8Array,
		Uint8Array,
		Uint8Array,
		Uint8Array,
		Uint8Array,
		Uint8Array,
		Uint8Array,
	];
	const { min, max } = Math;
	const out = new Uint8Array(A.length);
	for (let i = 0; i < out.length; i++) {
		let a = A[i] as number;
		let b = B[i] as number;
		let c = C[i] as number;
		let d = D[i] as number;
		let e = E[i] as number;
		let f = F[i] as number;
		let g = G[i] as number;
		let t = min(a, f);
		f = max(a, f);
		a = t;
		t = min(a, d);
		d = max(a, d);
		a = t;
		t = min(b, g);
		g = max(b, g);
		b = t;
		t = min(c, e);
		e = max(c, e);
		c = t;
		b = max(a, b);
		t = min(d, f);
		f = max(d, f);
		d = t;
		t = min(c, g);
		g = max(c, g);
		c = t;
		t = min(c, d);
		d = max(c, d);
		c = t;
		d = min(d, g);
		t = min(e, f);
		e = t;
		t = min(b, e);
		e = max(b, e);
		b = t;
		d = max(b, d);
		out[i] = min(d, e);
	}
	return out;
}
