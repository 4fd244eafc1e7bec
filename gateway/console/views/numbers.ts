import { defined } from "../../base/omit.ts";
import { localTime } from "../../base/time-zone.ts";
import type { IncidentRow } from "../../model/incident-row.ts";
import { isEnd } from "../../model/incident-states.ts";
import type { DutyShift } from "../../model/user.ts";
import { unattendedHours } from "./duty-hours.ts";
import type { Numbers } from "./schemas.ts";

type Spread = Numbers["toAnswer"];
type Group = Numbers["byMonth"][number];

/** So many values have their median between the least and the most at 95 per cent: 1 − 2·0.5⁶ = 0.97. */
const LEAST_FOR_INTERVAL = 6;
/** z of a two-sided interval of 95 per cent. */
const Z = 1.96;
const DAY_MS = 86_400_000;
/** Digits of a township's code in that of a grid (GB/T 2260 with town). */
export const TOWNSHIP = 9;

/** Of which time, and what numbers rest on beside the incidents. */
export interface Around {
	/** What is counted: what is real, or what is practised. */
	status: IncidentRow["status"];
	from: number;
	to: number;
	cameras: readonly string[];
	timeZone: string;
	chiefs: readonly { id: string; name: string }[];
	/** Shifts at the desk, as they were signed on. */
	shifts: readonly DutyShift[];
	channels: Numbers["byChannel"];
	/** Digits of the areas by which fires are told apart: those of townships where nothing is said. */
	areaDigits?: number;
	/** Of areas by their codes, and of cameras by their ids. */
	names?: ReadonlyMap<string, string>;
}

/** What a time looks like in numbers, each with how many it rests on. */
export function numbersOf(rows: readonly IncidentRow[], span: Around): Numbers {
	const own = rows.filter((r) => r.status === span.status && r.primaryId === undefined);
	const fires = own.filter((r) => r.kind === "fire");
	const isSeen = (r: IncidentRow) => r.sources.some((s) => span.cameras.includes(s));
	const days = (span.to - span.from) / DAY_MS;
	const cameraDays = span.cameras.length * days;
	const falseSeen = fires.filter((r) => r.state === "false" && isSeen(r)).length;
	return {
		from: span.from,
		to: span.to,
		fires: countsOf(fires),
		confirmed: fires.filter((r) => r.confirmedAt !== undefined && !NO_FIRE.includes(r.state)).length,
		burntHa: fires.reduce((sum, r) => sum + (NO_FIRE.includes(r.state) ? 0 : (r.sizeHa ?? 0)), 0),
		faults: own.length - fires.length,
		drills: rows.filter((r) => r.status === "exercise").length,
		falsePerCameraDay: { ...rateOf(falseSeen, cameraDays), count: falseSeen, cameraDays },
		toAlarm: spreadOf(fires.flatMap((r) => (isSeen(r) && r.firstSeenAt ? [r.openedAt - r.firstSeenAt] : []))),
		toAnswer: spreadOf(fires.flatMap((r) => (r.answeredAt === undefined ? [] : [r.answeredAt - r.openedAt]))),
		toScene: spreadOf(fires.flatMap((r) => (r.onSceneAt === undefined ? [] : [r.onSceneAt - r.openedAt]))),
		unanswered: fires.filter((r) => r.answeredAt === undefined).length,
		byMonth: groupsOf(fires, (r) => [localTime(r.openedAt, span.timeZone).slice(0, 7)]).sort((a, b) =>
			a.name.localeCompare(b.name),
		),
		byArea: withNone(
			groupsOf(fires, (r) => [(r.grids[0] ?? "").slice(0, span.areaDigits ?? TOWNSHIP)], span.names),
			span.names,
		),
		byCamera: groupsOf(fires, (r) => r.sources.filter((s) => span.cameras.includes(s)), span.names).map((g) => ({
			...g,
			falsePerCameraDay: { ...rateOf(g.false, days), count: g.false, cameraDays: days },
		})),
		byCause: groupsOf(fires, (r) => [r.cause ?? ""]),
		byChannel: [...span.channels],
		byChief: chiefsOf(rows, span.chiefs),
		unattended: unattendedHours(span.shifts, span),
	};
}

/** Of how many fires and drills each chief was told; those of whom there is nothing to say are left out. */
function chiefsOf(rows: readonly IncidentRow[], chiefs: Around["chiefs"]): Numbers["byChief"] {
	const counts = new Map(chiefs.map(({ id }) => [id, { told: 0, drills: 0 }]));
	for (const { kind, status, people } of rows) {
		if (kind !== "fire") continue;
		for (const id of people) {
			const own = counts.get(id);
			if (own) own[status === "exercise" ? "drills" : "told"]++;
		}
	}
	return chiefs
		.map(({ id, name }) => ({ personId: id, name, told: 0, drills: 0, ...counts.get(id) }))
		.filter((c) => c.told + c.drills > 0)
		.sort((a, b) => b.told - a.told || b.drills - a.drills);
}

function countsOf(fires: readonly IncidentRow[]): Numbers["fires"] {
	const of = (state: IncidentRow["state"]) => fires.filter((r) => r.state === state).length;
	const open = fires.filter((r) => !isEnd(r.state)).length;
	return { all: fires.length, open, false: of("false"), permitted: of("permitted"), closed: of("closed") };
}

/** Ends by which it was none. */
const NO_FIRE: readonly IncidentRow["state"][] = ["false", "permitted"];

/** With the townships of which there is nothing to say: a report lists them all. */
function withNone(groups: Group[], names: ReadonlyMap<string, string> = new Map()): Group[] {
	const there = new Set(groups.map((g) => g.name));
	const none = [...names].filter(([code]) => code.length === TOWNSHIP && /^\d+$/.test(code) && !there.has(code));
	return [...groups, ...none.map(([name, label]) => ({ name, label, ...countsOf([]), toAnswer: spreadOf([]) }))];
}

/** `names`: of what the keys are ids or codes of. */
function groupsOf(
	fires: readonly IncidentRow[],
	keysOf: (r: IncidentRow) => string[],
	names: ReadonlyMap<string, string> = new Map(),
): Group[] {
	const groups = new Map<string, IncidentRow[]>();
	for (const r of fires) for (const key of keysOf(r)) groups.set(key, [...(groups.get(key) ?? []), r]);
	return [...groups]
		.map(([name, own]) => ({
			name,
			...defined({ label: names.get(name) }),
			...countsOf(own),
			toAnswer: spreadOf(own.flatMap((r) => (r.answeredAt === undefined ? [] : [r.answeredAt - r.openedAt]))),
		}))
		.sort((a, b) => b.all - a.all);
}

/**
 * Median and ninth decile in seconds, with the interval in which the median lies at 95 per cent, by the order of the
 * values: their ranks are n/2 less and more z·√n/2 (binomial, as for any quantile). Of fewer than six no interval says
 * it: even from the least to the most of five the median lies at 1 − 2·0.5⁵ = 94 per cent only.
 */
export function spreadOf(timesMs: readonly number[]): Spread {
	const sorted = [...timesMs].sort((a, b) => a - b);
	const n = sorted.length;
	const at = (rank: number) => Math.round((sorted[Math.min(n - 1, Math.max(0, rank))] ?? 0) / 1000);
	if (n === 0) return { count: 0 };
	const half = (Z * Math.sqrt(n)) / 2;
	return {
		count: n,
		medianS: at(Math.floor((n - 1) / 2)),
		p90S: at(Math.ceil(0.9 * n) - 1),
		...(n < LEAST_FOR_INTERVAL ? {} : { lowS: at(Math.floor(n / 2 - half)), highS: at(Math.ceil(n / 2 + half)) }),
	};
}

/** Events of a time over that time, and the interval of 95 per cent about it (Poisson, by Byar's approximation). */
export function rateOf(events: number, over: number): { rate: number; low: number; high: number } {
	if (over <= 0) return { rate: 0, low: 0, high: 0 };
	const bound = (n: number, sign: 1 | -1) => n * (1 - 1 / (9 * n) + (sign * Z) / (3 * Math.sqrt(n))) ** 3;
	const low = events === 0 ? 0 : bound(events, -1);
	return { rate: events / over, low: low / over, high: bound(events + 1, 1) / over };
}
