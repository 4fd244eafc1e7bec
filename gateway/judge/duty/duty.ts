import type { Duty, DutyLookup } from "../../model/duty.ts";
import type { GridShare } from "../../model/incident.ts";
import {
	type Assignment,
	covers,
	DUTY_DESK,
	holds,
	type Person,
	type Register,
	type Role,
	type Shift,
	type Team,
	type Tier,
} from "../../model/register.ts";

type Post = Omit<Assignment, "person"> & { holder: Person };
/** A post where it counts, with the roster of its role there. */
interface Held {
	post: Post;
	roster: readonly Shift[];
}
const NO_SHIFTS: readonly Shift[] = [];

/**
 * Who is responsible for which ground at a moment. Built once per register; a question costs a few look-ups per
 * grid, however many people there are.
 */
export class DutyIndex implements DutyLookup {
	readonly #people = new Map<string, Person>();
	/** Posts by the code of their area. */
	readonly #posts = new Map<string, Held[]>();
	/** Lengths that codes of areas have: only these beginnings of a grid's code are looked up. */
	readonly #lengths: number[];
	readonly #shifts = new Map<string, Shift[]>();
	/** Shifts of those who stand in for a person, by the person's id. */
	readonly #substitutes = new Map<string, Shift[]>();
	readonly #teams: Team[];
	/** Moments at which somebody's post or shift begins or ends, rising. */
	readonly #moments: number[];

	constructor(register: Register) {
		this.#people = new Map(register.people.map((person) => [person.id, person]));
		this.#shifts = Map.groupBy(register.shifts, ({ post }) => post);
		const substitutes = [...this.#shifts].filter(([post]) => post.startsWith("for:"));
		this.#substitutes = new Map(substitutes.map(([post, shifts]) => [post.slice(4), shifts]));
		for (const post of this.#postsOf(register)) {
			for (const code of post.grids) {
				const roster = this.#shifts.get(`${post.role}@${code}`) ?? NO_SHIFTS;
				const known = this.#posts.get(code) ?? [];
				this.#posts.set(code, [...known, { post, roster }]);
			}
		}
		this.#lengths = [...new Set([...this.#posts.keys()].map((code) => code.length))];
		this.#teams = register.teams;
		const valid = [
			...register.people,
			...register.assignments,
			...register.shifts,
			...register.teams,
			...register.orders,
		];
		const moments = valid.flatMap(({ from, to }) => [from, to]).filter((t): t is number => t !== undefined);
		this.#moments = [...new Set(moments)].sort((a, b) => a - b);
	}

	/** What people are by themselves, and what they are assigned to beside it. */
	#postsOf({ people, assignments }: Register): Post[] {
		const own = people.map((holder) => ({ ...holder, holder }));
		const assigned = assignments.flatMap((a) => {
			const holder = this.#people.get(a.person);
			return holder ? [{ ...a, holder }] : [];
		});
		return [...own, ...assigned];
	}

	/** Whether anybody's post or shift begins or ends after `from` and not after `to`, ms since 1970. */
	changes(from: number, to: number): boolean {
		let [low, high] = [0, this.#moments.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((this.#moments[middle] as number) <= from) low = middle + 1;
			else high = middle;
		}
		return (this.#moments[low] ?? Number.POSITIVE_INFINITY) <= to;
	}

	person(id: string): Person | undefined {
		return this.#people.get(id);
	}

	/** Everybody who answers for the grids, the likeliest place first, each person and role once. */
	responsible(grids: GridShare[], at: number): Duty[] {
		const found = new Map<string, Duty>();
		const grounds = new Map<string, Map<string, number>>();
		for (const { code, share } of grids) {
			for (const duty of this.#dutiesAt(code, share, at)) {
				const key = `${duty.person.id} ${duty.role} ${duty.level}`;
				const known = found.get(key);
				const codes = grounds.get(key) ?? new Map<string, number>();
				grounds.set(key, codes.set(code, share));
				if (!known || known.share < duty.share) found.set(key, duty);
			}
		}
		const whole = [...found].map(([key, duty]) => ({ ...duty, ground: sum(grounds.get(key)?.values() ?? []) }));
		return whole.sort((a, b) => b.share - a.share || a.person.id.localeCompare(b.person.id));
	}

	/** Everybody who answers for one grid, from the posts of all areas that it lies in. */
	#dutiesAt(code: string, share: number, at: number): Duty[] {
		return this.#postsAt(code).flatMap(({ post, roster }) =>
			holds(post, at) ? this.#holders(post, roster, share, at) : [],
		);
	}

	#postsAt(code: string): Held[] {
		const lengths = this.#lengths.filter((length) => length <= code.length);
		return lengths.flatMap((length) => this.#posts.get(code.slice(0, length)) ?? []);
	}

	/**
	 * Whether a person has a post of one of these roles that answers for any of the grids, or any post of them where
	 * there is none: a post is its holder's off duty as well, and of who is on its roster or in a holder's place while
	 * that lasts.
	 */
	hasPost(personId: string, roles: readonly Role[], grids: readonly { code: string }[], at: number): boolean {
		const lengths = this.#lengths;
		const areas =
			grids.length === 0 ? [...this.#posts.keys()] : grids.flatMap(({ code }) => lengths.map((n) => code.slice(0, n)));
		const posts = [...new Set(areas)].flatMap((area) => this.#posts.get(area) ?? []);
		return posts.some(({ post, roster }) => {
			if (!roles.includes(post.role) || !holds(post, at)) return false;
			if (post.holder.id === personId && holds(post.holder, at)) return true;
			return this.#holders(post, roster, 0, at).some((d) => d.person.id === personId);
		});
	}

	/** The teams of some tiers whose ground is touched, with who heads them now. */
	teams(grids: GridShare[], tiers: Tier[], at: number): { team: Team; head: Person | undefined; share: number }[] {
		const meant = this.#teams.filter((team) => tiers.includes(team.tier) && holds(team, at));
		const found = meant.flatMap((team) => {
			const shares = grids.filter((g) => covers(team.grids, g.code)).map((g) => g.share);
			return shares.length === 0 ? [] : [{ team, head: this.#headOf(team, at), share: Math.max(...shares) }];
		});
		return found.sort((a, b) => b.share - a.share || a.team.id.localeCompare(b.team.id));
	}

	/** Who heads a team now: whoever is on its roster, or its leader, or who stands in for either. */
	#headOf(team: Team, at: number): Person | undefined {
		const [onDuty] = this.#onDuty(this.#shifts.get(`team:${team.id}`) ?? NO_SHIFTS, at);
		const [leader] = [this.#people.get(team.leader)].filter((p) => p && holds(p, at));
		const head = onDuty ?? leader;
		return head && (this.#substitute(head, at) ?? head);
	}

	#holders(post: Post, roster: readonly Shift[], share: number, at: number): Duty[] {
		const { role, level } = post;
		const duty = {
			role,
			level,
			share,
			ground: share,
			condition: post.condition,
			deputyOf: post.deputyOf,
		};
		// a roster names the holders of its post, and only those on duty; a gap in it falls back to all of them
		const onDuty = this.#onDuty(roster, at);
		const people = onDuty.length > 0 ? onDuty : [post.holder].filter((p) => holds(p, at));
		return people.map((person) => {
			const substitute = this.#substitute(person, at);
			return substitute ? { ...duty, person: substitute, inPlaceOf: person.id } : { ...duty, person };
		});
	}

	/** Who stands in for a person, and for that one in turn; a circle ends with the last who is not in it yet. */
	#substitute(person: Person, at: number): Person | undefined {
		const seen = new Set([person.id]);
		let last = person;
		for (;;) {
			const standIns = this.#onDuty(this.#substitutes.get(last.id) ?? NO_SHIFTS, at);
			const next = standIns.find((p) => !seen.has(p.id));
			if (!next) return last === person ? undefined : last;
			seen.add(next.id);
			last = next;
		}
	}

	#onDuty(shifts: readonly Shift[], at: number): Person[] {
		if (shifts.length === 0) return [];
		const now = shifts.filter((s) => holds(s, at));
		const overrides = now.filter((s) => s.kind === "override");
		const ids = new Set((overrides.length > 0 ? overrides : now).map((s) => s.person));
		// whoever's own row has ended has left, whatever a roster still says
		return [...ids].flatMap((id) => this.#people.get(id) ?? []).filter((p) => holds(p, at));
	}
}

const MAY_END: readonly Role[] = ["chief", "officer", "supervisor", "dutyLeader"];

/**
 * Whether a person may end a fire on these grids as false or permitted, or close its file: whoever holds a post that
 * answers for any of them now, by the row of people, an assignment, a roster or in somebody's place, or sits at the
 * desk. Of ground that has no grid, whoever holds such a post anywhere.
 */
export function mayEnd(duty: DutyLookup, personId: string, grids: readonly { code: string }[], at: number): boolean {
	return personId === DUTY_DESK || duty.hasPost(personId, MAY_END, grids, at);
}

function sum(numbers: Iterable<number>): number {
	let total = 0;
	for (const n of numbers) total += n;
	return total;
}
