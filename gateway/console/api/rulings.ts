import { sharedCover } from "../../base/box.ts";
import { defined } from "../../base/omit.ts";
import { phrase } from "../../base/say.ts";
import { covers } from "../../model/register.ts";
import { Done, Maintenance, Mask } from "../views/schemas.ts";
import { dangerBody, idParams, maintenanceBody, maskBody } from "./bodies.ts";
import { answers, refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";

/** Share of a view that its masks may cover together: a camera that sees nothing is lost coverage, and must be told. */
const MOST_MASKED = 0.5;

/** Names of devices that are on record. */
const LONGEST = 200;

/**
 * What the duty desk lays down: masks over parts of a view, devices that are worked on, the danger level of the day,
 * what it has seen of the store. Each has a name to it.
 */
export function rulingRoutes(app: App, services: Services): void {
	const { backend, guard, audit } = services;
	maskRoutes(app, services);
	maintenanceRoutes(app, services);
	app.post(
		"/api/store/seen",
		{
			config: { right: "answer" },
			schema: { summary: "Somebody has seen that another store has taken its place.", response: answers(Done) },
		},
		async (request, reply) =>
			(await backend.acknowledgeStore(guard.who(request).name))
				? { ok: true }
				: refuse(reply, 409, phrase("api.nothingToSee")),
	);
	app.post(
		"/api/danger",
		{
			config: { right: "danger" },
			schema: { summary: "Declares the danger level of the day.", body: dangerBody, response: answers(Done) },
		},
		async (request, reply) => {
			const { level, area } = request.body;
			const { areas, name: by } = guard.who(request);
			const { grids } = backend.map();
			if (area !== undefined && !grids.some((g) => g.code.startsWith(area)))
				return refuse(reply, 404, phrase("api.noGrid"));
			// whoever is for some areas speaks for these alone
			if (areas.length > 0 && (area === undefined || !covers([...areas], area)))
				return refuse(reply, 403, phrase("register.otherArea"));
			await backend.declareDanger({ level, by, ...defined({ area }) });
			audit.did(guard.who(request), "danger", [level, area].filter((part) => part !== undefined).join(" "));
			return { ok: true };
		},
	);
}

function maskRoutes(app: App, { backend, guard, audit }: Services): void {
	app.post(
		"/api/cameras/:id/masks",
		{
			config: { right: "mask" },
			schema: { summary: "Silences a part of a view.", params: idParams, body: maskBody, response: answers(Mask) },
		},
		async (request, reply) => {
			const { body } = request;
			const { id } = request.params;
			const others = backend.cameras().find((c) => c.id === id)?.masks ?? [];
			if (sharedCover([body.box, ...others.map((m) => m.box)]) > MOST_MASKED)
				return refuse(reply, 400, phrase("api.masksTooLarge"));
			const mask = await backend.addMask(id, { ...body, author: guard.who(request).name });
			if (mask) audit.did(guard.who(request), "mask", `${id} ${mask.id}`);
			return mask ?? refuse(reply, 404, phrase("api.noCamera"));
		},
	);
	app.post(
		"/api/masks/:id/end",
		{
			config: { right: "mask" },
			schema: { summary: "Ends a mask.", params: idParams, response: answers(Done) },
		},
		async (request) => {
			await backend.endMask(request.params.id, guard.who(request).name);
			audit.did(guard.who(request), "maskEnd", request.params.id);
			return { ok: true };
		},
	);
}

function maintenanceRoutes(app: App, { backend, guard, audit }: Services): void {
	app.post(
		"/api/maintenance",
		{
			config: { right: "maintain" },
			schema: { summary: "Somebody works on devices.", body: maintenanceBody, response: answers(Maintenance) },
		},
		async (request, reply) => {
			const { devices, reason, minutes } = request.body;
			const begun = await backend.startMaintenance(devices, guard.who(request).name, reason, minutes);
			if ("maintenance" in begun) {
				audit.did(guard.who(request), "maintenance", devices.join(" ").slice(0, LONGEST));
				return begun.maintenance;
			}
			return refuse(reply, 400, phrase("api.noDevice", { devices: begun.unknown.join(", ") }));
		},
	);
	app.post(
		"/api/maintenance/:id/end",
		{
			config: { right: "maintain" },
			schema: { summary: "The work is done.", params: idParams, response: answers(Done) },
		},
		async (request, reply) => {
			const isEnded = await backend.endMaintenance(request.params.id, guard.who(request).name);
			if (!isEnded) return refuse(reply, 404, phrase("api.noMaintenance"));
			audit.did(guard.who(request), "maintenanceEnd", request.params.id);
			return { ok: true };
		},
	);
}
