import type { FastifyReply } from "fastify";
import type { Static, TSchema } from "typebox";
import type { Phrase } from "../../base/phrase.ts";
import { say } from "../../base/say.ts";
import { Refusal } from "../views/schemas.ts";

/**
 * What an answer says that something was not done: `reason` for a page that has the catalogue, `error` in English for
 * everybody else.
 */
export function refusalOf(reason: Phrase): Static<typeof Refusal> {
	return { error: say("en", reason), reason };
}

/** Answers that something is not done. */
export function refuse(reply: FastifyReply, status: number, reason: Phrase): FastifyReply {
	return reply.code(status).send(refusalOf(reason));
}

/** What a route answers: this, or that it is not done. */
export function answers<T extends TSchema>(schema: T): { 200: T; "4xx": typeof Refusal } {
	return { 200: schema, "4xx": Refusal };
}
