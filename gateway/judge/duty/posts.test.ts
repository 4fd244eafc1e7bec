import { describe, expect, it } from "vitest";
import {
	answer,
	contextWith,
	defaultPlan,
	person,
	play,
	sensorAlarm,
	T0,
	tick,
	tower,
} from "../../../test/harness/judging.ts";
import type { DecisionContext } from "../../model/context.ts";
import { EMPTY_REGISTER, type Grid, type Register, type Shift } from "../../model/register.ts";
import { mayEnd } from "./duty.ts";

const MIN = 60_000;
const at = (minutes: number) => T0 + minutes * MIN;
/** Two grids, west and east of the tower, that meet at its meridian. */
const half = (code: string, west: number, east: number): Grid => {
	const [south, north] = [tower.lat - 0.2, tower.lat + 0.2];
	const ring = [west, east, east, west, west].map((d, i): [number, number] => [
		tower.lon + d,
		i === 0 || i === 1 || i === 4 ? south : north,
	]);
	return { code, name: code, polygons: [[ring]] };
};
const EAST = "501E01";
const WEST = "501W01";
const base: Register = {
	...EMPTY_REGISTER,
	version: "v",
	grids: [half(WEST, -0.2, 0), half(EAST, 0, 0.2)],
	people: [
		person("officer", "officer", "county", { grids: ["501"] }),
		person("eastChief", "chief", "village", { grids: ["501E"] }),
		person("westChief", "chief", "village", { grids: ["501W"] }),
		person("ranger", "ranger", "village", { grids: ["501E"] }),
	],
};
const context = (more: Partial<Register> = {}): DecisionContext =>
	contextWith({ ...base, ...more, people: [...base.people, ...(more.people ?? [])] }, { steps: defaultPlan() });
const inTheEast = () => sensorAlarm("n1", 90, 5000);
const ends = (who: string, own: DecisionContext) => {
	const first = play([inTheEast()], own);
	return play([answer(first, who, "false", at(1))], own, first.state).incident?.state === "false";
};
const shift = (post: string, who: string, kind: Shift["kind"] = "shift"): Shift => ({
	post,
	person: who,
	from: at(-60),
	to: at(60),
	kind,
});

describe("whose word ends a fire", () => {
	const cadre = person("cadre", "office", "township", { grids: ["501E"] });
	const township = { person: "cadre", role: "chief" as const, level: "township", grids: ["501E"] };

	it.each<[string, boolean, string, Partial<Register>]>([
		["a chief of that ground", true, "eastChief", {}],
		["a chief of other ground", false, "westChief", {}],
		["a ranger", false, "ranger", {}],
		["somebody of an office, whose row says no more", false, "cadre", { people: [cadre] }],
		["the same, who is township chief by assignment", true, "cadre", { people: [cadre], assignments: [township] }],
		[
			"the same, whose assignment is over",
			false,
			"cadre",
			{ people: [cadre], assignments: [{ ...township, to: at(-1) }] },
		],
		["who is on the roster of the officer's post", true, "ranger", { shifts: [shift("officer@501", "ranger")] }],
		["an officer off duty", true, "officer", { shifts: [shift("officer@501", "ranger")] }],
		["who stands in for a chief of that ground", true, "ranger", { shifts: [shift("for:eastChief", "ranger")] }],
		["who stands in for a chief of other ground", false, "ranger", { shifts: [shift("for:westChief", "ranger")] }],
		[
			"a chief whose own row has ended",
			false,
			"gone",
			{ people: [person("gone", "chief", "village", { grids: ["501E"], to: at(-1) })] },
		],
	])("%s: %s", (_, expected, who, more) => {
		expect(ends(who, context(more))).toBe(expected);
	});

	it("is that of any such post where the ground has no grid", () => {
		expect(mayEnd(context().duty, "westChief", [], T0)).toBe(true);
		expect(mayEnd(context().duty, "ranger", [], T0)).toBe(false);
	});
});

describe("whom the documents name", () => {
	const notified = (own: DecisionContext, events = [inTheEast()]) => play(events, own).notified;
	const others = [
		person("policeStation", "police", "township", { grids: ["501E"] }),
		person("clinic", "agency", "township", { grids: ["501E"], condition: "large" }),
		person("power", "agency", "county", { grids: ["501"] }),
		person("adviser", "adviser", "village", { grids: ["501E"] }),
		person("cityOffice", "office", "city", { grids: ["50"] }),
		person("provinceOffice", "office", "province", { grids: ["5"] }),
		person("besides", "neighbour", "county", { grids: ["501W"] }),
		person("beyond", "neighbour", "county", { grids: ["501"], condition: "beyond" }),
	];
	const own = context({ people: others });
	const first = play([inTheEast()], own);
	const taskOf = (p: ReturnType<typeof play>, who: string) =>
		p.incident?.involved.find((i) => i.personId === who)?.task;

	it("police and agencies hear at once when it is confirmed, at the level where they sit, with a task, and not before", () => {
		const silence = play([tick(at(5)), tick(at(15)), tick(at(20))], own, first.state);
		expect(
			[...first.notified, ...silence.notified].filter((id) => ["policeStation", "power", "clinic"].includes(id)),
		).toEqual([]);
		const sure = play([answer(first, "ranger", "confirmed", at(2))], own, first.state);
		expect(sure.notifiedAt[at(2)]).toEqual(expect.arrayContaining(["policeStation", "power"]));
		expect(sure.notified).not.toContain("clinic");
		expect([taskOf(sure, "policeStation"), taskOf(sure, "power")]).toEqual(["go", "standBy"]);
		// 重大: the injured are to be expected
		const large = play([answer(first, "eastChief", "confirmed", at(3), { sizeHa: 120 })], own, sure.state);
		expect(large.notified).toContain("clinic");
	});

	it("from 100 ha the levels above the county hear of it at once, and not before", () => {
		const above = ["cityOffice", "provinceOffice"];
		const small = play([answer(first, "ranger", "confirmed", at(2), { sizeHa: 99 })], own, first.state);
		expect(small.notified.filter((id) => above.includes(id))).toEqual([]);
		const large = play([answer(first, "ranger", "confirmed", at(4), { sizeHa: 1500 })], own, small.state);
		expect(large.notifiedAt[at(4)]).toEqual(expect.arrayContaining(above));
		expect(above.map((id) => taskOf(large, id))).toEqual(["inform", "inform"]);
	});

	it("an adviser of the village hears of it after three minutes, to know", () => {
		expect(first.notified).not.toContain("adviser");
		const later = play([tick(at(3))], own, first.state);
		expect(later.notified).toContain("adviser");
		expect(taskOf(later, "adviser")).toBe("inform");
	});

	it("a neighbour hears at once when a fifth of the region is his ground, else when it is confirmed", () => {
		expect(first.notified).not.toContain("besides");
		// to the north the region lies on both sides
		expect(notified(own, [sensorAlarm("n1", 0, 5000)])).toContain("besides");
		const sure = play(
			[answer(first, "ranger", "confirmed", at(2))],
			contextWith({ ...own.register, grids: [...own.register.grids] }, own.ladder),
			first.state,
		);
		expect(sure.notified).not.toContain("besides"); // none of it is his
	});

	it("a neighbour beyond the border hears at once when a fifth of the region leaves our grids, also when all of it does", () => {
		expect(first.notified).not.toContain("beyond");
		expect(notified(own, [sensorAlarm("n1", 90, 19_400)])).toContain("beyond");
		expect(notified(own, [sensorAlarm("n1", 90, 25_000)])).toContain("beyond");
	});
});
