import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { MapView } from "../api-types.ts";

/** Colours of a theme. */
const COLOURS = {
	light: {
		ground: "#eef1ec",
		shadow: "#5b6b5f",
		highlight: "#ffffff",
		contour: "#a3917a",
		forest: "#3f7d4f",
		grid: "#4d5f56",
		text: "#17211c",
		halo: "#ffffff",
		seen: "#087f5b",
		past: "#7b8a82",
		water: "#a5c8e4",
		road: "#b08968",
	},
	dark: {
		ground: "#121a16",
		shadow: "#000000",
		highlight: "#4a5a51",
		contour: "#6b6152",
		forest: "#2f6b43",
		grid: "#8fa398",
		text: "#e9efeb",
		halo: "#0e1512",
		seen: "#4cc38a",
		past: "#8b9a92",
		water: "#1d3a52",
		road: "#6b5a48",
	},
};
export type Theme = keyof typeof COLOURS;

const FIRE = "#e8590c";

/** Sources that are filled from what the gateway says; empty at first. */
export const SOURCES = [
	"people",
	"forest",
	"grids",
	"orders",
	"coverage",
	"sectors",
	"sites",
	"past",
	"region",
	"incidents",
	"measure",
] as const;
export type Source = (typeof SOURCES)[number];

/** Layers that can be left out, each a set of the style's. */
export const GROUPS = {
	base: ["base", "base-water", "base-roads", "base-0", "base-1"],
	heights: ["hillshade", "contours", "contour-heights"],
	forest: ["forest"],
	grids: ["grid-lines", "grid-names"],
	orders: ["orders"],
	coverage: ["coverage", "sectors"],
	sites: ["sites", "site-names", "team-names"],
	people: ["people", "people-names"],
	past: ["past"],
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
						contours: { type: "vector", tiles: [heights.contours], maxzoom: 14, bounds: heights.bounds },
					}
				: {}),
		},
		layers: [
			...ground(theme, heights !== undefined, baseLayers(theme, under)),
			...areas(theme),
			...fires(theme),
			...places(theme),
			...sites(theme),
			...people(theme),
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

/** Water, and roads by what they are for: layers and kinds as Protomaps' and OpenMapTiles' schemas have them. */
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
	return [
		{ id: "base-water", type: "fill", source: "base", "source-layer": "water", paint: { "fill-color": c.water } },
		{
			id: "base-roads",
			type: "line",
			source: "base",
			"source-layer": "roads",
			paint: { "line-color": c.road, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.4, 14, 2] },
		},
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
	];
}

function areas(theme: Theme): LayerSpecification[] {
	const c = COLOURS[theme];
	return [
		{ id: "forest", type: "fill", source: "forest", paint: { "fill-color": c.forest, "fill-opacity": 0.18 } },
		{
			id: "coverage",
			type: "fill",
			source: "coverage",
			paint: { "fill-color": c.seen, "fill-opacity": 0.2, "fill-antialias": false },
		},
		{
			id: "orders",
			type: "fill",
			source: "orders",
			paint: {
				"fill-color": ["match", ["get", "kind"], "permit", "#1971c2", "#c92a2a"],
				"fill-opacity": 0.14,
				"fill-outline-color": "#c92a2a",
			},
		},
		// what a click finds: nothing is seen of it
		{ id: "grid-areas", type: "fill", source: "grids", paint: { "fill-color": c.grid, "fill-opacity": 0.01 } },
		{
			id: "grid-chosen",
			type: "fill",
			source: "grids",
			filter: ["==", ["get", "code"], ""],
			paint: { "fill-color": "#f59f00", "fill-opacity": 0.3 },
		},
		{ id: "grid-lines", type: "line", source: "grids", paint: { "line-color": c.grid, "line-width": 0.8 } },
		{
			id: "grid-names",
			type: "symbol",
			source: "grids",
			minzoom: 12,
			layout: { "text-field": ["get", "name"], "text-size": 11, "text-font": ["sans-serif"], "text-max-width": 8 },
			paint: { "text-color": c.text, "text-halo-color": c.halo, "text-halo-width": 1.2 },
		},
		{
			id: "sectors",
			type: "line",
			source: "sectors",
			paint: { "line-color": c.seen, "line-width": 1, "line-dasharray": [3, 2] },
		},
	];
}

/** People of open fires where they last said they were. */
function people(theme: Theme): LayerSpecification[] {
	const c = COLOURS[theme];
	return [
		{
			id: "people",
			type: "circle",
			source: "people",
			paint: { "circle-radius": 6, "circle-color": "#1c7ed6", "circle-stroke-color": c.halo, "circle-stroke-width": 2 },
		},
		{
			id: "people-names",
			type: "symbol",
			source: "people",
			layout: {
				"text-field": ["get", "name"],
				"text-size": 12,
				"text-font": ["sans-serif"],
				"text-offset": [0, 1.1],
				"text-anchor": "top",
			},
			paint: { "text-color": c.text, "text-halo-color": c.halo, "text-halo-width": 1.5 },
		},
	];
}

function fires(theme: Theme): LayerSpecification[] {
	const c = COLOURS[theme];
	const kind = (name: string): ["==", ["get", string], string] => ["==", ["get", "kind"], name];
	return [
		{
			id: "past",
			type: "circle",
			source: "past",
			paint: { "circle-radius": 4, "circle-color": c.past, "circle-opacity": 0.6 },
		},
		{
			id: "likely",
			type: "circle",
			source: "region",
			filter: kind("likely"),
			paint: {
				"circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 2, 14, 9],
				"circle-color": FIRE,
				"circle-opacity": ["+", 0.08, ["*", 0.5, ["get", "share"]]],
			},
		},
		{
			id: "error",
			type: "line",
			source: "region",
			filter: kind("error"),
			paint: { "line-color": FIRE, "line-width": 2 },
		},
		{
			id: "bearing",
			type: "line",
			source: "region",
			filter: kind("bearing"),
			paint: { "line-color": FIRE, "line-width": 1.5, "line-dasharray": [4, 3] },
		},
	];
}

/** Open fires of all, and the place of the one that is looked at. */
function places(theme: Theme): LayerSpecification[] {
	const c = COLOURS[theme];
	return [
		{
			id: "incidents",
			type: "circle",
			source: "incidents",
			paint: {
				"circle-radius": 8,
				"circle-color": [
					"match",
					["get", "state"],
					["out", "controlled"],
					"#087f5b",
					["false", "permitted", "closed"],
					c.past,
					FIRE,
				],
				"circle-opacity": ["case", ["get", "isKnown"], 1, 0.35],
				"circle-stroke-color": ["case", ["get", "isKnown"], "#ffffff", FIRE],
				"circle-stroke-width": 2,
			},
		},
		{
			id: "best",
			type: "circle",
			source: "region",
			filter: ["==", ["get", "kind"], "best"],
			paint: { "circle-radius": 7, "circle-color": FIRE, "circle-stroke-color": "#fff", "circle-stroke-width": 2 },
		},
	];
}

function sites(theme: Theme): LayerSpecification[] {
	const c = COLOURS[theme];
	const colour = {
		tower: c.text,
		camera: c.seen,
		sensor: "#1971c2",
		silent: "#c92a2a",
		team: "#7048e8",
		water: "#1c7ed6",
		checkpoint: "#e67700",
	};
	return [
		{
			id: "sites",
			type: "circle",
			source: "sites",
			paint: {
				"circle-radius": ["match", ["get", "kind"], "tower", 7, 4.5],
				"circle-color": ["match", ["get", "kind"], ...Object.entries(colour).flat(), c.past] as never,
				"circle-stroke-color": c.halo,
				"circle-stroke-width": 1.5,
			},
		},
		...(["site-names", "team-names"] as const).map(
			(id): LayerSpecification => ({
				id,
				type: "symbol",
				source: "sites",
				// a county has a team for each village
				minzoom: id === "team-names" ? 12.5 : 11,
				filter: [id === "team-names" ? "==" : "!=", ["get", "kind"], "team"],
				layout: {
					"text-field": ["get", "name"],
					"text-size": 11,
					"text-font": ["sans-serif"],
					"text-anchor": "top",
					"text-offset": [0, 0.6],
					"text-optional": true,
				},
				paint: { "text-color": c.text, "text-halo-color": c.halo, "text-halo-width": 1.2 },
			}),
		),
		{
			id: "measure",
			type: "line",
			source: "measure",
			paint: { "line-color": "#f59f00", "line-width": 3 },
		},
	];
}
