import type { Clock, Timer } from "../../base/clock.ts";
import { say } from "../../base/say.ts";
import type { Service } from "../../base/service.ts";
import type { Log } from "../log/log.ts";
import { type ConfigInForce, faultNow } from "./source.ts";

const POLL_MS = 3_000;

/** Looks at the configuration file while the gateway runs: what is wrong with it now is kept with the one in force. */
export class ConfigWatch implements Service {
	readonly #inForce: ConfigInForce;
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #onFault: () => void;
	#timer: Timer | undefined;

	constructor(inForce: ConfigInForce, clock: Clock, log: Log, onFault: () => void) {
		this.#inForce = inForce;
		this.#clock = clock;
		this.#log = log;
		this.#onFault = onFault;
	}

	async start(): Promise<void> {
		this.#timer = this.#clock.every("config.poll", POLL_MS, () => this.#poll());
	}

	async stop(): Promise<void> {
		this.#timer?.cancel();
	}

	#poll(): void {
		const inForce = this.#inForce;
		if (inForce.file === undefined) return;
		const fault = faultNow(inForce.file, inForce.version);
		if (fault === inForce.fault) return;
		if (fault === undefined) delete inForce.fault;
		else inForce.fault = fault;
		this.#log.warn(
			{ fault: fault && say("en", fault) },
			"LK0101 the configuration file has changed; the one in force stays",
		);
		this.#onFault();
	}
}
