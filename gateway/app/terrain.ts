import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { LookoutError, messageOf } from "../base/errors.ts";
import type { Position } from "../base/geo.ts";
import type { Terrain } from "../model/terrain.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";

/** Heights on a regular grid of longitude and latitude, read in between by the four corners around a place. */
export class HeightGrid implements Terrain {
	readonly #heights: ArrayLike<number>;
	readonly #width: number;
	readonly #height: number;
	readonly #box: [number, number, number, number];
	readonly #noData: number | undefined;

	/** `heights`: row by row from the north, metres; `box`: west, south, east, north of the outer edges, degrees. */
	constructor(heights: ArrayLike<number>, width: number, height: number, box: [number, number, number, number], noData?: number) {
		this.#heights = heights;
		this.#width = width;
		this.#height = height;
		this.#box = box;
		this.#noData = noData;
	}

	heightM({ lat, lon }: Position): number | undefined {
		const [west, south, east, north] = this.#box;
		// values stand for the middles of their cells
		const x = ((lon - west) / (east - west)) * this.#width - 0.5;
		const y = ((north - lat) / (north - south)) * this.#height - 0.5;
		const [left, top] = [Math.floor(x), Math.floor(y)];
		if (!(left >= -1 && top >= -1 && left < this.#width && top < this.#height)) return undefined;
		let sum = 0;
		for (const [dx, dy] of [
			[0, 0],
			[1, 0],
			[0, 1],
			[1, 1],
		] as const) {
			const value = this.#at(left + dx, top + dy);
			if (value === undefined) return undefined;
			sum += value * (dx === 1 ? x - left : 1 - (x - left)) * (dy === 1 ? y - top : 1 - (y - top));
		}
		return sum;
	}

	#at(x: number, y: number): number | undefined {
		const column = Math.max(0, Math.min(this.#width - 1, x));
		const row = Math.max(0, Math.min(this.#height - 1, y));
		const value = this.#heights[row * this.#width + column];
		return value === undefined || value === this.#noData || Number.isNaN(value) ? undefined : value;
	}
}

const MOST_CELLS = 64 << 20;

/** Reads a GeoTIFF of heights. Throws LK0502 when it is none, is not in degrees, or is larger than 64 million cells. */
export async function loadTerrain(path: string): Promise<HeightGrid> {
	try {
		const bytes = await readFile(path);
		// loaded where there is a terrain: each start would pay for it otherwise
		const { fromArrayBuffer } = await import("geotiff");
		const tiff = await fromArrayBuffer(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
		const image = await tiff.getImage();
		const [width, height] = [image.getWidth(), image.getHeight()];
		if (width * height > MOST_CELLS) throw new Error(`${width} x ${height} cells are too many; cut out the tower's surroundings`);
		const box = image.getBoundingBox() as [number, number, number, number];
		if (box.some((v, i) => Math.abs(v) > (i % 2 === 0 ? 180 : 90))) throw new Error("its coordinates are not degrees; convert it to EPSG:4326");
		const [heights] = (await image.readRasters()) as unknown as ArrayLike<number>[];
		if (!heights) throw new Error("it holds no band");
		return new HeightGrid(heights, width, height, box, image.getGDALNoData() ?? undefined);
	} catch (cause) {
		throw new LookoutError("LK0502", `${path} cannot be used as terrain: ${messageOf(cause)}`, {
			cause,
			hint: "Give a GeoTIFF of heights in EPSG:4326.",
		});
	}
}

/** The terrain a configuration names. Without heights a tower knows the bearing and not the distance, and says so on every card. */
export async function terrainOf({ terrain }: Config, baseDir: string, log: Log): Promise<Terrain | undefined> {
	if (terrain?.dem === undefined) return undefined;
	try {
		return await loadTerrain(resolve(baseDir, terrain.dem));
	} catch (err) {
		log.error({ err }, "the terrain cannot be used");
		return undefined;
	}
}
