import { phrase } from "../../base/say.ts";
import { Enrolment } from "../views/schemas.ts";
import { isOf } from "./areas.ts";
import { idParams } from "./bodies.ts";
import { answers, refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";

/** Pictures of cameras as they are now, and how a phone is enrolled. */
export function deviceRoutes(app: App, { backend, live, auth, url, guard, audit }: Services): void {
	app.get(
		"/api/cameras/:id/snapshot",
		{ schema: { summary: "The newest picture, JPEG; x-captured-at says of when.", params: idParams } },
		async ({ params: { id } }, reply) => {
			const picture = await backend.snapshot(id);
			if (!picture) return refuse(reply, 404, phrase("api.noPictureYet"));
			return reply
				.type("image/jpeg")
				.header("x-captured-at", String(picture.at))
				.header("cache-control", "no-store")
				.send(picture.jpeg);
		},
	);
	app.get(
		"/api/live/:id",
		{ websocket: true, schema: { summary: "WebSocket: the camera's live view, MPEG-1 in MPEG-TS.", params: idParams } },
		(socket, request) => live.watch((request.params as { id: string }).id, socket),
	);
	app.post(
		"/api/people/:id/enrol",
		{
			config: { right: "enrol" },
			schema: { summary: "A link that enrols a person's phone.", params: idParams, response: answers(Enrolment) },
		},
		async (request, reply) => {
			const { id } = request.params;
			const person = backend.people().find((p) => p.id === id);
			audit.looked(guard.who(request), "enrolment", id);
			// with his link whoever has it answers as he
			if (!person || !isOf(guard.who(request), person.grids)) return refuse(reply, 404, phrase("api.noPerson"));
			const base = (backend.tower().publicUrl ?? url()).replace(/\/$/, "");
			const link = `${base}/enrol.html#${await auth.enrolmentToken(id)}`;
			const { default: qrcode } = await import("qrcode");
			return { name: person.name, url: link, qr: await qrcode.toString(link, { type: "svg", margin: 1 }) };
		},
	);
}
