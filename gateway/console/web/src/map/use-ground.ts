import { useQuery } from "@tanstack/react-query";
import type { FeatureCollection } from "geojson";
import { useMemo } from "react";
import { call } from "../api.ts";
import type { MapView } from "../api-types.ts";
import { groundFeatures } from "./features.ts";

/** Roads and water of the register in force, for a map. */
export function useGround(map: MapView | undefined): FeatureCollection {
	const ground = useQuery({
		queryKey: ["ground", map?.version],
		queryFn: () => call("GET /api/map/ground"),
		staleTime: Number.POSITIVE_INFINITY,
		enabled: map !== undefined,
	});
	return useMemo(() => groundFeatures(ground.data ?? []), [ground.data]);
}
