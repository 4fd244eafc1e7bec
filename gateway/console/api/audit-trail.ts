import type { Clock } from "../../base/clock.ts";
import type { AuditRow } from "../../model/user.ts";
import type { Log } from "../../ops/log/log.ts";
import type { UserStore } from "../../store/users.ts";
import type { Who } from "./auth.ts";

/** The same look at the same thing within this is one, ms: a page asks anew with each change. */
const ONE_LOOK_MS = 600_000;
const MOST_KNOWN = 2_000;

/**
 * Keeps who has looked at what of people, and who has silenced, declared or put to rest what. What cannot be kept is
 * said in the log, and holds nobody up.
 */
export class AuditTrail {
	readonly #users: UserStore;
	readonly #clock: Clock;
	readonly #log: Log;
	/** Of late, by who and what; monotonic ms. */
	readonly #lately = new Map<string, number>();

	constructor(users: UserStore, clock: Clock, log: Log) {
		this.#users = users;
		this.#clock = clock;
		this.#log = log;
	}

	/** Newest first, of a time, ms since 1970; the last thousand. */
	between(from: number, to: number): Promise<AuditRow[]> {
		return this.#users.audit(from, to, 1_000);
	}

	/** An act that is no part of an incident: each counts. */
	did({ id: who, name }: Pick<Who, "id" | "name">, what: string, of = ""): void {
		this.#users
			.addAudit({ at: this.#clock.now(), who, name, what, of })
			.catch((err) => this.#log.error({ err, who, what, of }, "LK0202 an act is not on record"));
	}

	looked({ id: who, name }: Who, what: string, of = ""): void {
		const key = `${who}\n${what}\n${of}`;
		const now = this.#clock.monotonic();
		if (now - (this.#lately.get(key) ?? Number.NEGATIVE_INFINITY) < ONE_LOOK_MS) return;
		this.#lately.delete(key);
		this.#lately.set(key, now);
		const oldest = this.#lately.size > MOST_KNOWN ? this.#lately.keys().next().value : undefined;
		if (oldest !== undefined) this.#lately.delete(oldest);
		this.did({ id: who, name }, what, of);
	}
}
