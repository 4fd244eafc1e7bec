import { holds, type Register } from "../model/register.ts";
import { DAY_MS } from "./coverage.ts";
import { reachable } from "./holders.ts";
import { loadRegister } from "./load.ts";
import type { RegisterSettings } from "./settings.ts";

/** Whether anybody who answers for a grid has been heard of lately. */
export interface Reach {
	code: string;
	name: string;
	/** People who answer for it and have an address. */
	people: number;
	/** Those of them of whom an answer or a receipt has come within the days asked for. */
	heard: number;
}

/**
 * What a county wants to know before the season: grid by grid, how many can be reached, and how many were. `heard`: ms
 * since 1970.
 */
export function reachOf(register: Register, heard: ReadonlyMap<string, number>, now: number, days: number): Reach[] {
	const holders = reachable(register, now);
	return register.grids
		.filter((g) => holds(g, now))
		.map(({ code, name }) => {
			const ids = new Set(holders.filter((h) => h.grids.some((c) => code.startsWith(c))).map((h) => h.person.id));
			const lately = [...ids].filter((id) => now - (heard.get(id) ?? Number.NEGATIVE_INFINITY) <= days * DAY_MS);
			return { code, name, people: ids.size, heard: lately.length };
		});
}

/** Grids with how many people can be reached and were heard of, and the same as GeoJSON for a map. */
export async function reachMap(
	config: RegisterSettings,
	baseDir: string,
	{ now, days, heard }: { now: number; days: number; heard: Map<string, number> },
): Promise<{ reach: Reach[]; geojson: string }> {
	const register = await loadRegister(config, baseDir);
	const reach = reachOf(register, heard, now, days);
	const features = reach.map((r) => ({
		type: "Feature",
		properties: { ...r, reached: r.heard > 0 },
		geometry: { type: "MultiPolygon", coordinates: register.grids.find((g) => g.code === r.code)?.polygons ?? [] },
	}));
	return { reach, geojson: JSON.stringify({ type: "FeatureCollection", features }) };
}
