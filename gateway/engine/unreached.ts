import type { Clock, Timer } from "../base/clock.ts";
import type { Service } from "../base/service.ts";
import type { JudgeEvent } from "../model/event.ts";
import type { Log } from "../ops/log/log.ts";
import type { OutboxStore } from "../store/outbox.ts";

const POLL_MS = 5_000;
/** A person none of whose addresses has taken a message within this is not reached. */
const PATIENCE_MS = 60_000;
/** Messages older than this are no news. */
const NEWS_MS = 15 * 60_000;

/** Tells the judge of people whom no message reaches, once for each incident. */
export class UnreachedWatch implements Service {
	readonly #outbox: OutboxStore;
	readonly #submit: (event: JudgeEvent) => Promise<unknown>;
	readonly #clock: Clock;
	readonly #log: Log;
	#told = new Set<string>();
	#timer: Timer | undefined;
	#polling: Promise<void> = Promise.resolve();

	constructor(outbox: OutboxStore, submit: (event: JudgeEvent) => Promise<unknown>, clock: Clock, log: Log) {
		this.#outbox = outbox;
		this.#submit = submit;
		this.#clock = clock;
		this.#log = log;
	}

	async start(): Promise<void> {
		this.#timer = this.#clock.every("reach.watch", POLL_MS, () => {
			this.#polling = this.#poll().catch((err) => this.#log.error({ err }, "who was reached cannot be looked up"));
		});
	}

	async stop(): Promise<void> {
		this.#timer?.cancel();
		await this.#polling;
	}

	async #poll(): Promise<void> {
		const now = this.#clock.now();
		const found = await this.#outbox.notReached(now - NEWS_MS, now, PATIENCE_MS);
		const ids = new Map(found.map((f) => [`notReached:${f.incidentId}:${f.personId}`, f]));
		for (const [id, { incidentId, personId }] of ids) {
			if (this.#told.has(id)) continue;
			this.#log.error({ incidentId, personId }, "LK0602 none of a person's addresses has taken the message");
			void this.#submit({ type: "notReached", id, at: now, incidentId, personId });
		}
		this.#told = new Set(ids.keys());
	}
}
