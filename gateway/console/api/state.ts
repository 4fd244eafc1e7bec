import { type TSchema, Type } from "typebox";
import { defined, omit } from "../../base/omit.ts";
import { postView } from "../views/register.ts";
import { Change, Companion, Grid, Health, Person, State } from "../views/schemas.ts";
import { isOf } from "./areas.ts";
import { eventsQuery } from "./bodies.ts";
import { answers } from "./refuse.ts";
import type { App, Services } from "./services.ts";

/** The state of the gateway as a whole, and what changes of it. */
export function stateRoutes(app: App, { backend, feed, guard, audit }: Services): void {
	app.get("/api/openapi.json", { schema: { hide: true } }, async () => app.swagger());
	app.get("/api/state", { schema: { summary: "All that a page shows.", response: answers(State) } }, (request) => {
		const who = guard.who(request);
		if (guard.seesPeople(request)) audit.looked(who, "desk");
		return feed.snapshot(who);
	});
	app.get(
		"/api/events",
		{
			schema: {
				summary:
					"Server-sent events: `state` once, then a `Change` each, and a `beat` every ten seconds. With `of=desk` the state is a `DeskState`, and incidents are told as summaries.",
				querystring: eventsQuery,
				response: { 200: { description: "Events", content: { "text/event-stream": { schema: Change as TSchema } } } },
			},
		},
		(request, reply) => {
			const who = guard.who(request);
			if (guard.seesPeople(request)) audit.looked(who, "desk");
			return feed.open(reply, who, request.query.of === "desk");
		},
	);
	app.get(
		"/api/health",
		{ schema: { summary: "Whether the tower watches.", response: answers(Health) } },
		async (request) => {
			const health = backend.health();
			return guard.seesPeople(request) ? health : omit(health, "parts");
		},
	);
	app.get(
		"/api/companion",
		{
			schema: { summary: "The second model, where one runs.", response: answers(Type.Union([Companion, Type.Null()])) },
		},
		async () => backend.companion() ?? null,
	);
	app.get(
		"/api/people",
		{
			schema: { summary: "People of the register; without names for a viewer.", response: answers(Type.Array(Person)) },
		},
		async (request) => {
			const who = guard.who(request);
			const seesPeople = guard.seesPeople(request);
			if (seesPeople) audit.looked(who, "people");
			const all = backend.people().filter((p) => isOf(who, p.grids));
			const now = backend.now();
			return all.map((person) => {
				const post = postView(person, now);
				return seesPeople ? { ...post, name: person.name, ...defined({ phone: person.phone }) } : { ...post, name: "" };
			});
		},
	);
	app.get("/api/grids", { schema: { summary: "Grids in force.", response: answers(Type.Array(Grid)) } }, async () =>
		backend.grids(),
	);
}
