import type { Clock, Timer } from "../base/clock.ts";
import type { Service } from "../base/service.ts";
import type { DecisionContext } from "../model/context.ts";
import type { Log } from "../ops/log/log.ts";

export interface ContextSourceDeps {
	/** Makes the context of now from configuration, register, model and rulings. */
	build: () => Promise<DecisionContext>;
	/** Told when another is in force. */
	onChange: () => void;
	clock: Clock;
	log: Log;
}

/** How often it is looked whether a danger level, a mask or a maintenance has run out, ms. */
const POLL_MS = 10_000;

/**
 * The decision context in force: made anew after a ruling of the desk, an enrolment, another model or another register.
 */
export class ContextSource implements Service {
	readonly #deps: ContextSourceDeps;
	#current: DecisionContext | undefined;
	#timer: Timer | undefined;

	constructor(deps: ContextSourceDeps) {
		this.#deps = deps;
	}

	/** Throws before it is first built. */
	get current(): DecisionContext {
		if (!this.#current) throw new Error("LK0001 there is no decision context yet");
		return this.#current;
	}

	async rebuild(): Promise<void> {
		this.#current = await this.#deps.build();
	}

	/** In force when it resolves: judge and pages go by it. */
	async refresh(): Promise<void> {
		await this.rebuild();
		this.#deps.onChange();
	}

	/** The same for those who do not wait for it. */
	renew(): void {
		this.refresh().catch((err) => this.#deps.log.error({ err }, "the decision context could not be renewed"));
	}

	async start(): Promise<void> {
		this.#timer = this.#deps.clock.every("context.poll", POLL_MS, () => this.#hasExpired() && this.renew());
	}

	async stop(): Promise<void> {
		this.#timer?.cancel();
	}

	/** Whether a ruling has run out since the context was made: the page must not show it any more. */
	#hasExpired(): boolean {
		const { danger, areaDangers = [], masks, maintenance = [] } = this.current;
		const now = this.#deps.clock.now();
		return [...masks, ...maintenance, ...areaDangers, ...(danger ? [danger] : [])].some((r) => r.until <= now);
	}
}
