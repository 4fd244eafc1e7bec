import { existsSync } from "node:fs";
import { join } from "node:path";
import cookie from "@fastify/cookie";
import fastifyStatic from "@fastify/static";
import swagger from "@fastify/swagger";
import websocket from "@fastify/websocket";
import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest, type FastifyServerOptions } from "fastify";
import { OWN_SCHEMA } from "../../base/own-schema.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase, words } from "../../base/say.ts";
import type { Log } from "../../ops/log/log.ts";
import { SCHEMAS } from "../views/schemas.ts";
import { VIEWER } from "./auth.ts";
import { boardRoute } from "./board.ts";
import { capRoutes } from "./cap.ts";
import { deviceRoutes } from "./devices.ts";
import { incidentRoutes } from "./incidents.ts";
import { phoneRoutes } from "./phone.ts";
import { refuse } from "./refuse.ts";
import { rulingRoutes } from "./rulings.ts";
import type { App, Services } from "./services.ts";
import { COOKIE, isOwnOrigin, loginRoutes, sessionRoutes } from "./sessions.ts";
import { stateRoutes } from "./state.ts";

/** How the OpenAPI document names the log-in. */
const SESSION = "session";
const WEB = join(import.meta.dirname, "../web/dist");
const CSP = [
	"default-src 'self'",
	"script-src 'self' 'wasm-unsafe-eval'",
	"img-src 'self' data: blob:",
	"connect-src 'self' ws: wss:",
	"style-src 'self' 'unsafe-inline'",
	"frame-ancestors 'none'",
].join("; ");

/**
 * Pages and interface, without a socket. Everything but the pages themselves, log-in, phone links, the public notice
 * and the CAP feed wants a session.
 */
export async function buildApp(services: Omit<Services, "isViewer">, options: FastifyServerOptions): Promise<App> {
	const { log } = services;
	const app = Fastify({
		bodyLimit: 16_384,
		forceCloseConnections: true,
		ajv: { customOptions: OWN_SCHEMA },
		...options,
	}) as unknown as App;
	// views are built field by field, and checked against their schemas by the tests: nothing is left out here
	app.setSerializerCompiler(() => (data) => JSON.stringify(data));
	for (const schema of Object.values(SCHEMAS)) app.addSchema(schema);
	await app.register(swagger, {
		openapi: {
			openapi: "3.1.0",
			info: {
				title: "Lookout",
				version: "1",
				description: "What a tower's or a centre's gateway offers to pages and machines.",
			},
			components: { securitySchemes: { [SESSION]: { type: "apiKey", in: "cookie", name: COOKIE } } },
		},
		refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json["$id"] ?? `schema-${i}`) },
	});
	await app.register(cookie);
	await app.register(websocket, { options: { maxPayload: 1024 } });
	app.addHook("onSend", async (request, reply) => headers(request, reply));
	app.setErrorHandler((error: FastifyError, _request, reply) => {
		const status = error.statusCode ?? 500;
		if (status < 500) return refuse(reply, status, invalid(error));
		log.error({ err: error }, "console");
		return refuse(reply, status, phrase("api.internal"));
	});
	const viewers = new WeakSet<FastifyRequest>();
	const all: Services = { ...services, isViewer: (request) => viewers.has(request) };
	loginRoutes(app, all);
	phoneRoutes(app, all);
	capRoutes(app, all.backend);
	boardRoute(app, all.backend, all.clock);
	await app.register((inner: App, _options, done) => {
		inner.addHook("onRequest", (request, reply) => letIn(all, viewers, request, reply));
		inner.addHook("onRoute", (route) => {
			route.schema = { ...route.schema, security: [{ [SESSION]: [] }] };
		});
		stateRoutes(inner, all);
		incidentRoutes(inner, all);
		deviceRoutes(inner, all);
		rulingRoutes(inner, all.backend);
		sessionRoutes(inner, all);
		done();
	});
	if (existsSync(WEB))
		await app.register(fastifyStatic, { root: WEB, cacheControl: true, maxAge: "1h", immutable: false });
	else notBuilt(app, log);
	return app;
}

/** What is wrong with a request: where, and against which rule of the schema. */
function invalid({ validation, validationContext, message }: FastifyError): Phrase {
	const [fault] = validation ?? [];
	const { limit, missingProperty: name } = (fault?.params ?? {}) as { limit?: number; missingProperty?: string };
	const place = fault ? `${validationContext ?? ""}${fault.instancePath}` : "none";
	const detail = fault?.message ?? message;
	return phrase("api.invalid", { place, rule: fault?.keyword ?? "other", limit, name, detail });
}

/** What is shown and logged where nobody has built the pages: the interface itself is there. */
function notBuilt(app: App, log: Log): void {
	log.error({ folder: WEB }, `LK0701 ${words("en", "api.notBuilt")}`);
	const text = `${words("zh", "api.notBuilt")}\n${words("en", "api.notBuilt")}\n`;
	for (const path of ["/", "/i.html", "/enrol.html"])
		app.get(path, { schema: { hide: true } }, (_request, reply) =>
			reply.code(503).type("text/plain; charset=utf-8").send(text),
		);
}

/** Refuses whoever has no session, comes from another site's page, or may only look. */
async function letIn(
	{ auth, backend, known }: Services,
	viewers: WeakSet<FastifyRequest>,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<FastifyReply | undefined> {
	const session = await auth.session(request.cookies[COOKIE]);
	if (!session) return refuse(reply, 401, phrase("api.loginFirst"));
	const acts = request.method !== "GET" || request.headers.upgrade !== undefined;
	if (acts && !isOwnOrigin(request, backend.tower().publicUrl)) return refuse(reply, 403, phrase("api.otherSite"));
	known(request);
	if (session.user !== VIEWER) return undefined;
	viewers.add(request);
	return isForViewers(request) ? undefined : refuse(reply, 403, phrase("api.readOnly"));
}

/** A viewer is read-only, and opens nothing that belongs to people. */
function isForViewers(request: FastifyRequest): boolean {
	if (request.method !== "GET") return false;
	// by the route that was found, and not by how the address is spelt
	const route = request.routeOptions.url ?? "";
	const id = (request.params as { id?: string } | undefined)?.id ?? "";
	return !/\/(print|why|sessions)\b/.test(route) && !(route.startsWith("/api/pictures/") && id.startsWith("report-"));
}

function headers(request: FastifyRequest, reply: FastifyReply): void {
	reply.header("content-security-policy", CSP);
	reply.header("x-content-type-options", "nosniff");
	reply.header("referrer-policy", "no-referrer");
	// behind a proxy that ends TLS it is the proxy's to say so
	if ("encrypted" in request.raw.socket) reply.header("strict-transport-security", "max-age=31536000");
}
