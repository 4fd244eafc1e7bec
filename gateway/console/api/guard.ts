import type { FastifyReply, FastifyRequest } from "fastify";
import { phrase } from "../../base/say.ts";
import type { Right, User } from "../../model/user.ts";
import type { Auth, Who } from "./auth.ts";
import { COOKIE } from "./cookies.ts";
import { refuse } from "./refuse.ts";

declare module "fastify" {
	interface FastifyContextConfig {
		/** What whoever asks must be allowed to do, else to look; `self`: a user, at his own account. */
		right?: Right | "self";
	}
}

interface Ways {
	auth: Auth;
	/** How the pages are reached from outside, where that is configured. */
	publicUrl: () => string | undefined;
	/** Somebody has shown who he is. */
	known: (request: FastifyRequest) => void;
}

/** Who a request behind the guard comes of. */
export class Guard {
	readonly #ways: Ways;
	readonly #known = new WeakMap<FastifyRequest, Who>();

	constructor(ways: Ways) {
		this.#ways = ways;
	}

	/** Throws for a request that was not let in. */
	who(request: FastifyRequest): Who {
		const who = this.#known.get(request);
		if (!who) throw new Error("LK0001 a request was not looked at before its handler");
		return who;
	}

	/** The user at whose own account a request is. Throws for a route that has not asked for `self`. */
	user(request: FastifyRequest): User {
		const { user } = this.who(request);
		if (!user) throw new Error("LK0001 a machine's request at a user's account");
		return user;
	}

	seesPeople(request: FastifyRequest): boolean {
		return this.who(request).rights.has("personal");
	}

	/** Lets in who has a session or a token, and the right that the route asks for. */
	async letIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
		const { auth, publicUrl, known } = this.#ways;
		const bearer = /^Bearer (\S{1,200})$/.exec(request.headers.authorization ?? "")?.[1];
		const who = await (bearer === undefined ? auth.bySession(request.cookies[COOKIE]) : auth.byToken(bearer));
		if (!who) return refuse(reply, 401, phrase("api.loginFirst"));
		const acts = request.method !== "GET" || request.headers.upgrade !== undefined;
		// a browser sends its cookie for other people's pages too, and a token never
		if (bearer === undefined && acts && !isOwnOrigin(request, publicUrl()))
			return refuse(reply, 403, phrase("api.otherSite"));
		known(request);
		this.#known.set(request, who);
		const { right = "look" } = request.routeOptions.config;
		const may = right === "self" ? who.user !== undefined : who.rights.has(right);
		return may ? undefined : refuse(reply, 403, phrase("api.noRight", { right }));
	}
}

/**
 * Whether a request comes from our own page, as far as the browser says where it comes from: another site's page may
 * send requests and open WebSockets in the name of whoever is logged in. Programs that are no browsers say nothing.
 */
export function isOwnOrigin({ headers, host }: FastifyRequest, publicUrl: string | undefined): boolean {
	const { origin } = headers;
	if (origin === undefined) return true;
	if (!URL.canParse(origin)) return false; // "null": a frame without an origin
	const from = new URL(origin);
	return from.host === host || (publicUrl !== undefined && from.origin === new URL(publicUrl).origin);
}
