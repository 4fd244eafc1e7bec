import { type Grid, holds, type Person, type Register, type Role } from "../model/register.ts";

/** Who stands in for whom, and when (epoch ms), by the person who is away. */
export type Substitutes = ReadonlyMap<string, { from: number; to: number; person: Person | undefined }[]>;

/** Whoever is told first: without one of them a grid has nobody who goes and looks. */
const FIRST: readonly Role[] = ["chief", "ranger"];

export interface Holder {
	person: Person;
	level: string;
	grids: string[];
	from?: number;
	to?: number;
}

export function holdersOf(register: Register, roles = FIRST): Holder[] {
	const byId = new Map(register.people.map((p) => [p.id, p]));
	const own = register.people
		.filter((p) => roles.includes(p.role) && p.condition === undefined)
		.map((p) => ({ ...p, person: p }));
	const further = register.assignments.flatMap((a) => {
		const person = byId.get(a.person);
		return person && roles.includes(a.role) && a.condition === undefined
			? [{ ...a, ...withinBoth(a, person), person }]
			: [];
	});
	return [...own, ...further];
}

/** Who of those roles can be told now: in office, with an address. */
export function reachable(register: Register, now: number, roles = FIRST): Holder[] {
	return holdersOf(register, roles).filter((h) => holds(h, now) && h.person.addresses.length > 0);
}

export interface Span {
	from?: number;
	to?: number;
}

/** A post is held while its row holds and that of its holder does. */
export function withinBoth(a: Span, b: Span): Span {
	const from = [a.from, b.from].filter((t) => t !== undefined);
	const to = [a.to, b.to].filter((t) => t !== undefined);
	return {
		...(from.length > 0 ? { from: Math.max(...from) } : {}),
		...(to.length > 0 ? { to: Math.min(...to) } : {}),
	};
}

/** The moments at which something of these begins or ends within a time, and its beginning, rising. */
export function timesWithin(of: Span[], now: number, until: number): number[] {
	const edges = of.flatMap(({ from, to }) => [from, to]).filter((t) => t !== undefined);
	return [...new Set([now, ...edges.filter((t) => t > now && t < until)])].sort((a, b) => a - b);
}

/** The times between two moments in which nobody who can be reached answers for a grid. */
export function spansWithout(
	grid: Grid,
	holders: Holder[],
	{ substitutes, now, until }: { substitutes: Substitutes; now: number; until: number },
): { from: number; to?: number }[] {
	const inPlace = holders.flatMap((h) => chainOf(h.person.id, substitutes));
	const times = timesWithin([grid, ...holders, ...inPlace], now, until);
	const spans: { from: number; to?: number }[] = [];
	times.forEach((at, i) => {
		if (!holds(grid, at)) return;
		const there = holders.filter((h) => holds(h, at)).map((h) => standIn(h.person, substitutes, at));
		if (there.some((p) => p !== undefined && p.addresses.length > 0)) return;
		const to = times[i + 1] ?? until;
		const last = spans.at(-1);
		if (last?.to === at) last.to = to;
		else spans.push({ from: at, to });
	});
	return spans;
}

/** Who is called for a person: whoever stands in for him, and for that one in turn; undefined when that is nobody. */
function standIn(person: Person, substitutes: Substitutes, at: number): Person | undefined {
	const seen = new Set([person.id]);
	let last = person;
	for (;;) {
		const now = (substitutes.get(last.id) ?? []).filter((s) => holds(s, at));
		const next = now.find((s) => !seen.has(s.person?.id ?? ""));
		if (!next) return last;
		if (!next.person) return undefined;
		last = next.person;
		seen.add(last.id);
	}
}

/** All who ever stand in for a person, or for one of those. */
function chainOf(person: string, substitutes: Substitutes, seen = new Set<string>()): { from: number; to: number }[] {
	if (seen.has(person)) return [];
	seen.add(person);
	const own = substitutes.get(person) ?? [];
	const further = own.flatMap((s) => s.person ?? []);
	return [...own, ...further.flatMap((p) => chainOf(p.id, substitutes, seen))];
}
