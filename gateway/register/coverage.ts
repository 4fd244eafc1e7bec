import type { Phrase } from "../base/phrase.ts";
import { phrase } from "../base/say.ts";
import { BandedPolygon } from "../geo/polygon.ts";
import {
	covers,
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
import { type Holder, holdersOf, type Span, spansWithout, withinBoth } from "./holders.ts";
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
