import rateLimit from "@fastify/rate-limit";
import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import type { Guard } from "./guard.ts";
import type { App } from "./services.ts";

/** Requests a minute of one person, whose pages ask for many pictures, and of one machine. */
const PERSON = 6_000;
const MACHINE = 600;

/** Whoever asks more often than that is told when to ask again: nobody's script takes the desk's time. */
export function limitRates(app: App, guard: Guard): void {
	app.register(rateLimit, {
		hook: "preHandler",
		timeWindow: "1 minute",
		max: (request) => (guard.who(request).user ? PERSON : MACHINE),
		keyGenerator: (request) => guard.who(request).id,
		errorResponseBuilder: () => new TooMany(),
	});
}

/** What the error handler answers with. */
export class TooMany extends Error {
	readonly statusCode = 429;
	readonly reason: Phrase = phrase("api.tooMany");
}
