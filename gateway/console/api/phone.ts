import { createReadStream, existsSync } from "node:fs";
import type { FastifyInstance } from "fastify";
import type { Answer } from "../../model/incident.ts";
import type { TowerPort } from "../port.ts";
import type { Auth } from "./auth.ts";
import { phoneAnswerBody, subscribeBody, tokenBody } from "./schemas.ts";

/**
 * What a person's phone may do without a log-in: open the one incident its link names, answer it, and enrol once.
 * The token comes in the body of a POST: a GET, which chat robots send to every link they see, does nothing.
 */
export function phoneRoutes(app: FastifyInstance, port: TowerPort, auth: Auth): void {
	app.post("/api/phone/incident", { schema: { body: tokenBody } }, async (request, reply) => {
		const who = port.readPersonToken((request.body as { token: string }).token);
		const view = who && (await port.incident(who.incidentId));
		const person = port.people().find((p) => p.id === who?.personId);
		if (!view || !person) return reply.code(404).send({ error: "this link is not valid" });
		await port.answer(view.incident.id, person.id, person.name, "seen");
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
			picture: newest?.picture,
		};
	});
	app.post("/api/phone/picture", { schema: { body: tokenBody } }, async (request, reply) => {
		const who = port.readPersonToken((request.body as { token: string }).token);
		const view = who && (await port.incident(who.incidentId));
		const name = view?.incident.evidence.findLast((e) => e.picture)?.picture;
		const path = name && port.picturePath(name);
		return path && existsSync(path) ? reply.type("image/jpeg").send(createReadStream(path)) : reply.code(404).send({ error: "no picture" });
	});
	app.post("/api/phone/answer", { schema: { body: phoneAnswerBody } }, async (request, reply) => {
		const { token, answer } = request.body as { token: string; answer: Answer["answer"] };
		const who = port.readPersonToken(token);
		const person = port.people().find((p) => p.id === who?.personId);
		if (!who || !person) return reply.code(404).send({ error: "this link is not valid" });
		const known = await port.answer(who.incidentId, person.id, person.name, answer);
		return known ? { ok: true } : reply.code(409).send({ error: "the incident is closed" });
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
