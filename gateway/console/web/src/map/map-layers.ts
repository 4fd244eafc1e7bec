import type {
	DataDrivenPropertyValueSpecification,
	ExpressionSpecification,
	FilterSpecification,
	LayerSpecification,
} from "maplibre-gl";
import { COLOURS, DANGER, FIRE, HEAT, type Theme } from "./colours.ts";

export function areas(theme: Theme): LayerSpecification[] {
	const c = COLOURS[theme];
	return [
		{ id: "forest", type: "fill", source: "forest", paint: { "fill-color": c.forest, "fill-opacity": 0.18 } },
		{
			id: "danger",
			type: "fill",
			source: "grids",
			filter: [">", ["get", "danger"], 0],
			paint: {
				"fill-color": [
					"match",
					["get", "danger"],
					...Object.entries(DANGER).flatMap(([n, colour]) => [Number(n), colour]),
					c.past,
				] as never,
				"fill-opacity": 0.22,
				"fill-antialias": false,
			},
		},
		...(["coverage", "lost"] as const).map(
			(id): LayerSpecification => ({
				id,
				type: "fill",
				source: "coverage",
				filter: ["==", ["get", "isLost"], id === "lost"],
				paint: {
					"fill-color": id === "lost" ? "#c92a2a" : c.seen,
					"fill-opacity": id === "lost" ? 0.3 : 0.2,
					"fill-antialias": false,
				},
			}),
		),
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
export function people(theme: Theme): LayerSpecification[] {
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

export function fires(theme: Theme): LayerSpecification[] {
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
export function places(theme: Theme): LayerSpecification[] {
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

/** Places that are hot, or burn now and then, without being a forest fire: known heat. */
const HOT: ExpressionSpecification = ["in", ["get", "kind"], ["literal", ["kiln", "chimney", "grave"]]];
const TEAM: ExpressionSpecification = ["==", ["get", "kind"], "team"];

export function sites(theme: Theme): LayerSpecification[] {
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
			filter: ["!", HOT],
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
				filter: id === "team-names" ? TEAM : ["all", ["!", TEAM], ["!", HOT]],
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
			id: "heat",
			type: "circle",
			source: "sites",
			filter: HOT,
			paint: { "circle-radius": 5, "circle-color": HEAT, "circle-stroke-color": c.halo, "circle-stroke-width": 1.5 },
		},
		{
			id: "heat-names",
			type: "symbol",
			source: "sites",
			filter: HOT,
			minzoom: 11,
			layout: {
				"text-field": ["get", "name"],
				"text-size": 11,
				"text-font": ["sans-serif"],
				"text-anchor": "top",
				"text-offset": [0, 0.6],
				"text-optional": true,
			},
			paint: { "text-color": HEAT, "text-halo-color": c.halo, "text-halo-width": 1.2 },
		},
		{
			id: "measure",
			type: "line",
			source: "measure",
			paint: { "line-color": "#f59f00", "line-width": 3 },
		},
	];
}

/** Roads and water, under all that is of people. */
export function onGround(theme: Theme): LayerSpecification[] {
	const c = COLOURS[theme];
	const of = (...kinds: string[]): FilterSpecification => ["in", ["get", "kind"], ["literal", kinds]];
	const wide: DataDrivenPropertyValueSpecification<number> = ["interpolate", ["linear"], ["zoom"], 9, 0.6, 15, 3.5];
	return [
		{ id: "lakes", type: "fill", source: "ground-shapes", filter: of("lake"), paint: { "fill-color": c.water } },
		{
			id: "rivers",
			type: "line",
			source: "ground-shapes",
			filter: of("river"),
			paint: { "line-color": c.water, "line-width": wide },
		},
		{
			id: "roads",
			type: "line",
			source: "ground-shapes",
			filter: of("road"),
			paint: { "line-color": c.road, "line-width": wide },
		},
		{
			id: "tracks",
			type: "line",
			source: "ground-shapes",
			filter: of("track", "path"),
			paint: { "line-color": c.road, "line-width": 1.2, "line-dasharray": [3, 2] },
		},
		{
			id: "ground-names",
			type: "symbol",
			source: "ground-shapes",
			minzoom: 12.5,
			layout: {
				"symbol-placement": "line",
				"text-field": ["get", "name"],
				"text-size": 10,
				"text-font": ["sans-serif"],
			},
			paint: { "text-color": c.text, "text-halo-color": c.halo, "text-halo-width": 1 },
		},
	];
}
