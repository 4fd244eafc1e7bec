import type { IncomingMessage, ServerResponse } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from "fastify";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../ops/log/log.ts";
import type { ConsoleBackend } from "../backend.ts";
import type { LiveViews } from "../live/live.ts";
import type { Auth } from "./auth.ts";
import type { Feed } from "./feed.ts";

/** The server with its schemas: what a handler is given and gives back has the types of its route's schemas. */
export type App = FastifyInstance<
	RawServerDefault,
	IncomingMessage,
	ServerResponse,
	FastifyBaseLogger,
	TypeBoxTypeProvider
>;

/** What the routes work with. */
export interface Services {
	backend: ConsoleBackend;
	auth: Auth;
	feed: Feed;
	live: LiveViews;
	clock: Clock;
	log: Log;
	/** Somebody has shown who he is: his connection is kept, however many strangers come. */
	known(request: FastifyRequest): void;
	/** Whether a request comes of the user who is shown no personal data. */
	isViewer(request: FastifyRequest): boolean;
	/** Where the pages are reached on this machine. */
	url(): string;
	/** Somebody has logged in to the desk, or taken another password for it. */
	onDesk(): void;
}
