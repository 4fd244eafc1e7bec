import type { FastifyReply, FastifyRequest } from "fastify";
import { phrase, say } from "../../base/say.ts";
import type { ConsoleBackend } from "../backend.ts";
import { refusalOf, refuse } from "./refuse.ts";
import type { App } from "./services.ts";

/** The CAP feed for other systems, and the intake for neighbours: each with a token of its own, in a Bearer header. */
export function capRoutes(app: App, backend: ConsoleBackend): void {
	app.addContentTypeParser(
		["application/cap+xml", "application/xml", "text/xml"],
		{ parseAs: "string", bodyLimit: 262_144 },
		(_request, body, done) => done(null, body),
	);
	const token = (request: FastifyRequest) => /^Bearer (.{1,200})$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
	app.get("/cap/feed.atom", async (request, reply) => {
		const feed = await backend.capFeed(token(request));
		if (!feed) return refuse(reply.header("www-authenticate", "Bearer"), 401, phrase("api.feedToken"));
		reply.header("etag", feed.etag).header("cache-control", "no-cache");
		if (request.headers["if-none-match"] === feed.etag) return reply.code(304).send();
		return reply.type("application/atom+xml; charset=utf-8").send(feed.xml);
	});
	app.get("/cap/:name", async (request, reply) => {
		const uuid = /^([0-9a-f-]{36})\.xml$/.exec((request.params as { name: string }).name)?.[1];
		const xml = uuid && (await backend.capMessage(token(request), uuid));
		return xml
			? reply.type("application/cap+xml; charset=utf-8").send(xml)
			: refuse(reply, 404, phrase("api.noCapMessage"));
	});
	// before its body is read: a large one holds up everything else
	const mayBring = async (request: FastifyRequest, reply: FastifyReply) => {
		if (!backend.mayBringCap(token(request)))
			return refuse(reply.header("www-authenticate", "Bearer"), 401, phrase("api.intakeToken"));
	};
	app.post("/cap/intake", { onRequest: mayBring }, async (request, reply) => {
		const result = await backend.capIntake(token(request), typeof request.body === "string" ? request.body : "");
		if (!result) return refuse(reply.header("www-authenticate", "Bearer"), 401, phrase("api.intakeToken"));
		return "faults" in result
			? reply.code(422).send({
					...refusalOf(phrase("api.capFaults")),
					faults: result.faults.map((fault) => say("en", fault)),
					reasons: result.faults,
				})
			: { ...result, ...(result.why === undefined ? {} : { why: say("en", result.why), reason: result.why }) };
	});
}
