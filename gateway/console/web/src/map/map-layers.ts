import type {
	DataDrivenPropertyValueSpecification,
	ExpressionSpecification,
	FilterSpecification,
	LayerSpecification,
} from "maplibre-gl";
import { COLOURS, DANGER, FIRE, HEAT, LOST, SITES, type Theme } from "./colours.ts";

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
		...seen(theme),
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
		...units(theme),
		{
			id: "sectors",
			type: "line",
			source: "sectors",
			paint: { "line-color": c.seen, "line-width": 1, "line-dasharray": [3, 2] },
		},
	];
}

/** The ground that cameras see, and that they would see if they saw anything. */
function seen(theme: Theme): LayerSpecification[] {
	return (["coverage", "lost"] as const).map((id) => ({
		id,
		type: "fill",
		source: "coverage",
		filter: ["==", ["get", "isLost"], id === "lost"],
		paint: {
			"fill-color": id === "lost" ? LOST : COLOURS[theme].seen,
			"fill-opacity": id === "lost" ? 0.45 : 0.2,
			"fill-antialias": false,
		},
	}));
}

/** People of open fires where they last said they were. */
/** Borders of counties, townships and villages, the higher the stronger, and the names of the lower ones. */
function units(theme: Theme): LayerSpecification[] {
	const c = COLOURS[theme];
	return [
		{
			id: "unit-lines",
			type: "line",
			source: "units",
			filter: ["!=", ["geometry-type"], "Point"],
			paint: {
				"line-color": c.unit,
				"line-width": ["match", ["get", "level"], "county", 3, "township", 2.2, 1.2],
				"line-opacity": 0.75,
			},
		},
		{
			id: "unit-names",
			type: "symbol",
			source: "units",
			filter: [
				"all",
				["==", ["geometry-type"], "Point"],
				[
					"any",
					["==", ["get", "level"], "township"],
					["all", ["==", ["get", "level"], "village"], [">=", ["zoom"], 11.5]],
				],
			],
			layout: {
				"text-field": ["get", "name"],
				"text-size": ["match", ["get", "level"], "township", 14, 12],
				"text-font": ["sans-serif"],
			},
			paint: { "text-color": c.unit, "text-halo-color": c.halo, "text-halo-width": 1.5 },
		},
	];
}

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
			id: "touched",
			type: "fill",
			source: "region",
			filter: kind("touched"),
			paint: { "fill-color": FIRE, "fill-opacity": ["+", 0.05, ["*", 0.15, ["get", "share"]]] },
		},
		{
			id: "touched-lines",
			type: "line",
			source: "region",
			filter: kind("touched"),
			paint: { "line-color": FIRE, "line-width": 1.5 },
		},
		{
			id: "way",
			type: "line",
			source: "region",
			filter: kind("way"),
			paint: { "line-color": c.text, "line-width": 2, "line-dasharray": [1, 1.5] },
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
					["confirmed", "dispatched", "onScene"],
					"#c92a2a",
					FIRE,
				],
				"circle-opacity": ["case", ["get", "isKnown"], 1, 0.35],
				"circle-stroke-color": ["case", ["get", "isKnown"], "#ffffff", FIRE],
				"circle-stroke-width": 2,
			},
		},
		{
			id: "incident-names",
			type: "symbol",
			source: "incidents",
			minzoom: 10.5,
			layout: {
				"text-field": ["get", "name"],
				"text-size": 12,
				"text-font": ["sans-serif"],
				"text-anchor": "top",
				"text-offset": [0, 0.8],
				"text-optional": true,
			},
			paint: { "text-color": FIRE, "text-halo-color": c.halo, "text-halo-width": 1.5 },
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
		...SITES,
		camera: c.seen,
		blind: "#c92a2a",
		silent: "#c92a2a",
	};
	const kinds = ["match", ["get", "kind"], ...Object.entries(colour).flat(), c.past] as never;
	return [
		dots("sites", { filter: ["!", HOT], radius: ["match", ["get", "kind"], "tower", 7, 4.5], colour: kinds }, theme),
		names("site-names", { filter: ["all", ["!", TEAM], ["!", HOT]], minzoom: 11 }, theme),
		// a county has a team for each village
		names("team-names", { filter: TEAM, minzoom: 12.5 }, theme),
		dots("heat", { filter: HOT, radius: 5, colour: HEAT }, theme),
		names("heat-names", { filter: HOT, minzoom: 11, colour: HEAT }, theme),
	];
}

interface Dots {
	filter: FilterSpecification;
	radius: DataDrivenPropertyValueSpecification<number>;
	colour: DataDrivenPropertyValueSpecification<string>;
}

function dots(id: string, { filter, radius, colour }: Dots, theme: Theme): LayerSpecification {
	const paint = {
		"circle-radius": radius,
		"circle-color": colour,
		"circle-stroke-color": COLOURS[theme].halo,
		"circle-stroke-width": 1.5,
	};
	return { id, type: "circle", source: "sites", filter, paint };
}

/** Names below the dots of some sites, from a zoom on. */
function names(
	id: string,
	{ filter, minzoom, colour }: { filter: FilterSpecification; minzoom: number; colour?: string },
	theme: Theme,
): LayerSpecification {
	const c = COLOURS[theme];
	return {
		id,
		type: "symbol",
		source: "sites",
		minzoom,
		filter,
		layout: {
			"text-field": ["get", "name"],
			"text-size": 11,
			"text-font": ["sans-serif"],
			"text-anchor": "top",
			"text-offset": [0, 0.6],
			"text-optional": true,
		},
		paint: { "text-color": colour ?? c.text, "text-halo-color": c.halo, "text-halo-width": 1.2 },
	};
}

/** What somebody measures, and landmarks that he has clicked. */
export function tools(theme: Theme): LayerSpecification[] {
	const c = COLOURS[theme];
	return [
		{ id: "measure", type: "line", source: "measure", paint: { "line-color": "#f59f00", "line-width": 3 } },
		{
			id: "landmarks",
			type: "circle",
			source: "landmarks",
			paint: { "circle-radius": 9, "circle-color": "#f59f00", "circle-stroke-color": c.halo, "circle-stroke-width": 2 },
		},
		{
			id: "landmark-names",
			type: "symbol",
			source: "landmarks",
			layout: {
				"text-field": ["get", "name"],
				"text-size": 12,
				"text-font": ["sans-serif"],
				"text-allow-overlap": true,
			},
			paint: { "text-color": "#17211c" },
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
