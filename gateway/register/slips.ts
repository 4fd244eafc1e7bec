import { isLandline } from "../base/phone-number.ts";
import { type PhraseCode, phrase } from "../base/say.ts";
import { distanceM, type Position } from "../geo/position.ts";
import { traitsOf } from "../model/channel.ts";
import { type Address, covers, type Grid, holds, type Level, type Person, type Register } from "../model/register.ts";
import type { CoverageFault } from "./fault.ts";

/**
 * What a table may say by a slip of the hand, and every row of it be right: a number filled down, a row pasted, digits
 * exchanged.
 */
export function slips(register: Register, levels: readonly Level[], now: number): CoverageFault[] {
	const people = register.people.filter((p) => holds(p, now));
	return [
		...sharedNumbers(people, now),
		...silentLines(people, now),
		...gone(people, now),
		...bareGrids(register, "ranger", undefined, now),
		...bareGrids(register, "chief", levels[0], now),
		...bareVillages(register, levels, now),
		...farOff(register, now),
	];
}

/** Numbers that stand with several people: one of them is called in the other's place. */
function sharedNumbers(people: Person[], now: number): CoverageFault[] {
	const lines = people.flatMap((person) => [...numbersOf(person)].map((number) => ({ number, person })));
	return [...Map.groupBy(lines, ({ number }) => number)].flatMap(([number, own]): CoverageFault[] => {
		const [first, ...others] = own.map((line) => line.person);
		if (!first || others.length === 0) return [];
		const names = [first, ...others].map((p) => `${p.name} (${p.id})`).join(", ");
		const detail = phrase("check.sharedNumber", { number, people: names });
		return [{ kind: "number", what: first.id, from: now, detail }];
	});
}

function numbersOf({ phone, addresses }: Person): Set<string> {
	const own = addresses.filter((a) => traitsOf(a.channel).isTelephone).map((a) => a.address);
	return new Set(phone === undefined ? own : [phone, ...own]);
}

/** People whom an SMS alone is to reach, at a line that takes none. */
function silentLines(people: Person[], now: number): CoverageFault[] {
	const isSilent = ({ channel, address }: Address) => traitsOf(channel).sendsSms === true && isLandline(address);
	return people.flatMap((p): CoverageFault[] => {
		const line = p.addresses.find(isSilent);
		if (!line) return [];
		const only = p.addresses.every(isSilent);
		const gaps = { name: p.name, channel: line.channel, number: line.address };
		const detail = phrase(only ? "check.fixedLineOnly" : "check.fixedLine", gaps);
		return [{ kind: "number", what: p.id, from: now, detail }];
	});
}

/** Names with a remark beside them: whoever wrote it meant that somebody else is called. */
function gone(people: Person[], now: number): CoverageFault[] {
	return people
		.filter((p) => /[（(]|调走|调离|离职|离任|退休|病休|已故|停用|作废|待定|待核/.test(p.name))
		.map((p) => ({
			kind: "stale",
			what: p.id,
			from: now,
			detail: phrase("check.remarkInName", { name: p.name }),
		}));
}

/** Grids that nobody of a role answers for at all times, where others of that role answer for others. */
function bareGrids(
	{ grids, people, assignments }: Register,
	role: "chief" | "ranger",
	level: Level | undefined,
	now: number,
): CoverageFault[] {
	const byId = new Map(people.map((p) => [p.id, p]));
	const inOffice = assignments.filter((a) => holds(byId.get(a.person) ?? a, now));
	const ofRole = [...people, ...inOffice].filter((p) => p.role === role && p.deputyOf === undefined);
	const all = ofRole.filter((p) => p.level === (level ?? p.level)).filter((p) => holds(p, now));
	if (all.length === 0) return [];
	const always = all.filter((r) => r.condition === undefined).flatMap((r) => r.grids);
	return grids
		.filter((g) => holds(g, now))
		.filter((g) => !covers(always, g.code))
		.map((g) => {
			const some = all.find((r) => covers(r.grids, g.code));
			const person = some && ("id" in some ? some.id : some.person);
			const gaps = { grid: g.name, role, level, person, condition: some?.condition };
			return { kind: "cell" as const, what: g.code, from: now, detail: phrase(bareCode(level, some), gaps) };
		});
}

/** Villages that no team of the nearest tier answers for, where such teams answer for others. */
function bareVillages({ units, teams }: Register, [nearest]: readonly Level[], now: number): CoverageFault[] {
	const own = teams.filter((t) => t.tier === "village" && holds(t, now));
	if (own.length === 0) return [];
	const codes = own.flatMap((t) => t.grids);
	// a team of the village, or of a grid in it
	const hasTeam = (village: string) => covers(codes, village) || codes.some((code) => code.startsWith(village));
	const bare = units.filter((u) => u.level === nearest && !hasTeam(u.code));
	return bare.map(({ code, name }) => {
		const detail = phrase("check.noVillageTeam", { area: name });
		return { kind: "team", what: code, from: now, detail };
	});
}

/** Farther from the ground it is for, something stands where no digit was exchanged, metres. */
const FAR_M = 40_000;

/** Teams and places that stand far from all grids they are for. */
function farOff({ grids, teams, places }: Register, now: number): CoverageFault[] {
	if (grids.length === 0) return [];
	const corners = new Map(grids.map((g) => [g.code, cornersOf(g)]));
	const away = (p: Position, codes?: string[]) => {
		const own = [...corners]
			.filter(([code]) => codes === undefined || covers(codes, code))
			.flatMap(([, points]) => points);
		return own.reduce((least, c) => Math.min(least, distanceM(p, c)), Number.POSITIVE_INFINITY);
	};
	const say = (what: string, name: string, { lat, lon }: Position, m: number): CoverageFault[] => {
		if (m <= FAR_M || !Number.isFinite(m)) return [];
		const detail = phrase("check.farOff", { name, place: `${lat}, ${lon}`, km: Math.round(m / 1000) });
		return [{ kind: "place", what, from: now, detail }];
	};
	return [
		...teams.filter((t) => holds(t, now)).flatMap((t) => say(t.id, t.name, t.base, away(t.base, t.grids))),
		...places.filter((p) => holds(p, now)).flatMap((p) => say(p.id, p.name, p.position, away(p.position))),
	];
}

/** A few points of a grid's border: enough for kilometres. */
function cornersOf({ polygons }: Grid): Position[] {
	return polygons.flatMap(([ring = []]) =>
		ring.filter((_, i) => i % Math.max(1, Math.floor(ring.length / 8)) === 0).map(([lon, lat]) => ({ lat, lon })),
	);
}

function bareCode(level: Level | undefined, some: object | undefined): PhraseCode {
	if (level === undefined) return some ? "check.roleOnCondition" : "check.noRoleHere";
	return some ? "check.roleOfLevelOnCondition" : "check.noRoleOfLevelHere";
}
