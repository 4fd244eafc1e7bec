import { writeCsv } from "../../base/csv.ts";
import { IncidentPage } from "../views/schemas.ts";
import { exportQuery, listQuery } from "./bodies.ts";
import { allOf, filterOf, mapOf, tableOf, viewOf } from "./incident-table.ts";
import { answers } from "./refuse.ts";
import type { App, Services } from "./services.ts";
import { workbookOf, XLSX } from "./workbook.ts";

/** Rows are counted up to this. */
const MOST_COUNTED = 10_000;

/** All incidents that ever were: found by what is known of them, a page at a time, or taken along as a table. */
export function incidentListRoutes(app: App, services: Services): void {
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
			return reply.type(XLSX).send(await workbookOf([{ name: "incidents", ...table }]));
		},
	);
}
