import { Paper, Stack, Text } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import type { FeatureCollection } from "geojson";
import { useMemo, useState } from "react";
import { call } from "../api.ts";
import type { Coverage, MapView } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { inWords } from "../i18n.ts";
import { listed } from "../incidents/listed.ts";
import { Fault } from "../ui/fault.tsx";
import { AtPlace, type FoundAt, type Place } from "./at-place.tsx";
import {
	collection,
	coverageFeatures,
	forestFeatures,
	gridAt,
	gridFeatures,
	incidentFeatures,
	middleOf,
	orderFeatures,
	pastFeatures,
	peopleFeatures,
	sectorFeatures,
	siteFeatures,
	terrainOf,
} from "./features.ts";
import { LayerChoice } from "./layer-choice.tsx";
import MapCanvas, { type Found } from "./map-canvas.tsx";
import type { Layers } from "./map-style.ts";
import { unitFeatures } from "./units.ts";
import { useGround } from "./use-ground.ts";

/** Incidents of the past that are shown, the newest. */
const PAST = 500;
/** Around the outermost of what is shown, degrees. */
const MARGIN = 0.01;

/** The county on its ground: grids, forest, cameras and what they see, orders, teams, water, and fires then and now. */
export function MapPage() {
	const { w } = useReader();
	// a grid that somebody was looking for
	const { grid } = useSearch({ strict: false }) as { grid?: string };
	const map = useQuery({
		queryKey: ["map"],
		queryFn: () => call("GET /api/map"),
		staleTime: 60_000,
		refetchInterval: 60_000,
	});
	if (map.isPending) return <section className="page" aria-busy="true" />;
	if (!map.data)
		return (
			<section className="page">
				<Fault text={inWords(w, map.error.message)} />
			</section>
		);
	return <Shown key={grid} map={map.data} start={map.data.grids.find((g) => g.code === grid)} />;
}

function Shown({ map, start }: { map: MapView; start: MapView["grids"][number] | undefined }) {
	const { w } = useReader();
	const data = useData(map);
	const [hidden, setHidden] = useLocalStorage<Layers[]>({ key: "map-hidden", defaultValue: ["past", "danger"] });
	const [at, setAt] = useState<Place | undefined>(() => middleOf(start?.polygons));
	const [found, setFound] = useState<FoundAt>(start ? { grid: start.code } : {});
	const [from, setFrom] = useState<Place | undefined>();
	const click = (place: Place, what: Found) => {
		setAt(place);
		const grid = gridAt(map, place);
		setFound(grid === undefined ? what : { ...what, grid });
	};
	const measured = useMemo(() => ({ ...data, measure: lineOf(from, at) }), [data, from, at]);
	return (
		<section className="map-page">
			<h1 className="unseen">{w.nav.map}</h1>
			<MapCanvas
				under={map.base}
				terrain={terrainOf(map)}
				bounds={start ? boundsOf([start], []) : boundsOf(map.grids, [map.tower, ...map.cameras])}
				coveredPx={sideWidth()}
				data={measured}
				hidden={hidden}
				chosenGrid={found.grid}
				label={w.nav.map}
				onClick={click}
			/>
			<Paper withBorder p="sm" className="side">
				<Stack gap="xs">
					{!map.hasTerrain && <Text size="sm">{w.mapPage.noTerrain}</Text>}
					<LayerChoice hasBase={map.base !== undefined} hidden={hidden} onHidden={setHidden} />
					{at ? (
						<AtPlace at={at} found={found} map={map} from={from} onMeasure={setFrom} />
					) : (
						<Text>{w.mapPage.hint}</Text>
					)}
				</Stack>
			</Paper>
		</section>
	);
}

/** Where there is room the choice of layers lies over the map's left side, so wide (px), as `map.css` has it. */
function sideWidth(): number {
	const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
	return matchMedia("(min-width: 900px)").matches ? 23.5 * rem : 0;
}

/** All that stands on the map, as its sources want it. */
function useData(map: MapView): Record<string, FeatureCollection> {
	const { sensors, incidents, cameras, tower } = useDesk();
	const ground = useGround(map);
	const past = useQuery({
		queryKey: ["past"],
		queryFn: () => listed({ kind: "fire", limit: String(PAST) }),
		staleTime: 60_000,
	});
	const coverage = useQueries({
		queries: map.cameras.map(({ id }) => ({
			queryKey: ["coverage", id],
			queryFn: () => call("GET /api/map/coverage/{id}", { path: { id } }),
			staleTime: Number.POSITIVE_INFINITY,
		})),
		combine: polygonsOf,
	});
	const still = useMemo(
		() => ({
			forest: forestFeatures(map),
			units: unitFeatures(map),
			orders: orderFeatures(map),
			sectors: sectorFeatures(map),
		}),
		[map],
	);
	const blind = cameras
		.filter((c) => c.blind)
		.map((c) => c.id)
		.join(" ");
	const seen = useMemo(() => {
		const lost = blind.split(" ");
		return coverageFeatures(
			coverage.map((polygons, n) => ({ polygons, isLost: lost.includes(map.cameras[n]?.id ?? "") })),
		);
	}, [coverage, blind, map]);
	const { danger, areaDangers } = tower;
	const levels = JSON.stringify([danger?.level, danger?.until, areaDangers]);
	// biome-ignore lint/correctness/useExhaustiveDependencies: the tower is told anew each second, with the same levels
	const grids = useMemo(() => gridFeatures(map, tower, Date.now()), [map, levels]);
	return useMemo(
		() => ({
			...still,
			grids,
			"ground-shapes": ground,
			coverage: seen,
			sites: siteFeatures(map, sensors, blind.split(" ")),
			people: peopleFeatures(map),
			past: pastFeatures(past.data?.rows ?? []),
			incidents: incidentFeatures(incidents, map),
		}),
		[still, grids, ground, seen, map, sensors, blind, past.data, incidents],
	);
}

/** What each camera sees, in the order of the cameras; nothing while that is not known. */
function polygonsOf(all: readonly { data?: Coverage | undefined }[]): Coverage["polygons"][] {
	return all.map((c) => c.data?.polygons ?? []);
}

function lineOf(from: Place | undefined, to: Place | undefined): FeatureCollection {
	if (!from || !to) return collection([]);
	const coordinates = [from, to].map(({ lat, lon }) => [lon, lat]);
	return collection([{ type: "Feature", geometry: { type: "LineString", coordinates }, properties: {} }]);
}

/** All grids, the tower and its cameras. */
function boundsOf(grids: MapView["grids"], others: readonly Place[]): [number, number, number, number] {
	const corners = grids.flatMap((g) => g.polygons.flatMap((rings) => rings[0] ?? []));
	const points = [...corners, ...others.map(({ lat, lon }) => [lon, lat])];
	let [west, south, east, north] = [180, 90, -180, -90];
	for (const [lon = 0, lat = 0] of points) {
		west = Math.min(west, lon);
		east = Math.max(east, lon);
		south = Math.min(south, lat);
		north = Math.max(north, lat);
	}
	return [west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN];
}
