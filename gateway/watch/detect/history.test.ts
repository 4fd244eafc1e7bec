import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../base/random.ts";
import { FrameHistory, median7 } from "./history.ts";

const MINUTE = 60_000;
const flat = (value: number) => new Uint8Array(12).fill(value);

describe("past", () => {
	it("finds the median of seven, for every order of values", () => {
		const random = new SeededRandom(1);
		const images = Array.from({ length: 7 }, () =>
			Uint8Array.from({ length: 5000 }, () => Math.floor(random.next() * 20)),
		);
		const expected = Array.from({ length: 5000 }, (_, i) => images.map((m) => m[i] as number).sort((a, b) => a - b)[3]);
		expect([...median7(images)]).toEqual(expected);
	});

	it("learns for eight minutes, then compares with the minutes it promises", () => {
		const past = new FrameHistory();
		for (let m = 0; m < 8; m++) {
			expect(past.comparison(m * MINUTE)).toBeUndefined();
			past.add(flat(m), m * MINUTE);
		}
		const c = past.comparison(8 * MINUTE);
		expect(c?.previous[0]).toBe(7);
		expect(c?.short[0]).toBe(3); // minutes 6...0, the middle one
		expect(c?.long[0]).toBe(0); // minute 2, and the oldest known for all before it
	});

	it("takes one frame a minute and keeps half an hour", () => {
		const past = new FrameHistory();
		expect(past.add(flat(1), 10 * MINUTE)).toBe(true);
		expect(past.add(flat(2), 10 * MINUTE + 5000)).toBe(false);
		for (let m = 11; m < 60; m++) past.add(flat(m), m * MINUTE);
		expect(past.minutes()).toHaveLength(31);
		expect(past.minutes()[0]).toBe(29);
	});

	it("forgets a past that is an hour old, and one of another size", () => {
		const past = new FrameHistory();
		for (let m = 0; m < 10; m++) past.add(flat(m), m * MINUTE);
		past.add(flat(1), 100 * MINUTE);
		expect(past.minutes()).toEqual([100]);
		past.add(new Uint8Array(24), 101 * MINUTE);
		expect(past.minutes()).toEqual([101]);
	});
});
