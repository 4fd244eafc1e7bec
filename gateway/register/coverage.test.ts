import { describe, expect, it } from "vitest";
import { full } from "../../test/harness/register-files.ts";
import { phrase, say } from "../base/say.ts";
import type { Register } from "../model/register.ts";
import { checkCoverage } from "./coverage.ts";
import { importRegister } from "./import.ts";

describe("coverage check", () => {
	const now = Date.UTC(2026, 3, 5, 4);
	const DAY = 86_400_000;
	const register = importRegister(full);
	const kinds = (r: Register, answered?: Map<string, number>) =>
		checkCoverage(r, now, 10, { answered }).map((f) => `${f.kind} ${f.what}`);

	it("finds the days on which nobody who can be reached answers for a grid", () => {
		expect(kinds(register).filter((k) => k.startsWith("gap"))).toEqual([]);
		const leaves = register.people.map((p) => (p.id === "p1" ? { ...p, to: now + 3 * DAY } : p));
		const [gap] = checkCoverage({ ...register, people: leaves, assignments: [] }, now, 10).filter(
			(f) => f.kind === "gap",
		);
		expect(gap).toMatchObject({ what: "500114001001", from: now + 3 * DAY, to: now + 10 * DAY });
		const away = [{ post: "for:p1", person: "p2", from: now + DAY, to: now + 2 * DAY, kind: "shift" as const }];
		const unreachable = register.people.map((p) => (p.id === "p2" ? { ...p, addresses: [] } : p));
		const spans = checkCoverage({ ...register, people: unreachable, assignments: [], shifts: away }, now, 10).filter(
			(f) => f.kind === "gap",
		);
		expect(spans.map(({ from, to }) => [from, to])).toContainEqual([now + DAY, now + 2 * DAY]);
	});

	it("follows whoever stands in for a substitute: a chain that ends with nobody who can be reached is a gap", () => {
		const [p1] = register.people;
		if (!p1) throw new Error("nobody");
		const stand = (id: string, addresses: typeof p1.addresses) => ({
			...p1,
			id,
			role: "householdHead" as const,
			addresses,
		});
		const shift = (who: string, person: string) => ({
			post: `for:${who}`,
			person,
			from: now,
			to: now + DAY,
			kind: "shift" as const,
		});
		const chain = (addresses: typeof p1.addresses) => ({
			...register,
			assignments: [],
			people: [p1, stand("x", p1.addresses), stand("y", addresses)],
			shifts: [shift("p1", "x"), shift("x", "y")],
		});
		expect(kinds(chain(p1.addresses)).filter((k) => k.startsWith("gap"))).toEqual([]);
		expect(kinds(chain([])).filter((k) => k.startsWith("gap"))).toContain("gap 500114001001");
	});

	it("names villages without supervisor or adviser, townships without an office, and grids without a card", () => {
		const own = { ...register, units: [], cards: [] };
		expect(kinds(own)).toEqual(expect.arrayContaining(["cell 500114001001", "cell 500114001002", "card 500114001001"]));
		const village = "500114001001";
		const [p1] = register.people;
		if (!p1) throw new Error("nobody");
		const of = (id: string, role: "supervisor" | "adviser" | "office", level: string, codes: string[]) => ({
			...p1,
			id,
			role,
			level,
			grids: codes,
		});
		const units = [
			{ code: village, name: "一村", level: "village" },
			{ code: "500114001", name: "某镇", level: "township" },
		];
		const half = { ...own, units, people: [...own.people, of("s", "supervisor", "village", [village])] };
		expect(checkCoverage(half, now, 1).find((f) => f.kind === "cell")?.detail).toBe(
			phrase("check.lacksRoles", { area: "一村", level: "village", roles: "adviser" }),
		);
		expect(kinds(half)).toContain("office 500114001");
		// somebody of the township sees to the whole of it, and is not the village's own
		const above = {
			...half,
			people: [
				...half.people,
				of("t", "adviser", "township", ["500114001"]),
				of("o", "office", "township", ["500114001"]),
			],
		};
		expect(kinds(above)).toContain(`cell ${village}`);
		expect(kinds(above)).not.toContain("office 500114001");
		const whole = { ...above, people: [...above.people, of("a", "adviser", "village", [village])] };
		expect(kinds(whole).filter((k) => k.startsWith("cell"))).toEqual([]);
		const blank = { grid: "500114001", access: "", water: "", key: "", hazards: "", notes: "" };
		const cards = (card: typeof blank) => kinds({ ...whole, cards: [card] }).filter((k) => k.startsWith("card"));
		expect(cards({ ...blank, water: "水库" })).toEqual([]);
		// one on which nothing stands tells nobody anything
		expect(cards(blank)).toHaveLength(2);
	});

	it("finds slips of the hand in rows that are right each: a number filled down, a fixed line, a row pasted, digits exchanged", () => {
		const [p1] = register.people;
		if (!p1) throw new Error("nobody");
		const sms = (number: string) => [{ channel: "sms", address: number }];
		const ranger = {
			...p1,
			id: "r1",
			name: "护林员一",
			role: "ranger" as const,
			phone: "+8613800000011",
			addresses: sms("+8613800000011"),
		};
		const other = { ...ranger, id: "r2", name: "护林员二" };
		const details = (r: Register) => checkCoverage(r, now, 1).map((f) => `${f.kind} ${f.what}: ${say("en", f.detail)}`);
		const filled = { ...register, people: [...register.people, ranger, other] };
		expect(details(filled)).toEqual(
			expect.arrayContaining(["number r1: +8613800000011 stands with 护林员一 (r1), 护林员二 (r2)"]),
		);
		const landline = {
			...register,
			people: [...register.people, { ...ranger, phone: "+862376512308", addresses: sms("+862376512308") }],
		};
		expect(details(landline).find((d) => d.startsWith("number r1"))).toMatch(
			/fixed line, which takes no SMS; and nothing else reaches this person/,
		);
		const pasted = {
			...register,
			people: [
				...register.people,
				{ ...ranger, grids: ["500114001002"] },
				{ ...other, grids: ["500114001001"], condition: "fireBan" as const },
			],
		};
		expect(details(pasted).find((d) => d.startsWith("cell 500114001001:"))).toBeDefined();
		expect(details(pasted).join("\n")).toContain('no ranger answers for it; r2 does on the condition "fireBan" alone');
		const left = { ...register, people: [...register.people, { ...ranger, name: "刘志强（已调走）" }] };
		expect(details(left).find((d) => d.startsWith("stale r1"))).toMatch(/holds a remark; who has left gets an end/);
		const onlyOne = {
			...register,
			assignments: [],
			people: [
				{ ...p1, grids: ["500114001002"] },
				{ ...ranger, grids: ["500114001"] },
			],
		};
		expect(details(onlyOne).join("\n")).toMatch(/cell 500114001001: .*: no chief of the level village answers for it/);
		const team = {
			id: "t1",
			name: "村队",
			tier: "village" as const,
			base: { lat: 29.05, lon: 108.05 },
			grids: ["500114001002"],
			leader: "p1",
		};
		const units = [{ code: "500114001001", name: "一村", level: "village" }];
		expect(details({ ...register, units, teams: [team] })).toContain(
			"team 500114001001: 一村: no team of the tier village answers for it",
		);
		const far = { ...team, grids: ["500114"], base: { lat: 25.9, lon: 108.05 } };
		expect(details({ ...register, teams: [far] }).find((d) => d.startsWith("place t1"))).toMatch(
			/村队 stands at 25.9, 108.05, 34\d km from the ground it is for/,
		);
		expect(
			details({ ...register, teams: [{ ...team, grids: ["500114"] }] }).some(
				(d) => d.startsWith("place") || d.startsWith("team"),
			),
		).toBe(false);
	});

	it("a post ends with its holder's own row: whoever has left holds nothing by an assignment, and heads no team", () => {
		const [p1] = register.people;
		const [team] = register.teams;
		if (!p1 || !team) throw new Error("nobody");
		const left = { ...p1, role: "officer" as const, level: "county", to: now + 5 * DAY };
		const own = { person: p1.id, role: "chief" as const, level: "village", grids: p1.grids };
		const small = { ...register, people: [left], assignments: [own], teams: [{ ...team, leader: p1.id }], shifts: [] };
		const found = checkCoverage(small, now, 10);
		expect(found).toContainEqual(expect.objectContaining({ kind: "gap", what: "500114001001", from: now + 5 * DAY }));
		expect(found).toContainEqual(expect.objectContaining({ kind: "team", what: team.id, from: now + 5 * DAY }));
		const bare = { ...small, teams: [{ ...team, leader: "" }] };
		expect(checkCoverage(bare, now, 10)).toContainEqual(
			expect.objectContaining({ kind: "team", detail: phrase("check.teamWithoutLeader", { team: team.name }) }),
		);
		const shifts = [
			{ post: `team:${team.id}`, person: "y", from: now - DAY, to: now + 60 * DAY, kind: "shift" as const },
		];
		const rostered = { ...bare, people: [left, { ...p1, id: "y", grids: [] }], shifts };
		expect(checkCoverage(rostered, now, 10).filter((f) => f.kind === "team" && f.what === team.id)).toEqual([]);
	});

	it("names ground for which nobody sits at the desk", () => {
		const said = (r: Register) => checkCoverage(r, now, 10).filter((f) => f.detail.startsWith("check.noDesk"));
		expect(said(register)).toEqual([]);
		const without = { ...register, people: register.people.filter((p) => p.id !== "p2"), assignments: [], shifts: [] };
		expect(said(without)).toMatchObject([
			{ kind: "office", what: "500114001001", detail: expect.stringContaining("others=1") },
		]);
	});

	it("finds forest that lies in no grid", () => {
		const forest = (east: number) =>
			[
				[
					[
						[108, 29],
						[108 + east, 29],
						[108 + east, 29.1],
						[108, 29.1],
						[108, 29],
					],
				],
			] as [number, number][][][];
		expect(kinds({ ...register, forest: forest(0.2) })).not.toContain("forest forest");
		const [found] = checkCoverage({ ...register, forest: forest(0.25) }, now, 1).filter((f) => f.kind === "forest");
		const [, share = "0"] = /^([\d.]+) % of the forest/.exec(say("en", found?.detail ?? "")) ?? [];
		expect(Math.abs(Number(share) - 20)).toBeLessThan(2);
	});

	it("finds where a roster ends, posts that changed hands a month ago and were not looked at since, and people who never answered", () => {
		expect(kinds(register)).toContain("roster officer@500114");
		const changed = (at: number) => register.people.map((p) => (p.id === "p2" ? { ...p, changedAt: at } : p));
		expect(kinds(register)).not.toContain("stale p2");
		expect(kinds({ ...register, people: changed(now - 32 * DAY) })).toContain("stale p2");
		expect(kinds({ ...register, people: changed(now - 30 * DAY) })).not.toContain("stale p2");
		const old = checkCoverage(register, now, 10, { records: { renewMs: DAY, verifyMs: 60 * DAY } }).filter(
			(f) => f.kind === "stale",
		);
		expect(old).toMatchObject([{ what: "p2", detail: phrase("check.lastChecked", { name: "李四", days: 94 }) }]);
		expect(kinds(register, new Map([["p2", now]]))).toContain("silent p1");
		expect(kinds(register, new Map([["p1", now]]))).not.toContain("silent p1");
	});
});
