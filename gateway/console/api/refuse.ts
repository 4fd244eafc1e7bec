import type { FastifyReply } from "fastify";
import type { Phrase } from "../../base/phrase.ts";
import { say } from "../../base/say.ts";

/** What an answer says that something was not done: `reason` for a page that has the catalogue, `error` in English for everybody else. */
export interface Refusal {
	error: string;
	reason: Phrase;
}

export function refusalOf(reason: Phrase): Refusal {
	return { error: say("en", reason), reason };
}

/** Answers that something is not done. */
export function refuse(reply: FastifyReply, status: number, reason: Phrase): FastifyReply {
	return reply.code(status).send(refusalOf(reason));
}
