import type { Feature, FeatureCollection, Polygon, Position } from "geojson";
import { BandedPolygon } from "../../../../geo/polygon.ts";
import { type Dangers, dangerOf } from "../../../../model/danger.ts";
import type {
	Briefing,
	GroundShape,
	Incident,
	IncidentListRow,
	IncidentSummary,
	MapView,
	Sensor,
} from "../api-types.ts";
import { isOpen } from "../states.ts";

/** Metres of a degree of latitude, on a sphere of 6371 km. */
const METRES = 111_195;
/** Corners of what is drawn as a circle. */
const CORNERS = 48;

type Properties = Record<string, string | number | boolean>;

export function collection(features: Feature[]): FeatureCollection {
	return { type: "FeatureCollection", features };
}

export function point({ lat, lon }: { lat: number; lon: number }, properties: Properties): Feature {
	return { type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties };
}

/** The place so many metres from another in a direction, on a sphere: good to a pixel over the range of a camera. */
export function ahead({ lat, lon }: { lat: number; lon: number }, azimuthDeg: number, metres: number): Position {
	const a = (azimuthDeg * Math.PI) / 180;
	const north = (Math.cos(a) * metres) / METRES;
	const east = (Math.sin(a) * metres) / (METRES * Math.cos((lat * Math.PI) / 180));
	return [lon + east, lat + north];
}

/** Metres between two places, and the direction from the first to the second, on a sphere. */
export function between(
	a: { lat: number; lon: number },
	b: { lat: number; lon: number },
): { metres: number; azimuthDeg: number } {
	const north = (b.lat - a.lat) * METRES;
	const east = (b.lon - a.lon) * METRES * Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180);
	return { metres: Math.hypot(north, east), azimuthDeg: ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360 };
}

export function circle(middle: { lat: number; lon: number }, metres: number, properties: Properties): Feature<Polygon> {
	const ring = Array.from({ length: CORNERS + 1 }, (_, n) => ahead(middle, (n % CORNERS) * (360 / CORNERS), metres));
	return { type: "Feature", geometry: { type: "Polygon", coordinates: [ring] }, properties };
}

/** Where heights are known; the whole world where that is not said. */
export function terrainOf({ hasTerrain, box }: MapView): [number, number, number, number] | undefined {
	const [west = -180, south = -85, east = 180, north = 85] = box ?? [];
	return hasTerrain ? [west, south, east, north] : undefined;
}

/** People of open fires where they last said they were. */
export function peopleFeatures({ people }: MapView): FeatureCollection {
	return collection(people.map(({ id, name, position }) => point(position, { id, name })));
}

/** Grids with the level of fire danger that is in force there, 0 where nobody has said. */
export function gridFeatures({ grids }: MapView, { danger, areaDangers }: Dangers, now: number): FeatureCollection {
	return collection(
		grids.map(({ code, name, polygons }) => ({
			type: "Feature",
			geometry: { type: "MultiPolygon", coordinates: polygons },
			properties: { code, name, danger: dangerOf({ danger, areaDangers }, code, now)?.level ?? 0 },
		})),
	);
}

/** What each camera sees of the ground; that of those that see nothing now is lost. */
export function coverageFeatures(seen: readonly { polygons: Position[][]; isLost: boolean }[]): FeatureCollection {
	return collection(
		[true, false].flatMap((isLost) => {
			const rings = seen.filter((s) => s.isLost === isLost).flatMap((s) => s.polygons);
			if (rings.length === 0) return [];
			const geometry = { type: "MultiPolygon" as const, coordinates: rings.map((ring) => [ring]) };
			return [{ type: "Feature" as const, geometry, properties: { isLost } }];
		}),
	);
}

/** Roads and water. */
export function groundFeatures(ground: readonly GroundShape[]): FeatureCollection {
	return collection(
		ground.map(({ kind, name = "", lines, polygons }) => ({
			type: "Feature",
			geometry:
				polygons.length > 0
					? { type: "MultiPolygon", coordinates: polygons }
					: { type: "MultiLineString", coordinates: lines },
			properties: { kind, name },
		})),
	);
}

/** The code of the grid on whose ground a place lies, whatever is drawn; undefined outside of all. */
export function gridAt(
	{ grids }: Pick<MapView, "grids">,
	{ lat, lon }: { lat: number; lon: number },
): string | undefined {
	const holds = (rings: [number, number][][]) => new BandedPolygon(rings).contains(lon, lat);
	return grids.find(({ polygons }) => polygons.some((rings) => holds(rings as [number, number][][])))?.code;
}

export function forestFeatures({ forest }: MapView): FeatureCollection {
	const geometry = { type: "MultiPolygon" as const, coordinates: forest };
	return collection(forest.length === 0 ? [] : [{ type: "Feature", geometry, properties: {} }]);
}

/** Orders in force: circles around a place, or the grids they are for. */
export function orderFeatures({ orders, grids }: MapView): FeatureCollection {
	return collection(
		orders.flatMap(({ kind, document, around, grids: codes }): Feature[] => {
			const properties = { kind, name: document };
			if (around) return [circle(around.position, around.radiusM, properties)];
			const own = grids.filter((g) => codes.some((code) => g.code.startsWith(code)));
			return own.map((g) => ({
				type: "Feature",
				geometry: { type: "MultiPolygon", coordinates: g.polygons },
				properties,
			}));
		}),
	);
}

/** Everything that stands at a place: what it is (`kind`) chooses its colour. */
export function siteFeatures(
	{ tower, cameras, teams, places }: MapView,
	sensors: Sensor[],
	blind: readonly string[] = [],
): FeatureCollection {
	return collection([
		...places.map((p) => point(p.position, { kind: p.kind, name: p.name })),
		...teams.map((t) => point(t.position, { kind: "team", name: t.name })),
		...sensors.map((s) => point(s, { kind: s.silent ? "silent" : "sensor", name: s.name })),
		...cameras.map((c) => point(c, { kind: blind.includes(c.id) ? "blind" : "camera", name: c.name })),
		point(tower, { kind: "tower", name: tower.name }),
	]);
}

/** The edges of what each camera looks at. */
export function sectorFeatures({ cameras }: MapView): FeatureCollection {
	return collection(
		cameras.map((c) => {
			const arc = Array.from({ length: 13 }, (_, n) => ahead(c, c.azimuthDeg + (n / 12 - 0.5) * c.fovDeg, c.rangeM));
			const home: Position = [c.lon, c.lat];
			return {
				type: "Feature",
				geometry: { type: "LineString", coordinates: [home, ...arc, home] },
				properties: { id: c.id, name: c.name },
			};
		}),
	);
}

/** Open fires: at their place, or, where that is not known, in the middle of the likeliest grid, marked so. */
export function incidentFeatures(incidents: IncidentSummary[], { grids }: MapView): FeatureCollection {
	return collection(
		incidents
			.filter((i) => i.kind === "fire" && i.primaryId === undefined && isOpen(i))
			.flatMap(({ id, state, grids: [likeliest], place: { best } }) => {
				const at = best ?? middleOf(grids.find((g) => g.code === likeliest?.code)?.polygons);
				return at ? [point(at, { id, state, name: likeliest?.name ?? "", isKnown: best !== undefined })] : [];
			}),
	);
}

export function middleOf(
	polygons: MapView["grids"][number]["polygons"] | undefined,
): { lat: number; lon: number } | undefined {
	const ring = polygons?.[0]?.[0]?.slice(1) ?? [];
	if (ring.length === 0) return undefined;
	const mean = (n: 0 | 1) => ring.reduce((sum, corner) => sum + (corner[n] ?? 0), 0) / ring.length;
	return { lat: mean(1), lon: mean(0) };
}

export function pastFeatures(rows: IncidentListRow[]): FeatureCollection {
	return collection(
		rows.flatMap(({ id, state, place, lat, lon }) =>
			lat === undefined || lon === undefined ? [] : [point({ lat, lon }, { id, state, name: place })],
		),
	);
}

/** The grids that one incident touches, the likelier the stronger. */
export function touchedFeatures({ grids }: Pick<Incident, "grids">, map: Pick<MapView, "grids">): Feature[] {
	const shares = new Map(grids.map(({ code, share }) => [code, share]));
	return map.grids.flatMap(({ code, name, polygons }): Feature[] => {
		const share = shares.get(code);
		if (share === undefined) return [];
		const geometry = { type: "MultiPolygon" as const, coordinates: polygons };
		return [{ type: "Feature", geometry, properties: { kind: "touched", code, name, share } }];
	});
}

/** From the place to the nearest ways and water, as the crow flies: the last stretch, which nobody drives. */
export function wayFeatures({ place: { best } }: Pick<Incident, "place">, near: Briefing["near"]): Feature[] {
	if (!best) return [];
	return near
		.filter(({ kind }) => WAYS.includes(kind))
		.map(({ kind, position }) => ({
			type: "Feature",
			geometry: {
				type: "LineString",
				coordinates: [
					[best.lon, best.lat],
					[position.lon, position.lat],
				],
			},
			properties: { kind: "way", to: kind },
		}));
}

const WAYS = ["road", "track", "path"];

/** Where one incident may be: its points, the likelier the stronger, its circle of error and the bearings to it. */
export function regionFeatures(incident: Incident): FeatureCollection {
	const { place, evidence } = incident;
	const most = Math.max(1e-9, ...place.points.map((p) => p.weight));
	const seen = new Map(
		evidence.flatMap((e) => (e.pose && e.bearingDeg !== undefined ? [[e.sourceId, e] as const] : [])),
	);
	return collection([
		...place.points.map((p) => point(p, { kind: "likely", share: p.weight / most })),
		...(place.best && place.errorM !== undefined ? [circle(place.best, place.errorM, { kind: "error" })] : []),
		...[...seen.values()].map((e): Feature => {
			const from = e.pose?.position ?? { lat: 0, lon: 0 };
			const far = ahead(from, e.bearingDeg ?? 0, (place.distanceM ?? 10_000) * 1.15);
			const geometry = { type: "LineString" as const, coordinates: [[from.lon, from.lat], far] };
			return { type: "Feature", geometry, properties: { kind: "bearing" } };
		}),
		...(place.best ? [point(place.best, { kind: "best" })] : []),
	]);
}
