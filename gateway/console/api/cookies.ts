import type { FastifyReply, FastifyRequest } from "fastify";
import { DEVICE_MS } from "./auth.ts";

/** The cookie of a session, and the one by which a browser is known that has been in before. */
export const COOKIE = "lookout";
export const DEVICE = "lookout-device";

/** How long a browser keeps a session's cookie; the gateway says when the session itself is over. */
const KEPT_S = 30 * 86_400;

/** Gives a browser its session. */
export function setSession(request: FastifyRequest, reply: FastifyReply, got: { token: string; device: string }): void {
	const cookie = { httpOnly: true, sameSite: "strict", secure: request.protocol === "https" } as const;
	reply
		.setCookie(COOKIE, got.token, { ...cookie, path: "/", maxAge: KEPT_S })
		.setCookie(DEVICE, got.device, { ...cookie, path: "/api", maxAge: DEVICE_MS / 1000 });
}
