import { expect, it } from "vitest";
import { person } from "../../../test/harness/judging.ts";
import type { Shift } from "../../model/register.ts";
import { printedRoster } from "./printed-roster.ts";

const paper = { language: "zh" as const, timeZone: "Asia/Shanghai", unit: "青云县", month: "2026-12" };
const at = (day: number, hour = 0) => Date.UTC(2026, 11, day, hour - 8);
const people = [
	person("a", "officer", "county", { name: "周丽", phone: "+8613800001111" }),
	person("b", "officer", "county", { name: "王<b>" }),
	person("c", "dutyLeader", "county", { name: "李局" }),
];
const shift = (personId: string, role: string, from: number, to: number, kind: Shift["kind"] = "shift"): Shift => ({
	post: `${role}@500114`,
	person: personId,
	from,
	to,
	kind,
});

it("a month has a line for each day: who leads, who is at the desk with his number, and what is vacant", () => {
	const shifts = [
		shift("c", "dutyLeader", at(1), at(3)),
		shift("a", "officer", at(1, 8), at(2, 8)),
		shift("b", "officer", at(2, 8), at(3, 8)),
		// stands in for all of the second
		shift("a", "officer", at(2), at(3), "override"),
		shift("b", "ranger", at(5), at(6)),
	];
	const page = printedRoster({ shifts, people }, paper);
	expect(page).toContain("<h1>青云县森林防火值班表 2026-12</h1>");
	const rows = [...page.matchAll(/<tr><td>(2026-12-\d\d [^<]+)<\/td><td>(.*?)<\/td><td>(.*?)<\/td><\/tr>/g)].map((m) =>
		m.slice(1),
	);
	expect(rows).toHaveLength(31);
	expect(rows[0]).toEqual(["2026-12-01 周二", "李局", "08:00– 周丽 +8613800001111"]);
	expect(rows[1]).toEqual(["2026-12-02 周三", "李局", "周丽 +8613800001111 (替班)"]);
	expect(rows[2]).toEqual(["2026-12-03 周四", "空缺", "–08:00 王&lt;b&gt;"]);
	expect(rows[4]).toEqual(["2026-12-05 周六", "空缺", "空缺"]);
	// a stand-in of one post displaces nobody at another
	const elsewhere = { ...shift("b", "officer", at(2), at(3)), post: "officer@500115" };
	const both = printedRoster({ shifts: [...shifts, elsewhere], people }, paper);
	expect(both).toContain("周丽 +8613800001111 (替班)、王&lt;b&gt;");
	// who has left is not there
	const gone = [...people.slice(0, 2), person("c", "dutyLeader", "county", { name: "李局", to: at(2) })];
	expect(printedRoster({ shifts, people: gone }, paper)).toMatch(/2026-12-02 周三<\/td><td>空缺/);
	expect(page).toMatch(/制表人.*审核人.*负责人/s);
});
