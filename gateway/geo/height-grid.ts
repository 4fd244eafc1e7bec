import { readFile } from "node:fs/promises";
import type { GeoTIFFImage } from "geotiff";
import { errorMessage, LookoutError } from "../base/errors.ts";
import type { Position } from "./position.ts";
import type { Terrain } from "./terrain.ts";

/** Heights on a regular grid of longitude and latitude, read in between by the four corners around a place. */
export class HeightGrid implements Terrain {
	readonly #heights: ArrayLike<number>;
	readonly #width: number;
	readonly #height: number;
	readonly box: readonly [number, number, number, number];
	readonly #noData: number | undefined;

	constructor({ heights, width, height, box, noData }: Grid) {
		this.#heights = heights;
		this.#width = width;
		this.#height = height;
		this.box = box;
		this.#noData = noData;
	}

	heightM({ lat, lon }: Position): number | undefined {
		const [west, south, east, north] = this.box;
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
		// voids are often not declared, and hold what no ground on earth has
		return value === undefined || value === this.#noData || !(value >= LOWEST_M && value <= HIGHEST_M)
			? undefined
			: value;
	}
}

const LOWEST_M = -500;
const HIGHEST_M = 9000;
const MOST_CELLS = 64 << 20;

/** Geographic systems whose degrees are those of WGS84 within about a metre, by EPSG code. */
const AS_WGS84 = [4326, 4979, 4490, 4480, 4258, 4269, 4152, 4283];
const USER_DEFINED = 32767;
/** Units of height, by EPSG code of the key VerticalUnits. */
const METRE = 9001;
const DEGREE = 9102;
const DEGREE_SUPPLIER = 9122;
const GREENWICH = 8901;

export interface Grid {
	/** Row by row from the north, metres. */
	heights: ArrayLike<number>;
	/** Cells in a row, and rows. */
	width: number;
	height: number;
	/** West, south, east, north of the outer edges, degrees. */
	box: [number, number, number, number];
	/** What stands where nothing was measured. */
	noData?: number;
}

/**
 * Reads a GeoTIFF of heights: scale with its sign, tie point wherever it stands, pixels as areas or points (OGC
 * 19-008r4). What it does not say, or what cannot be used as it is (projected, rotated, another datum, feet, a
 * picture), is refused by name: LK0502.
 */
export async function loadTerrain(path: string): Promise<HeightGrid> {
	try {
		return new HeightGrid(await readGrid(path));
	} catch (cause) {
		throw new LookoutError("LK0502", `${path} cannot be used as terrain: ${errorMessage(cause)}`, {
			cause,
			hint: "Give a GeoTIFF of heights in metres, in longitude and latitude: gdalwarp -t_srs EPSG:4326 IN OUT.tif",
		});
	}
}

async function readGrid(path: string): Promise<Grid> {
	const bytes = await readFile(path);
	// loaded where there is a terrain: each start would pay for it otherwise
	const { fromArrayBuffer } = await import("geotiff");
	const tiff = await fromArrayBuffer(
		bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
	);
	const image = await tiff.getImage();
	await refuseMask(tiff);
	const [width, height] = [image.getWidth(), image.getHeight()];
	if (width * height > MOST_CELLS)
		throw new Error(`${width} x ${height} cells are too many; cut out the tower's surroundings`);
	if (image.getSamplesPerPixel() > 1)
		throw new Error(`it has ${image.getSamplesPerPixel()} bands, as a picture has, and not one of heights`);
	const { left, first, right, last } = await edgesOf(image);
	const { heights, noData } = await heightsOf(image);
	const box: Grid["box"] = [left, Math.min(first, last), right, Math.max(first, last)];
	// rows from the south are turned round
	return { heights: first > last ? heights : turned(heights, width), width, height, box, noData };
}

/** Outer edges of the first and the last column, and of the first and the last row, degrees. */
async function edgesOf(image: GeoTIFFImage): Promise<{ left: number; right: number; first: number; last: number }> {
	const keys = (image.getGeoKeys() ?? {}) as Record<string, unknown>;
	checkSystem(keys);
	const numbers = async (tag: string): Promise<number[] | undefined> => {
		const value = (await image.fileDirectory.loadValue(tag as never)) as ArrayLike<number> | undefined;
		return value && Array.from(value);
	};
	const tie = await numbers("ModelTiepoint");
	const { x0, y0, dx, dy } = cornerOf(tie, await numbers("ModelPixelScale"), await numbers("ModelTransformation"));
	if (dx < 0) throw new Error("its columns run from east to west");
	// where a pixel is a point, the tie point is in the middle of it
	const half = keys["GTRasterTypeGeoKey"] === 2 ? 0.5 : 0;
	const [left, first] = [x0 - half * dx, y0 - half * dy];
	const [right, last] = [left + image.getWidth() * dx, first + image.getHeight() * dy];
	const areDegrees = [left, right].every((v) => Math.abs(v) <= 360) && [first, last].every((v) => Math.abs(v) <= 90.01);
	if (!areDegrees) throw new Error("its coordinates are not degrees; it is projected");
	return { left, right, first, last };
}

/** Metres, cell by cell as they stand in the file. */
async function heightsOf(image: GeoTIFFImage): Promise<{ heights: Cells; noData?: number }> {
	const [values] = (await image.readRasters()) as unknown as ArrayLike<number>[];
	if (!values) throw new Error("it holds no band");
	const metadata: Record<string, unknown> = { ...(await image.getGDALMetadata()), ...(await image.getGDALMetadata(0)) };
	const unit = String(metadata["UNITTYPE"] ?? "m").trim();
	if (!/^(?:|m|met(?:re|er)s?|米)$/i.test(unit)) throw new Error(`its heights are not in metres (unit ${unit})`);
	const noData = image.getGDALNoData() ?? undefined;
	return { heights: scaled(values, metadata, noData), noData };
}

type Cells = Float32Array | Int16Array;

function turned(heights: Cells, width: number): Cells {
	const last = heights.length / width - 1;
	return heights.slice().map((_, i) => heights[(last - Math.floor(i / width)) * width + (i % width)] as number);
}

/**
 * What the keys say of the system of coordinates. Throws with its name when it is not longitude and latitude of WGS84
 * or alike.
 */
function checkSystem(keys: Record<string, unknown>): void {
	const model = keys["GTModelTypeGeoKey"];
	const projected = keys["ProjectedCSTypeGeoKey"];
	if (model === 1 || projected !== undefined)
		throw new Error(`it is projected${projected === undefined ? "" : ` (EPSG:${projected})`}, and not in degrees`);
	if (model === 3) throw new Error("its coordinates are geocentric, and not degrees");
	checkDatum(keys);
	checkUnits(keys);
}

function checkDatum(keys: Record<string, unknown>): void {
	const datum = keys["GeographicTypeGeoKey"];
	const citation = String(keys["GeogCitationGeoKey"] ?? keys["GTCitationGeoKey"] ?? "");
	// the same ellipsoid carries many datums
	const names = citation.split("|").filter((part) => !/ellipsoid|spheroid|unknown/i.test(part));
	const isCoded = datum !== undefined && datum !== USER_DEFINED;
	const isKnown = isCoded ? AS_WGS84.includes(datum as number) : NAMED_AS_WGS84.test(names.join("|"));
	if (isKnown) return;
	const said = isCoded ? `EPSG:${datum}` : citation || "not declared";
	throw new Error(`its datum is ${said}; WGS84 (EPSG:4326) and CGCS2000 (EPSG:4490) are understood`);
}

const NAMED_AS_WGS84 = /WGS[ _-]?(?:19)?84|CGCS[ _-]?2000|China[ _]Geodetic[ _]Coordinate[ _]System[ _]2000/i;

function checkUnits(keys: Record<string, unknown>): void {
	const angle = keys["GeogAngularUnitsGeoKey"];
	if (angle !== undefined && angle !== DEGREE && angle !== DEGREE_SUPPLIER)
		throw new Error(`its coordinates are not degrees (unit EPSG:${angle})`);
	const meridian = keys["GeogPrimeMeridianGeoKey"];
	if ((meridian !== undefined && meridian !== GREENWICH) || Number(keys["GeogPrimeMeridianLongGeoKey"] ?? 0) !== 0)
		throw new Error("its longitudes do not begin at Greenwich");
	const unit = keys["VerticalUnitsGeoKey"];
	if (unit !== undefined && unit !== METRE) throw new Error(`its heights are not in metres (unit EPSG:${unit})`);
}

/** Where the first cell begins and how far one is from the next, degrees; downwards is negative. */
function cornerOf(
	tie?: number[],
	scale?: number[],
	transformation?: number[],
): { x0: number; y0: number; dx: number; dy: number } {
	if (transformation) {
		const [dx = 0, turnX = 0, , x0 = 0, turnY = 0, dy = 0, , y0 = 0] = transformation;
		if (turnX !== 0 || turnY !== 0) throw new Error("it is rotated");
		return { x0, y0, dx, dy };
	}
	if (!tie || !scale) throw new Error("it does not say where it lies (no tie point and scale)");
	if (tie.length > 6) throw new Error("it has several tie points: it is not rectified");
	const [i = 0, j = 0, , x = 0, y = 0] = tie;
	const [dx = 0, step = 0] = scale;
	if (dx === 0 || step === 0) throw new Error("its cells have no size");
	// a positive scale means rows that go down
	return { x0: x - i * dx, y0: y + j * step, dx, dy: -step };
}

/**
 * Values that are kept as whole numbers of another unit, by GDAL's SCALE and OFFSET. What is declared void is so before
 * it is scaled.
 */
function scaled(values: ArrayLike<number>, metadata: Record<string, unknown>, noData: number | undefined): Cells {
	const [scale, offset] = [Number(metadata["SCALE"] ?? 1), Number(metadata["OFFSET"] ?? 0)];
	if (values instanceof Int16Array && scale === 1 && offset === 0) return values;
	const kept = values instanceof Float32Array && noData !== undefined ? Math.fround(noData) : noData;
	return Float32Array.from(values, (v) => (v === kept ? Number.NaN : v * scale + offset));
}

/** A mask is a picture of its own in the file that says where there is no height; under it stands anything. */
async function refuseMask(tiff: {
	getImageCount(): Promise<number>;
	getImage(i: number): Promise<unknown>;
}): Promise<void> {
	const MASK = 4;
	for (let i = 1; i < Math.min(32, await tiff.getImageCount()); i++) {
		const { fileDirectory } = (await tiff.getImage(i)) as {
			fileDirectory: { loadValue(tag: never): Promise<unknown> };
		};
		const kind = Number((await fileDirectory.loadValue("NewSubfileType" as never)) ?? 0);
		if ((kind & MASK) !== 0)
			throw new Error(
				"its voids are in a mask of their own; write them as a value, by gdal_translate -a_nodata -32768",
			);
	}
}
