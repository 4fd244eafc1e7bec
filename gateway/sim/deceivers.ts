import { fractal } from "./noise.ts";
import type { SmokeLayer } from "./plume.ts";

/**
 * Things that are no smoke and change like it: layers over a picture, minute by minute. `cover` is how much of a
 * pixel is hidden (0...1), `grey` how bright the cover is against the tone it is given (205 is the tone itself).
 */
export interface Deceiver {
	/** Colour of the cover, 0...255. */
	tone: [number, number, number];
	/** What stands there before the first minute: nothing, the first minute, or the last ones in a circle. */
	before: "none" | "hold" | "loop";
	layerAt: (minute: number) => SmokeLayer;
}

type Cover = (x: number, y: number, minute: number) => number;

const SIZE = { width: 256, height: 192 };

function deceiver(tone: Deceiver["tone"], before: Deceiver["before"], cover: Cover): Deceiver {
	const { width, height } = SIZE;
	const layerAt = (minute: number): SmokeLayer => {
		const layer = {
			left: 0,
			top: 0,
			...SIZE,
			cover: new Float32Array(width * height),
			grey: new Float32Array(width * height).fill(205),
		};
		for (let y = 0; y < height; y++) {
			for (let x = 0; x < width; x++)
				layer.cover[y * width + x] = Math.min(1, Math.max(0, cover(x / width, y / height, minute)));
		}
		return layer;
	};
	return { tone, before, layerAt };
}

const bump = (d: number) => Math.exp(-d * d);
/** 0 at the border of the layer, 1 inside: no deceiver ends in a straight edge. */
const inside = (x: number, y: number) => Math.min(1, 8 * Math.min(x, 1 - x, y, 1 - y));

/** The shadow of clouds that drift: soft, wide and darker than the land. */
export function cloudShadow(seed: number, drift: number): Deceiver {
	return deceiver([10, 14, 24], "hold", (x, y, m) => {
		const field = fractal(seed, x * 3 - m * drift, y * 5 + m * drift * 0.3, 3);
		return inside(x, y) * 0.4 * Math.min(1, Math.max(0, (field - 0.5) * 6));
	});
}

/** A bank of fog that fills a valley: bright, flat at the bottom, slowly rising. */
export function fogBank(seed: number, rise: number): Deceiver {
	return deceiver([226, 229, 233], "hold", (x, y, m) => {
		const top = 0.85 - rise * m - 0.25 * fractal(seed, x * 4 + m * 0.02, m * 0.05, 3);
		const body = Math.min(1, Math.max(0, (y - top) * 7));
		return inside(x, y) * 0.85 * body * (0.6 + 0.4 * fractal(seed + 1, x * 9 - m * 0.1, y * 9, 3));
	});
}

/** Dust behind a car on a track: low, brown, gone after a few minutes. */
export function dust(seed: number, speed: number): Deceiver {
	return deceiver([196, 176, 148], "none", (x, y, m) => {
		const head = 0.15 + speed * m;
		const behind = head - x;
		if (behind < 0 || m > 4) return 0;
		const thin = Math.exp(-behind * 6) * Math.exp(-m * 0.5);
		return (
			inside(x, y) *
			0.7 *
			thin *
			bump((y - 0.8) / (0.04 + 0.12 * behind)) *
			(0.5 + fractal(seed, x * 14, y * 14 + m, 2))
		);
	});
}

/** Sun that comes round: a bright veil around one point that grows over minutes. */
export function glare(seed: number): Deceiver {
	const cx = 0.3 + 0.4 * fractal(seed, 1, 1, 1);
	return deceiver(
		[255, 250, 238],
		"hold",
		(x, y, m) => inside(x, y) * Math.min(0.75, m * 0.03) * bump(Math.hypot(x - cx, (y - 0.3) * 0.75) / 0.3),
	);
}

/** A drop on the glass: a pale round smear that comes at once and stays. */
export function lensDrop(seed: number): Deceiver {
	return deceiver([168, 174, 180], "none", (x, y) => {
		const d = Math.hypot(x - 0.5, (y - 0.5) * 0.75) / (0.22 + 0.08 * fractal(seed, x * 3, y * 3, 2));
		return 0.55 * bump(d * d);
	});
}

/** An insect close to the lens: one frame only, a blurred streak. */
export function insect(seed: number): Deceiver {
	const dark = fractal(seed, 5, 5, 1) < 0.6;
	const slope = fractal(seed, 9, 9, 1) - 0.5;
	return deceiver(dark ? [40, 38, 36] : [235, 235, 230], "none", (x, y, m) =>
		m > 0 ? 0 : 0.8 * bump((y - 0.5 - slope * (x - 0.5)) / 0.05) * bump((x - 0.5) / 0.25),
	);
}

/** A cumulus that forms: bright above, flat and grey below, growing and drifting within minutes. */
export function cumulus(seed: number, drift: number): Deceiver {
	const growth = 0.006 + 0.014 * fractal(seed, 3, 3, 1);
	return deceiver([244, 246, 250], "hold", (x, y, m) => {
		const base = Math.min(1, Math.max(0, (0.72 - y) * 14));
		const heap = fractal(seed, x * 4 - m * drift, y * 5 + m * 0.04, 4) - 0.62 + 0.3 * (y - 0.35) + growth * m;
		return inside(x, y) * 0.9 * base * Math.min(1, Math.max(0, heap * 7));
	});
}

/** Haze that thickens over a far ridge, or gives it free: soft, wide, without an edge. */
export function hazeDrift(seed: number, pace: number): Deceiver {
	const phase = 6.28 * fractal(seed, 7, 2, 1);
	return deceiver([188, 200, 214], "hold", (x, y, m) => {
		const band = bump((y - 0.5 - 0.12 * (fractal(seed + 2, x * 3, 0, 2) - 0.5)) / 0.22);
		return (
			inside(x, y) *
			0.4 *
			band *
			(0.5 + 0.5 * Math.sin(phase + m * pace)) *
			(0.5 + fractal(seed, x * 3 - m * 0.03, y * 4, 2))
		);
	});
}

/** The shadow of a mast or a railing: hard edges that creep over whatever is near the camera. */
export function mastShadow(seed: number, pace: number): Deceiver {
	const slope = 2.4 * (fractal(seed, 4, 8, 1) - 0.5);
	const wide = 0.08 + 0.2 * fractal(seed, 8, 4, 1);
	return deceiver([14, 16, 22], "hold", (x, y, m) => {
		const off = Math.abs(x - 0.25 - pace * m - slope * (y - 0.5)) / wide;
		return inside(x, y) * 0.55 * Math.min(1, Math.max(0, (1 - off) * 12));
	});
}

/** Lamps and headlights: small bright spots that come, go and wander. */
export function lights(seed: number): Deceiver {
	return deceiver([255, 238, 200], "none", (x, y, m) => {
		let glow = 0;
		for (let k = 0; k < 4; k++) {
			const on = fractal(seed + k, m * 1.7, 3, 1) > 0.45;
			const cx = 0.2 + 0.6 * fractal(seed + 10 + k, 1, 1, 1) + 0.012 * m * (k - 1.5);
			const cy = 0.25 + 0.5 * fractal(seed + 20 + k, 1, 1, 1);
			if (on) glow += bump(Math.hypot(x - cx, (y - cy) * 0.75) / (0.015 + 0.02 * k));
		}
		return 0.95 * glow;
	});
}
