import type { Clock, Timer } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Service } from "../../base/lifecycle.ts";
import type { Random } from "../../base/random.ts";
import { type RetryPlan, retryDelayMs } from "../../base/retry.ts";
import type { Log } from "../../ops/log/log.ts";
import type { DeliveryState, OutboxStore, QueuedDelivery } from "../../store/outbox.ts";
import { type Channel, failed, type Outcome, retry } from "../channels/channel.ts";

export interface DispatcherOptions {
	channels: Record<string, Channel>;
	timeoutMs: number;
	/** Where a person answers; undefined for listeners and group messages. */
	linkOf: (delivery: QueuedDelivery) => string | undefined;
	/** An attempt was recorded. */
	onAttempt?: (delivery: QueuedDelivery, outcome: Outcome, at: number) => void;
	/** Named points at which crash tests end the process. */
	failPoint?: (name: string) => void;
}

/** Alarms are tried for a day, then a person has long been told otherwise; the attempts remain in the ledger. */
const GIVE_UP_MS = 24 * 3_600_000;
const AT_ONCE = 32;
const RETRY: RetryPlan = { firstMs: 2_000, maxMs: 120_000, factor: 2, jitter: 0.4 };

/**
 * Empties the durable outbox. Each delivery is claimed, sent, and settled, with a commit between the steps: ended
 * anywhere, it is sent again after the restart, so that a crash costs at most one duplicate and never a loss.
 */
export class Dispatcher implements Service {
	readonly #options: DispatcherOptions;
	readonly #store: OutboxStore;
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #log: Log;
	readonly #inFlight = new Map<string, { incidentId: string; done: Promise<void> }>();
	#timer: Timer | undefined;
	#stopped = true;
	#looking: Promise<void> | undefined;
	#again = false;

	constructor(options: DispatcherOptions, store: OutboxStore, clock: Clock, random: Random, log: Log) {
		this.#options = options;
		this.#store = store;
		this.#clock = clock;
		this.#random = random;
		this.#log = log;
	}

	async start(): Promise<void> {
		await this.#store.recover();
		this.#stopped = false;
		this.wake();
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		this.#timer?.cancel();
		await this.#looking;
		await Promise.all([...this.#inFlight.values()].map((f) => f.done));
		for (const channel of Object.values(this.#options.channels)) await channel.stop?.();
	}

	/** There is something new in the outbox. */
	wake(): void {
		if (this.#stopped) return;
		if (this.#looking) {
			this.#again = true;
			return;
		}
		this.#looking = this.#look()
			.catch((error) => {
				this.#log.error({ err: error }, "the outbox cannot be read");
				this.#sleep(1000);
			})
			.finally(() => {
				this.#looking = undefined;
				if (this.#again) {
					this.#again = false;
					this.wake();
				}
			});
	}

	async #look(): Promise<void> {
		this.#timer?.cancel();
		const room = AT_ONCE - this.#inFlight.size;
		const due = room > 0 ? await this.#store.due(this.#clock.now(), room) : [];
		for (const delivery of due) {
			if (this.#inFlight.has(delivery.id)) continue;
			const done = this.#deliver(delivery)
				.catch((error) => this.#log.error({ err: error, delivery: delivery.id }, "a delivery could not be recorded"))
				.finally(() => {
					this.#inFlight.delete(delivery.id);
					this.wake();
				});
			this.#inFlight.set(delivery.id, { incidentId: delivery.incidentId, done });
		}
		const next = await this.#store.nextDue();
		if (next !== undefined && this.#inFlight.size < AT_ONCE) this.#sleep(Math.max(20, next - this.#clock.now()));
	}

	#sleep(ms: number): void {
		this.#timer?.cancel();
		// a wall clock that jumps back must not put the outbox to sleep for hours
		this.#timer = this.#clock.after("outbox", Math.min(ms, 30_000), () => this.wake());
	}

	async #deliver(delivery: QueuedDelivery): Promise<void> {
		await this.#store.claim(delivery.id);
		if ((await this.#store.state(delivery.id)) !== "trying") return; // stopped by an answer meanwhile
		this.#options.failPoint?.("claimed");
		const started = this.#clock.monotonic();
		const outcome = await this.#attempt(delivery);
		this.#options.failPoint?.("sent");
		const at = this.#clock.now();
		const { state, nextAt } = this.#after(delivery, outcome, at);
		await this.#store.settle(delivery.id, state, nextAt, {
			at,
			outcome: outcome.kind,
			detail: outcome.detail,
			tookMs: this.#clock.monotonic() - started,
		});
		this.#options.failPoint?.("settled");
		if (outcome.kind !== "accepted")
			this.#log.warn({ channel: delivery.channel, outcome: outcome.kind, why: outcome.detail }, "LK0602 not delivered");
		this.#options.onAttempt?.(delivery, outcome, at);
	}

	async #attempt(delivery: QueuedDelivery): Promise<Outcome> {
		const channel = this.#options.channels[delivery.channel];
		if (!channel) return failed(`LK0601 the channel "${delivery.channel}" is not set up`);
		try {
			return await channel.send(delivery, this.#options.linkOf(delivery), AbortSignal.timeout(this.#options.timeoutMs));
		} catch (error) {
			return retry(messageOf(error));
		}
	}

	#after(delivery: QueuedDelivery, outcome: Outcome, now: number): { state: DeliveryState; nextAt: number } {
		if (outcome.kind !== "retry") return { state: outcome.kind, nextAt: now };
		if (now - delivery.createdAt > GIVE_UP_MS) return { state: "failed", nextAt: now };
		const pause = retryDelayMs(RETRY, delivery.attempts + 1, this.#random);
		return { state: "queued", nextAt: now + Math.max(outcome.afterMs ?? 0, pause) };
	}
}
