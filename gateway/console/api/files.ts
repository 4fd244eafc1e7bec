import { createReadStream, statSync } from "node:fs";
import type { FastifyReply } from "fastify";
import { phrase } from "../../base/say.ts";
import { refuse } from "./refuse.ts";

/** A file that never changes under its name; 404 when it is not there. */
export function sendFile(reply: FastifyReply, path: string | undefined, type: string): FastifyReply {
	if (!path || !statSync(path, { throwIfNoEntry: false })?.isFile()) return refuse(reply, 404, phrase("api.noFile"));
	return reply.type(type).header("cache-control", "private, max-age=86400").send(createReadStream(path));
}
