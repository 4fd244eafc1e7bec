import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { LedgerEntry } from "../../model/ledger.ts";
import { type DutyShift, ON_SHIFT, type User } from "../../model/user.ts";
import type { UserStore } from "../../store/users.ts";
import type { By } from "./users.ts";

/** Shifts that are over and are still shown, for their notes. */
const SHOWN = 5;
/** Shifts that are counted: some twenty years of one a day. */
const MOST_COUNTED = 8_000;

/**
 * Who is on duty at the desk. A shift begins with a sign-on and ends with a hand-over; nothing waits for either: an
 * answer counts whether anybody has signed on or not.
 */
export class DutyBook {
	readonly #users: UserStore;
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #listeners = new Set<() => void>();
	#shifts: DutyShift[] = [];

	constructor(users: UserStore, clock: Clock, random: Random) {
		this.#users = users;
		this.#clock = clock;
		this.#random = random;
	}

	async load(): Promise<void> {
		this.#shifts = await this.#users.shifts(SHOWN);
		for (const listener of this.#listeners) listener();
	}

	/** Shifts that last, and the last ones that are over, newest first. */
	get shifts(): readonly DutyShift[] {
		return this.#shifts;
	}

	/** All that are known, newest first, at most some thousands. */
	all(): Promise<DutyShift[]> {
		return this.#users.shifts(MOST_COUNTED);
	}

	onChange(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Signs a user on; one that is on duty already stays so. Undefined for a user who stands no shifts. */
	async signOn(user: User): Promise<DutyShift | undefined> {
		const role = ON_SHIFT.find((r) => user.roles.includes(r));
		if (!role) return undefined;
		const lasts = this.#shifts.find((s) => s.userId === user.id && s.to === undefined);
		if (lasts) return lasts;
		const shift = { id: this.#random.uuid(), userId: user.id, name: user.name, role, from: this.#clock.now() };
		await this.#users.beginShift(shift, this.#entry("shift:begun", user, { shift: shift.id, role }));
		await this.load();
		return shift;
	}

	/** Hands a shift over, one's own or that of somebody who has gone without; false when it is over already. */
	async handOver(id: string, note: string, by: By): Promise<boolean> {
		const at = this.#clock.now();
		const done = await this.#users.endShift(id, at, note, this.#entry("shift:ended", by, { shift: id }, note));
		await this.load();
		return done;
	}

	#entry(what: LedgerEntry["what"], by: By, detail: Record<string, unknown>, note?: string): LedgerEntry {
		const personal = { name: by.name, ...(note === undefined || note === "" ? {} : { note }) };
		return { at: this.#clock.now(), incidentId: "", what, who: by.id, detail, personal };
	}
}
