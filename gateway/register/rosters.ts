import type { Phrase } from "../base/phrase.ts";
import { phrase } from "../base/say.ts";
import { holds, type Person, type Register, type Shift } from "../model/register.ts";
import type { CoverageFault } from "./fault.ts";

/**
 * Rosters that do not do what they look like: for a post that nobody has, of people who have left, round in a circle.
 */
export function rosterFaults(register: Register, now: number): CoverageFault[] {
	const people = new Map(register.people.map((p) => [p.id, p]));
	const held = [...register.people, ...register.assignments];
	const posts = new Set(held.flatMap((p) => p.grids.map((code) => `${p.role}@${code}`)));
	const rosters = Map.groupBy(
		register.shifts.filter((s) => s.to > now),
		(s) => s.post,
	);
	return [...rosters].flatMap(([post, shifts]) => {
		const from = Math.max(now, Math.min(...shifts.map((s) => s.from)));
		const found = (detail: Phrase, at = from): CoverageFault => ({ kind: "roster", what: post, from: at, detail });
		const counts = /^(for|team):/.test(post) || posts.has(post);
		const circle = post.startsWith("for:") ? circleFrom(post.slice(4), rosters, from) : undefined;
		return [
			...(counts ? [] : [found(phrase("check.rosterNeverCounts"))]),
			...shifts.flatMap((s) => {
				const leaver = leaverOf(s, people);
				return leaver ? [found(leaver.detail, Math.max(now, s.from, leaver.to))] : [];
			}),
			...(circle ? [found(phrase("check.rosterCircle", { people: circle.join(" → ") }))] : []),
		];
	});
}

/** Who has left before a shift of his ends, and when. */
function leaverOf(shift: Shift, people: Map<string, Person>): { to: number; detail: Phrase } | undefined {
	const person = people.get(shift.person);
	if (person?.to === undefined || person.to >= shift.to) return undefined;
	return { to: person.to, detail: phrase("check.rosterOfLeaver", { name: person.name, person: person.id }) };
}

/** People who stand in for one another at a moment, from one back to the same; undefined when the chain ends. */
function circleFrom(person: string, rosters: ReadonlyMap<string, Shift[]>, at: number): string[] | undefined {
	const chain = [person];
	for (;;) {
		const next = rosters.get(`for:${chain.at(-1)}`)?.find((s) => holds(s, at))?.person;
		if (next === undefined) return undefined;
		if (next === person) return [...chain, person];
		if (chain.includes(next)) return undefined; // a circle that another begins
		chain.push(next);
	}
}
