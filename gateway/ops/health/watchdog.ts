import { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../../base/clock.ts";
import type { Service } from "../../base/service.ts";

export interface WatchdogOptions {
	/** After this standstill of the event loop it is said where it hangs, ms. */
	sayMs: number;
	/** After this the process is ended, so that whoever started it starts it again, ms. */
	endMs: number;
}

const BEAT_MS = 250;
export const WATCHDOG: WatchdogOptions = { sayMs: 5_000, endMs: 60_000 };

/**
 * Watches the event loop from a thread of its own. A loop that stands still can neither log nor restart itself: the
 * thread says at which line it hangs, and ends the process when it does not come back.
 */
export class Watchdog implements Service {
	readonly #options: WatchdogOptions;
	readonly #clock: Clock;
	readonly #beats = new Int32Array(new SharedArrayBuffer(4));
	#thread: Worker | undefined;
	#timer: Timer | undefined;

	constructor(clock: Clock, options: WatchdogOptions = WATCHDOG) {
		this.#clock = clock;
		this.#options = options;
	}

	async start(): Promise<void> {
		this.#timer = this.#clock.every("watchdog.beat", BEAT_MS, () => void Atomics.add(this.#beats, 0, 1));
		this.#watch();
	}

	#watch(): void {
		const workerData: WatchdogData = { beats: this.#beats, ...this.#options };
		const thread = new Worker(new URL("./watchdog-thread.ts", import.meta.url), {
			workerData,
			execArgv: [],
			resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
		});
		thread.unref();
		// without it nothing would watch, and nobody would know: another takes its place
		thread.once("error", () => this.#thread === thread && this.#watch());
		this.#thread = thread;
	}

	async stop(): Promise<void> {
		this.#timer?.cancel();
		const thread = this.#thread;
		this.#thread = undefined;
		await thread?.terminate();
	}
}

export interface WatchdogData extends WatchdogOptions {
	/** Counted up by the main thread. */
	beats: Int32Array;
}
