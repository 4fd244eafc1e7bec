import { expect, it } from "vitest";
import { gapsIn, lanesOf, midnight, spanDrawn } from "./lanes.ts";

const H = 3_600_000;
const T0 = Date.parse("2026-11-30T00:00+08:00");
const row = (post: string, person: string, fromH: number, toH: number, kind = "shift") => {
	const [from, to] = [fromH, toH].map((h) => new Date(T0 + h * H).toISOString()) as [string, string];
	return { key: `${post}|${person}|${from}`, cells: { post, person, from, to, kind } };
};

it("a post's line shows who is on when, and from now on when nobody is", () => {
	const rows = [row("officer@5", "b", 30, 48), row("officer@5", "a", 0, 24), row("for:c", "d", 2, 3)];
	const [substitute, officer] = lanesOf(rows, { from: T0, to: T0 + 48 * H }, T0 + 10 * H);
	expect(officer?.bars.map((b) => b.person)).toEqual(["a", "b"]);
	expect(officer?.gaps).toEqual([{ from: T0 + 24 * H, to: T0 + 30 * H }]);
	expect(substitute).toMatchObject({ post: "for:c", gaps: [] });
});

it("shifts that overlap leave no gap, and an empty roster is one", () => {
	expect(
		gapsIn(
			[
				{ from: 0, to: 5 },
				{ from: 3, to: 10 },
			],
			{ from: 1, to: 10 },
		),
	).toEqual([]);
	expect(gapsIn([], { from: 1, to: 10 })).toEqual([{ from: 1, to: 10 }]);
	expect(
		gapsIn(
			[
				{ from: 0, to: 3 },
				{ from: 20, to: 30 },
			],
			{ from: 5, to: 10 },
		),
	).toEqual([{ from: 5, to: 10 }]);
});

it("what is drawn over counts in whole hours, whichever way the hand went", () => {
	const window = { from: T0, to: T0 + 10 * H };
	expect(spanDrawn([0.24, 0.15], window)).toEqual({ from: T0 + H, to: T0 + 3 * H });
	expect(spanDrawn([0.5, 0.5], window)).toEqual({ from: T0 + 5 * H, to: T0 + 6 * H });
	expect(spanDrawn([-1, 3], window)).toEqual({ from: T0, to: T0 + 10 * H });
});

it("days begin at the tower's midnight, also where clocks are set", () => {
	expect(midnight(T0 + 5 * H, "Asia/Shanghai", 1)).toBe(T0 + 24 * H);
	const berlin = Date.parse("2026-10-24T22:00Z");
	expect(midnight(berlin, "Europe/Berlin", 1) - midnight(berlin, "Europe/Berlin")).toBe(25 * H);
});
