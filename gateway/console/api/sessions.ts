import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { phrase } from "../../base/say.ts";
import { Done, Session } from "../views/schemas.ts";
import { DEVICE_MS, VIEWER } from "./auth.ts";
import { loginBody, passwordBody, sessionParams } from "./bodies.ts";
import { answers, refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";

/** The cookie of a session, and the one by which a browser is known that has been in before. */
export const COOKIE = "lookout";
const DEVICE = "lookout-device";
const SESSION_S = 12 * 3600;

/** Log-in and log-out: the way in for everybody. */
export function loginRoutes(app: App, { auth, onDesk }: Services): void {
	app.post(
		"/api/login",
		{ schema: { summary: "Logs in; the session is a cookie.", body: loginBody, response: answers(Done) } },
		async (request, reply) => {
			const { user, password } = request.body;
			const device = request.cookies[DEVICE];
			const agent = request.headers["user-agent"] ?? "";
			const got = await auth.login(user, password, { from: request.ip, agent, device });
			if (got === "wait") return refuse(reply.header("retry-after", "30"), 429, phrase("api.tooManyPasswords"));
			if (got === undefined) return refuse(reply, 401, phrase("api.wrongLogin"));
			if (user !== VIEWER) onDesk();
			const cookie = { httpOnly: true, sameSite: "strict", secure: request.protocol === "https" } as const;
			return reply
				.setCookie(COOKIE, got.token, { ...cookie, path: "/", maxAge: SESSION_S })
				.setCookie(DEVICE, got.device, { ...cookie, path: "/api/login", maxAge: DEVICE_MS / 1000 })
				.send({ ok: true });
		},
	);
	app.post("/api/logout", { schema: { summary: "Logs out.", response: answers(Done) } }, async (request, reply) => {
		const token = request.cookies[COOKIE];
		if (token) await auth.logout(token);
		return reply.clearCookie(COOKIE, { path: "/" }).send({ ok: true });
	});
}

/** Who is logged in, and the desk's password: for whoever is in. */
export function sessionRoutes(app: App, { auth, onDesk }: Services): void {
	app.get(
		"/api/sessions",
		{ schema: { summary: "Who is logged in.", response: answers(Type.Array(Session)) } },
		(request) => auth.sessions(request.cookies[COOKIE] ?? ""),
	);
	app.post(
		"/api/sessions/:id/end",
		{ schema: { summary: "Logs somebody out.", params: sessionParams, response: answers(Done) } },
		async ({ params: { id } }, reply) =>
			(await auth.endSession(id)) ? { ok: true } : refuse(reply, 404, phrase("api.noSession")),
	);
	app.post(
		"/api/password",
		{ schema: { summary: "Takes another password.", body: passwordBody, response: answers(Done) } },
		async (request, reply) => {
			const { old, fresh } = request.body;
			if (!(await auth.changePassword(old, fresh, request.cookies[COOKIE] ?? "")))
				return refuse(reply, 403, phrase("api.wrongOldPassword"));
			onDesk();
			return { ok: true };
		},
	);
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
