import gcoordModule from "gcoord";
import { errorMessage } from "../base/errors.ts";
import { defined, omit } from "../base/omit.ts";
import type { Gap } from "../base/phrase.ts";
import type { PhraseCode } from "../base/say.ts";
import { distanceM } from "../geo/position.ts";
import { GROUND_KINDS, type Grid, type GroundShape } from "../model/register.ts";
import type { ImportFaults } from "./import-fault.ts";
import { Row } from "./row.ts";
import type { TextFile } from "./table.ts";

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

/** Why a file cannot be used: an `import.` phrase without its place. */
class Unusable extends Error {
	readonly code: PhraseCode;
	readonly gaps: Record<string, Gap>;

	constructor(code: PhraseCode, gaps: Record<string, Gap> = {}) {
		super(code);
		this.code = code;
		this.gaps = gaps;
	}
}

type Convert = (p: [number, number]) => [number, number];

/**
 * Grids from GeoJSON. The datum stands in `crs` or in a member `datum`, and is WGS84 where nothing stands: GCJ-02
 * taken for WGS84 would move every grid by half a kilometre. Files in GCJ-02 or BD-09 are converted, and must carry a
 * `controlPoint` ({given, wgs84}, both [lon, lat]) that comes out right.
 */
export function readGrids(file: TextFile, faults: ImportFaults, timeZone: string): Grid[] {
	const collection = readCollection(file, faults);
	if (!collection) return [];
	// a list of grids that is empty by mistake would leave a county without ground
	if (collection.features.length === 0) faults.add(`${file.name}:1 `, "import.noGrid");
	const versions = new Set<string>();
	return collection.features.flatMap((feature, i) => {
		const at = `${file.name} features[${i}]`;
		if (typeof feature === "object" && feature !== null) {
			const text = (key: string) => String(feature.properties?.[key] ?? "");
			const cells = { code: text("code"), name: text("name"), from: text("from"), to: text("to") };
			const row = new Row(at, cells, timeZone, faults);
			return gridOf(row, polygonsOf(feature.geometry, collection.convert), versions);
		}
		faults.add(at, "import.noFeature");
		return [];
	});
}

function gridOf(row: Row, polygons: Grid["polygons"] | Unusable, versions: Set<string>): Grid[] {
	const code = row.text("code");
	const { from, to } = { from: row.moment("from"), to: row.moment("to", { isEnd: true }) };
	if (!/^[0-9A-Za-z-]{1,40}$/.test(code)) row.fault("properties.code", "import.gridCode");
	// a code may come again as the next version of the same grid
	const version = `${code} ${from ?? ""}`;
	const twice = from === undefined ? "import.gridTwice" : "import.gridTwiceFromTheDay";
	if (versions.has(version)) row.fault("properties.code", twice, { text: code });
	versions.add(version);
	if (!(polygons instanceof Unusable)) return [{ code, name: row.given("name") ?? code, polygons, from, to }];
	row.fault("geometry", polygons.code, polygons.gaps);
	return [];
}

/** Bare polygons of a GeoJSON: where there is forest. Datum as for grids. */
export function readAreas(file: TextFile, faults: ImportFaults): Grid["polygons"] {
	const collection = readCollection(file, faults);
	if (!collection) return [];
	return collection.features.flatMap((feature, i) => {
		const polygons = polygonsOf(feature?.geometry, collection.convert);
		if (!(polygons instanceof Unusable)) return polygons;
		faults.add(`${file.name} features[${i}] geometry`, polygons.code, polygons.gaps);
		return [];
	});
}

/** Roads and water of a GeoJSON: lines, and areas of lakes, each with its `kind`. Datum as for grids. */
export function readGround(file: TextFile, faults: ImportFaults): GroundShape[] {
	const collection = readCollection(file, faults);
	if (!collection) return [];
	const { features, convert } = collection;
	return features.flatMap((feature, i): GroundShape[] => {
		const at = `${file.name} features[${i}]`;
		const text = (key: string) => String(feature?.properties?.[key] ?? "");
		const row = new Row(at, { kind: text("kind"), name: text("name") }, "", faults);
		const kind = row.oneOf("kind", GROUND_KINDS);
		const isArea = /Polygon$/.test(feature?.geometry?.type ?? "");
		const shape = isArea ? polygonsOf(feature?.geometry, convert) : linesOf(feature?.geometry, convert);
		if (shape instanceof Unusable) {
			row.fault("geometry", shape.code, shape.gaps);
			return [];
		}
		const named = { kind, ...defined({ name: row.given("name") }) };
		if (isArea) return [{ ...named, lines: [], polygons: shape as Grid["polygons"] }];
		return [{ ...named, lines: shape as GroundShape["lines"], polygons: [] }];
	});
}

function linesOf(geometry: Feature["geometry"], convert: Convert): GroundShape["lines"] | Unusable {
	if (geometry?.type !== "LineString" && geometry?.type !== "MultiLineString")
		return new Unusable("import.noLine", { type: geometry?.type ?? "?" });
	const lines = (
		geometry.type === "LineString" ? [geometry.coordinates] : geometry.coordinates
	) as GroundShape["lines"];
	const isBare = !Array.isArray(lines) || lines.some((line) => !Array.isArray(line) || line.length < 2);
	if (isBare) return new Unusable("import.fewPoints");
	const wrong = lines.flat().find((point) => !isLonLat(point));
	if (wrong !== undefined) return new Unusable("import.noLonLat", { point: JSON.stringify(wrong) });
	return lines.map((line) => line.map((p) => convert([p[0], p[1]])));
}

/** What a file holds, with the way to WGS84; undefined after a fault. */
function readCollection(
	file: TextFile,
	faults: ImportFaults,
): { features: (Feature | null)[]; convert: Convert } | undefined {
	try {
		const collection = JSON.parse(file.text) as Collection;
		const { type, features } = collection;
		if (type !== "FeatureCollection" || !Array.isArray(features)) throw new Unusable("import.noCollection");
		const convert = conversion(collection);
		refuseProjected(features);
		return { features, convert };
	} catch (error) {
		const at = `${file.name}:1 `;
		if (error instanceof Unusable) faults.add(at, error.code, error.gaps);
		else faults.add(at, "import.unreadable", { why: errorMessage(error) });
		return undefined;
	}
}

/** Metres of a projection in the place of degrees: said once, and not of each ring. */
function refuseProjected(features: Feature[]): void {
	let first: unknown = features.find((f) => f?.geometry?.coordinates !== undefined)?.geometry?.coordinates;
	while (Array.isArray(first) && Array.isArray(first[0])) first = first[0];
	const [x, y] = Array.isArray(first) ? first : [];
	if (typeof x !== "number" || typeof y !== "number") return;
	const areMetres = Math.abs(x) > 1000 && Math.abs(y) > 1000;
	if (areMetres) throw new Unusable("import.projected", { x: Math.round(x), y: Math.round(y) });
}

/** What names the datum of a file: `datum` or `crs`, in whatever form, or another member that says whose map it is. */
function datumNamed(collection: Collection): string | undefined {
	const { crs, datum } = collection;
	const named = datum ?? crs?.properties?.name;
	if (named !== undefined) return named;
	if (crs) return JSON.stringify(crs).slice(0, 200);
	const members = Object.entries(omit(collection, "features")).flatMap(([key, value]) =>
		typeof value === "string" ? [[key, value] as const] : [],
	);
	return members
		.find(([, value]) => CHINESE_MAP.test(value))
		?.join(": ")
		.slice(0, 200);
}
const CHINESE_MAP = /gcj-?02|bd-?09|火星坐标|高德|百度|腾讯地图|\bamap\b/i;

function conversion(collection: Collection): Convert {
	const { controlPoint, features = [] } = collection;
	const named = datumNamed(collection);
	// DataV's maps of areas say nothing of their datum, and are those of Amap
	const isDataV = features.some((f) => f?.properties && "adcode" in f.properties);
	if (named === undefined && isDataV) throw new Unusable("import.dataV");
	const datum = named ?? "WGS84";
	const chinese = chineseDatum(datum);
	const isKnown = chinese !== undefined || /CRS84|4326|4490|WGS-?84|CGCS2000/i.test(datum);
	if (!isKnown) throw new Unusable("import.unknownDatum", { datum });
	if (chinese !== undefined && !controlPoint)
		throw new Unusable("import.noControlPoint", { datum, example: CONTROL_POINT });
	// gcoord turns back and forth until it agrees within a millimetre or so; one shot would leave metres
	const convert: Convert = (p) => (chinese === undefined ? p : gcoord.transform(p, chinese, gcoord.WGS84));
	if (controlPoint) checkPoint(controlPoint, convert, datum);
	return convert;
}

const CONTROL_POINT = '{"given": [lon, lat], "wgs84": [lon, lat]}';

const CHINESE_DATUMS: readonly [RegExp, string][] = [
	[/GCJ-?02/i, gcoord.GCJ02],
	[/BD-?09/i, gcoord.BD09],
];

function chineseDatum(named: string): string | undefined {
	return CHINESE_DATUMS.find(([name]) => name.test(named))?.[1];
}

function checkPoint({ given, wgs84 }: ControlPoint, convert: Convert, datum: string): void {
	const is = convert(given);
	const off = distanceM({ lat: is[1], lon: is[0] }, { lat: wgs84[1], lon: wgs84[0] });
	if (!(off <= MOST_OFF_M)) throw new Unusable("import.controlPointOff", { off: Math.round(off), datum });
}

function polygonsOf(geometry: Feature["geometry"], convert: Convert): Grid["polygons"] | Unusable {
	if (geometry?.type !== "Polygon" && geometry?.type !== "MultiPolygon")
		return new Unusable("import.noPolygon", { type: geometry?.type ?? "?" });
	const polygons = (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates) as Grid["polygons"];
	if (!Array.isArray(polygons) || polygons.length === 0) return new Unusable("import.empty");
	const isBare = polygons.some((rings) => !Array.isArray(rings) || rings.length === 0);
	if (isBare) return new Unusable("import.noRing");
	const [fault] = polygons.flatMap((rings) => rings.flatMap((ring) => ringFault(ring) ?? []));
	return fault ?? polygons.map((rings) => rings.map((ring) => ring.map((p) => convert([p[0], p[1]]))));
}

function ringFault(ring: unknown): Unusable | undefined {
	if (!Array.isArray(ring) || ring.length < 4) return new Unusable("import.fewPoints");
	const wrong = ring.find((point) => !isLonLat(point));
	if (wrong !== undefined) return new Unusable("import.noLonLat", { point: JSON.stringify(wrong) });
	const [first, last] = [ring[0], ring.at(-1)];
	if ([0, 1].some((axis) => first[axis] !== last[axis])) return new Unusable("import.notClosed");
	return Math.abs(doubleArea(ring)) < LEAST_AREA ? new Unusable("import.noGround") : undefined;
}

function isLonLat(point: unknown): boolean {
	return Array.isArray(point) && [180, 90].every((most, axis) => isWithin(point[axis], most));
}

function isWithin(degrees: unknown, most: number): boolean {
	return typeof degrees === "number" && Math.abs(degrees) <= most;
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
