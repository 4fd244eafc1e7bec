import type { Phrase } from "../base/phrase.ts";
import { phrase } from "../base/say.ts";
import { holds, type Register, type Shift } from "../model/register.ts";
import type { CoverageFault } from "./fault.ts";

/**
 * Rosters that do not do what they look like: for a post that nobody has, of people who have left, round in a circle.
 */
export function rosterFaults(register: Register, now: number): CoverageFault[] {
	const byId = new Map(register.people.map((p) => [p.id, p]));
	const posts = new Set(
		[...register.people, ...register.assignments].flatMap((p) => p.grids.map((code) => `${p.role}@${code}`)),
	);
	const rosters = new Map<string, Shift[]>();
	for (const s of register.shifts) if (s.to > now) rosters.set(s.post, [...(rosters.get(s.post) ?? []), s]);
	const found: CoverageFault[] = [];
	const say = (what: string, from: number, detail: Phrase) => found.push({ kind: "roster", what, from, detail });
	for (const [post, shifts] of rosters) {
		const from = Math.max(now, Math.min(...shifts.map((s) => s.from)));
		if (!/^(for|team):/.test(post) && !posts.has(post)) say(post, from, phrase("check.rosterNeverCounts"));
		for (const s of shifts) {
			const person = byId.get(s.person);
			if (person && person.to !== undefined && person.to < s.to)
				say(
					post,
					Math.max(now, s.from, person.to),
					phrase("check.rosterOfLeaver", { name: person.name, person: person.id }),
				);
		}
		const circle = /^for:/.test(post) ? circleFrom(post.slice(4), rosters, from) : undefined;
		if (circle) say(post, from, phrase("check.rosterCircle", { people: circle.join(" → ") }));
	}
	return found;
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
