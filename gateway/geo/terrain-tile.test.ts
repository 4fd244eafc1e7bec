import { expect, it } from "vitest";
import { TILE, terrainTile } from "./terrain-tile.ts";

it("a tile holds the heights of its ground, to a quarter of a metre, and beyond what is known is flat", async () => {
	const slope = {
		box: [-180, 0, 180, 90] as const,
		heightM: ({ lat, lon }: { lat: number; lon: number }) => (lat < 0 ? undefined : lat * 10 + lon),
	};
	const heights = async (z: number, x: number, y: number) => {
		const pixels = await terrainTile(slope, { z, x, y });
		return (row: number, column: number) => {
			const [r = 0, g = 0, b = 0] = pixels.subarray((row * TILE + column) * 3);
			return r * 256 + g + b / 256 - 32_768;
		};
	};
	const north = await heights(1, 1, 0);
	// the first pixel is the world's highest latitude of the projection, the last one just above the equator
	expect(north(0, 0)).toBeCloseTo(85.03 * 10 + 0.7, 0);
	expect(north(TILE - 1, TILE - 1)).toBeCloseTo(0.7 * 10 + 179.3, 0);
	const south = await heights(1, 1, 1);
	// the middle of the box: 45 degrees north, on the meridian
	expect([south(0, 0), south(TILE - 1, TILE - 1)]).toEqual([450, 450]);
});
