import { writeCsv } from "../../base/csv.ts";
import { phrase } from "../../base/say.ts";
import { localTimeWithOffset } from "../../base/time-zone.ts";
import { SensorHistory } from "../views/schemas.ts";
import { historyQuery, idParams } from "./bodies.ts";
import { answers, refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";

const COLUMNS = ["time", "quantity", "unit", "least", "mean", "most"];

/** What a sensor measured before: to draw, and to take along. */
export function sensorRoutes(app: App, { backend }: Services): void {
	app.get(
		"/api/sensors/:id/history",
		{
			schema: {
				summary: "What a sensor measured, in slices of least, mean and most.",
				params: idParams,
				querystring: historyQuery,
				response: answers(SensorHistory),
			},
		},
		async ({ params: { id }, query: { hours } }, reply) =>
			(await backend.sensorHistory(id, hours)) ?? refuse(reply, 404, phrase("api.noSensor")),
	);
	app.get(
		"/api/sensors/:id/history/export",
		{ schema: { summary: "The same as a table (CSV).", params: idParams, querystring: historyQuery } },
		async ({ params: { id }, query: { hours } }, reply) => {
			const history = await backend.sensorHistory(id, hours);
			if (!history) return refuse(reply, 404, phrase("api.noSensor"));
			return reply
				.type("text/csv; charset=utf-8")
				.header("content-disposition", `attachment; filename="${id}.csv"`)
				.send(writeCsv(COLUMNS, rowsOf(history, backend.tower().timeZone)));
		},
	);
}

/** A line for each slice of each quantity, times as the tower's clock shows them. */
function rowsOf({ quantities }: SensorHistory, timeZone: string): Record<string, string | number | undefined>[] {
	return quantities.flatMap(({ quantity, unit, at, least, mean, most }) =>
		at.map((time, i) => ({
			time: localTimeWithOffset(time, timeZone),
			quantity,
			unit,
			least: least[i],
			mean: mean[i],
			most: most[i],
		})),
	);
}
