import type { Position } from "./position.ts";

/** Metres of a degree of latitude, on a sphere of 6371 km. */
const METRES = 111_195;

/**
 * The point of lines ([lon, lat], WGS84) that is nearest to a place, and how far it is, metres; on a plane that touches
 * the ground there, good to half a percent within 50 km. Undefined where there is no line.
 */
export function nearestOnLines(
	lines: readonly (readonly [number, number][])[],
	{ lat, lon }: Position,
): { position: Position; distanceM: number } | undefined {
	const east = METRES * Math.cos((lat * Math.PI) / 180);
	const flat = ([x, y]: [number, number]): [number, number] => [(x - lon) * east, (y - lat) * METRES];
	let best: { x: number; y: number; squared: number } | undefined;
	for (const line of lines) {
		let from: [number, number] | undefined;
		for (const point of line) {
			const to = flat(point);
			const [x, y] = nearestToOrigin(from ?? to, to);
			const squared = x * x + y * y;
			if (squared < (best?.squared ?? Number.POSITIVE_INFINITY)) best = { x, y, squared };
			from = to;
		}
	}
	if (!best) return undefined;
	const position = { lat: lat + best.y / METRES, lon: lon + best.x / east };
	return { position, distanceM: Math.sqrt(best.squared) };
}

/** The point between two that is nearest to the origin. */
function nearestToOrigin([ax, ay]: [number, number], [bx, by]: [number, number]): [number, number] {
	const [dx, dy] = [bx - ax, by - ay];
	const squared = dx * dx + dy * dy;
	const t = squared === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / squared));
	return [ax + t * dx, ay + t * dy];
}
