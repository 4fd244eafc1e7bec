import { Type } from "typebox";
import { phrase } from "../../base/say.ts";
import { Footage, PastMinutes } from "../views/schemas.ts";
import { isWithin } from "./areas.ts";
import { sendFile } from "./files.ts";
import { answers, refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";

const id = Type.String({ pattern: "^[A-Za-z0-9._-]{1,128}$" });
const at = Type.Integer({ minimum: 0, description: "ms since 1970, as the list says." });
const viewParams = Type.Object({ id });
const minuteParams = Type.Object({ id, at });
const keptParams = Type.Object({ id, camera: id });
const keptMinuteParams = Type.Object({ id, camera: id, at });

/** A camera's last minutes as video, and small pictures of its last half hour and of the one before an incident. */
export function pastRoutes(app: App, services: Services): void {
	cameraRoutes(app, services);
	incidentRoutes(app, services);
}

function cameraRoutes(app: App, { backend }: Services): void {
	app.get(
		"/api/cameras/:id/past",
		{
			schema: {
				summary: "Of which minutes of the last half hour there are pictures.",
				params: viewParams,
				response: answers(PastMinutes),
			},
		},
		async ({ params: { id } }) => ({ minutes: await backend.past(id) }),
	);
	app.get(
		"/api/cameras/:id/past/:at",
		{ schema: { summary: "One of them, JPEG.", params: minuteParams } },
		async ({ params: { id, at } }, reply) => sendFile(reply, backend.pastPath(id, at), "image/jpeg"),
	);
	app.get(
		"/api/cameras/:id/footage",
		{
			schema: {
				summary: "When each piece of the last minutes of a camera's video begins.",
				params: viewParams,
				response: answers(Footage),
			},
		},
		async ({ params: { id } }) => ({ pieces: await backend.footage(id) }),
	);
	app.get(
		"/api/cameras/:id/footage/:at",
		{
			schema: {
				summary: "One of them, MP4; gone once it is older than the minutes that are kept.",
				params: minuteParams,
			},
		},
		async ({ params: { id, at } }, reply) => sendFile(reply, backend.footagePath(id, at), "video/mp4"),
	);
}

function incidentRoutes(app: App, { backend, guard }: Services): void {
	app.get(
		"/api/incidents/:id/past/:camera",
		{
			schema: {
				summary: "Of which minutes before an incident there are pictures of a camera.",
				params: keptParams,
				response: answers(PastMinutes),
			},
		},
		async (request, reply) => {
			const { id, camera } = request.params;
			const record = await backend.incident(id);
			if (!record || !isWithin(guard.who(request), record.incident))
				return refuse(reply, 404, phrase("api.noIncident"));
			return { minutes: await backend.past(camera, id) };
		},
	);
	app.get(
		"/api/incidents/:id/past/:camera/:at",
		{ schema: { summary: "One of them, JPEG.", params: keptMinuteParams } },
		async (request, reply) => {
			const { id, camera, at } = request.params;
			const record = await backend.incident(id);
			if (!record || !isWithin(guard.who(request), record.incident))
				return refuse(reply, 404, phrase("api.noIncident"));
			return sendFile(reply, backend.pastPath(camera, at, id), "image/jpeg");
		},
	);
}
