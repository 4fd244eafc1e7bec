import { type TSchema, Type } from "typebox";
import { omit } from "../../base/omit.ts";
import { Change, Companion, Grid, Health, Person, State } from "../views/schemas.ts";
import { answers } from "./refuse.ts";
import type { App, Services } from "./services.ts";

/** The state of the gateway as a whole, and what changes of it. */
export function stateRoutes(app: App, { backend, feed, isViewer }: Services): void {
	app.get("/api/openapi.json", { schema: { hide: true } }, async () => app.swagger());
	app.get("/api/state", { schema: { summary: "All that a page shows.", response: answers(State) } }, (request) =>
		feed.snapshot(isViewer(request)),
	);
	app.get(
		"/api/events",
		{
			schema: {
				summary: "Server-sent events: `state` once, then a `Change` each, and a `beat` every ten seconds.",
				response: { 200: { description: "Events", content: { "text/event-stream": { schema: Change as TSchema } } } },
			},
		},
		(request, reply) => feed.open(reply, isViewer(request)),
	);
	app.get(
		"/api/health",
		{ schema: { summary: "Whether the tower watches.", response: answers(Health) } },
		async (request) => {
			const health = backend.health();
			return isViewer(request) ? omit(health, "parts") : health;
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
		async (request) =>
			backend.people().map(({ id, name, role, level, grids }) => ({
				id,
				name: isViewer(request) ? "" : name,
				role,
				level,
				grids,
			})),
	);
	app.get("/api/grids", { schema: { summary: "Grids in force.", response: answers(Type.Array(Grid)) } }, async () =>
		backend.grids(),
	);
}
