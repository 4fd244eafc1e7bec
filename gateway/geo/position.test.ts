import fc from "fast-check";
import geodesic from "geographiclib-geodesic";
import { expect, it } from "vitest";
import { angleBetweenDeg, azimuthDeg, destination, distanceM } from "./position.ts";

const { WGS84 } = geodesic.Geodesic;
const place = fc.record({
	lat: fc.double({ min: -75, max: 75, noNaN: true }),
	lon: fc.double({ min: -180, max: 180, noNaN: true }),
});
const azimuth = fc.double({ min: 0, max: 360, noNaN: true });

it.each([
	["30 km", 30_000, 0.02],
	["100 km", 100_000, 0.5],
])("places, distances and azimuths up to %s are those of GeographicLib", (_, most, offM) => {
	fc.assert(
		fc.property(place, azimuth, fc.double({ min: 1, max: most, noNaN: true }), (from, towards, distance) => {
			const truth = WGS84.Direct(from.lat, from.lon, towards, distance);
			const to = { lat: truth.lat2 as number, lon: truth.lon2 as number };
			const found = destination(from, towards, distance);
			expect(WGS84.Inverse(to.lat, to.lon, found.lat, found.lon).s12 as number).toBeLessThan(offM);
			expect(Math.abs(distanceM(from, to) - distance)).toBeLessThan(offM);
			expect((angleBetweenDeg(azimuthDeg(from, to), towards) * Math.PI * distance) / 180).toBeLessThan(offM);
		}),
		{ numRuns: 3_000 },
	);
});

it("a place itself is at no distance, and far places are no nonsense", () => {
	const p = { lat: 29.5, lon: 108.7 };
	expect(distanceM(p, p)).toBe(0);
	expect(azimuthDeg(p, p)).toBe(0);
	const beijing = { lat: 39.9042, lon: 116.4074 };
	const truth = WGS84.Inverse(p.lat, p.lon, beijing.lat, beijing.lon);
	expect(Math.abs(distanceM(p, beijing) / (truth.s12 as number) - 1)).toBeLessThan(0.006);
	expect(angleBetweenDeg(azimuthDeg(p, beijing), truth.azi1 as number)).toBeLessThan(0.3);
	const antipode = { lat: -29.5, lon: -71.3 };
	expect(distanceM(p, antipode)).toBeGreaterThan(19_900_000);
	expect(Number.isFinite(azimuthDeg(p, antipode))).toBe(true);
	// over the date line
	expect(distanceM({ lat: 0, lon: 179.9 }, { lat: 0, lon: -179.9 })).toBeLessThan(22_300);
	expect(azimuthDeg({ lat: 0, lon: 179.9 }, { lat: 0, lon: -179.9 })).toBeCloseTo(90, 3);
});
