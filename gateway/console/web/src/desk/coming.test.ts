import { expect, it } from "vitest";
import type { Incident } from "../api-types.ts";
import { comingOf } from "./coming.ts";

type Step = Incident["ladder"]["plan"][number];
const step = (ladder: Step["ladder"], minutes: number, more: Partial<Step> = {}): Step => ({
	ladder,
	afterMs: minutes * 60_000,
	task: "verify",
	when: "always",
	...more,
});
const plan = [
	step("verify", 0),
	step("verify", 3, { roles: ["supervisor"] }),
	step("verify", 3, { roles: ["adviser"] }),
	step("verify", 5),
	step("suppress", 0, { when: "always" }),
	step("suppress", 0, { when: "confirmed", task: "go" }),
	step("suppress", 10, { when: "confirmed", task: "go", minHa: 5 }),
];
const fire = (verify: object, suppress: object, more: object = {}) =>
	({ ladder: { plan, verify: { rounds: 0, ...verify }, suppress: { rounds: 0, ...suppress } }, ...more }) as Incident;

it("tells of each ladder what is next, the soonest first, and nothing of one that is paused", () => {
	const now = fire({ done: [0], nextAt: 180_000 }, { done: [0] });
	expect(comingOf(now).map((c) => [c.ladder, c.after / 60_000, c.at, c.steps.length])).toEqual([
		["verify", 3, 180_000, 2],
		["verify", 5, undefined, 1],
	]);
});

it("a confirmed fire is told of by the other ladder, as large as it is", () => {
	const confirmed = { confirmedAt: 1_000 };
	const next = comingOf(fire({ done: [0, 1] }, { done: [0], nextAt: 2_000 }, confirmed));
	expect(next.map((c) => [c.ladder, c.at, c.steps[0]?.task])).toEqual([["suppress", 2_000, "go"]]);
	const large = comingOf(fire({ done: [] }, { done: [0, 1], nextAt: 9_000 }, { ...confirmed, sizeHa: 8 }));
	expect(large.map((c) => c.steps[0]?.minHa)).toEqual([5]);
});
