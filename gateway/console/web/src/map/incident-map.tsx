import { useQuery } from "@tanstack/react-query";
import { CatchBoundary } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { call } from "../api.ts";
import type { Briefing, Camera, Incident, Tower } from "../api-types.ts";
import { useReader } from "../context.ts";
import { Region } from "../desk/region.tsx";
import { useDesk } from "../feed/use-feed.ts";
import {
	collection,
	forestFeatures,
	gridFeatures,
	peopleFeatures,
	regionFeatures,
	siteFeatures,
	terrainOf,
	touchedFeatures,
	wayFeatures,
} from "./features.ts";
import { useGround } from "./use-ground.ts";

const MapCanvas = lazy(() => import("./map-canvas.tsx"));
/** Around what is meant, degrees: two kilometres and more. */
const MARGIN = 0.02;

interface IncidentMapProps {
	incident: Incident;
	/** Roads, water and what else is near by. */
	near: Briefing["near"];
	tower: Tower;
	cameras: Camera[];
}

/** Where one incident is: on the ground where that is known and can be drawn, else as bearings on a dial. */
export function IncidentMap({ incident, near, tower, cameras }: IncidentMapProps) {
	const { w } = useReader();
	const { sensors } = useDesk();
	const map = useQuery({ queryKey: ["map"], queryFn: () => call("GET /api/map"), staleTime: 60_000 });
	const { data } = map;
	const ground = useGround(data);
	const shown = useMemo(
		() =>
			data && {
				forest: forestFeatures(data),
				grids: gridFeatures(data, {}, 0),
				"ground-shapes": ground,
				sites: siteFeatures(data, sensors),
				people: peopleFeatures(data),
				region: collection([
					...touchedFeatures(incident, data),
					...wayFeatures(incident, near),
					...regionFeatures(incident).features,
				]),
			},
		[data, ground, sensors, incident, near],
	);
	if (map.isPending) return <div className="small-map" aria-busy="true" />;
	const dial = <Region incident={incident} tower={tower} cameras={cameras} w={w} />;
	if (!data || !shown || !data.hasTerrain) return dial;
	return (
		<div className="small-map">
			<CatchBoundary getResetKey={() => incident.id} errorComponent={() => dial}>
				<Suspense fallback={dial}>
					<MapCanvas
						under={data.base}
						terrain={terrainOf(data)}
						data={shown}
						bounds={boundsOf(incident, tower)}
						label={w.place}
					/>
				</Suspense>
			</CatchBoundary>
		</div>
	);
}

/** All of where it may be, and the tower that has seen it. */
function boundsOf({ place, evidence }: Incident, tower: Tower): [number, number, number, number] {
	const seen = evidence.flatMap((e) => e.pose?.position ?? []);
	const all = [...place.points, ...(place.best ? [place.best] : []), ...seen];
	const points = all.length === 0 ? [{ lat: tower.lat, lon: tower.lon }] : all;
	const lons = points.map((p) => p.lon);
	const lats = points.map((p) => p.lat);
	return [
		Math.min(...lons) - MARGIN,
		Math.min(...lats) - MARGIN,
		Math.max(...lons) + MARGIN,
		Math.max(...lats) + MARGIN,
	];
}
