import type { FastifyReply } from "fastify";
import type { Phrase } from "../../base/phrase.ts";
import { phrase, words } from "../../base/say.ts";
import { DUTY_DESK } from "../../model/register.ts";
import type { Opening, Where } from "../../model/report.ts";
import type { ConsoleBackend } from "../backend.ts";
import { detailView } from "../views/incident.ts";
import { Done, IncidentDetail, Opened, Reasons } from "../views/schemas.ts";
import { isOf, isWithin } from "./areas.ts";
import type { Who } from "./auth.ts";
import {
	answerBody,
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
import { answers, refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";

/** Letters that what a caller has said may have. */
const LONGEST_NOTE = 200;

/** Incidents: what is known of one, what the desk says of it, what is called in. */
export function incidentRoutes(app: App, services: Services): void {
	readRoutes(app, services);
	verdictRoutes(app, services);
	orderRoutes(app, services);
	callRoutes(app, services);
}

function readRoutes(app: App, { backend, guard, audit }: Services): void {
	app.get(
		"/api/incidents/:id",
		{ schema: { summary: "Everything of one incident.", params: idParams, response: answers(IncidentDetail) } },
		async (request, reply) => {
			const { id } = request.params;
			const who = guard.who(request);
			const record = await backend.incident(id);
			if (!record || !isWithin(who, record.incident)) return refuse(reply, 404, phrase("api.noIncident"));
			const detail = detailView(record, await backend.videos(id));
			if (!guard.seesPeople(request)) return detailWithoutPersonal(detail);
			audit.looked(who, "incident", id);
			return detail;
		},
	);
	app.get(
		"/api/incidents/:id/why/:person",
		{
			config: { right: "personal" },
			schema: { summary: "Why somebody was not told.", params: personParams, response: answers(Reasons) },
		},
		async (request, reply) => {
			const { id, person } = request.params;
			const refused = await whyNotHis(backend, guard.who(request), id);
			audit.looked(guard.who(request), "why", `${id} ${person}`);
			const reasons = refused === undefined ? await backend.whyNotTold(id, person) : undefined;
			return reasons ? { reasons } : refuse(reply, 404, phrase("api.noIncident"));
		},
	);
	app.get(
		"/api/pictures/:id",
		{ schema: { summary: "An evidence picture, JPEG.", params: idParams } },
		async (request, reply) => {
			const { id } = request.params;
			// what people have sent from the scene is theirs
			if (id.startsWith("report-") && !guard.seesPeople(request))
				return refuse(reply, 403, phrase("api.noRight", { right: "personal" }));
			if (id.startsWith("report-")) audit.looked(guard.who(request), "photo", id);
			return sendFile(reply, backend.picturePath(id), "image/jpeg");
		},
	);
	app.get(
		"/api/videos/:id/:name",
		{ schema: { summary: "A video of an incident, MP4.", params: nameParams } },
		async (request, reply) => {
			const { id, name } = request.params;
			const refused = await whyNotHis(backend, guard.who(request), id);
			return refused ? refuse(reply, 404, refused) : sendFile(reply, backend.videoPath(id, name), "video/mp4");
		},
	);
}

/** Why somebody may say nothing of an incident: it is not there, or none of his areas'. */
async function whyNotHis(backend: ConsoleBackend, who: Who, id: string): Promise<Phrase | undefined> {
	if (who.areas.length === 0) return undefined;
	const record = await backend.incident(id);
	return record && isWithin(who, record.incident) ? undefined : phrase("api.noIncident");
}

function verdictRoutes(app: App, { backend, guard }: Services): void {
	const config = { right: "answer" } as const;
	app.post(
		"/api/incidents/:id/answer",
		{
			config,
			schema: {
				summary: "What the desk says of it; `for`: a person whose word somebody at the desk takes down.",
				params: idParams,
				body: answerBody,
				response: answers(Done),
			},
		},
		async (request, reply) => {
			const who = guard.who(request);
			const { id } = request.params;
			const { for: personId, ...said } = request.body;
			const person = backend.people().find((p) => p.id === personId && isOf(who, p.grids));
			if (personId !== undefined && !person) return refuse(reply, 404, phrase("api.noPerson"));
			const foreign = await whyNotHis(backend, who, id);
			if (foreign) return refuse(reply, 404, foreign);
			const speaker = person ?? { id: DUTY_DESK, name: who.name };
			const taken = await backend.answer(id, speaker.id, speaker.name, { ...said, via: `desk:${who.id}` });
			if (!taken) return refuse(reply, 409, phrase("api.incidentNotOpen"));
			return taken.refused === undefined ? { ok: true } : refuse(reply, 422, taken.refused);
		},
	);
}

/** Takes back, opens again, releases. */
function orderRoutes(app: App, { backend, guard }: Services): void {
	const config = { right: "answer" } as const;
	const notHis = (who: Who, id: string) => whyNotHis(backend, who, id);
	app.post(
		"/api/incidents/:id/undo",
		{
			config,
			schema: { summary: "Takes an end back that nobody has heard of.", params: idParams, response: answers(Done) },
		},
		async (request, reply) => {
			const who = guard.who(request);
			const foreign = await notHis(who, request.params.id);
			return foreign ? refuse(reply, 404, foreign) : done(reply, await backend.undo(request.params.id, who.name));
		},
	);
	app.post(
		"/api/incidents/:id/reopen",
		{
			config,
			schema: { summary: "Opens again what was ended.", params: idParams, body: reopenBody, response: answers(Done) },
		},
		async (request, reply) => {
			const who = guard.who(request);
			const foreign = await notHis(who, request.params.id);
			const opened = foreign ? undefined : await backend.reopen(request.params.id, who.name, request.body.reason);
			return opened ? done(reply, opened) : refuse(reply, 404, phrase("api.noIncident"));
		},
	);
	app.post(
		"/api/incidents/:id/tasks/:task/release",
		{ config, schema: { summary: "A task is done with.", params: taskParams, response: answers(Done) } },
		async (request, reply) => {
			const who = guard.who(request);
			const { id, task } = request.params;
			const foreign = await notHis(who, id);
			return foreign ? refuse(reply, 404, foreign) : done(reply, await backend.release(id, task, who.name));
		},
	);
}

function callRoutes(app: App, { backend, guard }: Services): void {
	app.post(
		"/api/drills",
		{
			config: { right: "drill" },
			schema: { summary: "Starts a drill 演练.", body: drillBody, response: answers(Opened) },
		},
		async (request, reply) => {
			const who = guard.who(request);
			const { grid } = request.body;
			// a drill rings people; where a fire is called in, nobody asks whose ground it is
			if (who.areas.length > 0 && (grid === undefined || !isOf(who, [grid])))
				return refuse(reply, 403, phrase("register.otherArea"));
			return calledIn(reply, request.body, (place) => backend.startDrill(who.name, place));
		},
	);
	app.post(
		"/api/reports",
		{
			config: { right: "call" },
			schema: { summary: "A fire that somebody has called in 接警.", body: reportBody, response: answers(Opened) },
		},
		(request, reply) => {
			const { note, caller, phone, ...where } = request.body;
			// who calls belongs to the words: shown to the desk, and erased with them
			const { language } = backend.tower();
			const name = caller && words(language, "report.caller", { name: caller });
			const number = phone && words(language, "report.callBack", { phone });
			const all = [note, name, number].filter(Boolean).join(" · ");
			const said = all === "" ? undefined : all.slice(0, LONGEST_NOTE);
			return calledIn(reply, where, (place) => backend.report(guard.who(request).name, place, said));
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
