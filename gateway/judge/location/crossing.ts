import { angleBetweenDeg, azimuthDeg, destination, distanceM, type Position } from "../../geo/position.ts";
import type { Terrain } from "../../geo/terrain.ts";
import { hiddenAt } from "../../geo/visibility.ts";
import type { CameraPose } from "../../model/camera.ts";
import type { RegionPoint } from "../../model/incident.ts";

export interface Bearing {
	pose: CameraPose;
	bearingDeg: number;
	bearingErrorDeg: number;
}

/** Where bearings meet, with the ellipse that holds one sigma. */
export interface Fix {
	position: Position;
	majorM: number;
	minorM: number;
	/** Azimuth of the major axis, degrees. */
	majorAzimuthDeg: number;
}

/** Cameras nearer than this to each other stand on one mast: their bearings do not cross, metres. */
export const SAME_MAST_M = 100;
/** Bearings that meet at less than this leave the distance open: with half a degree each, 355 m at 10 km. */
const LEAST_CROSSING_DEG = 20;
/**
 * A crossing over which smoke would have to stand higher than this to be seen by both is a ghost of two fires, metres.
 */
const MOST_HIDDEN_M = 250;
/** Bearings that miss each other by more sigmas than this are of different fires. */
const MOST_SIGMAS = 3;
const RAD = Math.PI / 180;

/**
 * Least squares on the plane around the first camera, each bearing weighted by its error across the line at the
 * distance found. No fix when bearings come from one mast, are too parallel, meet behind a camera or beyond its
 * range, miss each other, or meet where the terrain hides the place from one of them.
 */
export function crossingOf(bearings: Bearing[], terrain?: Terrain): Fix | undefined {
	const apart = bearings.filter(
		(b, i) => bearings.findIndex((o) => distanceM(o.pose.position, b.pose.position) < SAME_MAST_M) === i,
	);
	const first = apart[0];
	if (!first || apart.length < 2 || widestDeg(apart) < LEAST_CROSSING_DEG) return undefined;
	const lines = apart.map((b) => {
		const d = distanceM(first.pose.position, b.pose.position);
		const towards = azimuthDeg(first.pose.position, b.pose.position) * RAD;
		return {
			b,
			east: d * Math.sin(towards),
			north: d * Math.cos(towards),
			sin: Math.sin(b.bearingDeg * RAD),
			cos: Math.cos(b.bearingDeg * RAD),
		};
	});
	let sigmas = lines.map((l) => l.b.bearingErrorDeg * RAD * (l.b.pose.rangeM / 2));
	let found = { east: 0, north: 0, cov: [0, 0, 0] as [number, number, number] };
	for (let turn = 0; turn < 6; turn++) {
		// across the line: cos * east - sin * north = its value at the camera
		let [a, b, c, d, e] = [0, 0, 0, 0, 0];
		lines.forEach((l, i) => {
			const w = 1 / (sigmas[i] as number) ** 2;
			const value = l.cos * l.east - l.sin * l.north;
			a += w * l.cos * l.cos;
			b += -w * l.cos * l.sin;
			c += w * l.sin * l.sin;
			d += w * l.cos * value;
			e += -w * l.sin * value;
		});
		const det = a * c - b * b;
		if (!(det > 0)) return undefined;
		found = { east: (c * d - b * e) / det, north: (a * e - b * d) / det, cov: [c / det, -b / det, a / det] };
		sigmas = lines.map((l) =>
			Math.max(1, l.b.bearingErrorDeg * RAD * Math.hypot(found.east - l.east, found.north - l.north)),
		);
	}
	const position = destination(
		first.pose.position,
		Math.atan2(found.east, found.north) / RAD,
		Math.hypot(found.east, found.north),
	);
	const agrees = lines.every((l, i) => {
		const [east, north] = [found.east - l.east, found.north - l.north];
		const along = l.sin * east + l.cos * north;
		const across = Math.abs(l.cos * east - l.sin * north);
		if (along <= 0 || along > l.b.pose.rangeM * 1.1 || across > MOST_SIGMAS * (sigmas[i] as number)) return false;
		const hidden = terrain && hiddenAt(terrain, l.b.pose, azimuthDeg(l.b.pose.position, position), along);
		return hidden === undefined || hidden <= MOST_HIDDEN_M;
	});
	return agrees ? { position, ...ellipseOf(found.cov) } : undefined;
}

/** Sample points of a fix: rings of half a sigma to two and a half, weighted as a normal distribution. */
export function fixPoints({ position, majorM, minorM, majorAzimuthDeg }: Fix): RegionPoint[] {
	const points: RegionPoint[] = [{ ...position, weight: 0.125 }];
	for (const ring of [0.5, 1, 1.5, 2, 2.5]) {
		for (let i = 0; i < 24; i++) {
			const angle = (i / 24) * 2 * Math.PI;
			const [along, across] = [Math.cos(angle) * ring * majorM, Math.sin(angle) * ring * minorM];
			const azimuth = majorAzimuthDeg + Math.atan2(across, along) / RAD;
			// a ring stands for the area around it, so that its points weigh with the radius
			points.push({
				...destination(position, azimuth, Math.hypot(along, across)),
				weight: (ring * Math.exp(-(ring * ring) / 2)) / 24,
			});
		}
	}
	return points;
}

function widestDeg(bearings: Bearing[]): number {
	const angles = bearings.flatMap((a) => bearings.map((b) => angleBetweenDeg(a.bearingDeg, b.bearingDeg)));
	return Math.max(0, ...angles.map((a) => Math.min(a, 180 - a)));
}

/** Axes of a covariance [east-east, east-north, north-north], metres squared. */
function ellipseOf([ee, en, nn]: [number, number, number]): Omit<Fix, "position"> {
	const mean = (ee + nn) / 2;
	const spread = Math.hypot((ee - nn) / 2, en);
	const major = 0.5 * Math.atan2(2 * en, ee - nn); // from east, anticlockwise
	return {
		majorM: Math.sqrt(mean + spread),
		minorM: Math.sqrt(Math.max(0, mean - spread)),
		majorAzimuthDeg: (((90 - major / RAD) % 180) + 180) % 180,
	};
}
