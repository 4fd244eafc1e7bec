import { nextTurn } from "../base/clock.ts";
import type { Position } from "./position.ts";
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
 * Heights of a tile as colours, RGB: metres = red * 256 + green + blue / 256 - 32768 (the "terrarium" encoding). Over a
 * void the ground goes on as it stood before it: no cliff is shown where there is none. Beyond the box of what is known
 * it is flat: hills and lines of equal height that go on as they end would be taken for ground.
 */
export async function terrainTile(terrain: Terrain, tile: TileAddress): Promise<Uint8Array> {
	const pixels = new Uint8Array(TILE * TILE * 3);
	const box = terrain.box ?? WORLD;
	const [west, south, east, north] = box;
	let last = terrain.heightM({ lat: (south + north) / 2, lon: (west + east) / 2 }) ?? 0;
	const middle = last;
	const heightM = (place: Position) => {
		if (!isWithin(box, place)) return middle;
		last = terrain.heightM(place) ?? last;
		return last;
	};
	for (let row = 0; row < TILE; row++) {
		if (row % ROWS_AT_ONCE === 0) await nextTurn();
		const lat = latOf(tile.y + (row + 0.5) / TILE, tile.z);
		for (let column = 0; column < TILE; column++) {
			const lon = ((tile.x + (column + 0.5) / TILE) / 2 ** tile.z) * 360 - 180;
			const value = heightM({ lat, lon }) + 32_768;
			const at = (row * TILE + column) * 3;
			pixels[at] = Math.floor(value / 256);
			pixels[at + 1] = Math.floor(value % 256);
			pixels[at + 2] = Math.floor((value % 1) * 256);
		}
	}
	return pixels;
}

const WORLD = [-180, -90, 180, 90] as const;

function isWithin([west, south, east, north]: NonNullable<Terrain["box"]>, { lat, lon }: Position): boolean {
	return lat >= south && lat <= north && lon >= west && lon <= east;
}

/** Latitude of a height in tiles of a zoom, degrees (spherical Mercator, EPSG:3857). */
function latOf(y: number, z: number): number {
	return (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** z))) * 180) / Math.PI;
}
