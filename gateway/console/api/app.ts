import cookie from "@fastify/cookie";
import swagger, { type FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import websocket from "@fastify/websocket";
import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest, type FastifyServerOptions } from "fastify";
import { OWN_SCHEMA } from "../../base/own-schema.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import { SCHEMAS } from "../views/schemas.ts";
import { boardRoute } from "./board.ts";
import { calibrationRoutes } from "./calibration.ts";
import { capRoutes } from "./cap.ts";
import { COOKIE } from "./cookies.ts";
import { deviceRoutes } from "./devices.ts";
import { Guard } from "./guard.ts";
import { incidentListRoutes } from "./incident-list.ts";
import { incidentRoutes } from "./incidents.ts";
import { mapRoutes } from "./map.ts";
import { numbersRoutes } from "./numbers.ts";
import { oidcRoutes } from "./oidc.ts";
import { pageRoutes } from "./pages.ts";
import { paperRoutes } from "./papers.ts";
import { pastRoutes } from "./past.ts";
import { phoneRoutes } from "./phone.ts";
import { limitRates, TooMany } from "./rate-limit.ts";
import { refuse } from "./refuse.ts";
import { registerRoutes } from "./register.ts";
import { rulingRoutes } from "./rulings.ts";
import { sensorRoutes } from "./sensors.ts";
import type { App, Services } from "./services.ts";
import { loginRoutes, sessionRoutes } from "./sessions.ts";
import { stateRoutes } from "./state.ts";
import { userRoutes } from "./user-routes.ts";

/** How the OpenAPI document names the ways in: people's, and machines'. */
const SESSION = "session";
const TOKEN = "token";
/** What pages may load, and from where: the gateway alone, and the base map's machines where one is configured. */
function policyOf(origins: readonly string[]): string {
	const others = origins.map((origin) => ` ${origin}`).join("");
	return [
		"default-src 'self'",
		"script-src 'self' 'wasm-unsafe-eval'",
		`img-src 'self' data: blob:${others}`,
		`connect-src 'self'${others}`,
		"worker-src 'self' blob:",
		"style-src 'self'",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	].join("; ");
}

/** The interface's own document. */
const DOCUMENT: FastifyDynamicSwaggerOptions = {
	openapi: {
		openapi: "3.1.0",
		info: {
			title: "Lookout",
			version: "1",
			description: "What a tower's or a centre's gateway offers to pages and machines.",
		},
		components: {
			securitySchemes: {
				[SESSION]: { type: "apiKey", in: "cookie", name: COOKIE },
				[TOKEN]: { type: "http", scheme: "bearer" },
			},
		},
	},
	refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json["$id"] ?? `schema-${i}`) },
};

/**
 * Pages and interface, without a socket. Everything but the pages themselves, log-in, phone links, the public notice
 * and the CAP feed wants a session.
 */
export async function buildApp(services: Omit<Services, "guard">, options: FastifyServerOptions): Promise<App> {
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
	await app.register(swagger, DOCUMENT);
	await pageRoutes(app, log);
	await app.register(cookie);
	await app.register(websocket, { options: { maxPayload: 1024 } });
	let policy: string | undefined;
	app.addHook("onSend", async (request, reply) => {
		policy ??= policyOf(services.backend.baseMap()?.origins ?? []);
		headers(request, reply, policy);
	});
	app.setErrorHandler((error: FastifyError, _request, reply) => {
		if (error instanceof TooMany) return refuse(reply, error.statusCode, error.reason);
		const status = error.statusCode ?? 500;
		if (status < 500) return refuse(reply, status, invalid(error));
		log.error({ err: error }, "console");
		return refuse(reply, status, phrase("api.internal"));
	});
	const { auth, known } = services;
	const guard = new Guard({ auth, known, publicUrl: () => services.backend.tower().publicUrl });
	const all: Services = { ...services, guard };
	loginRoutes(app, all);
	oidcRoutes(app, all);
	phoneRoutes(app, all);
	capRoutes(app, all.backend);
	boardRoute(app, all.backend, all.clock);
	await app.register((inner: App, _options, done) => {
		inner.addHook("onRequest", (request, reply) => guard.letIn(request, reply));
		inner.addHook("onRoute", (route) => {
			// what anybody with any token may do is nobody's decision
			if (route.method !== "GET" && route.method !== "HEAD" && route.config?.right === undefined)
				throw new Error(`LK0001 ${route.method} ${route.url} names no right`);
			route.schema = { ...route.schema, security: [{ [SESSION]: [] }, { [TOKEN]: [] }] };
		});
		limitRates(inner, guard);
		// behind the limit: it counts what is laid after it
		inner.register((guarded: App, _none, ready) => {
			guardedRoutes(guarded, all);
			ready();
		});
		done();
	});
	return app;
}

/** What wants a session or a token. */
function guardedRoutes(app: App, all: Services): void {
	stateRoutes(app, all);
	incidentListRoutes(app, all);
	numbersRoutes(app, all);
	pastRoutes(app, all);
	incidentRoutes(app, all);
	deviceRoutes(app, all);
	calibrationRoutes(app, all);
	paperRoutes(app, all);
	rulingRoutes(app, all);
	mapRoutes(app, all);
	sensorRoutes(app, all);
	registerRoutes(app, all);
	sessionRoutes(app, all);
	userRoutes(app, all);
}

/** What is wrong with a request: where, and against which rule of the schema. */
function invalid({ validation, validationContext, message }: FastifyError): Phrase {
	const [fault] = validation ?? [];
	const { limit, missingProperty: name } = (fault?.params ?? {}) as { limit?: number; missingProperty?: string };
	const place = fault ? `${validationContext ?? ""}${fault.instancePath}` : "none";
	const detail = fault?.message ?? message;
	return phrase("api.invalid", { place, rule: fault?.keyword ?? "other", limit, name, detail });
}

function headers(request: FastifyRequest, reply: FastifyReply, policy: string): void {
	reply.header("content-security-policy", policy);
	reply.header("x-content-type-options", "nosniff");
	reply.header("referrer-policy", "no-referrer");
	// behind a proxy that ends TLS it is the proxy's to say so
	if ("encrypted" in request.raw.socket) reply.header("strict-transport-security", "max-age=31536000");
}
