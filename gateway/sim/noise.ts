/** Smooth value noise in two dimensions, the same for the same seed. */

function hash(seed: number, x: number, y: number): number {
	let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(x, 0xc2b2ae35) ^ Math.imul(y, 0x27d4eb2f);
	h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
	h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
	return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
}

/** Value noise at (x, y), 0...1; neighbours one unit apart are independent. */
export function noise(seed: number, x: number, y: number): number {
	const x0 = Math.floor(x);
	const y0 = Math.floor(y);
	const fx = smooth(x - x0);
	const fy = smooth(y - y0);
	const top = hash(seed, x0, y0) * (1 - fx) + hash(seed, x0 + 1, y0) * fx;
	const bottom = hash(seed, x0, y0 + 1) * (1 - fx) + hash(seed, x0 + 1, y0 + 1) * fx;
	return top * (1 - fy) + bottom * fy;
}

/** Sum of octaves, each of half the size and half the strength, 0...1. */
export function fractal(seed: number, x: number, y: number, octaves: number): number {
	let sum = 0;
	let total = 0;
	for (let o = 0, scale = 1, strength = 1; o < octaves; o++, scale *= 2, strength /= 2) {
		sum += strength * noise(seed + o * 101, x * scale, y * scale);
		total += strength;
	}
	return sum / total;
}

function smooth(t: number): number {
	return t * t * (3 - 2 * t);
}
