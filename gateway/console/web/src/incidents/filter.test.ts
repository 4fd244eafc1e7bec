import { expect, it } from "vitest";
import { filterIn, queryOf, searchOf, startOf } from "./filter.ts";

it("a day begins by the tower's clock, also where that is put forward or back on it", () => {
	expect(startOf("2026-11-30", "Asia/Shanghai")).toBe(Date.parse("2026-11-29T16:00:00Z"));
	expect(startOf("2026-11-30", "Asia/Shanghai", 1)).toBe(Date.parse("2026-11-30T16:00:00Z"));
	expect(startOf("2026-03-29", "Europe/Berlin")).toBe(Date.parse("2026-03-28T23:00:00Z"));
	expect(startOf("2026-03-30", "Europe/Berlin")).toBe(Date.parse("2026-03-29T22:00:00Z"));
	expect(startOf("2026-02-31x", "Asia/Shanghai")).toBeUndefined();
});

it("an address is read as far as it can be understood, and written as it was meant", () => {
	const search = {
		kind: "fire",
		states: "false,nonsense,out",
		text: " 雾 ",
		slowerThanS: "60",
		status: "odd",
		area: 500114,
	};
	const filter = { kind: "fire", states: ["out", "false"], text: "雾", slowerThanS: 60, area: "500114" };
	expect(filterIn(search)).toEqual(filter);
	expect(filterIn(searchOf(filterIn(search)))).toEqual(filter);
	expect(queryOf({ from: "2026-11-30", kind: "fire" }, "Asia/Shanghai").toString()).toBe(
		`from=${Date.parse("2026-11-29T16:00:00Z")}&kind=fire`,
	);
});
