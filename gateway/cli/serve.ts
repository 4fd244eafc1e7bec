import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SystemClock } from "../base/clock.ts";
import type { Service } from "../base/service.ts";

/**
 * A stop takes no longer than this, ms: what was in memory alone may still be written, and whoever supervises us waits
 * longer.
 */
const END_MS = 30_000;

/** Runs until a signal comes, then stops; a second signal ends at once. */
export async function serve(service: Service, started: () => void | Promise<void>): Promise<void> {
	// pictures and videos show people and places: like the store they are for their owner's eyes
	process.umask(0o077);
	const abort = new AbortController();
	const ended = new Promise<void>((resolve) => {
		const onSignal = () => {
			if (abort.signal.aborted) process.exit(1);
			abort.abort(new Error("stopped"));
			resolve();
		};
		process.on("SIGINT", onSignal);
		process.on("SIGTERM", onSignal);
	});
	// without a terminal a hang-up means nothing: somebody has logged out
	if (!process.stdin.isTTY) process.on("SIGHUP", () => {});
	await service.start(abort.signal);
	if (!abort.signal.aborted) await started();
	await ended;
	const late = new SystemClock().after("serve.end", END_MS, () => process.exit());
	await service.stop();
	late.cancel();
}

export function programVersion(): string {
	const file = join(import.meta.dirname, "../../package.json");
	return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
