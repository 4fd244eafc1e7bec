import { describe, expect, it } from "vitest";
import { delay, ManualClock } from "./clock.ts";

describe("manual clock", () => {
	it("fires timers in the order they are due, and repeats those that repeat", () => {
		const clock = new ManualClock(0);
		const fired: string[] = [];
		clock.after("b", 20, () => fired.push("b"));
		clock.every("a", 15, () => fired.push("a"));
		const gone = clock.after("gone", 5, () => fired.push("gone"));
		gone.cancel();
		clock.advance(45);
		expect(fired).toEqual(["a", "b", "a", "a"]);
		expect(clock.now()).toBe(45);
	});

	it("a jump of the wall clock moves no timer", () => {
		const clock = new ManualClock(0);
		let fired = false;
		clock.after("x", 1000, () => {
			fired = true;
		});
		clock.jump(3_600_000);
		expect(fired).toBe(false);
		expect(clock.monotonic()).toBe(0);
	});

	it("delay rejects when aborted", async () => {
		const clock = new ManualClock(0);
		const abort = new AbortController();
		const waiting = delay(clock, "wait", 1000, abort.signal);
		abort.abort(new Error("enough"));
		await expect(waiting).rejects.toThrow("enough");
		expect(clock.waiting()).toEqual([]);
	});
});
