import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../base/random.ts";
import { gridOf } from "./grid.ts";
import { Steadiness, shiftBetween, viewOf } from "./steadiness.ts";

const [WIDTH, HEIGHT] = [640, 480];

/** A piece of a made landscape: blocks of many sizes under an even sky, cut out at (left, top). */
function picture(left = 0, top = 0, change: (v: number, x: number, y: number) => number = (v) => v): Uint8Array {
	const rgb = new Uint8Array(WIDTH * HEIGHT * 3);
	for (let y = 0; y < HEIGHT; y++) {
		for (let x = 0; x < WIDTH; x++) {
			const v = change(land[(y + top + 100) * LAND + x + left + 100] as number, x, y);
			rgb.fill(Math.max(0, Math.min(255, v)), (y * WIDTH + x) * 3, (y * WIDTH + x) * 3 + 3);
		}
	}
	return rgb;
}
const LAND = 840;
const land = (() => {
	const random = new SeededRandom(3);
	const v = new Float32Array(LAND * LAND).fill(190);
	for (let n = 0; n < 900; n++) {
		const [x0, y0] = [random.next() * LAND, 250 + random.next() * (LAND - 250)];
		const [w, h, shade] = [10 + random.next() * 60, 6 + random.next() * 30, 40 + random.next() * 120];
		for (let y = Math.floor(y0); y < Math.min(LAND, y0 + h); y++)
			for (let x = Math.floor(x0); x < Math.min(LAND, x0 + w); x++) v[y * LAND + x] = shade;
	}
	return v;
})();
const view = (rgb: Uint8Array) => viewOf(gridOf(rgb, WIDTH, HEIGHT));
const still = view(picture());

describe("whether a camera still looks where it looked", () => {
	it("finds how far the picture moved", () => {
		expect(shiftBetween(still, still)).toEqual({ dx: 0, dy: 0 });
		expect(shiftBetween(still, view(picture(-16, 8)))).toEqual({ dx: 16, dy: -8 });
		expect(shiftBetween(still, view(picture(24, 0)))).toEqual({ dx: -24, dy: 0 });
	});

	it("takes no change of light, and no smoke before a third of the view, for a move", () => {
		expect(shiftBetween(still, view(picture(0, 0, (v) => v * 0.55 + 10)))).toEqual({ dx: 0, dy: 0 });
		expect(shiftBetween(still, view(picture(0, 0, (v, x) => (x < WIDTH / 3 ? 200 + 0.05 * v : v))))).toEqual({
			dx: 0,
			dy: 0,
		});
	});

	it("knows another view when no shift fits", () => {
		expect(shiftBetween(still, view(picture(90, 95, (v, x, y) => 255 - v + ((x * 7 + y * 13) % 31))))).toBeUndefined();
	});

	it("lets a gust pass, and tells a move once it lasts", () => {
		const steadiness = new Steadiness();
		const turned = view(picture(20, 0));
		expect(steadiness.compare(still, turned, 0)).toBe("unsteady");
		expect(steadiness.compare(still, still, 5_000)).toBe("steady");
		expect(steadiness.compare(still, turned, 10_000)).toBe("unsteady");
		expect(steadiness.compare(still, turned, 30_000)).toBe("unsteady");
		expect(steadiness.compare(still, turned, 60_000)).toEqual({ shift: { dx: -20, dy: 0 }, since: 10_000 });
	});
});
