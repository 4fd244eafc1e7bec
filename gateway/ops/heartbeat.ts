import type { Clock, Timer } from "../base/clock.ts";
import { errorMessage } from "../base/errors.ts";
import type { Service } from "../base/service.ts";
import type { Config } from "./config/schema.ts";
import type { Log } from "./log/log.ts";

export interface HeartbeatOptions {
	/** Somebody outside who notices when the beat stays away. */
	url: string;
	everyMs: number;
	timeoutMs: number;
	/** What the tower says of itself; `well` false says that it needs somebody. */
	status: () => Promise<{ well: boolean } & Record<string, unknown>>;
}

/**
 * A dead man's switch: tells somebody outside at fixed times that the tower watches, with the end of its ledger, so
 * that a silent tower and a ledger cut short are both noticed by those who are still there.
 */
export class Heartbeat implements Service {
	readonly #options: HeartbeatOptions;
	readonly #clock: Clock;
	readonly #log: Log;
	#timer: Timer | undefined;
	#beating: Promise<void> = Promise.resolve();

	constructor(options: HeartbeatOptions, clock: Clock, log: Log) {
		this.#options = options;
		this.#clock = clock;
		this.#log = log;
	}

	async start(): Promise<void> {
		this.#beat();
		this.#timer = this.#clock.every("heartbeat", this.#options.everyMs, () => this.#beat());
	}

	async stop(): Promise<void> {
		this.#timer?.cancel();
		await this.#beating;
	}

	#beat(): void {
		const { url, timeoutMs, status } = this.#options;
		this.#beating = (async () => {
			const body = JSON.stringify({ at: this.#clock.now(), ...(await status()) });
			const response = await fetch(url, {
				method: "POST",
				body,
				headers: { "content-type": "application/json" },
				signal: AbortSignal.timeout(timeoutMs),
			});
			if (!response.ok) throw new Error(`HTTP ${response.status}`);
		})().catch((error) => this.#log.warn({ why: errorMessage(error) }, "the heartbeat was not heard"));
	}
}

/** The beat of a tower whose configuration names somebody outside; undefined where it names nobody. */
export function buildHeartbeat(
	{ reach }: Config,
	status: HeartbeatOptions["status"],
	clock: Clock,
	log: Log,
): Heartbeat | undefined {
	const { heartbeat, timeoutS } = reach;
	return (
		heartbeat &&
		new Heartbeat(
			{ url: heartbeat.url, everyMs: heartbeat.everyS * 1000, timeoutMs: timeoutS * 1000, status },
			clock,
			log,
		)
	);
}
