import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { angleBetweenDeg, azimuthDeg, curvatureDropM, destination, distanceM } from "../geo/position.ts";
import { ManualClock } from "./clock.ts";
import { SeededRandom } from "./random.ts";
import { retryDelayMs } from "./retry.ts";
import { Tally } from "./tally.ts";
import { didYouMean, redactUrl } from "./text.ts";

describe("geometry", () => {
	it("a destination lies where it was sent", () => {
		fc.assert(
			fc.property(
				fc.double({ min: -70, max: 70, noNaN: true }),
				fc.double({ min: -179, max: 179, noNaN: true }),
				fc.double({ min: 0, max: 359.9, noNaN: true }),
				fc.double({ min: 10, max: 60_000, noNaN: true }),
				(lat, lon, azimuth, distance) => {
					const there = destination({ lat, lon }, azimuth, distance);
					expect(distanceM({ lat, lon }, there)).toBeCloseTo(distance, 1);
					expect(angleBetweenDeg(azimuthDeg({ lat, lon }, there), azimuth)).toBeLessThan(0.01);
				},
			),
		);
	});

	it("the earth falls away by 6.8 m at 10 km", () => {
		expect(curvatureDropM(10_000)).toBeCloseTo(6.83, 1);
	});
});

describe("redaction", () => {
	it.each([
		["rtsp://admin:p4ss@10.0.0.2:554/live failed", "rtsp://***@10.0.0.2:554/live failed"],
		["http://cam/snap.jpg?user=admin&password=secret&x=1", "http://cam/snap.jpg?user=***&password=***&x=1"],
		[
			"https://oapi.dingtalk.com/robot/send?access_token=abc&sign=d%3D",
			"https://oapi.dingtalk.com/robot/send?access_token=***&sign=***",
		],
		["nothing to hide", "nothing to hide"],
	])("%s", (text, clean) => {
		expect(redactUrl(text)).toBe(clean);
	});

	it("no password survives, whatever it is made of", () => {
		const safe = fc.stringMatching(/^[A-Za-z0-9:!$*,;=~-]{6,20}$/);
		fc.assert(
			fc.property(
				safe,
				(password) => !redactUrl(`error opening rtsp://admin:${password}@camera.local/1: refused`).includes(password),
			),
		);
	});
});

it("retries wait longer and longer up to the limit, never less than the part without chance", () => {
	const plan = { firstMs: 1000, maxMs: 60_000, factor: 2, jitter: 0.5 };
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(), (failures, seed) => {
			const wait = retryDelayMs(plan, failures, new SeededRandom(seed));
			const full = Math.min(60_000, 1000 * 2 ** (failures - 1));
			expect(wait).toBeGreaterThanOrEqual(full / 2 - 1);
			expect(wait).toBeLessThanOrEqual(full);
		}),
	);
});

it("a tally reports each name once a second however often it is counted", () => {
	const clock = new ManualClock(0);
	const lines: unknown[] = [];
	const tally = new Tally(clock, (...line) => lines.push(line));
	for (let i = 0; i < 1000; i++) tally.count("frame.bad", `n${i}`);
	clock.advance(1000);
	expect(lines).toEqual([["frame.bad", 1000, "n999"]]);
	expect(tally.total("frame.bad")).toBe(1000);
});

it("guesses what was meant only when it is near", () => {
	expect(didYouMean("fovdeg", ["fovDeg", "tiltDeg"])).toBe("fovDeg");
	expect(didYouMean("xyz", ["fovDeg", "tiltDeg"])).toBeUndefined();
});
