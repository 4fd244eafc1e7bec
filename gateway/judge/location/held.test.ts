import { expect, it } from "vitest";
import { SeededRandom } from "../../base/random.ts";
import { azimuthDeg, curvatureDropM, destination, distanceM, type Position } from "../../geo/position.ts";
import { hiddenAt } from "../../geo/visibility.ts";
import type { CameraPose } from "../../model/camera.ts";
import { smallWorld } from "../../sim/world.ts";
import { regionOf, terrainClue } from "./clues.ts";
import { crossingOf } from "./crossing.ts";

const FIRES = 400;
/** Box-Muller. */
const normal = (random: SeededRandom) =>
	Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
/** Squares of about a kilometre, as grids are told. */
const square = (p: Position) => `${Math.floor((p.lat - 29) * 111)},${Math.floor((p.lon - 108) * 96.6)}`;

/**
 * Fires all over made mountains, seen with normal errors: how often the region holds the truth. What is stated as nine
 * tenths must be about that: a region that is too small rings the wrong grid, one that is too large rings everybody.
 */
it.each([
	["a well set-up camera", 0.3, 0.1],
	["a usual one", 0.8, 0.3],
])(
	"%s: the region holds the true square kilometre, and its nine tenths are nine tenths",
	(_, bearingErrorDeg, elevationErrorDeg) => {
		const random = new SeededRandom(7);
		const count = { fires: 0, missing: 0, in50: 0, in90: 0, fixes: 0, inEllipse: 0 };
		for (let i = 0; count.fires < FIRES; i++) {
			const { terrain, cameras } = smallWorld(100 + (i % 20));
			const heights = { heightM: (p: Position) => terrain.heightOf(p) };
			const seen = (pose: CameraPose, place: Position) => {
				const [azimuth, range] = [azimuthDeg(pose.position, place), distanceM(pose.position, place)];
				const hidden = hiddenAt(heights, pose, azimuth, range) ?? 0;
				if (hidden > 100 || range > pose.rangeM) return undefined;
				const lowest =
					terrain.heightOf(place) + hidden - 40 * Math.log(1 - random.next()) - curvatureDropM(range) - pose.heightM;
				const elevationDeg = (Math.atan2(lowest, range) * 180) / Math.PI + normal(random) * elevationErrorDeg;
				return {
					pose,
					bearingDeg: azimuth + normal(random) * bearingErrorDeg,
					bearingErrorDeg,
					elevationDeg,
					elevationErrorDeg,
				};
			};
			const pose = cameras[0]?.pose as CameraPose;
			const place = destination(pose.position, random.next() * 360, 1000 + random.next() * 9000);
			const first = seen(pose, place);
			if (!first) continue;
			count.fires++;
			const shares = new Map<string, number>();
			for (const p of regionOf([terrainClue(first, heights)]))
				shares.set(square(p), (shares.get(square(p)) ?? 0) + p.weight);
			if (!((shares.get(square(place)) ?? 0) >= 0.02)) count.missing++;
			let sum = 0;
			for (const [name, share] of [...shares].sort((a, b) => b[1] - a[1])) {
				if (name === square(place) && sum < 0.5) count.in50++;
				if (name === square(place) && sum < 0.9) count.in90++;
				sum += share;
			}
			const beside = destination(pose.position, azimuthDeg(pose.position, place) + 60 + random.next() * 60, 6000);
			const second = seen(
				{ ...pose, cameraId: "other", position: beside, heightM: terrain.heightOf(beside) + 40 },
				place,
			);
			const fix = second && crossingOf([first, second], heights);
			if (!fix) continue;
			count.fixes++;
			const [off, turned] = [
				distanceM(fix.position, place),
				((azimuthDeg(fix.position, place) - fix.majorAzimuthDeg) * Math.PI) / 180,
			];
			// nine tenths of a normal distribution of two dimensions lie within 2.146 sigmas
			if (Math.hypot((off * Math.cos(turned)) / fix.majorM, (off * Math.sin(turned)) / fix.minorM) <= 2.146)
				count.inEllipse++;
		}
		expect(count.missing / count.fires).toBeLessThan(0.05);
		// the set is made of whole squares, and so a little larger than it need be
		expect(count.in50 / count.fires).toBeGreaterThan(0.5);
		expect(count.in50 / count.fires).toBeLessThan(0.75);
		expect(count.in90 / count.fires).toBeGreaterThan(0.87);
		expect(count.in90 / count.fires).toBeLessThan(0.97);
		expect(count.fixes).toBeGreaterThan(80);
		expect(count.inEllipse / count.fixes).toBeGreaterThan(0.84);
		expect(count.inEllipse / count.fixes).toBeLessThan(0.96);
	},
	30_000,
);
