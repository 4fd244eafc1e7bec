import { writeCsv } from "../base/csv.ts";
import { dialled } from "../base/phone-number.ts";
import { DEFAULT_TIME_ZONE } from "../base/time-zone.ts";
import type { Grid, GroundShape, Order, Person, Register } from "../model/register.ts";
import { COLUMNS, type PARTS } from "./import.ts";
import { momentText } from "./row.ts";
import type { Columns } from "./table.ts";

interface PartFile {
	file: string;
	text: string;
}
type Cells = Record<string, string | number | undefined>;

/** The register as files that `importRegister` reads back to the same register: name of the file, and its text. */
export function exportRegister(r: Register, timeZone = DEFAULT_TIME_ZONE): Record<(typeof PARTS)[number], PartFile> {
	const when = (ms: number | undefined) => momentText(ms, timeZone);
	const span = (v: { from?: number; to?: number }) => ({ from: when(v.from), to: when(v.to) });
	const forest = r.forest.length === 0 ? [] : [area(r.forest, {})];
	return {
		people: csv("people", r.people, (p) => ({
			...personCells(p),
			verified: when(p.verifiedAt),
			changed: when(p.changedAt),
			...span(p),
		})),
		grids: geoJson(
			"grids",
			r.grids.map((g) => area(g.polygons, { code: g.code, name: g.name, ...span(g) })),
		),
		teams: csv("teams", r.teams, ({ base, ...t }) => ({ ...t, ...base, grids: t.grids.join(";"), ...span(t) })),
		assignments: csv("assignments", r.assignments, (a) => ({ ...a, grids: a.grids.join(";"), ...span(a) })),
		roster: csv("roster", r.shifts, (s) => ({ ...s, ...span(s) })),
		units: csv("units", r.units, (u) => ({ ...u })),
		places: csv("places", r.places, ({ position, ...p }) => ({ ...p, ...position, ...span(p) })),
		orders: csv("orders", r.orders, (o) => ({ ...orderCells(o), ...span(o) })),
		forest: geoJson("forest", forest),
		ground: geoJson("ground", (r.ground ?? []).map(shape)),
		cards: csv("cards", r.cards, (c) => ({ ...c })),
	};
}

function csv<T>(part: keyof typeof COLUMNS, rows: T[], cells: (row: T) => Cells): PartFile {
	const { needed, optional = [] }: Columns = COLUMNS[part];
	return { file: `${part}.csv`, text: writeCsv([...needed, ...optional], rows.map(cells)) };
}

function geoJson(part: "grids" | "forest" | "ground", features: object[]): PartFile {
	return { file: `${part}.geojson`, text: JSON.stringify({ type: "FeatureCollection", features }) };
}

function area(coordinates: Grid["polygons"], properties: Cells): object {
	return { type: "Feature", properties, geometry: { type: "MultiPolygon", coordinates } };
}

function shape({ kind, name, lines, polygons }: GroundShape): object {
	if (polygons.length > 0) return area(polygons, { kind, name });
	return { type: "Feature", properties: { kind, name }, geometry: { type: "MultiLineString", coordinates: lines } };
}

function personCells({ id, name, title, role, level, grids, phone, addresses, deputyOf, condition }: Person): Cells {
	return {
		id,
		name,
		title,
		role,
		level,
		grids: grids.join(";"),
		phone: phone && dialled(phone),
		channels: addresses.map((a) => (a.channel === "webpush" ? "webpush" : `${a.channel}:${a.address}`)).join(";"),
		deputyOf,
		condition,
	};
}

function orderCells({ id, kind, grids, document, around }: Order): Cells {
	const { position, radiusM } = around ?? {};
	return { id, kind, grids: grids.join(";"), document, lat: position?.lat, lon: position?.lon, radiusM };
}
