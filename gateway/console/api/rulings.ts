import { sharedCover } from "../../base/box.ts";
import { phrase } from "../../base/say.ts";
import type { ConsoleBackend } from "../backend.ts";
import { Done, Maintenance, Mask } from "../views/schemas.ts";
import { byBody, dangerBody, idParams, maintenanceBody, maskBody } from "./bodies.ts";
import { answers, refuse } from "./refuse.ts";
import type { App } from "./services.ts";

/** Share of a view that its masks may cover together: a camera that sees nothing is lost coverage, and must be told. */
const MOST_MASKED = 0.5;

/**
 * What the duty desk lays down: masks over parts of a view, devices that are worked on, the danger level of the day,
 * what it has seen of the store. Each has a name to it.
 */
export function rulingRoutes(app: App, backend: ConsoleBackend): void {
	maskRoutes(app, backend);
	maintenanceRoutes(app, backend);
	app.post(
		"/api/store/seen",
		{
			schema: {
				summary: "Somebody has seen that another store has taken its place.",
				body: byBody,
				response: answers(Done),
			},
		},
		async ({ body: { by } }, reply) =>
			(await backend.acknowledgeStore(by)) ? { ok: true } : refuse(reply, 409, phrase("api.nothingToSee")),
	);
	app.post(
		"/api/danger",
		{ schema: { summary: "Declares the danger level of the day.", body: dangerBody, response: answers(Done) } },
		async ({ body: { level, by } }) => {
			await backend.declareDanger(level, by);
			return { ok: true };
		},
	);
}

function maskRoutes(app: App, backend: ConsoleBackend): void {
	app.post(
		"/api/cameras/:id/masks",
		{ schema: { summary: "Silences a part of a view.", params: idParams, body: maskBody, response: answers(Mask) } },
		async ({ params: { id }, body }, reply) => {
			const others = backend.cameras().find((c) => c.id === id)?.masks ?? [];
			if (sharedCover([body.box, ...others.map((m) => m.box)]) > MOST_MASKED)
				return refuse(reply, 400, phrase("api.masksTooLarge"));
			const mask = await backend.addMask(id, body);
			return mask ?? refuse(reply, 404, phrase("api.noCamera"));
		},
	);
	app.post(
		"/api/masks/:id/end",
		{ schema: { summary: "Ends a mask.", params: idParams, body: byBody, response: answers(Done) } },
		async ({ params: { id }, body: { by } }) => {
			await backend.endMask(id, by);
			return { ok: true };
		},
	);
}

function maintenanceRoutes(app: App, backend: ConsoleBackend): void {
	app.post(
		"/api/maintenance",
		{ schema: { summary: "Somebody works on devices.", body: maintenanceBody, response: answers(Maintenance) } },
		async ({ body: { devices, by, reason, minutes } }, reply) => {
			const begun = await backend.startMaintenance(devices, by, reason, minutes);
			if ("maintenance" in begun) return begun.maintenance;
			return refuse(reply, 400, phrase("api.noDevice", { devices: begun.unknown.join(", ") }));
		},
	);
	app.post(
		"/api/maintenance/:id/end",
		{ schema: { summary: "The work is done.", params: idParams, body: byBody, response: answers(Done) } },
		async ({ params: { id }, body: { by } }, reply) =>
			(await backend.endMaintenance(id, by)) ? { ok: true } : refuse(reply, 404, phrase("api.noMaintenance")),
	);
}
