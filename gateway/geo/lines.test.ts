import { describe, expect, it } from "vitest";
import { nearestOnLines } from "./lines.ts";
import { destination, distanceM } from "./position.ts";

describe("the nearest point of lines", () => {
	const here = { lat: 29.5, lon: 108.7 };
	const at = (azimuth: number, metres: number): [number, number] => {
		const { lat, lon } = destination(here, azimuth, metres);
		return [lon, lat];
	};

	it("lies on a line between its ends, and at an end where that is nearer", () => {
		// runs from north-west to north-east, 1 km north
		const across = [at(315, Math.SQRT2 * 1000), at(45, Math.SQRT2 * 1000)];
		const found = nearestOnLines([across], here);
		expect(found?.distanceM).toBeCloseTo(1000, -1);
		expect(distanceM(here, found?.position ?? here)).toBeCloseTo(1000, -1);
		const beside = [at(90, 2000), at(90, 5000)];
		expect(nearestOnLines([beside], here)?.distanceM).toBeCloseTo(2000, -1);
		expect(nearestOnLines([beside, across], here)?.distanceM).toBeCloseTo(1000, -1);
	});

	it("is none where there is no line; a line of one place is that place", () => {
		expect(nearestOnLines([], here)).toBeUndefined();
		expect(nearestOnLines([[]], here)).toBeUndefined();
		const place = at(180, 300);
		expect(nearestOnLines([[place, place]], here)?.distanceM).toBeCloseTo(300, -1);
	});
});
