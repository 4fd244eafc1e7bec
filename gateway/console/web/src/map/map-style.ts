import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { MapView } from "../api-types.ts";
import { COLOURS, type Theme } from "./colours.ts";
import { areas, fires, onGround, people, places, sites, tools } from "./map-layers.ts";

/** Sources that are filled from what the gateway says; empty at first. */
export const SOURCES = [
	"people",
	"ground-shapes",
	"forest",
	"grids",
	"units",
	"orders",
	"coverage",
	"sectors",
	"sites",
	"past",
	"region",
	"incidents",
	"measure",
	"landmarks",
] as const;
export type Source = (typeof SOURCES)[number];

/** Layers that can be left out, each a set of the style's. */
export const GROUPS = {
	base: [
		"base",
		"base-water",
		"base-waterway",
		"base-roads",
		"base-transportation",
		"base-places",
		"base-place",
		"base-0",
		"base-1",
	],
	heights: ["hillshade", "contours", "contour-heights", "known"],
	ground: ["lakes", "rivers", "roads", "tracks", "ground-names"],
	forest: ["forest"],
	grids: ["grid-lines", "grid-names"],
	units: ["unit-lines", "unit-names"],
	orders: ["orders"],
	danger: ["danger"],
	coverage: ["coverage", "sectors"],
	lost: ["lost"],
	sites: ["sites", "site-names", "team-names"],
	heat: ["heat", "heat-names"],
	people: ["people", "people-names"],
	past: ["past"],
	fires: ["incidents", "incident-names"],
} as const;
export type Layers = keyof typeof GROUPS;

interface Base {
	theme: Theme;
	/** Tiles of heights and of contour lines, where there is a terrain. */
	heights: { tiles: string; contours: string; bounds: [number, number, number, number] } | undefined;
	/** What lies under all of it. */
	under: MapView["base"];
}

/** The style of the map, from the ground up. */
export function styleOf({ theme, heights, under }: Base): StyleSpecification {
	const empty = { type: "geojson" as const, data: { type: "FeatureCollection" as const, features: [] } };
	return {
		version: 8,
		sources: {
			...Object.fromEntries(SOURCES.map((name) => [name, empty])),
			...baseSources(under),
			...(heights
				? {
						dem: {
							type: "raster-dem",
							tiles: [heights.tiles],
							encoding: "terrarium",
							tileSize: 128,
							maxzoom: 12,
							bounds: heights.bounds,
						},
						known: { type: "geojson", data: frameOf(heights.bounds) },
						contours: { type: "vector", tiles: [heights.contours], maxzoom: 14, bounds: heights.bounds },
					}
				: {}),
		},
		layers: [
			...ground(theme, heights !== undefined, baseLayers(theme, under)),
			...onGround(theme),
			...areas(theme),
			...fires(theme),
			...places(theme),
			...sites(theme),
			...people(theme),
			...tools(theme),
		],
	};
}

/** Where the gateway has its base map. */
const PMTILES = `pmtiles://${location.origin}/api/map/base`;

function baseSources(under: MapView["base"]): StyleSpecification["sources"] {
	if (!under) return {};
	const { kind, layers, attribution, maxZoom } = under;
	if (kind === "pmtilesVector") return { base: { type: "vector", url: PMTILES } };
	if (kind === "pmtilesRaster") return { base: { type: "raster", url: PMTILES, tileSize: 256 } };
	return Object.fromEntries(
		layers.map((tiles, n) => [`base-${n}`, { type: "raster", tiles, tileSize: 256, maxzoom: maxZoom, attribution }]),
	);
}

/** Pictures as they are; of vectors water, roads and names, by the layers of Protomaps' and OpenMapTiles' schemas. */
function baseLayers(theme: Theme, under: MapView["base"]): LayerSpecification[] {
	if (!under) return [];
	const opacity = theme === "dark" ? 0.6 : 1;
	if (under.kind === "raster")
		return under.layers.map((_, n) => ({
			id: `base-${n}`,
			type: "raster",
			source: `base-${n}`,
			paint: { "raster-opacity": opacity },
		}));
	if (under.kind === "pmtilesRaster")
		return [{ id: "base", type: "raster", source: "base", paint: { "raster-opacity": opacity } }];
	const c = COLOURS[theme];
	const of = (layer: string) => ({ id: `base-${layer}`, source: "base", "source-layer": layer });
	const line = (layer: string, colour: string): LayerSpecification => ({
		...of(layer),
		type: "line",
		paint: { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.4, 14, 2] },
	});
	const names = (layer: string): LayerSpecification => ({
		...of(layer),
		type: "symbol",
		layout: {
			"text-field": ["coalesce", ["get", "name:zh"], ["get", "name"]],
			"text-size": 11,
			"text-font": ["sans-serif"],
		},
		paint: { "text-color": c.text, "text-halo-color": c.halo, "text-halo-width": 1 },
	});
	return [
		{ ...of("water"), type: "fill", paint: { "fill-color": c.water } },
		line("waterway", c.water),
		line("roads", c.road),
		line("transportation", c.road),
		names("places"),
		names("place"),
	];
}

function ground(theme: Theme, hasHeights: boolean, base: LayerSpecification[]): LayerSpecification[] {
	const c = COLOURS[theme];
	const flat: LayerSpecification[] = [
		{ id: "ground", type: "background", paint: { "background-color": c.ground } },
		...base,
	];
	if (!hasHeights) return flat;
	return [
		...flat,
		{
			id: "hillshade",
			type: "hillshade",
			source: "dem",
			paint: {
				"hillshade-shadow-color": c.shadow,
				"hillshade-highlight-color": c.highlight,
				"hillshade-exaggeration": 0.45,
			},
		},
		{
			id: "contours",
			type: "line",
			source: "contours",
			"source-layer": "contours",
			paint: {
				"line-color": c.contour,
				"line-opacity": 0.55,
				"line-width": ["match", ["get", "level"], 1, 1.2, 0.5],
			},
		},
		{
			id: "contour-heights",
			type: "symbol",
			source: "contours",
			"source-layer": "contours",
			filter: [">", ["get", "level"], 0],
			layout: {
				"symbol-placement": "line",
				"text-field": ["concat", ["number-format", ["get", "ele"], {}], " m"],
				"text-size": 10,
				"text-font": ["sans-serif"],
			},
			paint: { "text-color": c.contour, "text-halo-color": c.halo, "text-halo-width": 1 },
		},
		// beyond what is known the tiles fall to one level: the frame lies over that wall
		{
			id: "known",
			type: "line",
			source: "known",
			paint: { "line-color": c.ground, "line-width": 14 },
		},
	];
}

function frameOf([west, south, east, north]: [number, number, number, number]) {
	const ring = [
		[west, south],
		[east, south],
		[east, north],
		[west, north],
		[west, south],
	];
	return { type: "Feature" as const, geometry: { type: "LineString" as const, coordinates: ring }, properties: {} };
}
