import { writeCsv } from "../../base/csv.ts";
import { defined, omit } from "../../base/omit.ts";
import type { Language } from "../../base/say.ts";
import { localTimeWithOffset } from "../../base/time-zone.ts";
import { en } from "../../base/words/en/page.ts";
import { en as enPages } from "../../base/words/en/pages.ts";
import { zh } from "../../base/words/zh/page.ts";
import { zh as zhPages } from "../../base/words/zh/pages.ts";
import type { IncidentFilter, IncidentRow } from "../../model/incident-row.ts";
import { INCIDENT_STATES } from "../../model/incident-states.ts";
import type { IncidentList } from "../../store/incident-list.ts";
import { unnamed } from "../views/incident.ts";
import { numbersOf } from "../views/numbers.ts";
import { type IncidentListRow, IncidentPage, Numbers } from "../views/schemas.ts";
import type { Who } from "./auth.ts";
import { exportQuery, listQuery, numbersQuery } from "./bodies.ts";
import { answers } from "./refuse.ts";
import type { App, Services } from "./services.ts";

const PAGE = { en, zh };
const PAGES = { en: enPages, zh: zhPages };
/** Rows are counted up to this, and exported up to that. */
const MOST_COUNTED = 10_000;
const MOST_EXPORTED = 200_000;
/** Rows of an export that are read at once. */
const AT_ONCE = 2_000;
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** All incidents that ever were: found by what is known of them, a page at a time, or taken along as a table. */
export function incidentListRoutes(app: App, services: Services): void {
	numbersRoute(app, services);
	const { backend, guard } = services;
	app.get(
		"/api/incidents",
		{ schema: { summary: "Incidents, newest first.", querystring: listQuery, response: answers(IncidentPage) } },
		async (request) => {
			const { limit = 100, before, ...asked } = request.query;
			const filter = filterOf(asked, guard.who(request));
			const [openedAt = "", id = ""] = before?.split("~") ?? [];
			const list = backend.incidentList();
			const behind = before === undefined ? undefined : { openedAt: Number(openedAt), id };
			const rows = await list.find(filter, limit + 1, behind);
			const total = await list.count(filter, MOST_COUNTED);
			const seesPeople = guard.seesPeople(request);
			return {
				rows: rows.slice(0, limit).map((row) => viewOf(row, seesPeople)),
				total,
				isMore: rows.length > limit,
			};
		},
	);
	app.get(
		"/api/incidents/export",
		{
			schema: {
				summary: "The same as a table (CSV, XLSX) or a map (GeoJSON).",
				querystring: exportQuery,
			},
		},
		async (request, reply) => {
			const { format, ...asked } = request.query;
			const seesPeople = guard.seesPeople(request);
			const all = await allOf(backend.incidentList(), filterOf(asked, guard.who(request)));
			const rows = all.map((row) => viewOf(row, seesPeople));
			reply.header("content-disposition", `attachment; filename="incidents.${format}"`);
			if (format === "geojson") return reply.type("application/geo+json").send(mapOf(rows));
			const { language, timeZone } = backend.tower();
			const table = tableOf(rows, language, timeZone);
			if (format === "csv") return reply.type("text/csv; charset=utf-8").send(writeCsv(table.columns, table.rows));
			return reply.type(XLSX).send(await workbookOf(table));
		},
	);
}

/** What a time looks like in numbers: each of them is found again in the list. */
function numbersRoute(app: App, { backend, guard }: Services): void {
	app.get(
		"/api/numbers",
		{ schema: { summary: "A time in numbers.", querystring: numbersQuery, response: answers(Numbers) } },
		async (request) => {
			const { from, to, ...asked } = request.query;
			const rows = await allOf(backend.incidentList(), filterOf({ from, to, ...asked }, guard.who(request)));
			const cameras = backend.cameras().map((c) => c.id);
			const numbers = numbersOf(rows, { from, to, cameras, timeZone: backend.tower().timeZone });
			return guard.seesPeople(request) ? numbers : { ...numbers, byCause: [] };
		},
	);
}

/** All rows of a filter, read a piece at a time. */
async function allOf(list: IncidentList, filter: IncidentFilter): Promise<IncidentRow[]> {
	const rows: IncidentRow[] = [];
	for (let last: IncidentRow | undefined; rows.length < MOST_EXPORTED; ) {
		const page: IncidentRow[] = await list.find(filter, AT_ONCE, last);
		rows.push(...page);
		last = page.at(-1);
		if (page.length < AT_ONCE) break;
	}
	return rows;
}

type Asked = Omit<IncidentFilter, "states" | "within"> & { states?: string };

function filterOf({ states, ...asked }: Asked, { areas }: Who): IncidentFilter {
	const known = states?.split(",").flatMap((name) => INCIDENT_STATES.find((s) => s === name) ?? []);
	return { ...asked, ...defined({ states: known }), within: areas };
}

function viewOf(row: IncidentRow, seesPeople: boolean): IncidentListRow {
	const bare = omit(row, "people");
	return seesPeople ? bare : { ...omit(bare, "cause"), sources: row.sources.map(unnamed) };
}

interface Table {
	columns: string[];
	rows: Record<string, string | number | undefined>[];
}

/** A line for each, times as the tower's clock shows them, in the office's language. */
function tableOf(rows: IncidentListRow[], language: Language, timeZone: string): Table {
	const { columns } = PAGES[language].list;
	const { kinds, states } = PAGE[language];
	const time = (at: number | undefined) => (at === undefined ? "" : localTimeWithOffset(at, timeZone));
	const lines = rows.map((r) => ({
		[columns.id]: r.id,
		[columns.opened]: time(r.openedAt),
		[columns.kind]: kinds[r.kind],
		[columns.status]: PAGES[language].list.status[r.status],
		[columns.state]: states[r.state],
		[columns.place]: r.place,
		[columns.grids]: r.grids.join(" "),
		[columns.sources]: r.sources.join("; "),
		[columns.cause]: r.cause,
		[columns.size]: r.sizeHa,
		[columns.answer]: secondsBetween(r.openedAt, r.answeredAt),
		[columns.scene]: secondsBetween(r.openedAt, r.onSceneAt),
		[columns.closed]: time(r.closedAt),
		[columns.lat]: r.lat,
		[columns.lon]: r.lon,
	}));
	return { columns: Object.values(columns), rows: lines };
}

function secondsBetween(from: number, at: number | undefined): number | undefined {
	return at === undefined ? undefined : Math.round((at - from) / 1000);
}

/** A workbook with one sheet: numbers as numbers, all else as text, so that no code becomes one. */
async function workbookOf({ columns, rows }: Table): Promise<Buffer> {
	const { default: writeXlsx } = await import("write-excel-file/node");
	const cell = (value: string | number | undefined) =>
		typeof value === "number" ? { value, type: Number } : { value: value ?? "", type: String };
	const head = columns.map((value) => ({ value, type: String }));
	return writeXlsx([head, ...rows.map((row) => columns.map((column) => cell(row[column])))]).toBuffer();
}

/** Those whose place is known, as points in WGS84. */
function mapOf(rows: IncidentListRow[]): string {
	const features = rows.flatMap(({ lat, lon, ...properties }) =>
		lat === undefined || lon === undefined
			? []
			: [{ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties }],
	);
	return JSON.stringify({ type: "FeatureCollection", features });
}
