/** Geometry on WGS84. Azimuth: degrees clockwise from north, 0 is north and a value like any other. */

export interface Position {
	/** Degrees, WGS84, -90...90. */
	lat: number;
	/** Degrees, WGS84, -180...180. */
	lon: number;
}

const EARTH_RADIUS_M = 6_371_008.8; // mean radius, IUGG
const RAD = Math.PI / 180;

/** Degrees brought into 0...360. */
export function normaliseDeg(deg: number): number {
	return ((deg % 360) + 360) % 360;
}

/** Smallest difference between two azimuths, 0...180 degrees. */
export function angleBetweenDeg(a: number, b: number): number {
	const d = Math.abs(normaliseDeg(a) - normaliseDeg(b));
	return d > 180 ? 360 - d : d;
}

/** Great-circle distance in metres (haversine on the mean sphere; within 0.6 % of the ellipsoid). */
export function distanceM(a: Position, b: Position): number {
	const s = Math.sin(((b.lat - a.lat) * RAD) / 2) ** 2 + Math.cos(a.lat * RAD) * Math.cos(b.lat * RAD) * Math.sin(((b.lon - a.lon) * RAD) / 2) ** 2;
	return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(s)));
}

/** Initial azimuth from a to b in degrees. */
export function azimuthDeg(a: Position, b: Position): number {
	const dLon = (b.lon - a.lon) * RAD;
	const y = Math.sin(dLon) * Math.cos(b.lat * RAD);
	const x = Math.cos(a.lat * RAD) * Math.sin(b.lat * RAD) - Math.sin(a.lat * RAD) * Math.cos(b.lat * RAD) * Math.cos(dLon);
	return normaliseDeg(Math.atan2(y, x) / RAD);
}

/** Where one arrives from `from` after `distance` metres along `azimuth` degrees. */
export function destination(from: Position, azimuth: number, distance: number): Position {
	const d = distance / EARTH_RADIUS_M;
	const lat1 = from.lat * RAD;
	const lat2 = Math.asin(Math.sin(lat1) * Math.cos(d) + Math.cos(lat1) * Math.sin(d) * Math.cos(azimuth * RAD));
	const lon2 = from.lon * RAD + Math.atan2(Math.sin(azimuth * RAD) * Math.sin(d) * Math.cos(lat1), Math.cos(d) - Math.sin(lat1) * Math.sin(lat2));
	return { lat: lat2 / RAD, lon: ((lon2 / RAD + 540) % 360) - 180 };
}

/**
 * How far below the tangent plane the surface lies at `distance` metres, with atmospheric refraction k = 0.13
 * (6.8 m at 10 km). Needed as soon as a ray runs beyond about 5 km.
 */
export function curvatureDropM(distance: number, k = 0.13): number {
	return ((1 - k) * distance * distance) / (2 * EARTH_RADIUS_M);
}
