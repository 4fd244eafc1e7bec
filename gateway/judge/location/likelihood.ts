import type { Profile } from "../../geo/visibility.ts";

/**
 * Lines of sight over a terrain. Angles are seen from the lens, up is positive; ground lies lower with distance by
 * the curvature of the earth less refraction (k = 0.13), 6.8 m at 10 km.
 */

const DEG = 180 / Math.PI;

/** Smoke shows first at some height over its fire: the mean of an exponential, metres. */
const FIRST_SEEN_M = 40;
/** Smoke that must first rise this high behind a ridge is e times less likely to be what is seen, metres. */
const HIDDEN_M = 150;

/**
 * How well smoke that burns at each distance of a profile explains a lower edge seen at an elevation (degrees, with
 * its one-sigma error): 0...1. Ground that is seen, and ground behind a ridge over which smoke would have to rise.
 */
export function likelihoodAlong(profile: Profile, elevationDeg: number, errorDeg: number): Float64Array {
	return profile.rangeM.map((r, i) => {
		const ground = profile.groundM[i] as number;
		if (Number.isNaN(ground)) return 1; // unknown terrain excludes nothing
		const hidden = profile.hiddenM[i] as number;
		// what was seen, in metres above the lowest smoke that can be seen there; the error likewise, along the vertical
		const above = Math.tan(elevationDeg / DEG) * r - ground - hidden;
		const sigma = (errorDeg / DEG) * r * (1 + Math.tan(elevationDeg / DEG) ** 2);
		return firstSeen(above, sigma) * Math.exp(-hidden / HIDDEN_M);
	});
}

/**
 * How well a lower edge at a height (metres, with its one-sigma error) is explained by smoke that shows first at an
 * exponential height: the exponentially modified normal density times sigma and the root of two pi, 0...1. With few
 * sampled heights, a sharp camera would find gaps between them.
 */
function firstSeen(aboveM: number, sigmaM: number): number {
	const l = sigmaM / FIRST_SEEN_M;
	const z = (l - aboveM / sigmaM) / Math.SQRT2;
	return Math.sqrt(Math.PI / 2) * l * scaledErfc(z, (l * l) / 2 - aboveM / FIRST_SEEN_M);
}

/** exp(a) * erfc(x), where either alone would overflow; to 1.2e-7 (Numerical Recipes in C, 2nd edition, erfcc). */
function scaledErfc(x: number, a: number): number {
	const z = Math.abs(x);
	const t = 1 / (1 + z / 2);
	const tail = [
		-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
		0.17087277,
	];
	const series = tail.reduceRight((sum, c) => sum * t + c, 0);
	return x >= 0 ? t * Math.exp(a - z * z + series) : 2 * Math.exp(a) - t * Math.exp(a - z * z + series);
}

/**
 * Stretches of a profile that explain what was seen at least so well, of the best, a twentieth where nothing is said;
 * [from, to] in metres.
 */
export function intervalsOf(profile: Profile, likelihood: Float64Array, share = 1 / 20): [number, number][] {
	const least = Math.max(...likelihood) * share;
	const intervals: [number, number][] = [];
	likelihood.forEach((w, i) => {
		if (w < least || w === 0) return;
		const r = profile.rangeM[i] as number;
		const open = intervals.at(-1);
		if (open && i > 0 && (likelihood[i - 1] as number) >= least) open[1] = r;
		else intervals.push([r, r]);
	});
	return intervals;
}
