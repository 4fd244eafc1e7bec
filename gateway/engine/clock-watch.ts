import type { AnchoredClock, Timer } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Service } from "../base/service.ts";
import type { JudgeEvent } from "../model/event.ts";
import type { Log } from "../ops/log/log.ts";
import type { AccountStore } from "../store/accounts.ts";

const POLL_MS = 1_000;
const ALIVE_MS = 60_000;
const HOUR_MS = 3_600_000;
const ALIVE_KEY = "clock.alive";
/**
 * What is open is taken to be this old where nobody knows how long the tower was off: everything is due then, and
 * nothing given up.
 */
const UNKNOWN_MS = 12 * HOUR_MS;
/** After a jump of more than a day nothing is erased for its age for a day: the clock may be the one that is wrong. */
const DOUBT_MS = 24 * HOUR_MS;

export interface ClockWatchOptions {
	clock: AnchoredClock;
	random: Random;
	log: Log;
	accounts: AccountStore;
	submit: (event: JudgeEvent) => Promise<unknown>;
}

/** Notices that the wall clock was set, or has gone back over a restart, and has what is open moved with it. */
export class ClockWatch implements Service {
	readonly #clock: AnchoredClock;
	readonly #random: Random;
	readonly #log: Log;
	readonly #accounts: AccountStore;
	readonly #submit: (event: JudgeEvent) => Promise<unknown>;
	readonly #timers: Timer[] = [];
	#moving = false;
	#doubtUntil = Number.NEGATIVE_INFINITY;

	constructor({ clock, random, log, accounts, submit }: ClockWatchOptions) {
		this.#clock = clock;
		this.#random = random;
		this.#log = log;
		this.#accounts = accounts;
		this.#submit = submit;
	}

	/** Whether ages can be trusted enough to erase by them. */
	get isTrusted(): boolean {
		return this.#clock.monotonic() >= this.#doubtUntil;
	}

	async start(): Promise<void> {
		const alive = Number((await this.#accounts.setting(ALIVE_KEY)) ?? 0);
		const back = this.#clock.now() - alive;
		if (back < -POLL_MS) this.#move(back - UNKNOWN_MS, "restart");
		this.#timers.push(this.#clock.every("clock.poll", POLL_MS, () => this.#poll()));
		this.#timers.push(this.#clock.every("clock.alive", ALIVE_MS, () => this.#alive()));
		this.#alive();
	}

	async stop(): Promise<void> {
		for (const timer of this.#timers.splice(0)) timer.cancel();
	}

	#poll(): void {
		const jump = this.#clock.jumpMs();
		if (jump !== 0 && !this.#moving) this.#move(jump, "jump");
	}

	#move(byMs: number, why: "jump" | "restart"): void {
		this.#moving = true;
		if (Math.abs(byMs) > DOUBT_MS) this.#doubtUntil = this.#clock.monotonic() + DOUBT_MS;
		const words =
			why === "jump"
				? "the wall clock was set"
				: "the clock has gone back while the tower was off: everything open is due";
		this.#log.error({ byMs, why }, `LK0005 ${words}`);
		const at = this.#clock.now();
		void this.#submit({ type: "clock", id: `clock:${at}:${this.#random.uuid()}`, at, byMs, why }).finally(() => {
			this.#moving = false;
			this.#alive();
		});
	}

	#alive(): void {
		// until what is open has moved, a restart must find the clock as it was before it was set
		if (this.#moving) return;
		this.#accounts
			.setSetting(ALIVE_KEY, String(this.#clock.now()))
			.catch((err) => this.#log.error({ err }, "the time of the last sign of life could not be stored"));
	}
}
