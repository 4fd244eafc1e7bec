import { writeCsv } from "../base/csv.ts";
import { dialled } from "../base/phone-number.ts";
import { DEFAULT_TIME_ZONE } from "../base/time-zone.ts";
import type { Register } from "../model/register.ts";
import { COLUMNS, type PARTS } from "./import.ts";
import { momentText } from "./row.ts";

/** The register as files that `importRegister` reads back to the same register: name of the file, and its text. */
export function exportRegister(
	r: Register,
	timeZone = DEFAULT_TIME_ZONE,
): Record<(typeof PARTS)[number], { file: string; text: string }> {
	const span = (v: { from?: number; to?: number }) => ({
		from: momentText(v.from, timeZone),
		to: momentText(v.to, timeZone),
	});
	const csv = (part: keyof typeof COLUMNS, rows: Record<string, string | number | undefined>[]) => {
		const columns: { needed: readonly string[]; optional?: readonly string[] } = COLUMNS[part];
		return { file: `${part}.csv`, text: writeCsv([...columns.needed, ...(columns.optional ?? [])], rows) };
	};
	return {
		people: csv(
			"people",
			r.people.map((p) => ({
				id: p.id,
				name: p.name,
				title: p.title,
				role: p.role,
				level: p.level,
				grids: p.grids.join(";"),
				phone: p.phone === undefined ? undefined : dialled(p.phone),
				channels: p.addresses.map((a) => (a.channel === "webpush" ? "webpush" : `${a.channel}:${a.address}`)).join(";"),
				deputyOf: p.deputyOf,
				condition: p.condition,
				verified: momentText(p.verifiedAt, timeZone),
				changed: momentText(p.changedAt, timeZone),
				...span(p),
			})),
		),
		grids: {
			file: "grids.geojson",
			text: JSON.stringify({
				type: "FeatureCollection",
				features: r.grids.map((g) => ({
					type: "Feature",
					properties: { code: g.code, name: g.name, ...span(g) },
					geometry: { type: "MultiPolygon", coordinates: g.polygons },
				})),
			}),
		},
		teams: csv(
			"teams",
			r.teams.map((t) => ({
				...t,
				lat: t.base.lat,
				lon: t.base.lon,
				base: undefined,
				grids: t.grids.join(";"),
				...span(t),
			})),
		),
		assignments: csv(
			"assignments",
			r.assignments.map((a) => ({ ...a, grids: a.grids.join(";"), ...span(a) })),
		),
		roster: csv(
			"roster",
			r.shifts.map((s) => ({ ...s, ...span(s) })),
		),
		units: csv(
			"units",
			r.units.map((u) => ({ ...u })),
		),
		places: csv(
			"places",
			r.places.map((p) => ({ ...p, ...p.position, position: undefined, ...span(p) })),
		),
		orders: csv(
			"orders",
			r.orders.map((o) => ({
				id: o.id,
				kind: o.kind,
				grids: o.grids.join(";"),
				document: o.document,
				lat: o.around?.position.lat,
				lon: o.around?.position.lon,
				radiusM: o.around?.radiusM,
				...span(o),
			})),
		),
		forest: {
			file: "forest.geojson",
			text: JSON.stringify({
				type: "FeatureCollection",
				features: [
					{ type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates: r.forest } },
				].filter(() => r.forest.length > 0),
			}),
		},
		cards: csv(
			"cards",
			r.cards.map((c) => ({ ...c })),
		),
	};
}
