import { resolve } from "node:path";
import { withToken } from "../app/offline.ts";
import { SystemClock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import type { Right } from "../model/user.ts";
import { configInForce } from "../ops/config/source.ts";
import { storeIn } from "./with-stores.ts";

/** What the commands say to a running gateway. */
export type Ask = (method: "GET" | "POST", path: string, body?: object) => Promise<unknown>;

/**
 * Asks the gateway that runs with this configuration, at this machine, in somebody's name. Throws LK0901 with what the
 * gateway says.
 */
export async function askGateway<T>(
	file: string,
	who: { by: string; rights: Right[] },
	work: (ask: Ask) => Promise<T>,
): Promise<T> {
	const { config, baseDir } = configInForce(file);
	const { host, port, tls } = config.console;
	const base = `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
	const dataDir = resolve(baseDir, config.dataDir);
	storeIn(dataDir); // before anything is made: it throws where no gateway has run
	return withToken(dataDir, who, new SystemClock(), (token) =>
		work(async (method, path, body) => {
			const response = await fetch(`${base}${path}`, {
				method,
				headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) },
				...(body ? { body: JSON.stringify(body) } : {}),
				signal: AbortSignal.timeout(15_000),
			}).catch((cause: Error) => {
				throw new LookoutError("LK0901", `no gateway answers on ${base}: ${cause.message}`, {
					cause,
					hint: "Start it with `lookout run`, or name its file with --config.",
				});
			});
			const answer = (await response.json().catch(() => ({}))) as { error?: string };
			if (!response.ok)
				throw new LookoutError("LK0901", `the gateway refused: ${answer.error ?? `HTTP ${response.status}`}`);
			return answer;
		}),
	);
}
