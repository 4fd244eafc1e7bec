import type { Clock, Timer } from "../../base/clock.ts";
import { errorMessage } from "../../base/errors.ts";
import type { Random } from "../../base/random.ts";
import { type RetryPlan, retryDelayMs } from "../../base/retry.ts";
import { type Language, phrase, say } from "../../base/say.ts";
import type { Service } from "../../base/service.ts";
import { traitsOf } from "../../model/channel.ts";
import type { Log } from "../../ops/log/log.ts";
import type { DeliveryState, OutboxStore, QueuedDelivery } from "../../store/outbox.ts";
import { type Channel, failed, type Outcome, type Reply, retry, unsure } from "../channels/channel.ts";
import { type Budget, holdBack } from "./budget.ts";
import { alike, CROWD_WINDOW_MS, Crowd, isGroup, together, worstOf } from "./crowd.ts";
import { worded } from "./wording.ts";

export interface DispatcherDeps {
	store: OutboxStore;
	clock: Clock;
	random: Random;
	log: Log;
}

export interface DispatcherOptions {
	channels: Record<string, Channel>;
	timeoutMs: number;
	/** How a person answers; undefined for listeners and group messages. */
	replyOf: (delivery: QueuedDelivery) => Promise<Reply | undefined>;
	/** What each channel allows. */
	budgets?: Record<string, Budget>;
	/** In which one message says that there are several. */
	language?: Language;
	/** An attempt was recorded. */
	onAttempt?: (delivery: QueuedDelivery, outcome: Outcome, at: number) => void;
	/** Named points at which crash tests end the process. */
	failPoint?: (name: string) => void;
}

/** Alarms are tried for a day, then a person has long been told otherwise; the attempts remain in the ledger. */
const GIVE_UP_MS = 24 * 3_600_000;
/** The provider is asked after this what became of an attempt that nobody answered. */
const CHECK_AFTER_MS = 20_000;
/** Copies of one message that may have been delivered, where the channel says no other number. */
const MOST_COPIES = 3;
/** Deliveries under way on one channel: each has a lane of its own, so that one that hangs holds up no other. */
const CHANNEL_AT_ONCE = 64;
/**
 * Attempts in a row without an answer after which a channel is taken to hang: one at a time shows when it is there
 * again.
 */
const HANGS_AFTER = 5;
/** A channel that keeps to its time has answered by then. */
const GRACE_MS = 2_000;
const SETTLE: RetryPlan = { firstMs: 500, maxMs: 10_000, factor: 2, jitter: 0.2 };
/** While what is due finds its channel full; a place that gets free wakes the outbox earlier. */
const FULL_MS = 1_000;
/** Rows of the outbox looked at in one go. */
const POLLED_ROWS = 256;
/** What went with another message that did not arrive is looked at again after this. */
const TOGETHER_AGAIN_MS = 5_000;
const RETRY: RetryPlan = { firstMs: 2_000, maxMs: 120_000, factor: 2, jitter: 0.4 };

/**
 * Empties the durable outbox. Each delivery is claimed right before it is sent, sent, and settled, with a commit
 * between the steps: ended anywhere, it is sent again after the restart, so that a crash costs at most one duplicate
 * and never a loss.
 */
export class Dispatcher implements Service {
	readonly #options: DispatcherOptions;
	readonly #language: Language;
	readonly #store: OutboxStore;
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #log: Log;
	/** Deliveries under way; `rides`: in the message of another, and takes no place of its own. */
	readonly #inFlight = new Map<
		string,
		{ channel: string; address: string; lane: string; done: Promise<void>; rides?: boolean }
	>();
	/** Of each lane the attempts in a row that nobody answered. */
	readonly #unanswered = new Map<string, number>();
	readonly #crowd = new Crowd();
	#timer: Timer | undefined;
	#stopped = true;
	#polling: Promise<void> | undefined;
	#again = false;

	constructor(options: DispatcherOptions, { store, clock, random, log }: DispatcherDeps) {
		this.#options = options;
		this.#language = options.language ?? "zh";
		this.#store = store;
		this.#clock = clock;
		this.#random = random;
		this.#log = log;
	}

	async start(): Promise<void> {
		const now = this.#clock.now();
		await this.#store.recover(now);
		const ahead = this.#clock.monotonic() - now;
		for (const { delivery, at, isUnsure } of await this.#store.sentSince(now - CROWD_WINDOW_MS))
			this.#crowd.restore(delivery, Math.min(at, now) + ahead, isUnsure);
		this.#stopped = false;
		this.wake();
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		this.#timer?.cancel();
		await this.#polling;
		await Promise.all([...this.#inFlight.values()].map((f) => f.done));
		for (const channel of Object.values(this.#options.channels)) await channel.stop?.();
	}

	/** There is something new in the outbox. */
	wake(): void {
		if (this.#stopped) return;
		if (this.#polling !== undefined) {
			this.#again = true;
			return;
		}
		this.#polling = this.#poll()
			.catch((error) => {
				this.#log.error({ err: error }, "the outbox cannot be read");
				this.#sleep(1000);
				// what was marked as being sent and is not goes back into the queue
				this.#store
					.release([...this.#inFlight.keys()])
					.catch((err) => this.#log.error({ err }, "messages in flight could not be put back into the queue"));
			})
			.finally(() => {
				this.#polling = undefined;
				if (this.#again) {
					this.#again = false;
					this.wake();
				}
			});
	}

	async #poll(): Promise<void> {
		this.#timer?.cancel();
		this.#crowd.sweep(this.#clock.monotonic());
		const fitting = await this.#fitting();
		const later: { id: string; nextAt: number }[] = [];
		for (const delivery of fitting) {
			const decision = this.#crowd.decide(delivery, this.#clock.monotonic());
			if (decision.is === "later") {
				later.push({ id: delivery.id, nextAt: this.#clock.now() + decision.afterMs });
				continue;
			}
			const sending: Promise<unknown> = decision.is === "alone" ? this.#send(delivery) : this.#sendTogether(delivery);
			const done = sending
				.then(() => {})
				.catch((error) => this.#log.error({ err: error, delivery: delivery.id }, "a delivery could not be recorded"))
				.finally(() => {
					this.#inFlight.delete(delivery.id);
					this.wake();
				});
			this.#inFlight.set(delivery.id, {
				channel: delivery.channel,
				address: delivery.address,
				lane: laneOf(delivery),
				done,
			});
		}
		if (later.length > 0) await this.#store.postpone(later);
		const next = await this.#store.nextDue();
		// what is due and finds its channel full is looked at again when a place is free
		const soonest = fitting.length === 0 && this.#inFlight.size > 0 ? FULL_MS : 20;
		if (next !== undefined) this.#sleep(Math.max(soonest, next - this.#clock.now()));
	}

	#sleep(ms: number): void {
		this.#timer?.cancel();
		// a wall clock that jumps back must not put the outbox to sleep for hours
		this.#timer = this.#clock.after("outbox", Math.min(ms, 30_000), () => this.wake());
	}

	/** What is due and fits: a lane that is full waits, and no other for it. */
	async #fitting(): Promise<QueuedDelivery[]> {
		const left = new Map<string, number>();
		for (const f of this.#inFlight.values()) if (!f.rides) left.set(f.lane, this.#leftOf(f, left) - 1);
		const full = [...left].filter(([, n]) => n <= 0).map(([lane]) => lane);
		const due = (await this.#store.due(this.#clock.now(), POLLED_ROWS, full)).filter((d) => !this.#inFlight.has(d.id));
		const fitting = due.filter((d) => {
			const lane = laneOf(d);
			const n = this.#leftOf({ channel: d.channel, lane }, left);
			left.set(lane, n - 1);
			return n > 0;
		});
		// what did not fit stands before others that would
		if (fitting.length < due.length && fitting.length > 0) this.#again = true;
		return fitting;
	}

	#leftOf({ channel, lane }: { channel: string; lane: string }, left: Map<string, number>): number {
		const hangs = (this.#unanswered.get(lane) ?? 0) >= HANGS_AFTER;
		return left.get(lane) ?? (hangs ? 1 : (this.#options.channels[channel]?.atOnce ?? CHANNEL_AT_ONCE));
	}

	/** Sends a message with all that waits for the same person: see crowd.ts. */
	async #sendTogether(delivery: QueuedDelivery): Promise<Outcome | undefined> {
		const found = (await this.#store.waiting(delivery, this.#clock.now(), isGroup(delivery))).filter(
			(d) => d.id !== delivery.id && alike(d, delivery) && !this.#inFlight.has(d.id),
		);
		const own = this.#inFlight.get(delivery.id);
		// they are under way with this one, and not looked at meanwhile
		if (own) for (const d of found) this.#inFlight.set(d.id, { ...own, rides: true });
		// the store knows that too: who has read of it in another's message hears as well that it is over
		const claimed = await Promise.all(found.map((d) => this.#store.claim(d.id)));
		const waiting = found.filter((_, i) => claimed[i]);
		const worst = worstOf([delivery, ...waiting]);
		this.#crowd.wentAs(delivery, worst.id);
		try {
			let isMeant = true;
			if (worst !== delivery) {
				isMeant = await this.#store.claim(delivery.id);
				// it is claimed as it is sent, like any other
				await this.#store.letGo([worst.id]);
			}
			// an answer has stopped it meanwhile: whoever read of it now would never hear that it is over
			const all = isMeant ? [delivery, ...waiting] : waiting;
			const messages = all.map((d) => d.message);
			const said = { ...worst, message: together(worst.message, messages, this.#language) };
			const outcome = await this.#send(all.length === 1 ? worst : said);
			const others = all.filter((d) => d !== worst);
			if (outcome?.kind !== "accepted") {
				// what went with another waits for it to be tried again
				const nextAt = this.#clock.now() + TOGETHER_AGAIN_MS;
				await this.#store.letGo(others.map(({ id }) => id));
				await this.#store.postpone(others.map(({ id }) => ({ id, nextAt })));
				return outcome;
			}
			const at = this.#clock.now();
			await Promise.all(
				others.map((d) =>
					this.#settle(d, "accepted", at, {
						at,
						outcome: "together",
						detail: phrase("attempt.together", { delivery: worst.id }),
						tookMs: 0,
					}),
				),
			);
			return outcome;
		} finally {
			for (const d of found) this.#inFlight.delete(d.id);
		}
	}

	/**
	 * One message on its way: tried, recorded, and when it is tried again. Undefined when an answer has stopped it
	 * meanwhile.
	 */
	async #send(delivery: QueuedDelivery): Promise<Outcome | undefined> {
		const started = this.#clock.monotonic();
		const outcome = await this.#attempt(delivery);
		if (!outcome) return undefined;
		this.#options.failPoint?.("sent");
		const at = this.#clock.now();
		const { state, nextAt } = await this.#after(delivery, outcome, at);
		await this.#settle(delivery, state, nextAt, {
			at,
			outcome: outcome.kind,
			detail: outcome.detail,
			tookMs: this.#clock.monotonic() - started,
		});
		this.#options.failPoint?.("settled");
		if (outcome.kind !== "accepted")
			this.#log.warn(
				{ channel: delivery.channel, outcome: outcome.kind, why: say("en", outcome.detail), state },
				"LK0602 not delivered",
			);
		this.#options.onAttempt?.(delivery, outcome, at);
		return outcome;
	}

	/** Tries until the outcome is on the disk: a delivery whose outcome is lost would hang until the next start. */
	async #settle(...args: Parameters<OutboxStore["settle"]>): Promise<void> {
		for (let failures = 0; ; ) {
			try {
				return await this.#store.settle(...args);
			} catch (error) {
				failures++;
				if (this.#stopped) throw error; // the next start finds it being sent, and says so in the ledger
				this.#log.error({ err: error, delivery: args[0].id }, "the outcome of an attempt is not on the disk yet");
				await new Promise<void>((resolve) =>
					this.#clock.after("outbox.settle", retryDelayMs(SETTLE, failures, this.#random), resolve),
				);
			}
		}
	}

	/**
	 * Undefined when an answer has stopped it. It is marked as being sent right before that: a crash earlier costs no
	 * try.
	 */
	async #attempt(delivery: QueuedDelivery): Promise<Outcome | undefined> {
		const channel = this.#options.channels[delivery.channel];
		if (!channel)
			return failed(
				phrase("fault.LK0601", {
					why: [phrase("attempt.noChannel", { channel: [phrase("channel.name", { channel: delivery.channel })] })],
				}),
			);
		try {
			const known = delivery.attempts > 0 ? await this.#outcomeOfBefore(channel, delivery) : undefined;
			if (known) return known;
			const held = await holdBack(
				delivery,
				this.#options.budgets?.[delivery.channel],
				(...a) => this.#spent(delivery, ...a),
				this.#clock.now(),
			);
			if (held) return held;
			const reply = await this.#options.replyOf(delivery);
			if (!(await this.#store.claim(delivery.id))) return undefined;
			this.#options.failPoint?.("claimed");
			const { takesMs = this.#options.timeoutMs } = channel;
			const said = { ...delivery, message: worded(delivery.message, this.#language) };
			const outcome = await this.#inTime(channel.send(said, reply, AbortSignal.timeout(takesMs)), takesMs);
			// a refusal is an answer, and so is a connection that is refused: one receiver that says no narrows nobody's lane
			const lane = laneOf(delivery);
			if (outcome.kind === "unsure") this.#unanswered.set(lane, (this.#unanswered.get(lane) ?? 0) + 1);
			else this.#unanswered.delete(lane);
			return outcome;
		} catch (error) {
			return retry(errorMessage(error));
		}
	}

	/** What has become of an attempt of which nobody knows whether it arrived, as far as that can be told. */
	async #outcomeOfBefore(channel: Channel, delivery: QueuedDelivery): Promise<Outcome | undefined> {
		if (channel.check) {
			const isUnsure = await this.#store.isUnsure(delivery.id);
			return isUnsure ? channel.check(delivery, AbortSignal.timeout(this.#options.timeoutMs)) : undefined;
		}
		// a crash between sending and its outcome is another copy that may have been delivered
		const { mostCopies = MOST_COPIES } = channel;
		const copies = await this.#store.unsureAttempts(delivery.id);
		return copies >= mostCopies ? failed(phrase("attempt.mostCopies", { count: mostCopies })) : undefined;
	}

	/** A channel that keeps to no time, because its server goes on talking, holds its place no longer for that. */
	async #inTime(sending: Promise<Outcome>, takesMs: number): Promise<Outcome> {
		let timer: Timer | undefined;
		const late = new Promise<Outcome>((resolve) => {
			timer = this.#clock.after("outbox.late", takesMs + GRACE_MS, () => resolve(unsure(phrase("attempt.noAnswer"))));
		});
		try {
			return await Promise.race([sending, late]);
		} finally {
			timer?.cancel();
		}
	}

	/** What a budget has been charged with: the recorded attempts, and those under way that began before this one. */
	async #spent(delivery: QueuedDelivery, channel: string, address: string | undefined, since: number): Promise<number> {
		let underWay = 0;
		for (const [id, f] of this.#inFlight) {
			if (id === delivery.id) break;
			if (f.channel === channel && (address === undefined || f.address === address)) underWay++;
		}
		return underWay + (await this.#store.spent(channel, address, since));
	}

	async #after(
		delivery: QueuedDelivery,
		outcome: Outcome,
		now: number,
	): Promise<{ state: DeliveryState; nextAt: number }> {
		if (outcome.kind === "accepted" || outcome.kind === "failed") return { state: outcome.kind, nextAt: now };
		if (now - delivery.createdAt > GIVE_UP_MS) return { state: "failed", nextAt: now };
		if (outcome.kind === "unsure") {
			const { mostCopies = MOST_COPIES, check } = this.#options.channels[delivery.channel] ?? {};
			const copies = 1 + (await this.#store.unsureAttempts(delivery.id));
			// a channel that can be asked says whether one of them arrived; any other is sent so often and no more:
			// somebody's phone rings each time
			if (!check && copies >= mostCopies) return { state: "failed", nextAt: now };
			return { state: "queued", nextAt: now + CHECK_AFTER_MS * 2 ** Math.min(5, delivery.attempts) };
		}
		const pause = retryDelayMs(RETRY, delivery.attempts + 1, this.#random);
		return { state: "queued", nextAt: now + Math.max(outcome.afterMs ?? 0, pause) };
	}
}

/**
 * What one that hangs may hold up: of groups and machines, whose addresses name receivers of their own, the deliveries
 * to the same receiver; else those of the channel.
 */
function laneOf({ channel, address }: { channel: string; address: string }): string {
	return traitsOf(channel).reaches === "person" ? channel : `${channel}:${address}`;
}
