import type { Clock, Timer } from "../base/clock.ts";
import type { Service } from "../base/lifecycle.ts";
import type { Log } from "../ops/log/log.ts";
import type { JudgementStore } from "../store/judgement.ts";
import type { OutboxStore } from "../store/outbox.ts";
import { auditAll, recordsBetween } from "./records.ts";

const EVERY_MS = 300_000;
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
	#looking: Promise<void> = Promise.resolve();
	#fault: string | undefined;

	constructor(parts: AuditorParts) {
		this.#parts = parts;
	}

	/** What differs between ledger and messages, a line each, at most five; undefined when nothing does. */
	get fault(): string | undefined {
		return this.#fault;
	}

	async start(): Promise<void> {
		this.#timer = this.#parts.clock.every("auditor", EVERY_MS, () => {
			this.#looking = this.#look().catch((err) => this.#parts.log.error({ err }, "the ledger could not be audited"));
		});
	}

	async stop(): Promise<void> {
		this.#timer?.cancel();
		await this.#looking;
	}

	async #look(): Promise<void> {
		const { judgements, outbox, clock, log } = this.#parts;
		const now = clock.now();
		const differences = auditAll(await recordsBetween(judgements, outbox, now - DAY_MS, now + 1), now);
		const lines = differences.slice(0, 5).map((d) => `${d.incidentId}: ${d.what}`);
		const fault = lines.length === 0 ? undefined : lines.join("\n");
		if (fault !== undefined && fault !== this.#fault)
			log.error({ differences: differences.slice(0, 20) }, "LK0603 the ledger differs from what should have been told");
		this.#fault = fault;
	}
}
