import { errorMessage } from "../../base/errors.ts";
import { phrase } from "../../base/say.ts";
import type { Log } from "../../ops/log/log.ts";
import { LoginWays } from "../views/schemas.ts";
import { setSession } from "./cookies.ts";
import { AWAY_MS, OidcProvider } from "./oidc-provider.ts";
import { answers } from "./refuse.ts";
import type { App, Services } from "./services.ts";
import { visitorOf } from "./sessions.ts";

/** Binds the way back to the browser that was sent; Lax, since it comes back from another site. */
const COOKIE = "lookout-oidc";
const PATH = "/api/oidc";

/** Log-in by a provider, where one is configured: a user is found by the `sub` that an administrator has entered. */
export function oidcRoutes(app: App, services: Services): void {
	const { auth, users, clock, log, backend, url, oidc: settings } = services;
	const provider = settings && new OidcProvider(settings, clock);
	const base = () => (backend.tower().publicUrl ?? url()).replace(/\/$/, "");
	const redirectUri = () => `${base()}${PATH}/callback`;
	app.get(
		"/api/login",
		{ schema: { summary: "Ways to log in, beside a password.", response: answers(LoginWays) } },
		async () => (settings ? { oidc: settings.name } : {}),
	);
	if (!provider) return;
	app.get(`${PATH}/start`, { schema: { hide: true } }, async (request, reply) => {
		try {
			const sent = await provider.send(redirectUri());
			const secure = request.protocol === "https";
			const cookie = { httpOnly: true, sameSite: "lax", secure, path: PATH, maxAge: AWAY_MS / 1000 } as const;
			return reply.setCookie(COOKIE, sent.state, cookie).redirect(sent.url);
		} catch (error) {
			return failed(log, error, (reason) => reply.redirect(`/#refused=${encodeURIComponent(reason)}`));
		}
	});
	app.get(`${PATH}/callback`, { schema: { hide: true } }, async (request, reply) => {
		const back = (reason: string) =>
			reply.clearCookie(COOKIE, { path: PATH }).redirect(`/#refused=${encodeURIComponent(reason)}`);
		try {
			const sub = await provider.receive(new URL(request.url, redirectUri()), request.cookies[COOKIE] ?? "");
			const user = await users.bySubject(sub);
			if (!user) return back(phrase("api.oidcUnknown", { sub: sub.slice(0, 200) }));
			setSession(request, reply, await auth.enter(user, visitorOf(request)));
			return reply.clearCookie(COOKIE, { path: PATH }).redirect("/");
		} catch (error) {
			return failed(log, error, back);
		}
	});
}

function failed<T>(log: Log, error: unknown, back: (reason: string) => T): T {
	log.warn({ why: errorMessage(error) }, "log-in by OpenID");
	return back(phrase("api.oidcFailed"));
}
