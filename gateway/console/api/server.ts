import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import type { FastifyRequest } from "fastify";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { saidError } from "../../base/said-error.ts";
import { phrase } from "../../base/say.ts";
import type { Service } from "../../base/service.ts";
import { Strangers } from "../../base/strangers.ts";
import type { Log } from "../../ops/log/log.ts";
import type { AccountStore } from "../../store/accounts.ts";
import type { UserStore } from "../../store/users.ts";
import type { ConsoleBackend } from "../backend.ts";
import { LiveViews } from "../live/live.ts";
import { urlOf } from "./address.ts";
import { buildApp } from "./app.ts";
import { AuditTrail } from "./audit-trail.ts";
import { Auth } from "./auth.ts";
import { DutyBook } from "./duty-book.ts";
import { Feed } from "./feed.ts";
import type { OidcSettings } from "./oidc-provider.ts";
import { Passwords } from "./passwords.ts";
import type { App, Services } from "./services.ts";
import { Users } from "./users.ts";

export interface ConsoleOptions {
	host: string;
	port: number;
	tls?: { certificate: string; key: string };
	backend: ConsoleBackend;
	viewerPassword?: string;
	oidc?: OidcSettings;
	/** Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses or networks. */
	trustedProxies?: string[];
	mostStrangers?: number;
	/** Told the address of the pages once they are served. */
	onListening?: (url: string) => void;
	/** Told the address that makes the first administrator, at each start at which there is none. */
	onFirstLink: (url: string) => void;
	/** Somebody has set a password by a link: the first one is known. */
	onUser?: () => void;
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

/** What the console needs of the gateway it belongs to. */
export interface ConsoleServices {
	accounts: AccountStore;
	users: UserStore;
	clock: Clock;
	random: Random;
	log: Log;
}

/** The tower's web page and its interface. Everything but the page itself, log-in and phone links wants a session. */
export class Console implements Service {
	readonly #options: ConsoleOptions;
	readonly #log: Log;
	readonly #auth: Auth;
	readonly #users: Users;
	readonly #duty: DutyBook;
	readonly #audit: AuditTrail;
	readonly #feed: Feed;
	readonly #live: LiveViews;
	readonly #strangers: Strangers<Socket>;
	readonly #clock: Clock;
	#app: App | undefined;

	constructor(options: ConsoleOptions, { clock, random, log, ...stores }: ConsoleServices) {
		this.#options = options;
		this.#log = log;
		this.#clock = clock;
		this.#strangers = new Strangers(options.mostStrangers ?? MOST_STRANGERS, () => {});
		const passwords = new Passwords(random);
		this.#auth = new Auth(stores, clock, random, passwords);
		this.#auth.setViewer(options.viewerPassword);
		this.#users = new Users(stores, clock, random, passwords);
		this.#duty = new DutyBook(stores.users, clock, random);
		this.#audit = new AuditTrail(stores.users, clock, log);
		this.#feed = new Feed(options.backend, this.#duty, clock);
		this.#live = new LiveViews((...asked) => options.backend.view(...asked), clock, log);
	}

	/** Where the console is reached on this machine. */
	get url(): string {
		const address = this.#app?.server.address();
		const port = typeof address === "object" && address !== null ? address.port : this.#options.port;
		return urlOf({ ...this.#options, port });
	}

	#services(): Omit<Services, "guard"> {
		const { backend, onUser = () => {} } = this.#options;
		return {
			backend,
			auth: this.#auth,
			users: this.#users,
			duty: this.#duty,
			audit: this.#audit,
			oidc: this.#options.oidc,
			feed: this.#feed,
			live: this.#live,
			clock: this.#clock,
			log: this.#log,
			known: (request) => this.#known(request),
			url: () => this.url,
			onUser,
		};
	}

	async start(): Promise<void> {
		const { tls, host, port, trustedProxies = [], onFirstLink } = this.#options;
		await this.#duty.load();
		const first = await this.#users.firstLink();
		const app = await buildApp(this.#services(), {
			serverFactory: (handle) => this.#server(handle, tls),
			trustProxy: trustedProxies.length > 0 ? trustedProxies : false,
		});
		this.#app = app;
		try {
			await app.listen({ host, port });
		} catch (cause) {
			const gaps = { address: `${host}:${port}`, why: (cause as Error).message };
			const hint = phrase("fault.consolePortHint");
			throw saidError("LK0701", phrase("fault.consolePort", gaps), { cause, hint });
		}
		this.#log.info({ url: this.url }, "console listens");
		this.#options.onListening?.(this.url);
		if (first !== undefined) onFirstLink(`${this.url}/#welcome=${first}`);
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
}
