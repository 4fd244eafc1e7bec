import { createReadStream, existsSync } from "node:fs";
import type { FastifyInstance } from "fastify";
import type { Said, TowerPort } from "../port.ts";
import type { Auth } from "./auth.ts";
import { phoneAnswerBody, receiptParams, shownBody, subscribeBody, tokenBody } from "./schemas.ts";

/** Nothing more is said of it, but its file may wait to be closed. */
const OVER = ["false", "permitted", "closed"];

/**
 * What a person's phone may do without a log-in: open the one incident its link names, answer it, and enrol once.
 * The token comes in the body of a POST: a GET, which chat robots send to every link they see, does nothing.
 */
export function phoneRoutes(app: FastifyInstance, port: TowerPort, auth: Auth): void {
	app.post("/api/phone/incident", { schema: { body: tokenBody } }, async (request, reply) => {
		const who = await port.readPersonToken((request.body as { token: string }).token);
		const view = who && (await port.incident(who.incidentId));
		const person = port.people().find((p) => p.id === who?.personId);
		if (!view || !person) return reply.code(404).send({ error: "this link is not valid" });
		await port.answer(view.incident.id, person.id, person.name, { answer: "seen", via: "phone" });
		const { evidence, involved, ...incident } = view.incident;
		const newest = evidence.findLast((e) => e.picture);
		return {
			tower: port.tower(),
			person: { name: person.name },
			incident: {
				...incident,
				evidence: evidence.slice(-5),
				answered: involved.filter((i) => i.answer && i.answer !== "seen").map(({ name, answer }) => ({ name, answer })),
			},
			mine: involved.find((i) => i.personId === person.id)?.answer,
			task: involved.find((i) => i.personId === person.id)?.task,
			mayEnd: port.mayEnd(person.id),
			picture: newest?.picture,
			briefing: view.briefing,
		};
	});
	app.post("/api/phone/picture", { schema: { body: tokenBody } }, async (request, reply) => {
		const who = await port.readPersonToken((request.body as { token: string }).token);
		const view = who && (await port.incident(who.incidentId));
		const name = view?.incident.evidence.findLast((e) => e.picture)?.picture;
		const path = name && port.picturePath(name);
		return path && existsSync(path) ? reply.type("image/jpeg").send(createReadStream(path)) : reply.code(404).send({ error: "no picture" });
	});
	app.post("/api/phone/answer", { schema: { body: phoneAnswerBody }, bodyLimit: 3_000_000 }, async (request, reply) => {
		const { token, picture, ...said } = request.body as Omit<Said, "via"> & { token: string };
		const who = await port.readPersonToken(token);
		const person = port.people().find((p) => p.id === who?.personId);
		if (!who || !person) return reply.code(404).send({ error: "this link is not valid" });
		const view = await port.incident(who.incidentId);
		const over = !view || view.incident.closedAt !== undefined || (OVER.includes(view.incident.state) && said.answer !== "close");
		if (over) return reply.code(409).send({ error: "the incident is closed" });
		let kept: { picture?: string } = {};
		try {
			if (picture !== undefined) kept = { picture: await port.keepPicture(Buffer.from(picture, "base64")) };
		} catch {
			return reply.code(422).send({ error: "the picture is no JPEG" });
		}
		const done = await port.answer(who.incidentId, person.id, person.name, { ...said, ...kept, via: "phone" });
		if (!done) return reply.code(409).send({ error: "the incident is closed" });
		return done.refused === undefined ? { ok: true } : reply.code(422).send({ error: done.refused });
	});
	// a phone that has shown a push says so; the id is unguessable, and nothing is told in return
	app.post("/api/phone/shown", { schema: { body: shownBody } }, async (request, reply) => {
		await port.shown((request.body as { delivery: string }).delivery);
		return reply.code(204).send();
	});
	app.post("/api/receipts/:token/:kind", { schema: { params: receiptParams }, bodyLimit: 1_000_000 }, async (request, reply) => {
		const { token, kind } = request.params as { token: string; kind: "sms" | "voice" | "reply" };
		const taken = await port.provider(token, kind, request.body);
		return taken === undefined ? reply.code(404).send({ error: "no such address" }) : { code: 0, msg: "ok", taken };
	});
	app.post("/api/enrol/open", { schema: { body: tokenBody } }, async (request, reply) => {
		const personId = await auth.enrolment((request.body as { token: string }).token);
		const person = port.people().find((p) => p.id === personId);
		if (!person) return reply.code(404).send({ error: "this link has been used or has expired; ask for a new one" });
		return { name: person.name, tower: port.tower().name, key: port.webPushKey() };
	});
	app.post("/api/enrol/subscribe", { schema: { body: subscribeBody } }, async (request, reply) => {
		const { token, subscription, device } = request.body as {
			token: string;
			device: string;
			subscription: { endpoint: string; keys: { p256dh: string; auth: string } };
		};
		const personId = await auth.enrolment(token);
		if (!personId) return reply.code(404).send({ error: "this link has been used or has expired; ask for a new one" });
		await port.subscribe(personId, subscription, device);
		await auth.consumeEnrolment(token);
		return port.testMessage(personId);
	});
}
