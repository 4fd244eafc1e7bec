import { expect, it } from "vitest";
import { dayOf, quarterOf, yearOf } from "./periods.ts";

it("a day is that of the tower, and lies in its quarter and its year", () => {
	const late = Date.parse("2026-12-31T17:00:00Z");
	expect(dayOf(late, "Asia/Shanghai")).toBe("2027-01-01");
	expect(dayOf(late, "Europe/Berlin")).toBe("2026-12-31");
	expect(quarterOf("2026-11-30")).toEqual({ from: "2026-10-01", to: "2026-12-31" });
	expect(quarterOf("2028-02-29")).toEqual({ from: "2028-01-01", to: "2028-03-31" });
	expect(yearOf("2026-11-30")).toEqual({ from: "2026-01-01", to: "2026-12-31" });
});
