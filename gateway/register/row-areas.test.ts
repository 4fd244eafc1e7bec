import { expect, it } from "vitest";
import { destination } from "../geo/position.ts";
import { EMPTY_REGISTER, type Grid } from "../model/register.ts";
import { RowAreas } from "./row-areas.ts";

const MIDDLE = { lat: 29.5, lon: 108.7 };
/** Two squares of 0.1 degrees side by side. */
const square = (code: string, lon: number): Grid => ({
	code,
	name: code,
	polygons: [
		[
			[
				[lon, 29.45],
				[lon + 0.1, 29.45],
				[lon + 0.1, 29.55],
				[lon, 29.55],
				[lon, 29.45],
			],
		],
	],
});
const areas = new RowAreas({
	...EMPTY_REGISTER,
	grids: [square("3501", 108.65), square("3502", 108.75)],
});
const order = (radiusM: number, more: Record<string, string> = {}, away = 0) => {
	const { lat, lon } = destination(MIDDLE, 90, away);
	return { id: "o1", lat: String(lat), lon: String(lon), radiusM: String(radiusM), ...more };
};

it("an order around a place is of all the ground that it reaches, whatever grids it names", () => {
	const mine = ["3501"];
	expect(areas.isWithin(mine, "orders", order(2_000))).toBe(true);
	expect(areas.isWithin(mine, "orders", order(2_000, {}, 4_000))).toBe(false);
	expect(areas.isWithin(mine, "orders", order(2_000, { grids: "3501" }, 9_000))).toBe(false);
	// beyond all grids it is of whoever is for all of them
	expect(areas.isWithin(mine, "orders", order(100_000))).toBe(false);
	expect(areas.isWithin([], "orders", order(100_000))).toBe(true);
});
