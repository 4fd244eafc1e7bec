import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { call } from "../api.ts";
import type { DryRun, MapView } from "../api-types.ts";
import { useReader } from "../context.ts";
import { span, type Words } from "../i18n.ts";
import {
	collection,
	forestFeatures,
	gridFeatures,
	middleOf,
	point,
	siteFeatures,
	terrainOf,
	touchedFeatures,
} from "../map/features.ts";
import { useGround } from "../map/use-ground.ts";

const MapCanvas = lazy(() => import("../map/map-canvas.tsx"));
/** Around the grids, degrees: a kilometre and more. */
const MARGIN = 0.012;
/** Names that fit on a grid. */
const NAMED = 2;

/** The grids that a fire there would touch, and who of each is told first, on the map. */
export function DryRunMap({ run }: { run: DryRun }) {
	const { w } = useReader();
	const map = useQuery({ queryKey: ["map"], queryFn: () => call("GET /api/map"), staleTime: 60_000 });
	const { data } = map;
	const ground = useGround(data);
	const shown = useMemo(
		() =>
			data && {
				forest: forestFeatures(data),
				grids: gridFeatures(data, {}, 0),
				"ground-shapes": ground,
				sites: siteFeatures(data, []),
				region: collection(touchedFeatures(run, data)),
				people: collection(firstTold(run, data, w)),
			},
		[data, ground, run, w],
	);
	const bounds = data && boundsOf(run, data);
	if (!data || !shown || !bounds) return null;
	return (
		<div className="small-map dry-run">
			<Suspense fallback={null}>
				<MapCanvas
					key={run.grids.map((g) => g.code).join(" ")}
					under={data.base}
					terrain={terrainOf(data)}
					data={shown}
					bounds={bounds}
					label={w.registerPage.tabs.try}
				/>
			</Suspense>
		</div>
	);
}

/** In the middle of each grid who is told first there, and after how long. */
function firstTold({ grids, told }: DryRun, map: MapView, w: Words) {
	return grids.flatMap(({ code }) => {
		const at = middleOf(map.grids.find((g) => g.code === code)?.polygons);
		const own = told.filter((t) => t.grid === code).sort((a, b) => a.afterS - b.afterS);
		const [first] = own;
		if (!at || !first) return [];
		const together = own.filter((t) => t.afterS === first.afterS).map((t) => t.name);
		const more = together.length > NAMED ? ` +${together.length - NAMED}` : "";
		const name = `${together.slice(0, NAMED).join("、")}${more} · ${span(first.afterS * 1000, w)}`;
		return [point(at, { id: code, name })];
	});
}

function boundsOf({ grids }: DryRun, map: MapView): [number, number, number, number] | undefined {
	const codes = new Set(grids.map((g) => g.code));
	const corners = map.grids.filter((g) => codes.has(g.code)).flatMap((g) => g.polygons.flat(2));
	if (corners.length === 0) return undefined;
	const [lons, lats] = [corners.map(([lon = 0]) => lon), corners.map(([, lat = 0]) => lat)];
	return [
		Math.min(...lons) - MARGIN,
		Math.min(...lats) - MARGIN,
		Math.max(...lons) + MARGIN,
		Math.max(...lats) + MARGIN,
	];
}
