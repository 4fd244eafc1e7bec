import { readFileSync } from "node:fs";
import { LookoutError } from "../base/errors.ts";
import type { Config } from "../ops/config/schema.ts";

/** What the commands say to a running gateway, as the duty desk. */
export type Ask = (method: "GET" | "POST", path: string, body?: object) => Promise<unknown>;

/** The desk's password: in a file, or in LOOKOUT_PASSWORD. Throws LK0901 where there is none. */
export function deskPassword(file: string | undefined): string {
	const password = file !== undefined ? readFileSync(file, "utf8").trim() : process.env["LOOKOUT_PASSWORD"];
	if (!password)
		throw new LookoutError("LK0901", "the console's password is needed: --password-file, or LOOKOUT_PASSWORD");
	return password;
}

/**
 * Logs in at the gateway that runs with this configuration, and out again when `work` is done. Throws LK0901 with what
 * the gateway says.
 */
export async function atTheDesk<T>(config: Config, password: string, work: (ask: Ask) => Promise<T>): Promise<T> {
	const { host, port, tls } = config.console;
	const base = `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
	const request = async (method: string, path: string, body: object | undefined, cookie: string) => {
		const response = await fetch(`${base}${path}`, {
			method,
			headers: { cookie, ...(body ? { "content-type": "application/json" } : {}) },
			...(body ? { body: JSON.stringify(body) } : {}),
			signal: AbortSignal.timeout(15_000),
		}).catch((cause: Error) => {
			throw new LookoutError("LK0901", `no gateway answers on ${base}: ${cause.message}`, {
				cause,
				hint: "Start it with `lookout run`, or name its file with --config.",
			});
		});
		if (!response.ok) {
			const { error } = (await response.json().catch(() => ({}))) as { error?: string };
			throw new LookoutError("LK0901", `the gateway refused: ${error ?? `HTTP ${response.status}`}`);
		}
		return response;
	};
	const login = await request("POST", "/api/login", { user: "duty", password }, "");
	const cookie = login.headers
		.getSetCookie()
		.map((c) => c.split(";")[0])
		.join("; ");
	try {
		return await work(async (method, path, body) => (await request(method, path, body, cookie)).json());
	} finally {
		await request("POST", "/api/logout", {}, cookie).catch(() => {});
	}
}
