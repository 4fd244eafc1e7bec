import { omit } from "../base/omit.ts";
import type { Phrase } from "../base/phrase.ts";
import { phrase } from "../base/say.ts";
import { BandedPolygon } from "../geo/polygon.ts";
import type { Position } from "../geo/position.ts";
import {
	type Assignment,
	covers,
	holds,
	LEVELS,
	type Level,
	type Person,
	type RecordAges,
	type Register,
	type ResponseCard,
	type Role,
	type Shift,
	staleSince,
} from "../model/register.ts";
import type { CoverageFault } from "./fault.ts";
import {
	type Holder,
	holdersOf,
	reachable,
	type Span,
	type Substitutes,
	spansWithout,
	timesWithin,
	withinBoth,
} from "./holders.ts";
import { rosterFaults } from "./rosters.ts";
import { slips } from "./slips.ts";

export const DAY_MS = 86_400_000;

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
	const holdersAt = holderFinder(register);
	const substitutes = substitutesOf(register);
	const nearest = nearestLevel(register);
	return register.grids.flatMap((grid) => {
		const holders = holdersAt(grid.code);
		const spans = (of: Holder[]) => spansWithout(grid, of, { substitutes, now, until });
		const bare = spans(holders);
		const far = bare.length === 0 ? spans(holders.filter((h) => h.level === nearest)) : [];
		const what = grid.code;
		const none = phrase("check.gap", { grid: grid.name });
		const above = phrase("check.far", { grid: grid.name, level: nearest });
		return [
			...far.map((span): CoverageFault => ({ kind: "far", what, ...span, detail: above })),
			...bare.map((span): CoverageFault => ({ kind: "gap", what, ...span, detail: none })),
		];
	});
}

/** Who answers for a grid, by its code, from the posts of all areas that it lies in. */
function holderFinder(register: Register): (code: string) => Holder[] {
	const byCode = new Map<string, Holder[]>();
	for (const holder of holdersOf(register)) {
		for (const code of holder.grids) {
			const known = byCode.get(code) ?? [];
			byCode.set(code, [...known, holder]);
		}
	}
	const lengths = [...new Set([...byCode.keys()].map((c) => c.length))];
	return (code) => lengths.flatMap((n) => byCode.get(code.slice(0, n)) ?? []);
}

function substitutesOf({ people, shifts }: Register): Substitutes {
	const byId = new Map(people.map((p) => [p.id, p]));
	const own = shifts.filter((s) => s.post.startsWith("for:"));
	const byPost = Map.groupBy(own, (s) => s.post.slice("for:".length));
	const standIns = (of: Shift[]) => of.map(({ from, to, person }) => ({ from, to, person: byId.get(person) }));
	return new Map([...byPost].map(([who, of]) => [who, standIns(of)]));
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
	let example: Position | undefined;
	for (const at of lattice(register.forest)) {
		if (++points > MOST_POINTS) break;
		if (grids.some((g) => g.contains(at.lon, at.lat))) continue;
		bare++;
		example ??= at;
	}
	if (!example) return [];
	const place = `${example.lat.toFixed(5)}, ${example.lon.toFixed(5)}`;
	const detail = phrase("check.forest", { percent: ((100 * bare) / points).toFixed(1), place });
	return [{ kind: "forest", what: "forest", from: now, detail }];
}

/** The points of a lattice that lie in one of some areas. */
function* lattice(areas: Register["forest"]): Generator<Position> {
	for (const area of areas.map((rings) => new BandedPolygon(rings))) {
		for (let lat = area.minY + LATTICE_DEG / 2; lat < area.maxY; lat += LATTICE_DEG) {
			const stepX = LATTICE_DEG / Math.max(0.1, Math.cos((lat * Math.PI) / 180));
			for (let lon = area.minX + stepX / 2; lon < area.maxX; lon += stepX)
				if (area.contains(lon, lat)) yield { lat, lon };
		}
	}
}

/** The level that most posts of chiefs and rangers have: that of the villages, whatever it is called. */
function nearestLevel(register: Register): string {
	const counts = new Map<string, number>();
	for (const h of holdersOf(register)) counts.set(h.level, (counts.get(h.level) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
}

/**
 * Villages that lack one of those who see to it (一长三员), and townships without an office: units by name, or areas that
 * have a chief of their own.
 */
function cells(register: Register, levels: readonly Level[], now: number): CoverageFault[] {
	const [nearest, above] = levels;
	const posts = postsHeld(register, now);
	const has = (role: Role, level: Level | undefined, code: string) =>
		posts.some((p) => p.role === role && p.level === level && covers(p.grids, code));
	const villages = areasOf(register, posts, nearest).flatMap(({ code, name }): CoverageFault[] => {
		const roles = CELL.filter((role) => !has(role, nearest, code)).join(", ");
		if (roles === "") return [];
		const detail = phrase("check.lacksRoles", { area: name, level: nearest, roles });
		return [{ kind: "cell", what: code, from: now, detail }];
	});
	const townships = areasOf(register, posts, above).filter(({ code }) => !has("office", above, code));
	const offices = townships.map(({ code, name }): CoverageFault => {
		const other = posts.find((p) => p.role === "office" && p.level !== above && p.grids.includes(code));
		const gaps = { area: name, level: above };
		const detail = other
			? phrase("check.officeOfOtherLevel", { ...gaps, person: other.personId, other: other.level })
			: phrase("check.noOffice", gaps);
		return { kind: "office", what: code, from: now, detail };
	});
	return [...villages, ...offices];
}

type PostHeld = Pick<Assignment, "role" | "level" | "grids"> & { personId: string };

/** Posts that count now: of the rows of people, and what they are assigned to beside it. */
function postsHeld({ people, assignments }: Register, now: number): PostHeld[] {
	const there = people.filter((p) => holds(p, now));
	const ids = new Set(there.map((p) => p.id));
	const assigned = assignments.filter((a) => holds(a, now) && ids.has(a.person));
	return [...there.map((p) => ({ ...p, personId: p.id })), ...assigned.map((a) => ({ ...a, personId: a.person }))];
}

function areasOf({ units }: Register, posts: PostHeld[], level: Level | undefined): { code: string; name: string }[] {
	const named = units.filter((u) => u.level === level);
	if (named.length > 0) return named;
	const codes = posts.filter((p) => p.level === level && p.role === "chief").flatMap((p) => p.grids);
	return [...new Set(codes)].sort().map((code) => ({ code, name: code }));
}

const CELL = ["supervisor", "adviser"] as const;

/** Grids of which nobody has written down what a team should know (一林一策). */
function cards({ grids, cards: known }: Register, now: number): CoverageFault[] {
	// a card on which nothing stands tells nobody anything
	const isWritten = (card: ResponseCard) => Object.values(omit(card, "grid")).some((text) => text !== "");
	const codes = known.filter(isWritten).map((c) => c.grid);
	const bare = grids.filter((g) => holds(g, now)).filter((g) => !covers(codes, g.code));
	return bare.map((g) => ({ kind: "card", what: g.code, from: now, detail: phrase("check.noCard", { grid: g.name }) }));
}

/** Times at which a post with a roster is held by nobody, between the first and the last shift that the roster has. */
function rosterGaps(register: Register, now: number, until: number): CoverageFault[] {
	const own = register.shifts.filter((s) => !s.post.startsWith("for:"));
	const posts = Map.groupBy(own, (s) => s.post);
	return [...posts].flatMap(([what, shifts]) => {
		const gap = (from: number, to: number, detail: Phrase): CoverageFault => ({
			kind: "roster",
			what,
			from,
			to,
			detail,
		});
		const found: CoverageFault[] = [];
		let held = now;
		for (const { from, to } of shifts.toSorted((a, b) => a.from - b.from)) {
			if (from >= until) break;
			if (from > held) found.push(gap(held, from, phrase("check.rosterGap")));
			held = Math.max(held, to);
		}
		const last = Math.max(...shifts.map((s) => s.to));
		if (held < until) found.push(gap(Math.min(held, last), until, phrase("check.rosterEnds")));
		return found;
	});
}

/**
 * Ground for which nobody sits at the desk: what is worked on, and what nobody else answers, rings those of the place
 * alone.
 */
function noDesk(register: Register, now: number): CoverageFault[] {
	const desks = reachable(register, now, DESK).flatMap((h) => h.grids);
	const bare = register.grids.filter((g) => holds(g, now)).filter((g) => !covers(desks, g.code));
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
		const shifts = register.shifts.filter((s) => s.post === `team:${team.id}`);
		const heads = [leader, ...shifts.map((s) => within(s, byId.get(s.person)))].flatMap((h) => h ?? []);
		const from = timesWithin([team, ...heads], now, until).find(
			(at) => holds(team, at) && !heads.some((h) => holds(h, at)),
		);
		if (from === undefined) return [];
		const gone = { team: team.name, name: leader?.name ?? team.leader, person: team.leader };
		const detail =
			team.leader === ""
				? phrase("check.teamWithoutLeader", { team: team.name })
				: phrase("check.teamLeaderGone", gone);
		return [{ kind: "team", what: team.id, from, detail }];
	});
}

function within(shift: Shift, person: Person | undefined): Span | undefined {
	return person && withinBoth(shift, person);
}

function people(
	register: Register,
	now: number,
	records: RecordAges,
	answered?: ReadonlyMap<string, number>,
): CoverageFault[] {
	const there = register.people.filter((p) => holds(p, now));
	return there.flatMap((p) => {
		const found = (kind: CoverageFault["kind"], detail: Phrase, from = now) => ({ kind, what: p.id, from, detail });
		const stale = staleSince(p, records) ?? Number.POSITIVE_INFINITY;
		const isSilent = answered !== undefined && !answered.has(p.id);
		return [
			...(p.addresses.length === 0 ? [found("unreachable", phrase("check.noAddress", { name: p.name }))] : []),
			...(stale <= now ? [found("stale", staleness(p, now), stale)] : []),
			...(isSilent ? [found("silent", phrase("check.neverAnswered", { name: p.name }))] : []),
		];
	});
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
