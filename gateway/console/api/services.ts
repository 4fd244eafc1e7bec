import type { IncomingMessage, ServerResponse } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from "fastify";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../ops/log/log.ts";
import type { ConsoleBackend } from "../backend.ts";
import type { LiveViews } from "../live/live.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Auth } from "./auth.ts";
import type { DutyBook } from "./duty-book.ts";
import type { Feed } from "./feed.ts";
import type { Guard } from "./guard.ts";
import type { OidcSettings } from "./oidc-provider.ts";
import type { Users } from "./users.ts";

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
	/** Who a request comes of, and what he may see. */
	guard: Guard;
	users: Users;
	duty: DutyBook;
	audit: AuditTrail;
	/** Log-in by an OpenID provider, where one is configured. */
	oidc: OidcSettings | undefined;
	/** Where the pages are reached on this machine. */
	url(): string;
	/** Somebody has set a password by a link. */
	onUser(): void;
}
