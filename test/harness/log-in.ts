import { readFileSync } from "node:fs";

/** The user that tests make of a gateway's first link. */
export const FIRST = { login: "duty", name: "值班员 周", password: "correct horse battery" };

/** Logs in at a console; the cookie to send from then on. */
export async function login(consoleUrl: string, user: string, password: string, code?: string): Promise<string> {
	const response = await fetch(`${consoleUrl}/api/login`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ user, password, ...(code === undefined ? {} : { code }) }),
	});
	if (!response.ok) throw new Error(`log-in answered ${response.status}`);
	return cookieOf(response);
}

/** The session that an answer gives to a browser. */
export function cookieOf(response: Response): string {
	return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

/** The link that makes the first administrator: printed, or in the file that is named. */
export function linkIn(output: string): string | undefined {
	const [, file] = /open the link in (\S+) once/.exec(output) ?? [];
	return file === undefined ? /open (http\S+) once/.exec(output)?.[1] : readFileSync(file, "utf8").trim();
}

/**
 * Makes the first administrator, as the one who sets the gateway up; his session. Undefined when the gateway cannot.
 */
export async function welcome(link: string): Promise<string | undefined> {
	const { origin, hash } = new URL(link);
	const response = await fetch(`${origin}/api/welcome/take`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ token: hash.replace("#welcome=", ""), ...FIRST }),
		signal: AbortSignal.timeout(10_000),
	}).catch(() => undefined);
	return response?.ok ? cookieOf(response) : undefined;
}
