import type { Clock, Timer } from "../base/clock.ts";
import type { Phrase } from "../base/phrase.ts";
import type { Random } from "../base/random.ts";
import { type RetryPlan, retryDelayMs } from "../base/retry.ts";
import { phrase } from "../base/say.ts";
import type { Service } from "../base/service.ts";
import type { Tally } from "../base/tally.ts";
import { judge, nextTick, restored } from "../judge/judge.ts";
import { EMPTY_STATE, type Judged, type JudgeState } from "../judge/judgement/state.ts";
import { isCandidate } from "../judge/lifecycle/operating-point.ts";
import { mayBurnAfterAll } from "../judge/lifecycle/rekindle.ts";
import type { Answer } from "../model/answer.ts";
import type { DecisionContext } from "../model/context.ts";
import type { Delivery } from "../model/delivery.ts";
import type { Effect, JudgeEvent } from "../model/event.ts";
import type { Handover } from "../model/handover.ts";
import type { Incident } from "../model/incident.ts";
import type { Log } from "../ops/log/log.ts";
import type { Judgement, JudgementStore } from "../store/judgement.ts";

/** Hears of what was judged, after it is committed. */
export type JudgedListener = (changed: Incident[], effects: Effect[]) => void;

/** What became of an event: judged and committed, not counted, or given up before it was judged. */
export type SubmitResult =
	| { kind: "accepted" /** The incident that it opened or joined. */; incidentId?: string }
	| { kind: "refused"; reason: Phrase }
	| { kind: "dropped" };

/** Why an event does not count; nothing where it does. */
export interface Refused {
	refused?: Phrase;
}

/** Why an event does not count. What gave way to others is to be said again. */
export function refusedOf(result: SubmitResult): Refused {
	if (result.kind === "accepted") return {};
	return { refused: result.kind === "dropped" ? phrase("api.tooMuchWaits") : result.reason };
}

export interface EventProcessorDeps {
	store: JudgementStore;
	clock: Clock;
	random: Random;
	log: Log;
}

export interface EventProcessorOptions {
	context: () => DecisionContext;
	failPoint: (name: string) => void;
	tally: Tally;
	/** The clock was set, and deadlines move with it: follow it. Called again where the commit is tried again. */
	onClock?: () => void;
}

/**
 * Most events waiting for the judge. Beyond it a candidate below the operating point gives way: it rings nobody, and
 * the next frame brings another. Alarms are never dropped: they are in the store already, a few to a sensor and minute.
 */
const MOST_WAITING = 10_000;
/** The judge looks at its clock at the latest after this: the wall clock may jump, and shifts change. */
const POLL_MS = 30_000;
/** Ended incidents older than this have nothing left to say: nuisances are remembered for less. */
const MEMORY_MS = 9 * 86_400_000;
/** Times that an event on which the judge itself fails is tried. */
const MOST_FAILURES = 3;

/** The judge failed, and not the disk. */
class Unjudgeable extends Error {}

const RETRY: RetryPlan = { firstMs: 200, maxMs: 10_000, factor: 2, jitter: 0.2 };

/**
 * Brings events to the judge one after the other. The event's mark, the new state, the ledger and the outbox rows
 * are committed in one transaction; only then does the new state count. An event that comes twice is judged once.
 */
export class EventProcessor implements Service {
	readonly #options: EventProcessorOptions;
	readonly #store: JudgementStore;
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #log: Log;
	readonly #queue: { event: JudgeEvent; done: (result: SubmitResult) => void }[] = [];
	readonly #listeners: JudgedListener[] = [];
	#state: JudgeState = EMPTY_STATE;
	#running = false;
	#polledAt = 0;
	#stopped = true;
	#timer: Timer | undefined;
	#idle: Promise<void> = Promise.resolve();

	constructor(options: EventProcessorOptions, { store, clock, random, log }: EventProcessorDeps) {
		this.#options = options;
		this.#store = store;
		this.#clock = clock;
		this.#random = random;
		this.#log = log;
	}

	/** Calls back, in the order of asking, with what each judgement has changed and what it wants done. */
	onJudged(listener: JudgedListener): void {
		this.#listeners.push(listener);
	}

	/** The incidents that are open. */
	get incidents(): Incident[] {
		return this.#state.incidents;
	}

	/** Whether an incident takes an answer: it is open, or over and to be closed. */
	async takes(incidentId: string, answer: Answer["answer"]): Promise<boolean> {
		if (this.#state.incidents.some((i) => i.id === incidentId)) return true;
		if (answer === "confirmed") return (await this.#burnsAfterAll(incidentId)).length > 0;
		return answer === "close" && (await this.#store.awaitingClosing(incidentId)).length > 0;
	}

	async start(): Promise<void> {
		const now = this.#clock.now();
		this.#state = restored(
			this.#options.context(),
			await this.#store.openIncidents(),
			await this.#store.endedSince(now - MEMORY_MS),
			now,
		);
		this.#stopped = false;
		this.#polledAt = this.#clock.monotonic();
		this.#schedule();
		this.#kick();
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		this.#timer?.cancel();
		await this.#idle;
	}

	/** Resolves once the event is judged and committed; a candidate is dropped where too much waits. */
	submit(event: JudgeEvent): Promise<SubmitResult> {
		if (this.#queue.length >= MOST_WAITING && !this.#makeRoom(event)) return Promise.resolve({ kind: "dropped" });
		return new Promise((done) => {
			this.#queue.push({ event, done });
			this.#kick();
		});
	}

	/** False when the event itself is what gives way. */
	#makeRoom(event: JudgeEvent): boolean {
		this.#options.tally.count("judgeCandidateDropped");
		const [context, now] = [this.#options.context(), this.#clock.now()];
		const givesWay = (e: JudgeEvent) => e.type === "sighting" && isCandidate(context, e.sighting, now);
		if (givesWay(event)) return false;
		// the first in line may be under judgement
		const at = this.#queue.findIndex((waiting, i) => i > 0 && givesWay(waiting.event));
		if (at > 0) for (const dropped of this.#queue.splice(at, 1)) dropped.done({ kind: "dropped" });
		return true;
	}

	#kick(): void {
		if (this.#running || this.#stopped) return;
		this.#running = true;
		this.#idle = this.#run();
	}

	async #run(): Promise<void> {
		let failures = 0;
		while (!this.#stopped) {
			const next = this.#queue[0];
			if (!next) break;
			const result = await this.#tryToJudge(next.event, failures);
			failures = result ? 0 : failures + 1;
			if (!result) continue;
			this.#queue.shift();
			next.done(result);
		}
		// synchronous with the check of the empty queue, so that a later submit starts the loop anew
		this.#running = false;
		this.#schedule();
	}

	/** What became of an event; undefined where it is tried again. `failures`: how often it has failed before. */
	async #tryToJudge(event: JudgeEvent, failures: number): Promise<SubmitResult | undefined> {
		try {
			return await this.#judge(event);
		} catch (error) {
			if (error instanceof Unjudgeable && failures + 1 >= MOST_FAILURES) {
				// the same event fails in the same way for ever: what stands behind it must be judged
				this.#options.tally.count("judgeEventGivenUp", event.type);
				this.#log.error({ err: error.cause, event }, "LK0001 an event cannot be judged and is given up");
				return { kind: "refused", reason: phrase("refused.cannotBeJudged") };
			}
			this.#log.error({ err: error, event: event.type }, "a judgement could not be committed, trying again");
			const waitMs = retryDelayMs(RETRY, failures + 1, this.#random);
			await new Promise<void>((resolve) => this.#clock.after("processor.retry", waitMs, resolve));
			return undefined;
		}
	}

	async #judge(event: JudgeEvent): Promise<SubmitResult> {
		if (event.type !== "tick" && (await this.#store.wasJudged(event.id))) {
			const nothing = { incidents: [], ledger: [], deliveries: [], stops: [] };
			await this.#store.commit({ eventId: event.id, at: event.at, ...nothing });
			return { kind: "accepted" };
		}
		this.#options.failPoint(`before:${event.type}`);
		const now = this.#clock.now();
		const judged = this.#decide(event, now, await this.#ended(event));
		const { state, changed, effects, refused, incidentId } = judged;
		const isIdle = event.type === "tick" && changed.length === 0 && effects.length === 0;
		const shiftMs = event.type === "clock" ? event.byMs : 0;
		// The commit moves what expires. Going back the clock goes before it, going forth after it: in between nothing
		// seems to be past its time that is not. No turn lies between it and the commit, whose place in the store's
		// queue is taken at once: what is written by the new clock is not moved.
		if (shiftMs < 0) this.#options.onClock?.();
		if (!isIdle) await this.#store.commit(this.#judgementOf(event, now, judged));
		this.#state = state;
		if (shiftMs > 0) this.#options.onClock?.();
		this.#options.failPoint(`judged:${event.type}`);
		for (const listener of this.#listeners) listener(changed, effects);
		if (refused !== undefined) return { kind: "refused", reason: refused };
		return incidentId === undefined ? { kind: "accepted" } : { kind: "accepted", incidentId };
	}

	/** What of a judgement is written in one transaction. */
	#judgementOf(event: JudgeEvent, at: number, { changed, effects }: Judged): Judgement {
		const of = <T extends Effect["type"]>(type: T) =>
			effects.filter((e): e is Extract<Effect, { type: T }> => e.type === type);
		const deliveries = of("deliver").map(({ delivery }): Delivery => ({ ...delivery, id: this.#random.uuid() }));
		return {
			eventId: event.id,
			at,
			incidents: changed,
			ledger: of("ledger").map(({ entry }) => entry),
			deliveries,
			stops: of("stop"),
			rehomes: of("rehome"),
			holds: of("hold"),
			...(event.type === "clock" ? { shiftMs: event.byMs } : {}),
		};
	}

	/** What is over and whose file the event may close: too many to be kept in memory. */
	async #ended(event: JudgeEvent): Promise<Incident[]> {
		const id = incidentIdIn(event);
		if (id === undefined || this.#state.incidents.some((i) => i.id === id)) return [];
		if (event.type === "reopen") {
			const ended = await this.#store.incident(id);
			return ended && ended.involved.length > 0 ? [ended] : [];
		}
		const isSeen = event.type === "answer" && event.answer.answer === "confirmed";
		return isSeen ? this.#burnsAfterAll(id) : this.#store.awaitingClosing(id);
	}

	/** What was called false or permitted of late, and may burn all the same. */
	async #burnsAfterAll(id: string): Promise<Incident[]> {
		const ended = await this.#store.incident(id);
		return ended && mayBurnAfterAll(ended, this.#clock.now()) ? [ended] : [];
	}

	#decide(event: JudgeEvent, now: number, ended: Incident[]): Judged {
		try {
			return judge(this.#options.context(), { ...this.#state, ended }, event, now);
		} catch (cause) {
			throw new Unjudgeable("the judge failed", { cause });
		}
	}

	/** The ladder's next deadline, looked at every half minute at the latest: the wall clock may jump. */
	#schedule(): void {
		this.#timer?.cancel();
		if (this.#stopped) return;
		const due = nextTick(this.#state);
		// counted from the last look, or events that keep coming would put it off for ever
		const poll = Math.max(0, this.#polledAt + POLL_MS - this.#clock.monotonic());
		const waitMs = due === undefined ? poll : Math.min(poll, Math.max(0, due - this.#clock.now()));
		this.#timer = this.#clock.after("processor.tick", waitMs, () => {
			const now = this.#clock.now();
			this.#polledAt = this.#clock.monotonic();
			void this.submit({ type: "tick", id: `tick:${now}:${this.#random.uuid()}`, at: now });
		});
	}
}

/** The incident that an event speaks of, where it may be over. */
function incidentIdIn(event: JudgeEvent): string | undefined {
	if (event.type === "reopen") return event.incidentId;
	if (event.type === "answer") return event.answer.incidentId;
	return event.type === "handover" ? incidentIdOf(event.handover) : undefined;
}

function incidentIdOf(handover: Handover): string | undefined {
	return handover.side === "centre" && handover.what === "incident" ? handover.incident.id : undefined;
}
