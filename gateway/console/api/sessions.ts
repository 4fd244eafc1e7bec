import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { phrase } from "../../base/say.ts";
import { Done, Me, SecondFactor, Session, Welcome } from "../views/schemas.ts";
import type { Visitor, Who } from "./auth.ts";
import {
	codeBody,
	loginBody,
	passwordBody,
	passwordOnlyBody,
	sessionParams,
	takeLinkBody,
	welcomeBody,
} from "./bodies.ts";
import { COOKIE, DEVICE, setSession } from "./cookies.ts";
import { answers, refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";

const self = { right: "self" } as const;

export function visitorOf(request: FastifyRequest): Visitor {
	const device = request.cookies[DEVICE];
	return {
		from: request.ip,
		agent: request.headers["user-agent"] ?? "",
		...(device === undefined ? {} : { device }),
	};
}

/** Log-in, log-out, and links by which somebody sets his password: the way in for everybody. */
export function loginRoutes(app: App, { auth, users, onUser }: Services): void {
	app.post(
		"/api/login",
		{ schema: { summary: "Logs in; the session is a cookie.", body: loginBody, response: answers(Done) } },
		async (request, reply) => {
			const { user: login, password, code } = request.body;
			const got = await auth.login({ login, password, ...(code ? { code } : {}) }, visitorOf(request));
			if (got === "wait") return refuse(reply.header("retry-after", "30"), 429, phrase("api.tooManyPasswords"));
			if (got === "codeNeeded") return refuse(reply, 401, phrase("api.codeNeeded"));
			if (got === undefined) return refuse(reply, 401, phrase("api.wrongLogin"));
			setSession(request, reply, got);
			return { ok: true };
		},
	);
	app.post("/api/logout", { schema: { summary: "Logs out.", response: answers(Done) } }, async (request, reply) => {
		const token = request.cookies[COOKIE];
		if (token) await auth.logout(token);
		return reply.clearCookie(COOKIE, { path: "/" }).send({ ok: true });
	});
	app.post(
		"/api/welcome",
		{ schema: { summary: "Whom a link is for.", body: welcomeBody, response: answers(Welcome) } },
		async ({ body: { token } }, reply) => {
			const link = await users.welcome(token);
			if (!link) return refuse(reply, 404, phrase("api.linkNotValid"));
			const { user } = link;
			return user ? { isFirst: false, name: user.name, login: user.login } : { isFirst: true };
		},
	);
	app.post(
		"/api/welcome/take",
		{
			schema: {
				summary: "Sets a password by a link, which works once, and logs in.",
				body: takeLinkBody,
				response: answers(Done),
			},
		},
		async (request, reply) => {
			const { token, ...said } = request.body;
			const taken = await users.takeLink(token, said);
			if (!taken) return refuse(reply, 404, phrase("api.linkNotValid"));
			if ("refused" in taken) return refuse(reply, 409, taken.refused);
			onUser();
			setSession(request, reply, await auth.enter(taken, visitorOf(request)));
			return { ok: true };
		},
	);
}

/** What every user may do at his own account. */
export function sessionRoutes(app: App, services: Services): void {
	const { auth, guard, duty } = services;
	app.get(
		"/api/me",
		{ schema: { summary: "Who asks, and what he may do.", response: answers(Me) } },
		async (request) => {
			const { user, id, name, areas, rights } = guard.who(request);
			return {
				id,
				name,
				login: user?.login ?? "",
				roles: user?.roles ?? [],
				areas: [...areas],
				rights: [...rights],
				hasSecondFactor: user?.totp !== undefined,
				isOnDuty: duty.shifts.some((s) => s.userId === id && s.to === undefined),
			};
		},
	);
	app.get(
		"/api/sessions",
		{ config: self, schema: { summary: "Who is logged in.", response: answers(Type.Array(Session)) } },
		(request) => {
			const who = guard.who(request);
			return auth.sessions(everybodysOr(who), who.session);
		},
	);
	app.post(
		"/api/sessions/:id/end",
		{ config: self, schema: { summary: "Logs somebody out.", params: sessionParams, response: answers(Done) } },
		async (request, reply) =>
			(await auth.endSession(request.params.id, everybodysOr(guard.who(request))))
				? { ok: true }
				: refuse(reply, 404, phrase("api.noSession")),
	);
	app.post(
		"/api/password",
		{ config: self, schema: { summary: "Takes another password.", body: passwordBody, response: answers(Done) } },
		async (request, reply) => {
			const { old, fresh } = request.body;
			if (!(await auth.changePassword(guard.who(request), old, fresh)))
				return refuse(reply, 403, phrase("api.wrongOldPassword"));
			return { ok: true };
		},
	);
	secondFactorRoutes(app, services);
}

/** Whose sessions somebody may see and end: his own, or, for whoever keeps the users, all. */
function everybodysOr({ id, rights }: Who): string | undefined {
	return rights.has("users") ? undefined : id;
}

function secondFactorRoutes(app: App, { auth, users, guard, backend }: Services): void {
	app.post(
		"/api/second-factor/begin",
		{ config: self, schema: { summary: "A secret for an authenticator app.", response: answers(SecondFactor) } },
		async (request) => {
			const { default: qrcode } = await import("qrcode");
			const { secret, uri } = users.beginTotp(guard.user(request), backend.tower().name);
			return { secret, uri, qr: await qrcode.toString(uri, { type: "svg", margin: 1 }) };
		},
	);
	app.post(
		"/api/second-factor/confirm",
		{
			config: self,
			schema: { summary: "The app shows this code: it counts from now on.", body: codeBody, response: answers(Done) },
		},
		async (request, reply) =>
			(await users.confirmTotp(guard.user(request), request.body.code))
				? { ok: true }
				: refuse(reply, 403, phrase("api.wrongCode")),
	);
	app.post(
		"/api/second-factor/end",
		{ config: self, schema: { summary: "Does without it.", body: passwordOnlyBody, response: answers(Done) } },
		async (request, reply) => {
			const who = guard.who(request);
			if (!(await auth.isPassword(who, request.body.password)))
				return refuse(reply, 403, phrase("api.wrongOldPassword"));
			await users.endTotp(guard.user(request));
			return { ok: true };
		},
	);
}
