import type { Clock, Timer } from "./clock.ts";

/** Counts what can happen per frame or per packet, and reports each name at most once a second. */
export class Tally {
	readonly #totals = new Map<string, number>();
	readonly #fresh = new Map<string, { count: number; last: string }>();
	readonly #clock: Clock;
	readonly #report: (name: string, count: number, last: string) => void;
	#timer: Timer | undefined;

	constructor(clock: Clock, report: (name: string, count: number, last: string) => void) {
		this.#clock = clock;
		this.#report = report;
	}

	count(name: string, detail = ""): void {
		this.#totals.set(name, (this.#totals.get(name) ?? 0) + 1);
		const fresh = this.#fresh.get(name);
		this.#fresh.set(name, { count: (fresh?.count ?? 0) + 1, last: detail });
		this.#timer ??= this.#clock.after("tally.report", 1000, () => this.flush());
	}

	total(name: string): number {
		return this.#totals.get(name) ?? 0;
	}

	totals(): Record<string, number> {
		return Object.fromEntries([...this.#totals].sort());
	}

	/** Reports what is new now, and lets the timer go. */
	flush(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		for (const [name, { count, last }] of this.#fresh) this.#report(name, count, last);
		this.#fresh.clear();
	}
}
