import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { writeArrayBuffer } from "geotiff";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadTerrain } from "./height-grid.ts";
import { terrainRemarks } from "./siting.ts";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "lookout-terrain-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Four columns, three rows; heights rise to the south and to the east. A cell is a hundredth of a degree, from 108 E,
 * 30 N.
 */
const ROWS = [
	[100, 110, 120, 130],
	[200, 210, 220, 230],
	[300, 310, 320, 330],
];
const GEOGRAPHIC = {
	GTModelTypeGeoKey: 2,
	GTRasterTypeGeoKey: 1,
	GeographicTypeGeoKey: 4326,
	ModelPixelScale: [0.01, 0.01, 0],
	ModelTiepoint: [0, 0, 0, 108, 30, 0],
};
const UNKNOWN = "GCS Name = unknown|Datum = Unknown based on WGS 84 ellipsoid|Primem = Greenwich|";
const BEIJING = "GCS Name = GCS_Beijing_1954|Datum = D_Beijing_1954|Ellipsoid = WGS_84|Primem = Greenwich|";
/**
 * The same heights by gdal_translate, packed: 65535 void, -a_scale 0.1 -a_offset -1000 in whole numbers; a band whose
 * UnitType is ft; an internal mask (GDAL_TIFF_INTERNAL_MASK). Written here since nothing at hand writes these tags.
 */
const BY_GDAL = {
	scaled:
		"H4sIAAAAAAACA/P01GLgYGBgEGJgYGRmYASyWICYEcpmBmImKFsAxIeyQZgNiS3IyAKmjZgYGESRxMWQzBGHqpEAYhkkNcFIbL5mHrDaSUBOUwsPAxuQvQrIXt/OzKAAZN8Csje08zAArWGQAhIb25nArtcCshuWMDEsBbKfAXEjkA3S2wMyFAhs3F0cfXxTSxJTEksS7bgUFGw8S1JzFfISc1Ntlfzd3IJdQ5QUihNzC3KAfAMlhaJ8ECM/La04tUTJTtfQwMDARh+kBV1vsLOjjysWrcXJiTmpSnYGeiCtKMAMZpCNPqqjGBjMTE2NTRmqRda5P6xqsYfRDESBaAcIbecAE2EEhyg7OEIZgSHGyAIV4wDRzwQYOTa2s4PiEczvU+bk2NAOkucG0wwMHbkl02SXFIHMc1gWEuEY7h6sYGFSw/BDK0b7gLaKzgO9//9X6PMYnDDSMZ5g/MUYAMCiHfJKAgAA",
	feet: "H4sIAAAAAAACA/P01GLgYGBgEGJgYGRmYASyWICYEcpmBmImKFsAxIeyQZgNiS3IyAKm3wAJUSRxMSRzxKFqJIBYBklNMJTNBMR8zTxgtT5AgaYWHgY2IDsFyF7fzsygAGRPAbI3tPOA1V4Bsje2M4Fd/wTIbljCxBALZD8D4kYgmx1Iu4AMBgIbdxdHH9/UksSUxJJEOy4FBRvPktRchbzE3FRbpVA/z5CQyABXJYXixNyCHKCIgZJCUT6IUZqXWVJSWZCqZJdWYqMP0mPHZaOPahgDg66xkbmZBQNDtcg694dVLfYwmoEoEO0Aoe0cYCKM4PBgB0cFI9CvjCxQMQ4Q/UyAkWNjO8h3bGB+nzInx4Z2kDw3mGZg6MgtmSa7pAhknsOykAjHcPdgBQuTGoYUhjyGCoYmhhMMlxjuAMNJh9GM0YHRixEANOQUGwQCAAA=",
	mask: "H4sIAAAAAAACA/P01GLgYGBgEGBgYGRmYASyWICYEcpmBmImKFsAxIeyQZgNiS3IyAJRw8TAIIokLoZkjjhUjQQQyyCpCYaygVoZ+Jp5wGrPAXFTCw8DG5B+BsTr25kZFMDmMTBsaOcBqw0Dsje2M4FdnwZk5wExl/g694dVLfYwmoEoEO0Aoe0cYCKMYBexgwODEWgbIwtUjANEPxNg5NjYzg4KAzC/T5mTY0M7SJ4bTDMwdOSWTJNdUgQyz2FZSIRjuHuwgoVJDQMvwz8GFngoEwpxRqQQ50AKcRakENcgIsT50ELcFkvoM0J9nsKQx1DB0MRwAsi+Awx7HUYzRgdGL8aKOUCFf/5/2PCBVZlpIgDLjquTNgIAAA==",
};
function packed(base64: string): string {
	const file = join(folder, "dem.tif");
	writeFileSync(file, gunzipSync(Buffer.from(base64, "base64")));
	return file;
}
async function dem(changes: Record<string, unknown> = {}, rows = ROWS): Promise<string> {
	const metadata = Object.fromEntries(Object.entries({ ...GEOGRAPHIC, ...changes }).filter(([, v]) => v !== undefined));
	const values = Float32Array.from(rows.flat());
	const bytes = await writeArrayBuffer(
		values as never,
		{ width: 4, height: 3, BitsPerSample: [32], SampleFormat: [3], ...metadata } as never,
	);
	const file = join(folder, "dem.tif");
	writeFileSync(file, Buffer.from(bytes as ArrayBuffer));
	return file;
}
/** The middle of the cell in a row and column as people see the map, north up. */
const middle = (row: number, column: number) => ({ lat: 30 - 0.01 * (row + 0.5), lon: 108 + 0.01 * (column + 0.5) });

describe("a terrain", () => {
	it.each<[string, Record<string, unknown>, number[][]?]>([
		["north up", {}],
		[
			"south up, by the sign of its scale",
			{ ModelPixelScale: [0.01, -0.01, 0], ModelTiepoint: [0, 0, 0, 108, 29.97, 0] },
			[...ROWS].reverse(),
		],
		["its tie point in the other corner", { ModelTiepoint: [4, 3, 0, 108.04, 29.97, 0] }],
		["its tie point in the middle of a cell", { ModelTiepoint: [0.5, 0.5, 0, 108.005, 29.995, 0] }],
		[
			"pixels as points, the tie point in the middle of the first",
			{ GTRasterTypeGeoKey: 2, ModelTiepoint: [0, 0, 0, 108.005, 29.995, 0] },
		],
		["CGCS2000", { GeographicTypeGeoKey: 4490 }],
		[
			"a datum of its own that is named",
			{ GeographicTypeGeoKey: 32767, GeogCitationGeoKey: "GCS_China_Geodetic_Coordinate_System_2000" },
		],
	])("%s: each height is where it belongs", async (_, changes, rows) => {
		const terrain = await loadTerrain(await dem(changes, rows));
		for (let row = 0; row < 3; row++)
			for (let column = 0; column < 4; column++)
				expect(terrain.heightM(middle(row, column))).toBeCloseTo(ROWS[row]?.[column] ?? 0, 6);
		expect(terrain.heightM({ lat: 29.985, lon: 108.01 })).toBeCloseTo(205, 6);
		expect(terrain.heightM({ lat: 30.1, lon: 108.01 })).toBeUndefined();
	});

	it.each<[string, Record<string, unknown>, RegExp]>([
		[
			"projected",
			{ GTModelTypeGeoKey: 1, ProjectedCSTypeGeoKey: 32649, GeographicTypeGeoKey: undefined },
			/projected \(EPSG:32649\)/,
		],
		["of Beijing 1954", { GeographicTypeGeoKey: 4214 }, /datum is EPSG:4214/],
		["of Xi'an 1980", { GeographicTypeGeoKey: 4610 }, /datum is EPSG:4610/],
		["of a datum nobody knows", { GeographicTypeGeoKey: 32767, GeogCitationGeoKey: "local" }, /datum is local/],
		["geocentric", { GTModelTypeGeoKey: 3 }, /geocentric/],
		["in feet", { VerticalUnitsGeoKey: 9002 }, /not in metres \(unit EPSG:9002\)/],
		["in gons", { GeogAngularUnitsGeoKey: 9105 }, /not degrees \(unit EPSG:9105\)/],
		[
			"of an unknown datum on the ellipsoid of WGS84",
			{ GeographicTypeGeoKey: 32767, GeogCitationGeoKey: UNKNOWN },
			/datum is GCS Name = unknown/,
		],
		[
			"of Beijing 1954, on that ellipsoid",
			{ GeographicTypeGeoKey: 32767, GeogCitationGeoKey: BEIJING },
			/datum is GCS Name = GCS_Beijing_1954/,
		],
		["without a place", { ModelTiepoint: undefined, ModelPixelScale: undefined }, /does not say where it lies/],
		["far beyond the degrees there are", { ModelTiepoint: [0, 0, 0, 500_000, 3_300_000, 0] }, /projected/],
	])("that is %s is refused by name", async (_, changes, words) => {
		await expect(loadTerrain(await dem(changes))).rejects.toThrow(words);
	});

	it("as GDAL writes it: a void that is declared is one before heights are scaled; feet and a mask are refused", async () => {
		const terrain = await loadTerrain(packed(BY_GDAL.scaled));
		expect(terrain.heightM(middle(1, 1))).toBeUndefined();
		expect(terrain.heightM(middle(0, 3))).toBeCloseTo(130, 3);
		await expect(loadTerrain(packed(BY_GDAL.feet))).rejects.toThrow(/not in metres \(unit ft\)/);
		await expect(loadTerrain(packed(BY_GDAL.mask))).rejects.toThrow(/voids are in a mask/);
	});

	it("that is no GeoTIFF is refused with the way to make one", async () => {
		writeFileSync(join(folder, "dem.tif"), "II*\u0000 nonsense");
		await expect(loadTerrain(join(folder, "dem.tif"))).rejects.toMatchObject({
			code: "LK0502",
			hint: expect.stringContaining("gdalwarp"),
		});
	});

	it.each([-32768, -9999, -3.4e38, 65535, Number.NaN])(
		"a void of %d is unknown without being declared, and so is what lies beside it",
		async (value) => {
			const rows = ROWS.map((row, r) => row.map((h, c) => (r === 1 && c === 1 ? value : h)));
			const terrain = await loadTerrain(await dem({}, rows));
			expect(terrain.heightM(middle(1, 1))).toBeUndefined();
			expect(terrain.heightM({ lat: 29.985, lon: 108.012 })).toBeUndefined();
			expect(terrain.heightM({ lat: 29.992, lon: 108.018 })).toBeUndefined();
			expect(terrain.heightM(middle(0, 3))).toBeCloseTo(130, 6);
		},
	);

	it("says whether tower and cameras lie in it, and whose height does not fit", async () => {
		const terrain = await loadTerrain(await dem());
		const camera = (id: string, extra: object) => ({ id, ...middle(1, 1), heightM: 240, ...extra });
		const config = {
			tower: { id: "t1", ...middle(1, 1) },
			cameras: [
				camera("a", {}),
				camera("b", { lat: 40 }),
				camera("c", { heightM: 30 }),
				camera("d", { heightM: 2000 }),
			],
		};
		expect(terrainRemarks(config as never, terrain)).toEqual([
			"camera b lies outside of the terrain, or in a void of it",
			"camera c: heightM 30 is 180 m below the ground of the terrain (210 m)",
			"camera d: heightM 2000 is 1790 m above the ground of the terrain (210 m)",
		]);
	});
});

const CASES = join(import.meta.dirname, "../../../shared/cases");
describe.skipIf(!existsSync(CASES))("terrains that went wrong (skipped without ../shared)", () => {
	it("are read as they lie, or refused by name", async () => {
		const at = (name: string) => loadTerrain(join(CASES, name));
		await expect(at("dem-utm_small.tif")).rejects.toThrow(/projected \(EPSG:32649\)/);
		// all of one made country, whose heights are known at its corners: 900 m in the north-west, falling to the south
		const holes = await at("dem-void_nodecl.tif");
		const south = await at("dem-southup.tif");
		for (const [lat, lon] of [
			[29.79, 108.51],
			[29.55, 108.6],
			[29.31, 108.99],
		] as const) {
			const [a, b] = [holes.heightM({ lat, lon }), south.heightM({ lat, lon })];
			expect(Math.abs((a ?? 0) - (b ?? 9999))).toBeLessThan(5);
		}
		const coarse = await at("dem-coarse_point.tif");
		const p = { lat: 29.6, lon: 108.75 };
		expect(Math.abs((coarse.heightM(p) ?? 0) - (south.heightM(p) ?? 9999))).toBeLessThan(5);
		let voids = 0;
		for (let lat = 29.301; lat < 29.8; lat += 0.004) {
			for (let lon = 108.501; lon < 109; lon += 0.004) {
				const height = holes.heightM({ lat, lon });
				if (height === undefined) voids++;
				else expect(height).toBeGreaterThan(0);
			}
		}
		expect(voids).toBeGreaterThan(0);
	});
});
