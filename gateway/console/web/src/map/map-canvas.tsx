import "maplibre-gl/dist/maplibre-gl.css";
import { useComputedColorScheme } from "@mantine/core";
import type { FeatureCollection } from "geojson";
import contour from "maplibre-contour";
import * as maplibre from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { Protocol } from "pmtiles";
import { useEffect, useRef, useState } from "react";
import type { MapView } from "../api-types.ts";
import { GROUPS, type Layers, type Source, styleOf } from "./map-style.ts";

maplibre.setWorkerUrl(workerUrl);
maplibre.addProtocol("pmtiles", new Protocol().tile);

/** Heights as the gateway serves them; contour lines are made of them here, in a worker. */
const heights = new contour.DemSource({
	url: `${location.origin}/api/map/heights/{z}/{x}/{y}`,
	encoding: "terrarium",
	maxzoom: 12,
	worker: true,
});
heights.setupMaplibre(maplibre as never);

/** Metres between contour lines, and between the strong ones, from a zoom on. */
const CONTOURS = { 9: [200, 1000], 11: [100, 500], 12: [50, 250], 14: [20, 100] };

/** Around what is shown first, px. */
const AROUND = { top: 30, right: 30, bottom: 30, left: 30 };

export interface MapCanvasProps {
	/** Where heights are known: west, south, east, north; undefined where there is no terrain. */
	terrain: [number, number, number, number] | undefined;
	/** What is shown first: west, south, east, north. */
	bounds: [number, number, number, number];
	/** Of its left side so much lies under something else, px. */
	coveredPx?: number;
	/** What lies under it. */
	under?: MapView["base"];
	data: Partial<Record<Source, FeatureCollection>>;
	hidden?: readonly Layers[];
	chosenGrid?: string | undefined;
	label: string;
	onClick?: (at: { lat: number; lon: number }, found: Found) => void;
	/** Does more with the map once it is there; what it gives back undoes that. */
	onMap?: (map: maplibre.Map) => () => void;
}

/** What lies under a click. */
export interface Found {
	incident?: string;
}

const NOTHING: readonly Layers[] = [];

/** A map that is told what to show; it asks for nothing beyond the gateway. */
export default function MapCanvas(props: MapCanvasProps) {
	const { terrain, bounds, data, hidden = NOTHING, chosenGrid = "", label, onClick, onMap } = props;
	const theme = useComputedColorScheme("light");
	const element = useRef<HTMLDivElement>(null);
	const [map, setMap] = useState<maplibre.Map | undefined>();
	const first = useRef({
		bounds,
		fitBoundsOptions: { padding: { ...AROUND, left: AROUND.left + (props.coveredPx ?? 0) } },
	});
	// a map that is made anew for the night shows what the one of the day has shown
	const last = useRef<{ center: maplibre.LngLat; zoom: number } | undefined>(undefined);
	// another array with the same numbers is the same terrain
	const [known] = useState(terrain);
	const [base] = useState(props.under);
	const click = useRef(onClick);
	click.current = onClick;
	// first of all: what somebody has put on the map is taken off before the map goes
	useEffect(() => (map && onMap ? onMap(map) : undefined), [map, onMap]);
	useEffect(() => {
		if (!element.current) return;
		element.current.removeAttribute("data-drawn");
		const made = new maplibre.Map({
			container: element.current,
			style: styleOf({ theme, heights: known ? tilesIn(known) : undefined, under: base }),
			...(last.current ?? first.current),
			attributionControl: base?.attribution ? { compact: true } : false,
			dragRotate: false,
			maxZoom: 17,
		});
		made.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
		made.addControl(new maplibre.ScaleControl({}), "bottom-left");
		made.once("load", () => setMap(made));
		sayHowItGoes(made);
		const clicked = (at: maplibre.LngLat, point: maplibre.Point) =>
			click.current?.({ lat: at.lat, lon: at.lng }, foundAt(made, point));
		made.on("click", (e) => clicked(e.lngLat, e.point));
		// whoever moves the map with the arrow keys means what is in its middle
		made.getCanvas().addEventListener("keydown", (e) => {
			if (e.key === "Enter") clicked(made.getCenter(), made.project(made.getCenter()));
		});
		return () => {
			last.current = { center: made.getCenter(), zoom: made.getZoom() };
			setMap(undefined);
			made.remove();
		};
	}, [theme, known, base]);
	useEffect(() => {
		for (const [name, features] of Object.entries(data)) {
			const source = map?.getSource(name);
			if (source instanceof maplibre.GeoJSONSource) void source.setData(features);
		}
	}, [map, data]);
	useEffect(() => {
		if (map) showLayers(map, hidden);
	}, [map, hidden]);
	useEffect(() => {
		map?.setFilter("grid-chosen", ["==", ["get", "code"], chosenGrid]);
	}, [map, chosenGrid]);
	return <div ref={element} className={onClick ? "map pointing" : "map"} role="application" aria-label={label} />;
}

/** For whoever makes a picture of it: whether all that is asked for has been drawn; and what goes wrong. */
function sayHowItGoes(map: maplibre.Map): void {
	// a base map has the layers of one schema, and none of the other's
	map.on("error", ({ error }) => {
		if (!/^Source layer .* does not exist/.test(error.message)) console.error(error);
	});
	map.on("dataloading", () => map.getContainer().removeAttribute("data-drawn"));
	map.on("idle", () => map.getContainer().setAttribute("data-drawn", ""));
}

/** Shows all sets of layers but those that are left out. */
function showLayers(map: maplibre.Map, hidden: readonly Layers[]): void {
	for (const name of Object.keys(GROUPS) as Layers[]) {
		const visibility = hidden.includes(name) ? "none" : "visible";
		for (const layer of GROUPS[name]) if (map.getLayer(layer)) map.setLayoutProperty(layer, "visibility", visibility);
	}
}

function tilesIn(bounds: [number, number, number, number]) {
	return {
		bounds,
		tiles: heights.sharedDemProtocolUrl,
		contours: heights.contourProtocolUrl({
			thresholds: CONTOURS,
			elevationKey: "ele",
			levelKey: "level",
			contourLayer: "contours",
		}),
	};
}

function foundAt(map: maplibre.Map, at: maplibre.Point): Found {
	const near: [maplibre.PointLike, maplibre.PointLike] = [
		[at.x - 6, at.y - 6],
		[at.x + 6, at.y + 6],
	];
	const [incident] = map.queryRenderedFeatures(near, { layers: ["incidents", "past"] });
	const id: unknown = incident?.properties["id"];
	return typeof id === "string" ? { incident: id } : {};
}
