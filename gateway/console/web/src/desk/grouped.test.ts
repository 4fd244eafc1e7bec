import { expect, it } from "vitest";
import type { LedgerLine } from "../api-types.ts";
import { grouped } from "./grouped.ts";

const row = (n: number, at: number, what: string, detail: Record<string, unknown>): LedgerLine => ({
	n,
	at,
	what,
	who: "push",
	detail,
});

it("what was done alike to many is told once, and nothing else is put together", () => {
	const rows = [
		row(1, 1000, "opened", {}),
		row(2, 1010, "failed", { personId: "a" }),
		row(3, 1900, "failed", { personId: "b" }),
		row(4, 2000, "failed", { personId: "c" }),
		row(5, 2010, "unreached", { personId: "c" }),
		row(6, 2020, "failed", { personId: "d" }),
		row(7, 2030, "failed", { personId: "e", why: "gone" }),
		row(8, 2040, "sighting", {}),
		row(9, 2050, "sighting", {}),
	];
	expect(grouped(rows).map((group) => group.map(({ n }) => n))).toEqual([[1], [2, 3], [4], [5], [6], [7], [8], [9]]);
	expect(grouped([])).toEqual([]);
});
