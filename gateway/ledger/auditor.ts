import type { Clock, Timer } from "../base/clock.ts";
import { say } from "../base/say.ts";
import type { Service } from "../base/service.ts";
import type { Log } from "../ops/log/log.ts";
import type { JudgementStore } from "../store/judgement.ts";
import type { OutboxStore } from "../store/outbox.ts";
import type { Difference } from "./audit.ts";
import { auditAll, recordsBetween } from "./records.ts";

const EVERY_MS = 300_000;
/** Differences that are shown, and that stand in the log. */
const MOST_SHOWN = 5;
const MOST_LOGGED = 20;
const DAY_MS = 86_400_000;

export interface AuditorParts {
	judgements: JudgementStore;
	outbox: OutboxStore;
	clock: Clock;
	log: Log;
}

/**
 * Works out every five minutes, apart from the judge, what people should have been told of the last day's incidents.
 */
export class Auditor implements Service {
	readonly #parts: AuditorParts;
	#timer: Timer | undefined;
	#polling: Promise<void> = Promise.resolve();
	#differences: Difference[] = [];

	constructor(parts: AuditorParts) {
		this.#parts = parts;
	}

	/** What differs between ledger and messages, at most five; empty when nothing does. */
	get differences(): readonly Difference[] {
		return this.#differences;
	}

	async start(): Promise<void> {
		this.#timer = this.#parts.clock.every("auditor", EVERY_MS, () => {
			this.#polling = this.#poll().catch((err) => this.#parts.log.error({ err }, "the ledger could not be audited"));
		});
	}

	async stop(): Promise<void> {
		this.#timer?.cancel();
		await this.#polling;
	}

	async #poll(): Promise<void> {
		const { judgements, outbox, clock, log } = this.#parts;
		const now = clock.now();
		const differences = auditAll(await recordsBetween(judgements, outbox, now - DAY_MS, now + 1), now);
		const first = differences.slice(0, MOST_SHOWN);
		if (first.length > 0 && JSON.stringify(first) !== JSON.stringify(this.#differences)) {
			const named = differences.slice(0, MOST_LOGGED).map((d) => ({ ...d, what: say("en", d.what) }));
			log.error({ differences: named }, "LK0603 the ledger differs from what should have been told");
		}
		this.#differences = first;
	}
}
