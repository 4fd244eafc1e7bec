import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { phrase } from "../../base/say.ts";
import { covers } from "../../model/register.ts";
import { unitOf } from "../views/map.ts";
import { isWithin } from "./areas.ts";
import { idParams, numbersQuery } from "./bodies.ts";
import { reported } from "./numbers.ts";
import { printable } from "./print.ts";
import { printedReport } from "./printed-report.ts";
import { printedRoster } from "./printed-roster.ts";
import { refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";

const config = { right: "personal" } as const;
const monthQuery = Type.Object(
	{ month: Type.String({ pattern: "^20[0-9]{2}-(?:0[1-9]|1[0-2])$", description: "As 2026-12." }) },
	{ additionalProperties: false },
);

/** What an office prints, signs and files: an incident, a time in numbers, a month's roster. */
export function paperRoutes(app: App, services: Services): void {
	const { backend, guard, audit, duty } = services;
	const unitFor = (codes: readonly string[]) => unitOf(backend.register.inForce(), codes) ?? backend.tower().name;
	/** The county with the areas that a paper is of: one of a township must not look like the county's. */
	const unitsFor = (codes: readonly string[]) => {
		const parts = backend.register.inForce().units.filter((u) => u.level !== "county" && codes.includes(u.code));
		return [unitFor(codes), ...parts.map((u) => u.name)].join(" ");
	};
	app.get(
		"/api/incidents/:id/print",
		{ config, schema: { summary: "One incident on paper, HTML.", params: idParams } },
		async (request, reply) => {
			const { id } = request.params;
			const who = guard.who(request);
			const record = await backend.incident(id);
			if (!record || !isWithin(who, record.incident)) return refuse(reply, 404, phrase("api.noIncident"));
			audit.looked(who, "print", id);
			const { openedAt, closedAt, changedAt, grids } = record.incident;
			const end = closedAt ?? changedAt;
			const onDuty = (await duty.all()).filter((s) => s.from <= end && (s.to ?? end) >= openedAt);
			const { ground = [] } = backend.register.inForce();
			const around = { map: { ...backend.map(), ground }, onDuty, unit: unitFor(grids.map((g) => g.code)) };
			return paper(reply, printable(record, backend.tower(), around));
		},
	);
	app.get(
		"/api/numbers/print",
		{ config, schema: { summary: "A time in numbers on paper, HTML.", querystring: numbersQuery } },
		async (request, reply) => {
			const who = guard.who(request);
			const { numbers, cover } = await reported(services, request.query, who);
			const { area } = request.query;
			return paper(reply, printedReport(numbers, { ...cover, unit: unitsFor(area ? [area] : who.areas) }));
		},
	);
	app.get(
		"/api/duty/print",
		{ config, schema: { summary: "A month's duty roster on paper, HTML.", querystring: monthQuery } },
		async (request, reply) => {
			const { areas } = guard.who(request);
			audit.looked(guard.who(request), "register", "roster");
			const { language, timeZone } = backend.tower();
			const of = { language, timeZone, unit: unitsFor(areas), month: request.query.month };
			const { people, shifts } = backend.register.inForce();
			const own = shifts.filter(({ post }) => areas.length === 0 || covers([...areas], post.split("@")[1] ?? ""));
			return paper(reply, printedRoster({ people, shifts: own }, of));
		},
	);
}

function paper(reply: FastifyReply, html: string) {
	return reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(html);
}
