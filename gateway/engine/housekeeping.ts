import type { Clock, Timer } from "../base/clock.ts";
import type { Service } from "../base/service.ts";
import type { Log } from "../ops/log/log.ts";
import type { LinkStore } from "../store/answer-links.ts";
import type { PrivacyStore } from "../store/privacy.ts";
import type { Retention } from "../store/retention.ts";

const EVERY_MS = 600_000;

export interface HousekeepingDeps {
	/** Personal data is kept so long, ms. */
	keepMs: number;
	links: LinkStore;
	privacy: PrivacyStore;
	retention: Retention;
	/** Brings the evidence on the disk down to its budget. */
	pruneEvidence: () => Promise<unknown>;
	/** Deletes pictures that people have sent, by name. */
	deletePictures: (names: string[]) => Promise<unknown>;
	/** Whether ages can be trusted enough to erase by them. */
	isTrusted: () => boolean;
	clock: Clock;
	log: Log;
}

/**
 * Takes out what has had its time, every ten minutes: evidence beyond its budget, links, personal data, rows of the
 * store.
 */
export class Housekeeping implements Service {
	readonly #deps: HousekeepingDeps;
	#timer: Timer | undefined;
	#erasing: Promise<void> | undefined;
	#erasedUntil = 0;
	#stopped = false;

	constructor(deps: HousekeepingDeps) {
		this.#deps = deps;
	}

	async start(): Promise<void> {
		this.#stopped = false;
		this.#timer = this.#deps.clock.every("housekeeping", EVERY_MS, () => this.#keep());
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		this.#timer?.cancel();
		await this.#erasing;
	}

	#keep(): void {
		const { clock, log, links, pruneEvidence, isTrusted } = this.#deps;
		pruneEvidence().catch((err) => log.error({ err }, "evidence could not be pruned"));
		links.retain(clock.now()).catch((err) => log.error({ err }, "old links could not be forgotten"));
		// not twice at once where the disk is slow, and not by an age that a wrong clock has made
		if (this.#erasing || !isTrusted()) return;
		this.#erasing = this.#erase()
			.catch((err) => log.error({ err }, "retention failed: expired rows are not deleted"))
			.finally(() => {
				this.#erasing = undefined;
			});
	}

	async #erase(): Promise<void> {
		const { clock, keepMs, privacy, retention, deletePictures } = this.#deps;
		const { pictures, doneUntil } = await privacy.retain(clock.now() - keepMs, this.#erasedUntil);
		await deletePictures(pictures);
		this.#erasedUntil = doneUntil;
		while (!this.#stopped && (await retention.slice(clock.now())));
	}
}
