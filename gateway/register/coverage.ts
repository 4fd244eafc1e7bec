import type { Phrase } from "../base/phrase.ts";
import { phrase } from "../base/say.ts";
import { BandedPolygon } from "../geo/polygon.ts";
import {
	covers,
	type Grid,
	holds,
	LEVELS,
	type Level,
	type Person,
	type RecordAges,
	type Register,
	type Role,
	type Shift,
	staleSince,
} from "../model/register.ts";
import type { CoverageFault } from "./fault.ts";
import { slips } from "./slips.ts";

export const DAY_MS = 86_400_000;
/** Whoever is told first: without one of them a grid has nobody who goes and looks. */
const FIRST: readonly Role[] = ["chief", "ranger"];

/** What the check may know besides the register. */
interface Known {
	/** When each person last answered anything, drills included, ms since 1970. */
	answered?: ReadonlyMap<string, number> | undefined;
	/** Levels of responsibility, nearest first. */
	levels?: readonly Level[];
	records?: RecordAges;
}

/**
 * Looks at every grid at every moment of the coming days: does somebody who can be reached answer for it? Entries
 * and shifts change at known times, so that looking once between any two of them is looking always.
 */
export function checkCoverage(
	register: Register,
	now: number,
	days: number,
	{ answered, levels = LEVELS, records = { renewMs: 31 * DAY_MS } }: Known = {},
): CoverageFault[] {
	const until = now + days * DAY_MS;
	return [
		...gaps(register, now, until),
		...bareForest(register, now),
		...rosterGaps(register, now, until),
		...rosterFaults(register, now),
		...headless(register, now, until),
		...noDesk(register, now),
		...cells(register, levels, now),
		...cards(register, now),
		...slips(register, levels, now),
		...people(register, now, records, answered),
	];
}

function gaps(register: Register, now: number, until: number): CoverageFault[] {
	const byCode = new Map<string, Holder[]>();
	for (const holder of holdersOf(register))
		for (const code of holder.grids) byCode.set(code, [...(byCode.get(code) ?? []), holder]);
	const lengths = [...new Set([...byCode.keys()].map((c) => c.length))];
	const substitutes = new Map<string, { from: number; to: number; person: Person | undefined }[]>();
	for (const s of register.shifts) {
		const who = /^for:(.+)$/.exec(s.post)?.[1];
		if (who === undefined) continue;
		const person = register.people.find((p) => p.id === s.person);
		substitutes.set(who, [...(substitutes.get(who) ?? []), { from: s.from, to: s.to, person }]);
	}
	const found: CoverageFault[] = [];
	const nearest = nearestLevel(register);
	for (const grid of register.grids) {
		const holders = lengths.flatMap((n) => byCode.get(grid.code.slice(0, n)) ?? []);
		const near = holders.filter((h) => h.level === nearest);
		const noGap = spansWithout(grid, holders, substitutes, now, until).length === 0;
		for (const span of noGap ? spansWithout(grid, near, substitutes, now, until) : []) {
			found.push({
				kind: "far",
				what: grid.code,
				...span,
				detail: phrase("check.far", { grid: grid.name, level: nearest }),
			});
		}
		for (const span of spansWithout(grid, holders, substitutes, now, until)) {
			found.push({
				kind: "gap",
				what: grid.code,
				...span,
				detail: phrase("check.gap", { grid: grid.name }),
			});
		}
	}
	return found;
}

/** Distance of the points at which forest is looked at, degrees of latitude: about 250 m. */
const LATTICE_DEG = 0.00225;
const MOST_POINTS = 2_000_000;

/** Forest that no grid covers, on a lattice of points: one line, with the share and an example to look at. */
function bareForest(register: Register, now: number): CoverageFault[] {
	if (register.forest.length === 0) return [];
	const grids = register.grids
		.filter((g) => holds(g, now))
		.flatMap((g) => g.polygons.map((rings) => new BandedPolygon(rings)));
	let [points, bare] = [0, 0];
	let example: [number, number] | undefined;
	for (const rings of register.forest) {
		const forest = new BandedPolygon(rings);
		for (let lat = forest.minY + LATTICE_DEG / 2; lat < forest.maxY && points < MOST_POINTS; lat += LATTICE_DEG) {
			const stepX = LATTICE_DEG / Math.max(0.1, Math.cos((lat * Math.PI) / 180));
			for (let lon = forest.minX + stepX / 2; lon < forest.maxX && points < MOST_POINTS; lon += stepX) {
				if (!forest.contains(lon, lat)) continue;
				points++;
				if (grids.some((g) => g.contains(lon, lat))) continue;
				bare++;
				example ??= [lat, lon];
			}
		}
	}
	if (!example) return [];
	const place = `${example[0].toFixed(5)}, ${example[1].toFixed(5)}`;
	const detail = phrase("check.forest", { percent: ((100 * bare) / points).toFixed(1), place });
	return [{ kind: "forest", what: "forest", from: now, detail }];
}

/** The level that most posts of chiefs and rangers have: that of the villages, whatever it is called. */
function nearestLevel(register: Register): string {
	const counts = new Map<string, number>();
	for (const h of holdersOf(register)) counts.set(h.level, (counts.get(h.level) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
}

interface Holder {
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

interface Span {
	from?: number;
	to?: number;
}

/** A post is held while its row holds and that of its holder does. */
function withinBoth(a: Span, b: Span): Span {
	const latest = Math.max(a.from ?? Number.NEGATIVE_INFINITY, b.from ?? Number.NEGATIVE_INFINITY);
	const soonest = Math.min(a.to ?? Number.POSITIVE_INFINITY, b.to ?? Number.POSITIVE_INFINITY);
	return { ...(Number.isFinite(latest) ? { from: latest } : {}), ...(Number.isFinite(soonest) ? { to: soonest } : {}) };
}

function spansWithout(
	grid: Grid,
	holders: Holder[],
	substitutes: Substitutes,
	now: number,
	until: number,
): { from: number; to?: number }[] {
	const inPlace = holders.flatMap((h) => chainOf(h.person.id, substitutes));
	const edges = [grid, ...holders, ...inPlace]
		.flatMap(({ from, to }) => [from, to])
		.filter((t): t is number => t !== undefined && t > now && t < until);
	const times = [...new Set([now, ...edges])].sort((a, b) => a - b);
	const spans: { from: number; to?: number }[] = [];
	times.forEach((at, i) => {
		if (!holds(grid, at)) return;
		const reached = holders.some((h) => {
			if (!holds(h, at)) return false;
			return (standIn(h.person, substitutes, at)?.addresses.length ?? 0) > 0;
		});
		if (reached) return;
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
	let last: Person | undefined = person;
	for (;;) {
		const next: { person: Person | undefined } | undefined = substitutes
			.get(last.id)
			?.find((s) => holds(s, at) && !(s.person && seen.has(s.person.id)));
		if (!next) return last;
		last = next.person;
		if (!last) return undefined;
		seen.add(last.id);
	}
}
/** All who ever stand in for a person, or for one of those. */
function chainOf(person: string, substitutes: Substitutes, seen = new Set<string>()): { from: number; to: number }[] {
	if (seen.has(person)) return [];
	seen.add(person);
	return (substitutes.get(person) ?? []).flatMap((s) => [
		s,
		...(s.person ? chainOf(s.person.id, substitutes, seen) : []),
	]);
}
type Substitutes = ReadonlyMap<string, { from: number; to: number; person: Person | undefined }[]>;

/**
 * Villages that lack one of those who see to it (一长三员), and townships without an office: units by name, or areas that
 * have a chief of their own.
 */
function cells(register: Register, levels: readonly Level[], now: number): CoverageFault[] {
	const [nearest, above] = levels;
	const byId = new Map(register.people.map((p) => [p.id, p]));
	const posts = [...register.people, ...register.assignments.map((a) => ({ ...a, person: byId.get(a.person) }))].filter(
		(p) => holds(p, now) && (!("person" in p) || (p.person !== undefined && holds(p.person, now))),
	);
	const areasOf = (level: Level | undefined) => {
		const units = register.units.filter((u) => u.level === level);
		if (units.length > 0) return units.map(({ code, name }) => ({ code, name }));
		const codes = posts.filter((p) => p.level === level && p.role === "chief").flatMap((p) => p.grids);
		return [...new Set(codes)].sort().map((code) => ({ code, name: code }));
	};
	const has = (role: Role, level: Level | undefined, code: string) =>
		posts.some((p) => p.role === role && p.level === level && covers(p.grids, code));
	const found: CoverageFault[] = [];
	for (const { code, name } of areasOf(nearest)) {
		const lacking = CELL.filter((role) => !has(role, nearest, code));
		if (lacking.length > 0)
			found.push({
				kind: "cell",
				what: code,
				from: now,
				detail: phrase("check.lacksRoles", { area: name, level: nearest, roles: lacking.join(", ") }),
			});
	}
	for (const { code, name } of areasOf(above))
		if (!has("office", above, code)) {
			const other = posts.find((p) => p.role === "office" && p.level !== above && p.grids.includes(code));
			const gaps = { area: name, level: above };
			const person = other && ("id" in other ? other.id : other.person?.id);
			const detail = other
				? phrase("check.officeOfOtherLevel", { ...gaps, person, other: other.level })
				: phrase("check.noOffice", gaps);
			found.push({ kind: "office", what: code, from: now, detail });
		}
	return found;
}
const CELL = ["supervisor", "adviser"] as const;

/** Grids of which nobody has written down what a team should know (一林一策). */
function cards({ grids, cards: known }: Register, now: number): CoverageFault[] {
	const codes = known.map((c) => c.grid);
	const bare = grids.filter((g) => holds(g, now) && !covers(codes, g.code));
	return bare.map((g) => ({ kind: "card", what: g.code, from: now, detail: phrase("check.noCard", { grid: g.name }) }));
}

/** Times at which a post with a roster is held by nobody, between the first and the last shift that the roster has. */
function rosterGaps(register: Register, now: number, until: number): CoverageFault[] {
	const posts = new Map<string, { from: number; to: number }[]>();
	for (const s of register.shifts) if (!s.post.startsWith("for:")) posts.set(s.post, [...(posts.get(s.post) ?? []), s]);
	const found: CoverageFault[] = [];
	for (const [post, shifts] of posts) {
		let held = now;
		const last = Math.max(...shifts.map((s) => s.to));
		for (const { from, to } of [...shifts].sort((a, b) => a.from - b.from)) {
			if (from >= until) break;
			if (from > held)
				found.push({
					kind: "roster",
					what: post,
					from: held,
					to: from,
					detail: phrase("check.rosterGap"),
				});
			held = Math.max(held, to);
		}
		if (held < until)
			found.push({
				kind: "roster",
				what: post,
				from: Math.min(held, last),
				to: until,
				detail: phrase("check.rosterEnds"),
			});
	}
	return found;
}

/**
 * Ground for which nobody sits at the desk: what is worked on, and what nobody else answers, rings those of the place
 * alone.
 */
function noDesk(register: Register, now: number): CoverageFault[] {
	const desks = holdersOf(register, DESK).filter((h) => holds(h, now) && h.person.addresses.length > 0);
	const bare = register.grids.filter((g) => holds(g, now) && !desks.some((h) => covers(h.grids, g.code)));
	const [first] = bare;
	if (!first) return [];
	const detail = phrase("check.noDesk", { grid: first.name, others: bare.length - 1 });
	return [{ kind: "office", what: first.code, from: now, detail }];
}
const DESK: readonly Role[] = ["officer", "dutyLeader"];

/** Teams that nobody heads at some time, so that nobody of them is sent. */
function headless(register: Register, now: number, until: number): CoverageFault[] {
	const byId = new Map(register.people.map((p) => [p.id, p]));
	return register.teams.flatMap((team): CoverageFault[] => {
		const leader = byId.get(team.leader);
		const heads = [
			leader,
			...register.shifts.filter((s) => s.post === `team:${team.id}`).map((s) => within(s, byId.get(s.person))),
		].filter((h) => h);
		const edges = [team, ...heads]
			.flatMap((h) => [h?.from, h?.to])
			.filter((t): t is number => t !== undefined && t > now && t < until);
		const from = [now, ...edges.sort((a, b) => a - b)].find(
			(at) => holds(team, at) && !heads.some((h) => h && holds(h, at)),
		);
		if (from === undefined) return [];
		const gone = { team: team.name, name: leader?.name ?? team.leader, person: team.leader };
		const detail =
			team.leader === ""
				? phrase("check.teamWithoutLeader", { team: team.name })
				: phrase("check.teamLeaderGone", gone);
		return [
			{
				kind: "team",
				what: team.id,
				from,
				detail,
			},
		];
	});
}

function within(shift: Shift, person: Person | undefined): Span | undefined {
	return person && withinBoth(shift, person);
}

/**
 * Rosters that do not do what they look like: for a post that nobody has, of people who have left, round in a circle.
 */
function rosterFaults(register: Register, now: number): CoverageFault[] {
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

function people(
	register: Register,
	now: number,
	records: RecordAges,
	answered?: ReadonlyMap<string, number>,
): CoverageFault[] {
	const found: CoverageFault[] = [];
	for (const p of register.people) {
		if (!holds(p, now)) continue;
		if (p.addresses.length === 0)
			found.push({ kind: "unreachable", what: p.id, from: now, detail: phrase("check.noAddress", { name: p.name }) });
		const stale = staleSince(p, records);
		if (stale !== undefined && stale <= now) {
			found.push({ kind: "stale", what: p.id, from: stale, detail: staleness(p, now) });
		}
		if (answered && !answered.has(p.id))
			found.push({ kind: "silent", what: p.id, from: now, detail: phrase("check.neverAnswered", { name: p.name }) });
	}
	return found;
}

function staleness({ name, changedAt, verifiedAt }: Person, now: number): Phrase {
	const daysSince = (at: number) => Math.floor((now - at) / DAY_MS);
	const days = verifiedAt === undefined ? undefined : daysSince(verifiedAt);
	if (changedAt === undefined || (verifiedAt ?? 0) >= changedAt)
		return days === undefined ? phrase("check.neverChecked", { name }) : phrase("check.lastChecked", { name, days });
	const changed = daysSince(changedAt);
	if (days === undefined) return phrase("check.changedNeverChecked", { name, changed });
	return phrase("check.changedLastChecked", { name, changed, days });
}
