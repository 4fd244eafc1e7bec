import { Anchor, Button, Checkbox, CopyButton, Group, Paper, Stack, Text } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { FeatureCollection } from "geojson";
import { useMemo, useState } from "react";
import { call, failed } from "../api.ts";
import type { IncidentPage, MapView, Person } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { filled, inWords, postOf } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";
import {
	between,
	collection,
	forestFeatures,
	gridAt,
	gridFeatures,
	incidentFeatures,
	orderFeatures,
	pastFeatures,
	peopleFeatures,
	sectorFeatures,
	siteFeatures,
	terrainOf,
} from "./features.ts";
import MapCanvas, { type Found } from "./map-canvas.tsx";
import { GROUPS, type Layers } from "./map-style.ts";
import { placeLinks } from "./place-links.ts";

interface Place {
	lat: number;
	lon: number;
}
/** What is under a click, and the grid on whose ground it is. */
type FoundAt = Found & { grid?: string };
/** Incidents of the past that are shown, the newest. */
const PAST = 500;
/** Around the outermost of what is shown, degrees. */
const MARGIN = 0.01;

/** The county on its ground: grids, forest, cameras and what they see, orders, teams, water, and fires then and now. */
export function MapPage() {
	const { w } = useReader();
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
	return <Shown map={map.data} />;
}

function Shown({ map }: { map: MapView }) {
	const { w } = useReader();
	const data = useData(map);
	const [hidden, setHidden] = useState<readonly Layers[]>(["past"]);
	const [at, setAt] = useState<Place | undefined>();
	const [found, setFound] = useState<FoundAt>({});
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
				bounds={boundsOf(map)}
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

/** All that stands on the map, as its sources want it. */
function useData(map: MapView): Record<string, FeatureCollection> {
	const { sensors, incidents } = useDesk();
	const past = useQuery({ queryKey: ["past"], queryFn: loadPast, staleTime: 60_000 });
	const coverage = useQueries({
		queries: map.cameras.map(({ id }) => ({
			queryKey: ["coverage", id],
			queryFn: () => call("GET /api/map/coverage/{id}", { path: { id } }),
			staleTime: Number.POSITIVE_INFINITY,
		})),
		combine: (all) => all.flatMap((c) => c.data?.polygons ?? []),
	});
	const still = useMemo(
		() => ({
			forest: forestFeatures(map),
			grids: gridFeatures(map),
			orders: orderFeatures(map),
			sectors: sectorFeatures(map),
		}),
		[map],
	);
	const seen = useMemo(
		() =>
			collection(
				coverage.length === 0
					? []
					: [
							{
								type: "Feature",
								geometry: { type: "MultiPolygon", coordinates: coverage.map((ring) => [ring]) },
								properties: {},
							},
						],
			),
		[coverage],
	);
	return useMemo(
		() => ({
			...still,
			coverage: seen,
			sites: siteFeatures(map, sensors),
			people: peopleFeatures(map),
			past: pastFeatures(past.data?.rows ?? []),
			incidents: incidentFeatures(incidents, map),
		}),
		[still, seen, map, sensors, past.data, incidents],
	);
}

async function loadPast(): Promise<IncidentPage> {
	const response = await fetch(`/api/incidents?kind=fire&limit=${PAST}`, { signal: AbortSignal.timeout(15_000) });
	if (!response.ok) throw await failed(response);
	return (await response.json()) as IncidentPage;
}

/** What a layer is drawn in, where that is one colour. */
const SWATCH: Partial<Record<Layers, string>> = {
	forest: "rgb(63 125 79 / 40%)",
	grids: "#4d5f56",
	orders: "rgb(201 42 42 / 35%)",
	coverage: "rgb(8 127 91 / 55%)",
	people: "#1c7ed6",
	past: "#7b8a82",
};

interface LayerChoiceProps {
	hidden: readonly Layers[];
	hasBase: boolean;
	onHidden: (hidden: Layers[]) => void;
}

function LayerChoice({ hidden, hasBase, onHidden }: LayerChoiceProps) {
	const { w } = useReader();
	const groups = (Object.keys(GROUPS) as Layers[]).filter((g) => g !== "base" || hasBase);
	return (
		<Checkbox.Group
			label={w.mapPage.layers}
			value={groups.filter((g) => !hidden.includes(g))}
			onChange={(shown) => onHidden(groups.filter((g) => !shown.includes(g)))}
		>
			<Group gap="xs">
				{groups.map((g) => (
					<Checkbox
						key={g}
						value={g}
						size="xs"
						label={
							<>
								{SWATCH[g] && <i className="swatch" style={{ background: SWATCH[g] }} />} {w.mapPage.groups[g]}
							</>
						}
					/>
				))}
			</Group>
		</Checkbox.Group>
	);
}

interface AtPlaceProps {
	at: Place;
	found: FoundAt;
	map: MapView;
	from: Place | undefined;
	onMeasure: (from: Place | undefined) => void;
}

/** What lies under a click: its position, the grid and who answers for it, the incident, and how far it is. */
function AtPlace({ at, found, map, from, onMeasure }: AtPlaceProps) {
	const { w } = useReader();
	const grid = map.grids.find((g) => g.code === found.grid);
	const text = `${at.lat.toFixed(5)}, ${at.lon.toFixed(5)}`;
	const seesPeople = useMay("personal");
	const here = { lat: Number(at.lat.toFixed(5)), lon: Number(at.lon.toFixed(5)) };
	const off = between(from ?? map.tower, at);
	const gaps = { km: (off.metres / 1000).toFixed(2), degrees: Math.round(off.azimuthDeg) };
	return (
		<>
			{found.incident && (
				<Button component={Link} to={`/incidents/${found.incident}`} variant="filled">
					{w.incidentPage.file}
				</Button>
			)}
			<Text size="sm">
				{text} (WGS84) · {filled(w, from ? w.mapPage.fromMark : w.mapPage.fromTower, gaps)}
			</Text>
			<Group gap="xs">
				<CopyButton value={text}>
					{({ copied, copy }) => (
						<Button size="compact-sm" onClick={copy}>
							{copied ? w.incidentPage.copied : w.incidentPage.copy}
						</Button>
					)}
				</CopyButton>
				<Button size="compact-sm" onClick={() => onMeasure(from ? undefined : at)}>
					{from ? w.mapPage.measureEnd : w.mapPage.measure}
				</Button>
				{seesPeople && (
					<Button component={Link} size="compact-sm" to="/people" {...({ search: { tab: "try", ...here } } as object)}>
						{w.registerPage.ask}
					</Button>
				)}
			</Group>
			<Text size="sm">
				{placeLinks(at, grid?.name ?? text).map(({ name, url, datum }) => (
					<Anchor key={name} href={url} target="_blank" rel="noreferrer" mr="sm">
						{w.mapPage.maps[name]} ({datum})
					</Anchor>
				))}
			</Text>
			{grid && (
				<>
					<b>
						{grid.name} <small>{grid.code}</small>
					</b>
					<PeopleOf code={grid.code} />
				</>
			)}
		</>
	);
}

/** Roles in the order in which somebody looks for them. */
const RANKS = ["chief", "ranger", "supervisor", "adviser"];
const rankOf = ({ role }: Person) => (RANKS.includes(role) ? RANKS.indexOf(role) : RANKS.length);

function PeopleOf({ code }: { code: string }) {
	const { w } = useReader();
	const seesPeople = useMay("personal");
	const people = useQuery({ queryKey: ["people"], queryFn: () => call("GET /api/people"), enabled: seesPeople });
	// whoever answers for the smallest ground around it first: the ranger of the grid before the county's chief
	const nearness = (p: Person) => Math.max(...p.grids.filter((g) => code.startsWith(g)).map((g) => g.length));
	const own = (people.data ?? [])
		.filter((p) => p.grids.some((g) => code.startsWith(g)))
		.sort((a, b) => nearness(b) - nearness(a) || rankOf(a) - rankOf(b));
	return (
		<ul className="found">
			{own.map((p) => (
				<li key={p.id}>
					<b>{p.name}</b> {p.title ?? postOf(w, p)} {p.phone && <a href={`tel:${p.phone}`}>{p.phone}</a>}
				</li>
			))}
		</ul>
	);
}

function lineOf(from: Place | undefined, to: Place | undefined): FeatureCollection {
	if (!from || !to) return collection([]);
	const coordinates = [from, to].map(({ lat, lon }) => [lon, lat]);
	return collection([{ type: "Feature", geometry: { type: "LineString", coordinates }, properties: {} }]);
}

/** All grids, the tower and its cameras. */
function boundsOf({ grids, tower, cameras }: MapView): [number, number, number, number] {
	const corners = grids.flatMap((g) => g.polygons.flatMap((rings) => rings[0] ?? []));
	const points = [...corners, ...[tower, ...cameras].map(({ lat, lon }) => [lon, lat])];
	let [west, south, east, north] = [180, 90, -180, -90];
	for (const [lon = 0, lat = 0] of points) {
		west = Math.min(west, lon);
		east = Math.max(east, lon);
		south = Math.min(south, lat);
		north = Math.max(north, lat);
	}
	return [west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN];
}
