import { Button, Group, Input, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Polygon } from "geojson";
import type { Map as MapLibre } from "maplibre-gl";
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from "react";
import { TerraDraw, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { call } from "../api.ts";
import type { MapView } from "../api-types.ts";
import { useReader } from "../context.ts";
import { gridFeatures, siteFeatures, terrainOf } from "../map/features.ts";
import { useGround } from "../map/use-ground.ts";
import { CornersField } from "./corners-field.tsx";
import { outlineIn, type Polygons, piecesOf, withPieces } from "./outline.ts";

const MapCanvas = lazy(() => import("../map/map-canvas.tsx"));
/** Around an outline, degrees. */
const MARGIN = 0.01;
/** A corner within so many pixels of one of a neighbour's takes its place: no gap stays between them. */
const SNAP_PX = 14;

interface OutlineFieldProps {
	/** Code of the grid, where it has one already. */
	code: string | undefined;
	value: string | undefined;
	onChange: (value: string) => void;
}

/** The outline of a grid, drawn on the map: corners are dragged, put in between and taken out. */
export function OutlineField(props: OutlineFieldProps) {
	const map = useQuery({ queryKey: ["map"], queryFn: () => call("GET /api/map"), staleTime: 60_000 });
	// what is typed begins the drawing anew
	const [typed, setTyped] = useState(0);
	if (!map.data) return <section aria-busy="true" />;
	return (
		<>
			<Drawn key={typed} {...props} map={map.data} />
			<CornersField
				outline={outlineIn(props.value)}
				onTyped={(value) => {
					props.onChange(value);
					setTyped(typed + 1);
				}}
			/>
		</>
	);
}

function Drawn({ code, value, onChange, map }: OutlineFieldProps & { map: MapView }) {
	const { w } = useReader();
	const r = w.registerPage;
	const ground = useGround(map);
	const first = useRef(outlineIn(value));
	const drawn = useRef(first.current);
	const draw = useRef<TerraDraw | undefined>(undefined);
	const [isDrawing, setDrawing] = useState(first.current.length === 0);
	const changed = useRef(onChange);
	changed.current = onChange;
	// what comes in of the map meanwhile must not begin the drawing anew
	const neighbours = useRef<[number, number][]>([]);
	neighbours.current = useMemo(() => cornersOf(map, code), [map, code]);
	const onMap = useCallback((made: MapLibre) => {
		const drawing = drawingOn(made, drawn.current, () => neighbours.current);
		draw.current = drawing.draw;
		drawing.onChange((text, isDone) => {
			drawn.current = outlineIn(text);
			changed.current(text);
			if (isDone) setDrawing(false);
		});
		return () => {
			draw.current = undefined;
			drawing.draw.stop();
		};
	}, []);
	const data = useMemo(
		() => ({ grids: gridFeatures(map, {}, 0), "ground-shapes": ground, sites: siteFeatures(map, []) }),
		[map, ground],
	);
	const start = (mode: "polygon" | "select") => {
		setDrawing(mode === "polygon");
		draw.current?.setMode(mode);
	};
	return (
		<Input.Wrapper label={r.columns.coordinates} description={isDrawing ? r.outline.draw : r.outline.change}>
			<div className="small-map outline">
				<Suspense fallback={null}>
					<MapCanvas
						under={map.base}
						terrain={terrainOf(map)}
						bounds={boundsOf(first.current, map)}
						data={data}
						label={r.columns.coordinates}
						onMap={onMap}
					/>
				</Suspense>
			</div>
			<Group gap="xs" mt="xs">
				<Button size="compact-sm" onClick={() => start(isDrawing ? "select" : "polygon")}>
					{isDrawing ? r.outline.stop : r.outline.add}
				</Button>
				<Text size="sm">{r.outline.hint}</Text>
			</Group>
		</Input.Wrapper>
	);
}

/** What can be drawn on a map: the pieces of an outline, and more of them. */
function drawingOn(map: MapLibre, outline: Polygons, neighbours: () => readonly [number, number][]) {
	const toCustom = near(map, neighbours);
	const draw = new TerraDraw({
		adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: 9 }),
		modes: [
			new TerraDrawPolygonMode({ snapping: { toCustom } }),
			new TerraDrawSelectMode({
				flags: {
					polygon: {
						feature: {
							coordinates: { midpoints: true, draggable: true, deletable: true, snappable: { toCustom } },
						},
					},
				},
			}),
		],
	});
	draw.start();
	const added = draw.addFeatures(piecesOf(outline) as never);
	const ids = added.flatMap(({ id, valid }) => (valid && id !== undefined ? [id] : []));
	draw.setMode(outline.length === 0 ? "polygon" : "select");
	if (ids[0] !== undefined) draw.selectFeature(ids[0]);
	return {
		draw,
		onChange: (hear: (text: string, isDone: boolean) => void) => {
			const tell = (isDone: boolean) => {
				const drawn = draw
					.getSnapshot()
					.filter((f) => f.properties["mode"] === "polygon" && f.geometry.type === "Polygon");
				const known = ids.map((id) => drawn.find((f) => f.id === id)?.geometry as Polygon | undefined);
				const fresh = drawn.filter((f) => f.id === undefined || !ids.includes(f.id)).map((f) => f.geometry as Polygon);
				hear(withPieces(outline, [...known, ...fresh]), isDone);
			};
			draw.on("finish", (_id, { action }) => {
				if (action === "draw") draw.setMode("select");
				tell(action === "draw");
			});
			draw.on("change", (_ids, type) => {
				if (type === "delete") tell(false);
			});
		},
	};
}

/** The corners of all grids but one. */
function cornersOf({ grids }: MapView, code: string | undefined): [number, number][] {
	const rings = grids.filter((g) => g.code !== code).flatMap((g) => g.polygons.flatMap((rings) => rings[0] ?? []));
	return rings.map(([lon = 0, lat = 0]) => [lon, lat]);
}

/** The corner of a neighbour that is nearest on the screen, if one is near enough. */
function near(map: MapLibre, corners: () => readonly [number, number][]) {
	return ({ containerX, containerY }: { containerX: number; containerY: number }): [number, number] | undefined => {
		let best: { at: [number, number]; away: number } | undefined;
		for (const at of corners()) {
			const p = map.project(at);
			const away = Math.hypot(p.x - containerX, p.y - containerY);
			if (away <= SNAP_PX && away < (best?.away ?? Number.POSITIVE_INFINITY)) best = { at, away };
		}
		return best?.at;
	};
}

/** Around the outline; without one, all grids, or the tower. */
function boundsOf(outline: Polygons, { grids, tower }: MapView): [number, number, number, number] {
	const own = outline.flat(2);
	const all = own.length > 0 ? own : grids.flatMap((g) => g.polygons.flat(2));
	const points = all.length > 0 ? all : [[tower.lon, tower.lat]];
	const lons = points.map(([lon = 0]) => lon);
	const lats = points.map(([, lat = 0]) => lat);
	const least = (list: number[]) => list.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY) - MARGIN;
	const most = (list: number[]) => list.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) + MARGIN;
	return [least(lons), least(lats), most(lons), most(lats)];
}
