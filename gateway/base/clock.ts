/** Time as a value that tests can own. Nothing outside this folder reads the system's clock or sets a raw timer. */

export interface Timer {
	readonly name: string;
	cancel(): void;
}

export interface Clock {
	/** Wall clock, milliseconds since 1970 (UTC). It can be wrong or jump: use it for stamps, never for durations. */
	now(): number;
	/** Milliseconds since some fixed moment; never jumps. Use it for durations. */
	monotonic(): number;
	/** Runs `callback` once after `delayMs`. The name shows up in diagnoses. */
	after(name: string, delayMs: number, callback: () => void): Timer;
	/** Runs `callback` again and again, `periodMs` apart, until cancelled. */
	every(name: string, periodMs: number, callback: () => void): Timer;
}

export class SystemClock implements Clock {
	now(): number {
		return Date.now();
	}

	monotonic(): number {
		return performance.now();
	}

	after(name: string, delayMs: number, callback: () => void): Timer {
		// setTimeout wraps to 1 ms beyond 2^31-1 ms; no timer of ours is that long, so a clamp is safe
		const handle = setTimeout(callback, Math.min(Math.max(0, delayMs), 0x7fffffff));
		return { name, cancel: () => clearTimeout(handle) };
	}

	every(name: string, periodMs: number, callback: () => void): Timer {
		const handle = setInterval(callback, periodMs);
		return { name, cancel: () => clearInterval(handle) };
	}
}

/** A clock that can be set right: until it is told to follow, a jump of the wall clock does not move it. */
export interface AnchoredClock extends Clock {
	/** By how much the wall clock has jumped since it was last followed, ms; 0 while it only drifts. */
	jumpMs(): number;
	/** From now on it says what the wall clock says. */
	follow(): void;
}

/** A wall clock may be set by so much without anybody having to know, ms. */
const DRIFT_MS = 2_000;

/**
 * Wall time counted from an anchor with the monotonic clock: deadlines neither stand still nor all fall due when
 * somebody sets the time.
 */
export class SteadyClock implements AnchoredClock {
	readonly #inner: Clock;
	#wall: number;
	#monotonic: number;

	constructor(inner: Clock = new SystemClock()) {
		this.#inner = inner;
		this.#wall = inner.now();
		this.#monotonic = inner.monotonic();
	}

	now(): number {
		const mine = this.#mine();
		// small corrections of a time server are taken at once
		return Math.abs(this.#inner.now() - mine) < DRIFT_MS ? this.#inner.now() : Math.round(mine);
	}

	monotonic(): number {
		return this.#inner.monotonic();
	}

	after(name: string, delayMs: number, callback: () => void): Timer {
		return this.#inner.after(name, delayMs, callback);
	}

	every(name: string, periodMs: number, callback: () => void): Timer {
		return this.#inner.every(name, periodMs, callback);
	}

	jumpMs(): number {
		const jump = this.#inner.now() - this.#mine();
		if (Math.abs(jump) >= DRIFT_MS) return Math.round(jump);
		this.follow(); // many small corrections must not add up to a jump
		return 0;
	}

	follow(): void {
		this.#wall = this.#inner.now();
		this.#monotonic = this.#inner.monotonic();
	}

	#mine(): number {
		return this.#wall + this.#inner.monotonic() - this.#monotonic;
	}
}

interface Pending {
	name: string;
	due: number;
	order: number;
	period?: number;
	callback: () => void;
}

/** Which of them is due first, until a time; of several the one that was set first. */
function firstDue<P extends Pending>(pending: Iterable<P>, until: number): P | undefined {
	return [...pending].filter((p) => p.due <= until).sort((a, b) => a.due - b.due || a.order - b.order)[0];
}

/**
 * The system's clock, which can be put forward: timers that fall due on the way fire in their order. It lets a test of
 * a whole program pass over the minutes between two steps of a ladder.
 */
export class ForwardClock implements Clock {
	readonly #inner = new SystemClock();
	readonly #pending = new Set<Pending & { handle: Timer }>();
	#aheadMs: number;
	#order = 0;

	/** `aheadMs`: by how much it is ahead of the system's from the beginning. */
	constructor(aheadMs = 0) {
		this.#aheadMs = aheadMs;
	}

	/** By how much it is ahead of the system's, ms. */
	get aheadMs(): number {
		return this.#aheadMs;
	}

	now(): number {
		return this.#inner.now() + Math.round(this.#aheadMs);
	}

	monotonic(): number {
		return this.#inner.monotonic() + this.#aheadMs;
	}

	after(name: string, delayMs: number, callback: () => void): Timer {
		return this.#add({ name, due: this.monotonic() + Math.max(0, delayMs), order: this.#order++, callback });
	}

	every(name: string, periodMs: number, callback: () => void): Timer {
		const due = this.monotonic() + periodMs;
		return this.#add({ name, due, order: this.#order++, period: periodMs, callback });
	}

	/** Puts both clocks forward, and fires what falls due on the way. */
	forward(ms: number): void {
		const end = this.monotonic() + ms;
		for (;;) {
			const next = firstDue(this.#pending, end);
			if (!next) break;
			this.#aheadMs += Math.max(0, next.due - this.monotonic());
			this.#fire(next);
		}
		this.#aheadMs += Math.max(0, end - this.monotonic());
		for (const pending of this.#pending) this.#arm(pending);
	}

	#add(timer: Pending): Timer {
		const pending = { ...timer, handle: { name: timer.name, cancel: () => {} } };
		this.#pending.add(pending);
		this.#arm(pending);
		const cancel = () => {
			pending.handle.cancel();
			this.#pending.delete(pending);
		};
		return { name: timer.name, cancel };
	}

	#arm(pending: Pending & { handle: Timer }): void {
		pending.handle.cancel();
		pending.handle = this.#inner.after(pending.name, pending.due - this.monotonic(), () => this.#fire(pending));
	}

	#fire(pending: Pending & { handle: Timer }): void {
		pending.handle.cancel();
		if (pending.period === undefined) this.#pending.delete(pending);
		else {
			pending.due += pending.period;
			this.#arm(pending);
		}
		pending.callback();
	}
}

/** A clock that stands still until `advance` moves it; timers fire in the order in which they are due. */
export class ManualClock implements Clock {
	#now: number;
	#monotonic = 0;
	#order = 0;
	readonly #pending = new Set<Pending>();

	constructor(startMs = Date.UTC(2026, 3, 5, 6, 0, 0)) {
		this.#now = startMs;
	}

	now(): number {
		return this.#now;
	}

	monotonic(): number {
		return this.#monotonic;
	}

	after(name: string, delayMs: number, callback: () => void): Timer {
		return this.#add({ name, due: this.#monotonic + Math.max(0, delayMs), order: this.#order++, callback });
	}

	every(name: string, periodMs: number, callback: () => void): Timer {
		return this.#add({ name, due: this.#monotonic + periodMs, order: this.#order++, period: periodMs, callback });
	}

	/** Moves both clocks forward and fires what falls due on the way. */
	advance(ms: number): void {
		const end = this.#monotonic + ms;
		for (;;) {
			const next = firstDue(this.#pending, end);
			if (!next) break;
			this.#step(next.due - this.#monotonic);
			if (next.period === undefined) this.#pending.delete(next);
			else next.due += next.period;
			next.callback();
		}
		this.#step(end - this.#monotonic);
	}

	/** Moves the wall clock alone, as a time server or a flat battery does. */
	jump(ms: number): void {
		this.#now += ms;
	}

	/** Names of the timers that wait. */
	waiting(): string[] {
		return [...this.#pending].map((p) => p.name);
	}

	#step(ms: number): void {
		this.#monotonic += ms;
		this.#now += ms;
	}

	#add(pending: Pending): Timer {
		this.#pending.add(pending);
		return { name: pending.name, cancel: () => void this.#pending.delete(pending) };
	}
}

/** Resolves after the event loop has looked at its input once more. */
export function nextTurn(): Promise<void> {
	return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

/** Resolves after `ms` on the given clock; rejects with the signal's reason when aborted. */
export function delay(clock: Clock, name: string, ms: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		if (signal?.aborted) return reject(signal.reason);
		const onAbort = () => {
			timer.cancel();
			reject(signal?.reason);
		};
		const timer = clock.after(name, ms, () => {
			signal?.removeEventListener("abort", onAbort);
			resolve();
		});
		signal?.addEventListener("abort", onAbort, { once: true });
	});
}
