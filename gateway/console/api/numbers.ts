import type { Static } from "typebox";
import { localTime } from "../../base/time-zone.ts";
import type { IncidentRow } from "../../model/incident-row.ts";
import { type Around, numbersOf, TOWNSHIP } from "../views/numbers.ts";
import { Numbers } from "../views/schemas.ts";
import { isOf } from "./areas.ts";
import type { Who } from "./auth.ts";
import { numbersQuery } from "./bodies.ts";
import { allOf, filterOf, tableOf, viewOf } from "./incident-table.ts";
import { answers } from "./refuse.ts";
import { reportTables } from "./report-tables.ts";
import type { App, Services } from "./services.ts";
import { workbookOf, XLSX } from "./workbook.ts";

/** What a time looks like in numbers: each of them is found again in the list; and the same as the office files it. */
export function numbersRoutes(app: App, services: Services): void {
	const { guard, audit } = services;
	app.get(
		"/api/numbers",
		{ schema: { summary: "A time in numbers.", querystring: numbersQuery, response: answers(Numbers) } },
		async (request) => {
			const { numbers } = await counted(services, request.query, guard.who(request));
			if (!guard.seesPeople(request)) return { ...numbers, byCause: [], byChief: [] };
			audit.looked(guard.who(request), "numbers");
			return numbers;
		},
	);
	app.get(
		"/api/numbers/report",
		{
			config: { right: "personal" },
			schema: { summary: "The same as a workbook, with every incident of the time.", querystring: numbersQuery },
		},
		async (request, reply) => {
			const { numbers, rows, cover } = await reported(services, request.query, guard.who(request));
			const { language, timeZone } = cover;
			const list = tableOf(
				rows.map((row) => viewOf(row, true)),
				language,
				timeZone,
			);
			const [first, last] = [numbers.from, numbers.to - 1].map((at) => localTime(at, timeZone).slice(0, 10));
			const workbook = await workbookOf([...reportTables(numbers, cover), { name: LIST_NAME[language], ...list }]);
			return reply
				.type(XLSX)
				.header("content-disposition", `attachment; filename="lookout-${first}-${last}.xlsx"`)
				.send(workbook);
		},
	);
}

/** What is counted, and what stands over it. */
export async function reported(services: Services, query: Static<typeof numbersQuery>, who: Who) {
	const { language, timeZone, name: tower } = services.backend.tower();
	const { numbers, rows } = await counted(services, query, who);
	return { numbers, rows, cover: { language, timeZone, tower, status: query.status, now: services.backend.now() } };
}

const MOST_DIGITS = 40;

const LIST_NAME = { en: "Incidents", zh: "事件明细" };

/** The incidents of a time, as far as they are those of whoever asks, what they come to, and how it was before. */
async function counted(
	services: Services,
	{ from, to, status, ...asked }: Static<typeof numbersQuery>,
	who: Who,
): Promise<{ rows: IncidentRow[]; numbers: Numbers }> {
	const of = async (span: { from: number; to: number }) => {
		const rows = await allOf(services.backend.incidentList(), filterOf({ ...span, ...asked }, who));
		const around = await aroundOf(services, { ...span, status });
		// of what was not counted it is not said that there was nothing
		const isCounted = (code: string) => isOf(who, [code]) && (!asked.area || isOf({ areas: [asked.area] }, [code]));
		const names = new Map([...around.names].filter(([key]) => !/^\d+$/.test(key) || isCounted(key)));
		// within a township it is grids that are told apart
		const areaDigits = (asked.area?.length ?? 0) >= TOWNSHIP ? MOST_DIGITS : TOWNSHIP;
		return { rows, numbers: { ...numbersOf(rows, { ...around, names, areaDigits }), ...span } };
	};
	const { rows, numbers } = await of({ from, to });
	const earlier = { from: Math.max(0, from - (to - from)), to: from };
	const { fires, confirmed, burntHa, unanswered, toAnswer, toScene } = (await of(earlier)).numbers;
	const before = { ...earlier, fires, confirmed, burntHa, unanswered, toAnswer, toScene };
	return { rows: rows.filter((r) => r.status === status), numbers: { ...numbers, before } };
}

async function aroundOf(
	{ backend, duty }: Services,
	{ from, to, status }: { from: number; to: number; status: Around["status"] },
): Promise<Around & Required<Pick<Around, "names">>> {
	return {
		status,
		// nothing was watched before there was a gateway
		from: Math.max(from, (await backend.since()) ?? from),
		to: Math.max(from, Math.min(to, backend.now())),
		cameras: backend.cameras().map((c) => c.id),
		timeZone: backend.tower().timeZone,
		chiefs: backend.people().filter((p) => p.role === "chief"),
		shifts: await duty.all(),
		channels: await backend.channelCounts(from, to, status),
		names: new Map([
			...backend.register.inForce().grids.map((g): [string, string] => [g.code, g.name]),
			...backend.register.inForce().units.map((u): [string, string] => [u.code, u.name]),
			...backend.cameras().map((c): [string, string] => [c.id, c.name]),
		]),
	};
}
