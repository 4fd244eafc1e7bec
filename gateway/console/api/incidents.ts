import type { FastifyReply } from "fastify";
import type { Phrase } from "../../base/phrase.ts";
import { phrase, words } from "../../base/say.ts";
import { DUTY_DESK } from "../../model/register.ts";
import type { Opening, Where } from "../../model/report.ts";
import { detailView } from "../views/incident.ts";
import { Done, IncidentDetail, Opened, Reasons } from "../views/schemas.ts";
import {
	answerBody,
	byBody,
	drillBody,
	idParams,
	nameParams,
	personParams,
	reopenBody,
	reportBody,
	taskParams,
} from "./bodies.ts";
import { sendFile } from "./files.ts";
import { detailWithoutPersonal } from "./personal.ts";
import { printable } from "./print.ts";
import { answers, refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";

/** Letters that what a caller has said may have. */
const LONGEST_NOTE = 200;

/** Incidents: what is known of one, what the desk says of it, what is called in. */
export function incidentRoutes(app: App, services: Services): void {
	readRoutes(app, services);
	verdictRoutes(app, services);
	callRoutes(app, services);
}

function readRoutes(app: App, { backend, isViewer }: Services): void {
	app.get(
		"/api/incidents/:id",
		{ schema: { summary: "Everything of one incident.", params: idParams, response: answers(IncidentDetail) } },
		async (request, reply) => {
			const { id } = request.params;
			const record = await backend.incident(id);
			if (!record) return refuse(reply, 404, phrase("api.noIncident"));
			const detail = detailView(record, await backend.videos(id));
			return isViewer(request) ? detailWithoutPersonal(detail) : detail;
		},
	);
	app.get(
		"/api/incidents/:id/why/:person",
		{ schema: { summary: "Why somebody was not told.", params: personParams, response: answers(Reasons) } },
		async ({ params: { id, person } }, reply) => {
			const reasons = await backend.whyNotTold(id, person);
			return reasons ? { reasons } : refuse(reply, 404, phrase("api.noIncident"));
		},
	);
	app.get(
		"/api/incidents/:id/print",
		{ schema: { summary: "One incident on paper, HTML.", params: idParams } },
		async ({ params: { id } }, reply) => {
			const record = await backend.incident(id);
			if (!record) return refuse(reply, 404, phrase("api.noIncident"));
			return reply
				.type("text/html; charset=utf-8")
				.header("cache-control", "no-store")
				.send(printable(record, backend.tower()));
		},
	);
	app.get(
		"/api/pictures/:id",
		{ schema: { summary: "An evidence picture, JPEG.", params: idParams } },
		async ({ params: { id } }, reply) => sendFile(reply, backend.picturePath(id), "image/jpeg"),
	);
	app.get(
		"/api/videos/:id/:name",
		{ schema: { summary: "A video of an incident, MP4.", params: nameParams } },
		async ({ params: { id, name } }, reply) => sendFile(reply, backend.videoPath(id, name), "video/mp4"),
	);
}

function verdictRoutes(app: App, { backend }: Services): void {
	app.post(
		"/api/incidents/:id/answer",
		{ schema: { summary: "What the desk says of it.", params: idParams, body: answerBody, response: answers(Done) } },
		async ({ params: { id }, body }, reply) => {
			const desk = words(backend.tower().language, "message.dutyDesk");
			const taken = await backend.answer(id, DUTY_DESK, desk, { ...body, via: "page" });
			if (!taken) return refuse(reply, 409, phrase("api.incidentNotOpen"));
			return taken.refused === undefined ? { ok: true } : refuse(reply, 422, taken.refused);
		},
	);
	app.post(
		"/api/incidents/:id/undo",
		{ schema: { summary: "Takes an end back that nobody has heard of.", params: idParams, response: answers(Done) } },
		async ({ params: { id } }, reply) => done(reply, await backend.undo(id)),
	);
	app.post(
		"/api/incidents/:id/reopen",
		{ schema: { summary: "Opens again what was ended.", params: idParams, body: reopenBody, response: answers(Done) } },
		async ({ params: { id }, body: { by, reason } }, reply) => {
			const opened = await backend.reopen(id, by, reason);
			return opened ? done(reply, opened) : refuse(reply, 404, phrase("api.noIncident"));
		},
	);
	app.post(
		"/api/incidents/:id/tasks/:task/release",
		{ schema: { summary: "A task is done with.", params: taskParams, body: byBody, response: answers(Done) } },
		async ({ params: { id, task }, body: { by } }, reply) => done(reply, await backend.release(id, task, by)),
	);
}

function callRoutes(app: App, { backend }: Services): void {
	app.post(
		"/api/drills",
		{ schema: { summary: "Starts a drill 演练.", body: drillBody, response: answers(Opened) } },
		({ body: { by, ...where } }, reply) => calledIn(reply, where, (place) => backend.startDrill(by, place)),
	);
	app.post(
		"/api/reports",
		{ schema: { summary: "A fire that somebody has called in 接警.", body: reportBody, response: answers(Opened) } },
		({ body: { by, note, caller, phone, ...where } }, reply) => {
			// who calls belongs to the words: shown to the desk, and erased with them
			const { language } = backend.tower();
			const name = caller && words(language, "report.caller", { name: caller });
			const number = phone && words(language, "report.callBack", { phone });
			const all = [note, name, number].filter(Boolean).join(" · ");
			const said = all === "" ? undefined : all.slice(0, LONGEST_NOTE);
			return calledIn(reply, where, (place) => backend.report(by, place, said));
		},
	);
}

function done(reply: FastifyReply, { refused }: { refused?: Phrase }) {
	return refused === undefined ? { ok: true as const } : refuse(reply, 409, refused);
}

async function calledIn(
	reply: FastifyReply,
	{ grid, lat, lon }: { grid?: string; lat?: number; lon?: number },
	bring: (where: Where) => Promise<Opening | undefined>,
) {
	if (grid !== undefined && (lat !== undefined || lon !== undefined))
		return refuse(reply, 400, phrase("api.gridOrPlace"));
	const place = lat !== undefined && lon !== undefined ? { lat, lon } : undefined;
	const where = grid === undefined ? place : { grid };
	if (!where) return refuse(reply, 400, phrase("api.where"));
	const opening = await bring(where);
	if (!opening) return refuse(reply, 404, phrase("api.noGrid"));
	return "refused" in opening ? refuse(reply, 409, opening.refused) : { incident: opening.incidentId };
}
