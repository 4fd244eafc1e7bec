import { describe, expect, it } from "vitest";
import { delay, ForwardClock, ManualClock, SystemClock } from "./clock.ts";

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

describe("a clock that can be put forward", () => {
	it("fires what falls due on the way, in its order and at its time, and goes on from there", () => {
		const clock = new ForwardClock();
		const start = clock.monotonic();
		const fired: string[] = [];
		const stamp = (name: string) => fired.push(`${name} ${Math.round((clock.monotonic() - start) / 1000)}`);
		clock.after("late", 90_000, () => stamp("late"));
		clock.every("each", 40_000, () => stamp("each"));
		clock.after("never", 50_000, () => stamp("never")).cancel();
		clock.forward(100_000);
		expect(fired).toEqual(["each 40", "each 80", "late 90"]);
		expect(Math.round((clock.now() - new SystemClock().now()) / 1000)).toBe(100);
		clock.forward(25_000);
		expect(fired.at(-1)).toBe("each 120");
	});

	it("fires by itself when real time has come to it", async () => {
		const clock = new ForwardClock();
		const fired = new Promise<void>((resolve) => clock.after("soon", 60_000, resolve));
		clock.forward(59_990);
		await fired;
	});
});
