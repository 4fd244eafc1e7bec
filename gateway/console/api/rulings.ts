import type { FastifyInstance } from "fastify";
import { type Box, sharedCover } from "../../base/box.ts";
import { phrase } from "../../base/say.ts";
import type { Danger } from "../../model/danger.ts";
import type { ConsoleBackend } from "../backend.ts";
import { refuse } from "./refuse.ts";
import { byBody, dangerBody, idParams, maintenanceBody, maskBody, reopenBody, taskParams } from "./schemas.ts";

/** Share of a view that its masks may cover together: a camera that sees nothing is lost coverage, and must be told. */
const MOST_MASKED = 0.5;

/**
 * What the duty desk lays down: masks over parts of a view, devices that are worked on, the danger level of the day,
 * what it has seen of the store. Each has a name to it.
 */
export function rulingRoutes(app: FastifyInstance, port: ConsoleBackend): void {
	app.post("/api/cameras/:id/masks", { schema: { params: idParams, body: maskBody } }, async (request, reply) => {
		const { id } = request.params as { id: string };
		const { box, author, reason, days } = request.body as { box: Box; author: string; reason: string; days: number };
		const others = port.cameras().find((c) => c.id === id)?.masks ?? [];
		if (sharedCover([box, ...others.map((m) => m.box)]) > MOST_MASKED)
			return refuse(reply, 400, phrase("api.masksTooLarge"));
		const mask = await port.addMask(id, box, reason, days, author);
		return mask ?? refuse(reply, 404, phrase("api.noCamera"));
	});
	app.post("/api/masks/:id/end", { schema: { params: idParams, body: byBody } }, async (request) => {
		await port.endMask((request.params as { id: string }).id, (request.body as { by: string }).by);
		return { ok: true };
	});
	app.post("/api/maintenance", { schema: { body: maintenanceBody } }, async (request, reply) => {
		const { devices, by, reason, minutes } = request.body as {
			devices: string[];
			by: string;
			reason: string;
			minutes: number;
		};
		const begun = await port.startMaintenance(devices, by, reason, minutes);
		if ("maintenance" in begun) return begun.maintenance;
		return refuse(reply, 400, phrase("api.noDevice", { devices: begun.unknown.join(", ") }));
	});
	app.post("/api/maintenance/:id/end", { schema: { params: idParams, body: byBody } }, async (request, reply) => {
		const done = await port.endMaintenance((request.params as { id: string }).id, (request.body as { by: string }).by);
		return done ? { ok: true } : refuse(reply, 404, phrase("api.noMaintenance"));
	});
	app.post("/api/store/seen", { schema: { body: byBody } }, async (request, reply) => {
		const done = await port.acknowledgeStore((request.body as { by: string }).by);
		return done ? { ok: true } : refuse(reply, 409, phrase("api.nothingToSee"));
	});
	app.post("/api/incidents/:id/undo", { schema: { params: idParams } }, async (request, reply) => {
		const done = await port.undo((request.params as { id: string }).id);
		return done ? { ok: true } : refuse(reply, 409, phrase("api.nothingToUndo"));
	});
	app.post("/api/incidents/:id/reopen", { schema: { params: idParams, body: reopenBody } }, async (request, reply) => {
		const { by, reason } = request.body as { by: string; reason: string };
		const done = await port.reopen((request.params as { id: string }).id, by, reason);
		if (!done) return refuse(reply, 404, phrase("api.noIncident"));
		return done.refused === undefined ? { ok: true } : refuse(reply, 409, done.refused);
	});
	app.post(
		"/api/incidents/:id/tasks/:task/release",
		{ schema: { params: taskParams, body: byBody } },
		async (request, reply) => {
			const { id, task } = request.params as { id: string; task: string };
			const done = await port.release(id, task, (request.body as { by: string }).by);
			return done ? { ok: true } : refuse(reply, 409, phrase("api.noTask"));
		},
	);
	app.post("/api/danger", { schema: { body: dangerBody } }, async (request) => {
		const { level, by } = request.body as { level: Danger["level"]; by: string };
		await port.declareDanger(level, by);
		return { ok: true };
	});
}
