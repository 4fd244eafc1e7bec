import gcoordModule from "gcoord";
import { messageOf } from "../base/errors.ts";
import { distanceM } from "../geo/position.ts";
import type { Grid } from "../model/register.ts";
import type { TextFile } from "./table.ts";
import { moment } from "./table.ts";

/** Its types describe an ES module, its file is none: what is exported stands one level higher than they say. */
const gcoord = gcoordModule as unknown as {
	transform(p: [number, number], from: string, to: string): [number, number];
	GCJ02: string;
	BD09: string;
	WGS84: string;
};

/** A known place in the coordinates of a file and in WGS84, [lon, lat]. */
interface ControlPoint {
	given: [number, number];
	wgs84: [number, number];
}

interface Collection {
	type?: string;
	features?: Feature[];
	crs?: { properties?: { name?: string } };
	datum?: string;
	controlPoint?: ControlPoint;
}

interface Feature {
	properties?: Record<string, unknown> | null;
	geometry?: { type?: string; coordinates?: unknown } | null;
}

/** A control point that lies farther off than this says that the datum is another one than the file claims, metres. */
const MOST_OFF_M = 30;

/**
 * Grids from GeoJSON. The datum stands in `crs` or in a member `datum`, and is WGS84 where nothing stands: GCJ-02
 * taken for WGS84 would move every grid by half a kilometre. Files in GCJ-02 or BD-09 are converted, and must carry a
 * `controlPoint` ({given, wgs84}, both [lon, lat]) that comes out right.
 */
export function readGrids(file: TextFile, faults: string[], timeZone: string): Grid[] {
	let collection: Collection;
	let convert: (p: [number, number]) => [number, number];
	try {
		collection = JSON.parse(file.text) as Collection;
		if (collection.type !== "FeatureCollection" || !Array.isArray(collection.features))
			throw new Error('not a GeoJSON "FeatureCollection"');
		convert = conversion(collection);
	} catch (error) {
		faults.push(`${file.name}:1 : ${messageOf(error)}`);
		return [];
	}
	const projected = projectedFault(collection);
	if (projected) faults.push(`${file.name}:1 : ${projected}`);
	// a list of grids that is empty by mistake would leave a county without ground
	else if (collection.features?.length === 0) faults.push(`${file.name}:1 : holds no grid`);
	if (projected) return [];
	const seen = new Set<string>();
	return (collection.features ?? []).flatMap((feature, i) => {
		const at = `${file.name} features[${i}]`;
		if (typeof feature !== "object" || feature === null) {
			faults.push(`${at}: no feature`);
			return [];
		}
		const text = (key: string) => String(feature.properties?.[key] ?? "");
		const code = text("code");
		const line = { at, timeZone, cells: { from: text("from"), to: text("to") } };
		const [from, to] = [moment(line, "from", faults), moment(line, "to", faults, true)];
		if (!/^[0-9A-Za-z-]{1,40}$/.test(code))
			faults.push(`${at} properties.code: missing, or not digits, letters and "-"`);
		// a code may come again as the next version of the same grid
		const version = `${code} ${from ?? ""}`;
		if (seen.has(version))
			faults.push(
				`${at} properties.code: "${code}" stands here twice${from === undefined ? "" : " from the same day on"}`,
			);
		seen.add(version);
		const polygons = polygonsOf(feature.geometry, convert);
		if (typeof polygons === "string") faults.push(`${at} geometry: ${polygons}`);
		const valid = { from, to };
		return typeof polygons === "string"
			? []
			: [{ code, name: text("name") === "" ? code : text("name"), polygons, ...valid }];
	});
}

/** Bare polygons of a GeoJSON: where there is forest. Datum as for grids. */
export function readAreas(file: TextFile, faults: string[]): Grid["polygons"] {
	try {
		const collection = JSON.parse(file.text) as Collection;
		if (collection.type !== "FeatureCollection" || !Array.isArray(collection.features))
			throw new Error('not a GeoJSON "FeatureCollection"');
		const convert = conversion(collection);
		const projected = projectedFault(collection);
		if (projected) throw new Error(projected);
		return collection.features.flatMap((feature, i) => {
			const polygons = polygonsOf((feature as Feature | null)?.geometry, convert);
			if (typeof polygons !== "string") return polygons;
			faults.push(`${file.name} features[${i}] geometry: ${polygons}`);
			return [];
		});
	} catch (error) {
		faults.push(`${file.name}:1 : ${messageOf(error)}`);
		return [];
	}
}

/** Metres of a projection in the place of degrees: said once, and not of each ring. */
function projectedFault({ features = [] }: Collection): string | undefined {
	let first: unknown = features.find((f) => f?.geometry?.coordinates !== undefined)?.geometry?.coordinates;
	while (Array.isArray(first) && Array.isArray(first[0])) first = first[0];
	const [x, y] = Array.isArray(first) ? first : [];
	if (typeof x !== "number" || typeof y !== "number" || !(Math.abs(x) > 1000 && Math.abs(y) > 1000)) return undefined;
	return `the coordinates (${Math.round(x)}, ${Math.round(y)}) are metres of a projection; export it in longitude and latitude, EPSG:4490 or EPSG:4326`;
}

/** What names the datum of a file: `datum` or `crs`, in whatever form, or another member that says whose map it is. */
function datumNamed(collection: Collection): string | undefined {
	const { crs, datum } = collection;
	const elsewhere = () =>
		Object.entries(collection).find(
			([key, value]) => key !== "features" && typeof value === "string" && CHINESE_MAP.test(value),
		);
	return (
		datum ?? crs?.properties?.name ?? (crs ? JSON.stringify(crs).slice(0, 200) : elsewhere()?.join(": ").slice(0, 200))
	);
}
const CHINESE_MAP = /gcj-?02|bd-?09|火星坐标|高德|百度|腾讯地图|\bamap\b/i;

function conversion(collection: Collection): (p: [number, number]) => [number, number] {
	const { controlPoint, features = [] } = collection;
	const named = datumNamed(collection);
	// DataV's maps of areas say nothing of their datum, and are those of Amap
	if (named === undefined && features.some((f) => f?.properties && "adcode" in f.properties))
		throw new Error(
			'it looks like an export of DataV, whose maps are in GCJ-02, half a kilometre off; write "datum": "GCJ-02" and a "controlPoint" into it, or "datum": "WGS84" where that is true',
		);
	const declared = named ?? "WGS84";
	const chinese = /GCJ-?02/i.test(declared) ? gcoord.GCJ02 : /BD-?09/i.test(declared) ? gcoord.BD09 : undefined;
	if (chinese === undefined && !/CRS84|4326|4490|WGS-?84|CGCS2000/i.test(declared))
		throw new Error(`the datum is ${declared}; WGS84, CGCS2000, GCJ-02 and BD-09 are understood`);
	if (chinese !== undefined && !controlPoint)
		throw new Error(
			`the datum is ${declared}, and "controlPoint" is missing: {"given": [lon, lat] as on this map, "wgs84": [lon, lat] by GPS}`,
		);
	// gcoord turns back and forth until it agrees within a millimetre or so; one shot would leave metres
	const convert = (p: [number, number]): [number, number] =>
		chinese === undefined ? p : gcoord.transform(p, chinese, gcoord.WGS84);
	if (controlPoint) {
		const [is, should] = [convert(controlPoint.given), controlPoint.wgs84];
		const off = distanceM({ lat: is[1], lon: is[0] }, { lat: should[1], lon: should[0] });
		if (!(off <= MOST_OFF_M))
			throw new Error(`the control point comes out ${Math.round(off)} m off; the datum is not ${declared}`);
	}
	return convert;
}

function polygonsOf(
	geometry: Feature["geometry"],
	convert: (p: [number, number]) => [number, number],
): Grid["polygons"] | string {
	if (geometry?.type !== "Polygon" && geometry?.type !== "MultiPolygon")
		return `${geometry?.type ?? "missing"}; only Polygon and MultiPolygon are areas`;
	const polygons = (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates) as Grid["polygons"];
	if (!Array.isArray(polygons) || polygons.length === 0) return "empty";
	for (const rings of polygons) {
		if (!Array.isArray(rings) || rings.length === 0) return "a polygon without a ring";
		for (const ring of rings) {
			const fault = ringFault(ring);
			if (fault) return fault;
		}
	}
	return polygons.map((rings) => rings.map((ring) => ring.map((p) => convert([p[0], p[1]]))));
}

function ringFault(ring: unknown): string | undefined {
	if (!Array.isArray(ring) || ring.length < 4) return "a ring of fewer than four points";
	for (const point of ring) {
		const [lon, lat] = Array.isArray(point) ? point : [];
		if (typeof lon !== "number" || typeof lat !== "number" || !(Math.abs(lon) <= 180) || !(Math.abs(lat) <= 90))
			return `${JSON.stringify(point)} is not [longitude, latitude] in degrees`;
	}
	const [first, last] = [ring[0], ring.at(-1)];
	if (first?.[0] !== last?.[0] || first?.[1] !== last?.[1]) return "a ring whose last point is not its first";
	return Math.abs(doubleArea(ring)) < LEAST_AREA ? "a ring that encloses no ground" : undefined;
}

/** Square degrees; in China about 10 m². */
const LEAST_AREA = 1e-9;

/** Twice the signed area of a closed ring, square degrees. */
function doubleArea(ring: [number, number][]): number {
	const [x0, y0] = ring[0] ?? [0, 0];
	return ring.slice(1).reduce((sum, [x, y], i) => {
		const [px, py] = ring[i] ?? [0, 0];
		return sum + (px - x0) * (y - y0) - (x - x0) * (py - y0);
	}, 0);
}
