import type { Feature, FeatureCollection, MultiPolygon } from "geojson";
import { mesh } from "topojson-client";
import { topology } from "topojson-server";
import type { GeometryObject, Topology } from "topojson-specification";
import type { MapView } from "../api-types.ts";
import { collection, middleOf, point } from "./features.ts";

/** Digits of a unit's code in that of a grid (GB/T 2260 for the county, GB/T 10114 for town and village). */
const DIGITS: Readonly<Record<string, number>> = { county: 6, township: 9, village: 12 };
/** Corners of neighbours that lie this near count as the same: so many steps over all grids. */
const STEPS = 1e5;

type Grid = { code: string };

/**
 * The borders of units as lines between grids of different ones and around all, and their names in the middle of their
 * grids; each with its level. The register knows a unit's ground by its grids alone.
 */
export function unitFeatures({ grids, units }: Pick<MapView, "grids" | "units">): FeatureCollection {
	return collection([...borders(grids), ...names(grids, units)]);
}

function borders(grids: MapView["grids"]): Feature[] {
	const all: FeatureCollection<MultiPolygon, Grid> = {
		type: "FeatureCollection",
		features: grids.map(({ code, polygons }) => ({
			type: "Feature",
			geometry: { type: "MultiPolygon", coordinates: polygons },
			properties: { code },
		})),
	};
	const shared = topology({ all }, STEPS);
	const own = shared.objects["all"] as GeometryObject<Grid>;
	return Object.entries(DIGITS).map(([level, digits]) => {
		const unit = (g: unknown) => (g as { properties: Grid }).properties.code.slice(0, digits);
		const lines = mesh(shared as Topology, own, (a, b) => a === b || unit(a) !== unit(b));
		return { type: "Feature", geometry: lines, properties: { level } };
	});
}

function names(grids: MapView["grids"], units: MapView["units"]): Feature[] {
	return units.flatMap(({ code, name, level }) => {
		const middles = grids.flatMap((g) => (g.code.startsWith(code) ? (middleOf(g.polygons) ?? []) : []));
		if (middles.length === 0) return [];
		const mean = (of: "lat" | "lon") => middles.reduce((sum, m) => sum + m[of], 0) / middles.length;
		return [point({ lat: mean("lat"), lon: mean("lon") }, { code, name, level })];
	});
}
