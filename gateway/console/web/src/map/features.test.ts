import { expect, it } from "vitest";
import { ahead, between, circle, gridAt } from "./features.ts";

it("a place ahead lies as far and in the direction that is said, to a pixel of a map", () => {
	const from = { lat: 29.5, lon: 108.7 };
	for (const azimuth of [0, 45, 123, 270]) {
		const [lon = 0, lat = 0] = ahead(from, azimuth, 5_000);
		const { metres, azimuthDeg } = between(from, { lat, lon });
		expect(Math.abs(metres - 5_000)).toBeLessThan(10);
		expect(Math.abs(azimuthDeg - azimuth)).toBeLessThan(0.2);
	}
	const [ring] = circle(from, 800, {}).geometry.coordinates;
	expect(ring?.[0]).toEqual(ring?.at(-1));
});

it("a place lies in the grid whose ground it is on, not in its hole, and in none outside", () => {
	const square = (low: number, high: number): [number, number][] => [
		[low, low],
		[high, low],
		[high, high],
		[low, high],
		[low, low],
	];
	const grids = [
		{ code: "a", name: "甲", polygons: [[square(0, 10), square(4, 6)]] },
		{ code: "b", name: "乙", polygons: [[square(20, 30)], [square(40, 50)]] },
	];
	const found = [2, 5, 45, 35].map((at) => gridAt({ grids }, { lat: at, lon: at }));
	expect(found).toEqual(["a", undefined, "b", undefined]);
});
