import { SystemClock } from "../../gateway/base/clock.ts";
import { SeededRandom } from "../../gateway/base/random.ts";
import { azimuthDeg, curvatureDropM, destination, distanceM } from "../../gateway/geo/position.ts";
import { hiddenAt } from "../../gateway/geo/visibility.ts";
import { middleOf, regionOf, terrainClue } from "../../gateway/judge/location/clues.ts";
import { crossingOf } from "../../gateway/judge/location/crossing.ts";
import type { CameraPose } from "../../gateway/model/camera.ts";
import { smallWorld } from "../../gateway/sim/world.ts";
import { quantile, round } from "./proc.ts";

const FIRES = 400;
const BEARING_ERROR_DEG = 0.8;
const ELEVATION_ERROR_DEG = 0.3;
/** Smoke of fires deeper behind a ridge than this is not what a camera sees of them at first, metres. */
const MOST_HIDDEN_M = 100;
const DEG = 180 / Math.PI;

/**
 * Fires all over made countries whose truth is known, seen with normal errors of bearing (0.8 degrees) and elevation
 * (0.3 degrees): how far off the places are, and how often the region that is told holds the truth.
 */
export async function placeErrors() {
	const clock = new SystemClock();
	const random = new SeededRandom(11);
	const one: number[] = [];
	const share: number[] = [];
	const two: number[] = [];
	const sigmas: number[] = [];
	const times: number[] = [];
	let [held, seen, fixes, pairs] = [0, 0, 0, 0];
	for (let i = 0; i < FIRES; i++) {
		const { terrain, cameras } = smallWorld(100 + (i % 20));
		const heights = { heightM: (p: { lat: number; lon: number }) => terrain.heightOf(p) };
		const camera = cameras[0]?.pose as CameraPose;
		const place = destination(camera.position, random.next() * 360, 1000 + random.next() * 9000);
		const first = look(camera, place, heights, random);
		if (!first) continue;
		seen++;
		const start = clock.monotonic();
		const points = regionOf([terrainClue(first, heights)]);
		times.push(clock.monotonic() - start);
		const { best, errorM } = middleOf(points);
		const range = distanceM(camera.position, place);
		one.push(distanceM(best, place));
		share.push(distanceM(best, place) / range);
		// the points stand for cells of the region: the truth is held when one of them is its neighbour
		if (points.some((p) => distanceM(p, place) <= Math.max(250, range * 0.06))) held++;
		sigmas.push(errorM);
		// a second tower 6 km off, at a right angle to the first line more or less
		const other = destination(camera.position, azimuthDeg(camera.position, place) + 60 + random.next() * 60, 6000);
		const second = look(
			{ ...camera, cameraId: "other", position: other, heightM: terrain.heightOf(other) + 40 },
			place,
			heights,
			random,
		);
		if (!second) continue;
		pairs++;
		const fix = crossingOf([first, second], heights);
		if (!fix) continue;
		fixes++;
		two.push(distanceM(fix.position, place));
	}
	return {
		fires: seen,
		heldByRegion: round(held / seen, 3),
		oneBearingAndTerrain: {
			medianM: round(quantile(one, 0.5), 0),
			p90M: round(quantile(one, 0.9), 0),
			medianShareOfDistance: round(quantile(share, 0.5), 3),
			statedErrorMedianM: round(quantile(sigmas, 0.5), 0),
		},
		twoBearings: { pairs, fixes, medianM: round(quantile(two, 0.5), 0), p90M: round(quantile(two, 0.9), 0) },
		msPerRegionP50: round(quantile(times, 0.5), 2),
	};
}

function look(
	pose: CameraPose,
	place: { lat: number; lon: number },
	heights: { heightM: (p: { lat: number; lon: number }) => number },
	random: SeededRandom,
) {
	const [azimuth, range] = [azimuthDeg(pose.position, place), distanceM(pose.position, place)];
	const hidden = hiddenAt(heights, pose, azimuth, range) ?? 0;
	if (hidden > MOST_HIDDEN_M || range > pose.rangeM) return undefined;
	const lowest = heights.heightM(place) + hidden + 20 * random.next() - curvatureDropM(range) - pose.heightM;
	return {
		pose,
		bearingDeg: azimuth + normal(random) * BEARING_ERROR_DEG,
		bearingErrorDeg: BEARING_ERROR_DEG,
		elevationDeg: Math.atan2(lowest, range) * DEG + normal(random) * ELEVATION_ERROR_DEG,
		elevationErrorDeg: ELEVATION_ERROR_DEG,
	};
}

/** Box-Muller. */
function normal(random: SeededRandom): number {
	return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
