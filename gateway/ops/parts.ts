import type { Clock, Timer } from "../base/clock.ts";
import { adviceOf, faultPhrase, LookoutError } from "../base/errors.ts";
import type { Phrase } from "../base/phrase.ts";
import type { Service } from "../base/service.ts";
import type { Log } from "./log/log.ts";

const AGAIN_MS = 5_000;

/**
 * Parts of a tower without which the others go on: a port that is taken, a certificate that is just renewed, a disk
 * that is not mounted yet. Each is tried again, and what is wrong meanwhile is said.
 */
export class Parts {
	readonly #faults = new Map<string, Phrase>();
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #onFault: () => void;
	/** False where somebody sits before it: what cannot start is an error then. */
	readonly #goesOn: boolean;

	constructor(clock: Clock, log: Log, options: { goesOn: boolean; onFault: () => void }) {
		this.#clock = clock;
		this.#log = log;
		this.#goesOn = options.goesOn;
		this.#onFault = options.onFault;
	}

	/** What is wrong now, a line for each part. */
	get faults(): Phrase[] {
		return [...this.#faults.values()];
	}

	/**
	 * What `build` gives, or nothing until the next start when it cannot: its setting is wrong or its secret is not
	 * there.
	 */
	attempt<T>(name: string, build: () => T): T | undefined {
		try {
			return build();
		} catch (error) {
			this.#failed(name, error, "it is left out until the next start");
			return undefined;
		}
	}

	/** A service that is started again until it runs. */
	kept(name: string, service: Service): Service {
		let timer: Timer | undefined;
		let trying: Promise<void> = Promise.resolve();
		const start = async (signal: AbortSignal): Promise<void> => {
			try {
				await service.start(signal);
				this.#well(name);
			} catch (error) {
				this.#failed(name, error, "it is tried again every five seconds");
				await service.stop();
				if (!signal.aborted)
					timer = this.#clock.after("part.again", AGAIN_MS, () => {
						trying = start(signal);
					});
			}
		};
		return {
			start,
			stop: async () => {
				timer?.cancel();
				await trying;
				timer?.cancel();
				await service.stop();
			},
		};
	}

	/** What `build` gives, or why it cannot be made now: `next` says what is done about it. */
	async made<T extends object>(name: string, build: () => T | Promise<T>, next: string): Promise<T | { why: Phrase }> {
		try {
			const made = await build();
			this.#well(name);
			return made;
		} catch (error) {
			this.#failed(name, error, next);
			return { why: this.#faults.get(name) ?? faultPhrase(error) };
		}
	}

	#failed(name: string, error: unknown, next: string): void {
		if (!this.#goesOn) throw error;
		const fault = faultPhrase(error);
		if (this.#faults.get(name) === fault) return;
		this.#faults.set(name, fault);
		this.#log.error(
			// where the code is at fault its place is wanted; of a port that is taken the words say all
			error instanceof LookoutError ? { part: name } : { part: name, err: error },
			`LK0006 a part of the tower cannot start: ${adviceOf(error)} The others go on without it, and ${next}.`,
		);
		this.#onFault();
	}

	#well(name: string): void {
		if (!this.#faults.delete(name)) return;
		this.#log.warn({ part: name }, "the part has started");
		this.#onFault();
	}
}
