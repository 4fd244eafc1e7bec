import { Type } from "typebox";
import { phrase } from "../../base/say.ts";
import { AuditEntry, Done, Link, MadeToken, MadeUser, Shift, Token, User } from "../views/schemas.ts";
import { auditQuery, changeUserBody, handOverBody, idParams, tokenBodyOfMachine, userBody } from "./bodies.ts";
import { answers, refuse } from "./refuse.ts";
import type { App, Services } from "./services.ts";
import { userView } from "./user-views.ts";

const DAY_MS = 86_400_000;
/** Shifts that a page is shown: half a year of two a day. */
const MOST_SHIFTS = 400;

/** Users, tokens of machines, shifts, and who has looked at what. */
export function userRoutes(app: App, services: Services): void {
	peopleRoutes(app, services);
	tokenRoutes(app, services);
	dutyRoutes(app, services);
	auditRoutes(app, services);
}

function peopleRoutes(app: App, { users, guard, url, backend }: Services): void {
	const config = { right: "users" } as const;
	const linkOf = (token: string) => `${(backend.tower().publicUrl ?? url()).replace(/\/$/, "")}/#welcome=${token}`;
	app.get(
		"/api/users",
		{ config, schema: { summary: "Who may log in.", response: answers(Type.Array(User)) } },
		async () => (await users.all()).map(userView),
	);
	app.post(
		"/api/users",
		{
			config,
			schema: {
				summary: "A new user, and the link by which he sets his password.",
				body: userBody,
				response: answers(MadeUser),
			},
		},
		async (request, reply) => {
			const made = await users.add(request.body, guard.who(request));
			if ("refused" in made) return refuse(reply, 409, made.refused);
			return { user: userView(made.user), url: linkOf(made.link) };
		},
	);
	app.post(
		"/api/users/:id",
		{
			config,
			schema: {
				summary: "What is said of a user takes the place of what was.",
				params: idParams,
				body: changeUserBody,
				response: answers(User),
			},
		},
		async (request, reply) => {
			const changed = await users.change(request.params.id, request.body, guard.who(request));
			return "refused" in changed ? refuse(reply, 409, changed.refused) : userView(changed);
		},
	);
	app.post(
		"/api/users/:id/reset",
		{
			config,
			schema: {
				summary: "Ends a user's password, second factor and sessions; the link by which he sets another.",
				params: idParams,
				response: answers(Link),
			},
		},
		async (request, reply) => {
			const link = await users.reset(request.params.id, guard.who(request));
			return link === undefined ? refuse(reply, 404, phrase("api.noUser")) : { url: linkOf(link) };
		},
	);
}

function tokenRoutes(app: App, { users, guard, clock }: Services): void {
	const config = { right: "users" } as const;
	app.get(
		"/api/tokens",
		{ config, schema: { summary: "Tokens of machines that hold.", response: answers(Type.Array(Token)) } },
		() => users.tokens(),
	);
	app.post(
		"/api/tokens",
		{
			config,
			schema: {
				summary: "A machine's way in; it is shown now alone.",
				body: tokenBodyOfMachine,
				response: answers(MadeToken),
			},
		},
		(request) => {
			const { days, ...fields } = request.body;
			return users.addToken({ ...fields, endsAt: clock.now() + days * DAY_MS }, guard.who(request));
		},
	);
	app.post(
		"/api/tokens/:id/end",
		{ config, schema: { summary: "Ends a token.", params: idParams, response: answers(Done) } },
		async (request, reply) =>
			(await users.endToken(request.params.id, guard.who(request)))
				? { ok: true }
				: refuse(reply, 404, phrase("api.noToken")),
	);
}

function dutyRoutes(app: App, { duty, auth, guard, audit }: Services): void {
	app.get(
		"/api/duty/shifts",
		{
			config: { right: "personal" },
			schema: { summary: "Who was at the desk and when, newest first.", response: answers(Type.Array(Shift)) },
		},
		async (request) => {
			audit.looked(guard.who(request), "shifts");
			return (await duty.all()).slice(0, MOST_SHIFTS);
		},
	);
	app.post(
		"/api/duty/sign-on",
		{ config: { right: "self" }, schema: { summary: "Begins one's shift at the desk.", response: answers(Shift) } },
		async (request, reply) => {
			const { session } = guard.who(request);
			const shift = await duty.signOn(guard.user(request));
			if (!shift) return refuse(reply, 403, phrase("api.noShifts"));
			if (session !== undefined) await auth.extendForShift(session);
			return shift;
		},
	);
	app.post(
		"/api/duty/:id/hand-over",
		{
			config: { right: "answer" },
			schema: {
				summary: "Ends a shift, with what whoever comes next should know.",
				params: idParams,
				body: handOverBody,
				response: answers(Done),
			},
		},
		async (request, reply) => {
			const { id, name } = guard.who(request);
			return (await duty.handOver(request.params.id, request.body.note, { id, name }))
				? { ok: true }
				: refuse(reply, 409, phrase("api.shiftOver"));
		},
	);
}

function auditRoutes(app: App, { audit, clock }: Services): void {
	app.get(
		"/api/audit",
		{
			config: { right: "audit" },
			schema: {
				summary: "Who has looked at what of people, newest first; of the last 30 days where no time is named.",
				querystring: auditQuery,
				response: answers(Type.Array(AuditEntry)),
			},
		},
		({ query: { from, to } }) => {
			const until = to ?? clock.now() + 1;
			return audit.between(from ?? until - 30 * DAY_MS, until);
		},
	);
}
