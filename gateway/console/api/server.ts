import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { join } from "node:path";
import cookie from "@fastify/cookie";
import fastifyStatic from "@fastify/static";
import websocket from "@fastify/websocket";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Clock } from "../../base/clock.ts";
import { LookoutError } from "../../base/errors.ts";
import type { Random } from "../../base/random.ts";
import { phrase } from "../../base/say.ts";
import type { Service } from "../../base/service.ts";
import { Strangers } from "../../base/strangers.ts";
import type { Said } from "../../model/answer.ts";
import { DUTY_DESK } from "../../model/register.ts";
import type { Where } from "../../model/report.ts";
import type { Log } from "../../ops/log/log.ts";
import type { AccountStore } from "../../store/accounts.ts";
import type { ConsoleBackend } from "../backend.ts";
import { LiveViews } from "../live/live.ts";
import { urlOf } from "./address.ts";
import { Auth, VIEWER } from "./auth.ts";
import { boardRoute } from "./board.ts";
import { capRoutes } from "./cap.ts";
import { Feed } from "./feed.ts";
import { viewWithoutPersonal } from "./personal.ts";
import { phoneRoutes } from "./phone.ts";
import { printable } from "./print.ts";
import { refuse } from "./refuse.ts";
import { rulingRoutes } from "./rulings.ts";
import { answerBody, drillBody, idParams, reportBody } from "./schemas.ts";
import { COOKIE, isOwnOrigin, loginRoutes, sessionRoutes } from "./sessions.ts";

export interface ConsoleOptions {
	host: string;
	port: number;
	tls?: { certificate: string; key: string };
	backend: ConsoleBackend;
	viewerPassword?: string;
	/** Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses or networks. */
	trustedProxies?: string[];
	mostStrangers?: number;
	/** Told the address of the pages once they are served. */
	onListening?: (url: string) => void;
	/** Told the first password, once, when one had to be made. */
	onFirstPassword: (user: string, password: string) => void;
	/** Somebody has logged in to the desk, or taken another password for it: the first one is known. */
	onDesk?: () => void;
}

/**
 * A request that trickles in is ended, and looked for every second: it stands for an open connection that somebody
 * needs.
 */
const HTTP = { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 };
/** Connections at once on which nobody has shown a session or a link. */
const MOST_STRANGERS = 1_000;
/** Requests at once on one connection; browsers send the next one when the last is answered. */
const MOST_UNANSWERED = 8;
/** A connection on which nothing moves is ended, ms. */
const SILENT_MS = 60_000;
const WEB = join(import.meta.dirname, "../web/dist");

/** What the console needs of the gateway it belongs to. */
export interface ConsoleServices {
	accounts: AccountStore;
	clock: Clock;
	random: Random;
	log: Log;
}

/** The tower's web page and its interface. Everything but the page itself, log-in and phone links wants a session. */
export class Console implements Service {
	readonly #options: ConsoleOptions;
	readonly #log: Log;
	readonly #auth: Auth;
	readonly #feed: Feed;
	readonly #live: LiveViews;
	/** Requests of the user who is shown no personal data. */
	readonly #viewers = new WeakSet<FastifyRequest>();
	readonly #strangers: Strangers<Socket>;
	readonly #clock: Clock;
	#app: FastifyInstance | undefined;

	constructor(options: ConsoleOptions, { accounts, clock, random, log }: ConsoleServices) {
		this.#options = options;
		this.#log = log;
		this.#clock = clock;
		this.#strangers = new Strangers(options.mostStrangers ?? MOST_STRANGERS, () => {});
		this.#auth = new Auth(accounts, clock, random);
		this.#auth.setViewer(options.viewerPassword);
		this.#feed = new Feed(options.backend, clock);
		this.#live = new LiveViews((...asked) => options.backend.view(...asked), clock, log);
	}

	/** Where the console is reached on this machine. */
	get url(): string {
		const address = this.#app?.server.address();
		const port = typeof address === "object" && address !== null ? address.port : this.#options.port;
		return urlOf({ ...this.#options, port });
	}

	async start(): Promise<void> {
		const { tls, host, port, trustedProxies = [], onFirstPassword } = this.#options;
		const first = await this.#auth.firstPassword();
		if (first) onFirstPassword(first.user, first.password);
		const app = Fastify({
			serverFactory: (handle) => this.#server(handle, tls),
			bodyLimit: 16_384,
			forceCloseConnections: true,
			trustProxy: trustedProxies.length > 0 ? trustedProxies : false,
		}) as unknown as FastifyInstance;
		this.#app = app;
		await app.register(cookie);
		await app.register(websocket, { options: { maxPayload: 1024 } });
		app.addHook("onSend", async (_request, reply) => this.#headers(reply));
		app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
			const status = error.statusCode ?? 500;
			if (status >= 500) this.#log.error({ err: error }, "console");
			return refuse(
				reply,
				status,
				status >= 500 ? phrase("api.internal") : phrase("api.invalid", { detail: error.message }),
			);
		});
		loginRoutes(app, this.#auth, () => this.#options.onDesk?.());
		phoneRoutes(app, this.#options.backend, this.#auth, (request) => this.#known(request), this.#clock);
		capRoutes(app, this.#options.backend);
		boardRoute(app, this.#options.backend, this.#clock);
		await app.register(async (inner) => {
			inner.addHook("onRequest", async (request, reply) => {
				const session = await this.#auth.session(request.cookies[COOKIE]);
				if (!session) return refuse(reply, 401, phrase("api.loginFirst"));
				const acts = request.method !== "GET" || request.headers.upgrade !== undefined;
				if (acts && !isOwnOrigin(request, this.#options.backend.tower().publicUrl))
					return refuse(reply, 403, phrase("api.otherSite"));
				this.#known(request);
				// who only looks on changes nothing, and opens nothing that belongs to people
				if (session.user !== VIEWER) return;
				this.#viewers.add(request);
				// by the route that was found, and not by how the address is spelt
				const route = request.routeOptions.url ?? "";
				const id = (request.params as { id?: string } | undefined)?.id ?? "";
				const personal =
					/\/(print|why|sessions)\b/.test(route) || (route.startsWith("/api/pictures/") && id.startsWith("report-"));
				const forbidden = request.method !== "GET" || personal;
				if (forbidden) return refuse(reply, 403, phrase("api.readOnly"));
			});
			this.#dutyRoutes(inner);
			rulingRoutes(inner, this.#options.backend);
			sessionRoutes(inner, this.#auth, () => this.#options.onDesk?.());
		});
		if (!existsSync(WEB))
			this.#log.error({ folder: WEB }, "LK0701 the console's pages are not built: run deploy/setup.sh once");
		if (existsSync(WEB))
			await app.register(fastifyStatic, { root: WEB, cacheControl: true, maxAge: "1h", immutable: false });
		try {
			await app.listen({ host, port });
		} catch (cause) {
			throw new LookoutError("LK0701", `the console cannot listen on ${host}:${port}: ${(cause as Error).message}`, {
				cause,
				hint: "Another program may hold the port; change console.port.",
			});
		}
		this.#log.info({ url: this.url }, "console listens");
		this.#options.onListening?.(this.url);
	}

	#server(handle: (request: IncomingMessage, response: ServerResponse) => void, tls: ConsoleOptions["tls"]): Server {
		/** Requests of a connection that are not answered yet. */
		const open = new WeakMap<Socket, number>();
		const take = (request: IncomingMessage, response: ServerResponse) => {
			const { socket } = request;
			const count = (open.get(socket) ?? 0) + 1;
			// before anything is done for it: thousands may come in one piece, and what has come is read to its end
			if (count > MOST_UNANSWERED) return void socket.destroy();
			open.set(socket, count);
			response.once("close", () => open.set(socket, (open.get(socket) ?? 1) - 1));
			handle(request, response);
		};
		const server: Server = tls
			? createTlsServer(
					{
						...HTTP,
						cert: readFileSync(tls.certificate),
						key: readFileSync(tls.key),
						minVersion: "TLSv1.2",
						handshakeTimeout: 5_000,
					},
					take,
				)
			: createServer(HTTP, take);
		server.timeout = SILENT_MS;
		server.keepAliveTimeout = SILENT_MS;
		return server.prependListener("connection", (socket: Socket) =>
			this.#strangers.add(socket, this.#clock.monotonic()),
		);
	}

	/** Somebody who has shown who he is keeps his connection, however many strangers come. */
	#known({ raw }: FastifyRequest): void {
		const socket = raw.socket as Socket & { _parent?: Socket };
		this.#strangers.known(socket._parent ?? socket);
	}

	async stop(): Promise<void> {
		this.#feed.stop();
		await this.#live.stop();
		await this.#app?.close();
		this.#app = undefined;
	}

	#dutyRoutes(app: FastifyInstance): void {
		const port = this.#options.backend;
		app.get("/api/state", (request) => this.#feed.snapshot(this.#viewers.has(request)));
		app.get("/api/events", (request, reply) => this.#feed.open(reply, this.#viewers.has(request)));
		app.get("/api/health", async (request) => {
			const { parts, ...health } = port.health();
			return this.#viewers.has(request) || !parts ? health : { ...health, parts };
		});
		app.get("/api/companion", async () => port.companion() ?? null);
		app.get("/api/people", async (request) => {
			const bare = this.#viewers.has(request);
			return port
				.people()
				.map(({ id, name, role, level, grids }) => ({ id, name: bare ? "" : name, role, level, grids }));
		});
		app.get("/api/incidents/:id", { schema: { params: idParams } }, async (request, reply) => {
			const { id } = request.params as { id: string };
			const view = await port.incident(id);
			if (!view) return refuse(reply, 404, phrase("api.noIncident"));
			return { ...(this.#viewers.has(request) ? viewWithoutPersonal(view) : view), videos: await port.videos(id) };
		});
		app.get("/api/grids", async () => port.grids());
		app.post("/api/drills", { schema: { body: drillBody } }, (request, reply) => {
			const { by, ...where } = request.body as Told;
			return calledIn(reply, where, (place) => port.startDrill(by, place));
		});
		app.post("/api/reports", { schema: { body: reportBody } }, (request, reply) => {
			const { by, note, caller, phone, ...where } = request.body as Told;
			// who calls belongs to the words: shown to the desk, and erased with them
			const words = [note, caller && `报警人 ${caller}`, phone && `回拨 ${phone}`]
				.filter((w) => w !== undefined && w !== "")
				.join(" · ");
			return calledIn(reply, where, (place) => port.report(by, place, words === "" ? undefined : words.slice(0, 200)));
		});
		app.get("/api/incidents/:id/why/:person", async (request, reply) => {
			const { id, person } = request.params as { id: string; person: string };
			const reasons = await port.whyNotTold(id.slice(0, 128), person.slice(0, 128));
			return reasons ? { reasons } : refuse(reply, 404, phrase("api.noIncident"));
		});
		app.get("/api/incidents/:id/print", { schema: { params: idParams } }, async (request, reply) => {
			const view = await port.incident((request.params as { id: string }).id);
			if (!view) return refuse(reply, 404, phrase("api.noIncident"));
			return reply
				.type("text/html; charset=utf-8")
				.header("cache-control", "no-store")
				.send(printable(view, port.tower()));
		});
		app.post(
			"/api/incidents/:id/answer",
			{ schema: { params: idParams, body: answerBody } },
			async (request, reply) => {
				const { id } = request.params as { id: string };
				const done = await port.answer(id, DUTY_DESK, "duty desk 值班台", { ...(request.body as Said), via: "page" });
				if (!done) return refuse(reply, 409, phrase("api.incidentNotOpen"));
				return done.refused === undefined ? { ok: true } : refuse(reply, 422, done.refused);
			},
		);
		app.get("/api/pictures/:id", { schema: { params: idParams } }, async (request, reply) =>
			sendFile(reply, port.picturePath((request.params as { id: string }).id), "image/jpeg"),
		);
		app.get("/api/videos/:id/:name", async (request, reply) => {
			const { id, name } = request.params as { id: string; name: string };
			return sendFile(reply, port.videoPath(id, name), "video/mp4");
		});
		app.get("/api/cameras/:id/snapshot", { schema: { params: idParams } }, async (request, reply) => {
			const picture = await port.snapshot((request.params as { id: string }).id);
			if (!picture) return refuse(reply, 404, phrase("api.noPictureYet"));
			return reply
				.type("image/jpeg")
				.header("x-captured-at", String(picture.at))
				.header("cache-control", "no-store")
				.send(picture.jpeg);
		});
		app.get("/api/live/:id", { websocket: true }, (socket, request) =>
			this.#live.watch((request.params as { id: string }).id, socket),
		);
		app.post("/api/people/:id/enrol", { schema: { params: idParams } }, async (request: FastifyRequest, reply) => {
			const { id } = request.params as { id: string };
			const person = port.people().find((p) => p.id === id);
			if (!person) return refuse(reply, 404, phrase("api.noPerson"));
			const base = port.tower().publicUrl ?? this.url;
			const url = `${base.replace(/\/$/, "")}/enrol.html#${await this.#auth.enrolmentToken(id)}`;
			const { default: qrcode } = await import("qrcode");
			return { name: person.name, url, qr: await qrcode.toString(url, { type: "svg", margin: 1 }) };
		});
	}

	#headers(reply: FastifyReply): void {
		reply.header(
			"content-security-policy",
			"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
		);
		reply.header("x-content-type-options", "nosniff");
		reply.header("referrer-policy", "no-referrer");
		if (this.#options.tls) reply.header("strict-transport-security", "max-age=31536000");
	}
}

interface Told {
	by: string;
	note?: string;
	caller?: string;
	phone?: string;
	grid?: string;
	lat?: number;
	lon?: number;
}

async function calledIn(
	reply: FastifyReply,
	{ grid, lat, lon }: Pick<Told, "grid" | "lat" | "lon">,
	bring: (where: Where) => Promise<string | undefined>,
): Promise<unknown> {
	if (grid !== undefined && (lat !== undefined || lon !== undefined))
		return refuse(reply, 400, phrase("api.gridOrPlace"));
	const where = grid !== undefined ? { grid } : lat !== undefined && lon !== undefined ? { lat, lon } : undefined;
	if (!where) return refuse(reply, 400, phrase("api.where"));
	const id = await bring(where);
	return id === undefined ? refuse(reply, 404, phrase("api.noGrid")) : { incident: id };
}

function sendFile(reply: FastifyReply, path: string | undefined, type: string): FastifyReply {
	if (!path || !statSync(path, { throwIfNoEntry: false })?.isFile()) return refuse(reply, 404, phrase("api.noFile"));
	return reply.type(type).header("cache-control", "private, max-age=86400").send(createReadStream(path));
}
