import type { GridShare } from "./incident.ts";
import type { Assignment, Level, Person, Role, Team, Tier } from "./register.ts";

/** Somebody who answers for a region now, and in what part. */
export interface Duty {
	person: Person;
	role: Role;
	level: Level;
	/** Largest share of a touched grid the person answers for, 0...1. */
	share: number;
	/** Shares of all touched grids the person answers for, together. */
	ground: number;
	condition?: Assignment["condition"];
	/** Whose deputy, or in whose place (a substitute by the roster). */
	deputyOf?: string;
	inPlaceOf?: string;
}

/** Who is responsible for which ground at a moment. Times are ms since 1970. */
export interface DutyLookup {
	/** Whether anybody's post or shift begins or ends after `from` and not after `to`. */
	changes(from: number, to: number): boolean;
	person(id: string): Person | undefined;
	/** Everybody who answers for the grids, the likeliest place first, each person and role once. */
	responsible(grids: GridShare[], at: number): Duty[];
	/**
	 * Whether a person has a post of one of these roles that answers for any of the grids, or any post of them where
	 * there is none.
	 */
	hasPost(personId: string, roles: readonly Role[], grids: readonly { code: string }[], at: number): boolean;
	/** The teams of some tiers whose ground is touched, with who heads them now. */
	teams(grids: GridShare[], tiers: Tier[], at: number): { team: Team; head: Person | undefined; share: number }[];
}
