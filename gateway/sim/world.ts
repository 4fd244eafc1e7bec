import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeArrayBuffer } from "geotiff";
import { SeededRandom } from "../base/random.ts";
import { destination, type Position } from "../geo/position.ts";
import type { CameraPose } from "../model/camera.ts";
import type { CameraView } from "./camera.ts";
import { chiefOf, countyFiles } from "./county.ts";
import type { Fire } from "./plume.ts";
import { Terrain } from "./terrain.ts";

/** A small made world: one tower with two masts, its cameras and nodes, and a county of people around it. */
export interface SmallWorld {
	seed: number;
	terrain: Terrain;
	tower: { id: string; name: string; position: Position };
	cameras: CameraView[];
	nodes: { id: string; name: string; position: Position }[];
	/** A fire at the place this world has for one, from `startMs` on. */
	fireAt: (startMs: number) => Fire;
	/** The village chief whose grid the fire is in. */
	responsible: string;
}

const worlds = new Map<number, SmallWorld>();

/** The world of a seed: the same country, people and fire each time, which nobody changes. */
export function smallWorld(seed: number): SmallWorld {
	const world = worlds.get(seed) ?? madeOf(seed);
	worlds.set(seed, world);
	return world;
}

function madeOf(seed: number): SmallWorld {
	const random = new SeededRandom(seed);
	const centre = { lat: 29.53, lon: 108.77 };
	const terrain = new Terrain(seed, centre);
	const mast = (east: number, north: number) => ({
		position: terrain.position(east, north),
		heightM: terrain.heightAt(east, north) + 38,
	});
	const fireAzimuth = 60 + random.next() * 40;
	const fireDistance = 1600 + random.next() * 500;
	const firePosition = destination(centre, fireAzimuth, fireDistance);
	const windToDeg = (fireAzimuth + 75 + random.next() * 30) % 360;
	const pose = (cameraId: string, at: { position: Position; heightM: number }, azimuthDeg: number): CameraPose => {
		return {
			cameraId,
			...at,
			azimuthDeg,
			tiltDeg: -2,
			fovDeg: 64,
			azimuthErrorDeg: 0.8,
			preset: "fixed",
			rangeM: 12_000,
		};
	};
	const size = { width: 960, height: 540 };
	return {
		seed,
		terrain,
		tower: { id: "demo", name: "青石山塔", position: centre },
		cameras: [
			{ pose: pose("east", mast(0, 0), Math.round(fireAzimuth - 8)), ...size },
			{ pose: pose("west", mast(-60, 25), Math.round((fireAzimuth + 172) % 360)), ...size },
		],
		nodes: [
			{ id: "node-1", name: "青石坡气体站", position: destination(firePosition, windToDeg, 260) },
			{ id: "node-2", name: "云台垭口站", position: destination(centre, (fireAzimuth + 180) % 360, 2500) },
			{ id: "node-3", name: "双河口站", position: destination(firePosition, (windToDeg + 180) % 360, 900) },
		],
		fireAt: (startMs) => ({ position: firePosition, startMs, windSpeed: 2.5, windToDeg, seed: seed + 1 }),
		responsible: chiefOf(terrain, firePosition),
	};
}

/** Writes the register of the world, made around a day (ms since 1970), and the heights of its ground. */
export async function writeCounty(world: SmallWorld, folder: string, now: number): Promise<void> {
	mkdirSync(folder, { recursive: true });
	for (const [name, text] of Object.entries(countyFiles(world.terrain, world.seed, now)))
		writeFileSync(join(folder, name), text);
	writeFileSync(join(folder, "heights.tif"), await heightsTiff(world.terrain));
}

/** Half of the square whose heights are written, and the size of its cells, degrees: 28 km and about 80 m. */
const HALF_DEG = 0.13;
const CELL_DEG = 0.00075;

const tiffs = new WeakMap<Terrain, Promise<Buffer>>();

function heightsTiff(terrain: Terrain): Promise<Buffer> {
	const tiff = tiffs.get(terrain) ?? tiffOf(terrain);
	tiffs.set(terrain, tiff);
	return tiff;
}

async function tiffOf(terrain: Terrain): Promise<Buffer> {
	const count = Math.round((2 * HALF_DEG) / CELL_DEG);
	const { lat, lon } = terrain.centre;
	const heights = new Float32Array(count * count);
	for (let row = 0; row < count; row++) {
		for (let column = 0; column < count; column++) {
			const place = { lat: lat + HALF_DEG - (row + 0.5) * CELL_DEG, lon: lon - HALF_DEG + (column + 0.5) * CELL_DEG };
			heights[row * count + column] = terrain.heightOf(place);
		}
	}
	const bytes = await writeArrayBuffer(heights, {
		height: count,
		width: count,
		SampleFormat: [3],
		BitsPerSample: [32],
		ModelPixelScale: [CELL_DEG, CELL_DEG, 0],
		ModelTiepoint: [0, 0, 0, lon - HALF_DEG, lat + HALF_DEG, 0],
		GTModelTypeGeoKey: 2,
		GTRasterTypeGeoKey: 1,
		GeographicTypeGeoKey: 4326,
	});
	return Buffer.from(bytes);
}
