import { nextTurn } from "../base/clock.ts";
import type { Terrain } from "./terrain.ts";

/** Edge of a tile, pixels. */
export const TILE = 128;
/** Lookups between two breaths, so that nothing else waits for a tile longer than about a millisecond. */
const ROWS_AT_ONCE = 4;

/** Which part of the world: the web's tiles in the Mercator projection. */
export interface TileAddress {
	z: number;
	x: number;
	y: number;
}

/**
 * Heights of a tile as colours, RGB: metres = red * 256 + green + blue / 256 - 32768 (the "terrarium" encoding). Beyond
 * what is known the ground goes on as it ends, and over a void as it stood before it: no cliff is shown where there is
 * none.
 */
export async function terrainTile(terrain: Terrain, tile: TileAddress): Promise<Uint8Array> {
	const pixels = new Uint8Array(TILE * TILE * 3);
	const [west, south, east, north] = terrain.box ?? [-180, -90, 180, 90];
	const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));
	let last = 0;
	for (let row = 0; row < TILE; row++) {
		if (row % ROWS_AT_ONCE === 0) await nextTurn();
		const lat = within(latOf(tile.y + (row + 0.5) / TILE, tile.z), south, north);
		for (let column = 0; column < TILE; column++) {
			const lon = within(((tile.x + (column + 0.5) / TILE) / 2 ** tile.z) * 360 - 180, west, east);
			last = terrain.heightM({ lat, lon }) ?? last;
			const value = last + 32_768;
			const at = (row * TILE + column) * 3;
			pixels[at] = Math.floor(value / 256);
			pixels[at + 1] = Math.floor(value % 256);
			pixels[at + 2] = Math.floor((value % 1) * 256);
		}
	}
	return pixels;
}

/** Latitude of a height in tiles of a zoom, degrees (spherical Mercator, EPSG:3857). */
function latOf(y: number, z: number): number {
	return (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** z))) * 180) / Math.PI;
}
