import type { Incident } from "../../model/incident.ts";
import { holds, type Register } from "../../model/register.ts";
import type { MapView } from "./schemas.ts";

/** Where people of open fires last said they were, one place for each. */
export function peopleOnMap(incidents: readonly Incident[]): MapView["people"] {
	const last = new Map<string, MapView["people"][number]>();
	for (const { id: incidentId, reports = [], involved } of incidents) {
		for (const { personId: id, at, position, what } of reports) {
			if (!position || at < (last.get(id)?.at ?? 0)) continue;
			const name = involved.find((i) => i.personId === id)?.name ?? id;
			last.set(id, { id, name, at, position: { lat: position.lat, lon: position.lon }, incidentId, what });
		}
	}
	return [...last.values()];
}

/** What of the register stands on the map at a moment. */
export function mapOf(
	register: Register,
	now: number,
): Pick<MapView, "grids" | "units" | "forest" | "teams" | "places" | "orders"> {
	const { grids, units, teams, places, orders, forest } = register;
	return {
		forest,
		units: units.map(({ code, name, level }) => ({ code, name, level })),
		grids: grids.filter((g) => holds(g, now)).map(({ code, name, polygons }) => ({ code, name, polygons })),
		teams: teams
			.filter((t) => holds(t, now))
			.map(({ id, name, tier, base, strength }) => {
				const team = { id, name, tier, position: { lat: base.lat, lon: base.lon } };
				return strength === undefined ? team : { ...team, strength };
			}),
		places: places
			.filter((p) => holds(p, now))
			.map(({ id, kind, name, position: { lat, lon } }) => ({ id, kind, name, position: { lat, lon } })),
		orders: orders
			.filter((o) => o.from <= now && now < o.to)
			.map(({ id, kind, grids: codes, around, from, to, document }) => {
				const order = { id, kind, grids: codes, from, to, document };
				if (!around) return order;
				const { position, radiusM } = around;
				return { ...order, around: { position: { lat: position.lat, lon: position.lon }, radiusM } };
			}),
	};
}

/** The name of the county that some grids lie in, else of the first there is: whose papers are filed. */
export function unitOf({ units }: Register, codes: readonly string[]): string | undefined {
	const counties = units.filter((u) => u.level === "county");
	const own = counties.find((u) => codes.some((code) => code.startsWith(u.code)));
	return (own ?? counties[0])?.name;
}
