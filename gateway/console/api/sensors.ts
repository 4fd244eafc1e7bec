import { writeCsv } from "../../base/csv.ts";
import { PAGE_WORDS } from "../../base/page-words.ts";
import { type Language, phrase } from "../../base/say.ts";
import { localTimeWithOffset } from "../../base/time-zone.ts";
import { SensorHistory } from "../views/schemas.ts";
import { historyQuery, idParams } from "./bodies.ts";
import { answers, refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";

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
			const { language, timeZone } = backend.tower();
			return reply
				.type("text/csv; charset=utf-8")
				.header("content-disposition", `attachment; filename="${id}.csv"`)
				.send(writeCsv(Object.values(columnsOf(language)), rowsOf(history, language, timeZone)));
		},
	);
}

const columnsOf = (language: Language) => PAGE_WORDS[language].sensorPage.columns;

/** A line for each slice of each quantity, times as the tower's clock shows them, in the office's language. */
function rowsOf(
	{ quantities }: SensorHistory,
	language: Language,
	timeZone: string,
): Record<string, string | number | undefined>[] {
	const c = columnsOf(language);
	const names: Readonly<Record<string, string>> = PAGE_WORDS[language].quantities;
	return quantities.flatMap(({ quantity, unit, at, least, mean, most }) =>
		at.map((time, i) => ({
			[c.time]: localTimeWithOffset(time, timeZone),
			[c.quantity]: names[quantity] ?? quantity,
			[c.unit]: unit,
			[c.least]: least[i],
			[c.mean]: mean[i],
			[c.most]: most[i],
		})),
	);
}
