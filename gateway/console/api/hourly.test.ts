import { expect, it } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { Hourly } from "./hourly.ts";

it("takes so much of one person within an hour, whatever others send, and as much again later", () => {
	const clock = new ManualClock(0);
	const words = new Hourly(3, clock);
	expect([1, 2, 3, 4].map(() => words.take("ranger"))).toEqual([true, true, true, false]);
	expect(words.take("chief")).toBe(true);
	clock.advance(3_599_999);
	expect(words.take("ranger")).toBe(false);
	clock.advance(1);
	expect(words.take("ranger")).toBe(true);
});
