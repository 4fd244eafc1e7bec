import { expect, it } from "vitest";
import { contextWith, fire, grid, person, play, T0, tower } from "../../../test/harness/judging.ts";
import { angleBetweenDeg, azimuthDeg, destination, distanceM } from "../../geo/position.ts";
import type { JudgeEvent } from "../../model/event.ts";
import { EMPTY_REGISTER } from "../../model/register.ts";

const context = contextWith({
	...EMPTY_REGISTER,
	grids: [grid("A")],
	people: [person("chief", "chief", "village")],
});
/** Somebody calls in a whole grid: about a kilometre around its middle. */
const call = (azimuth: number, metres: number): JudgeEvent => ({
	type: "alarm",
	id: "call",
	at: T0,
	alarm: {
		id: "call",
		nodeId: "report:1",
		kind: "report",
		position: destination(tower, azimuth, metres),
		errorM: 900,
		at: T0,
		exercise: false,
	},
});

it("a call from a grid and a camera's bearing are one place on the bearing, no better known than both say", () => {
	for (const off of [0, 7, 14, -11]) {
		const { incident } = play([call(91 + off, 2500), fire(91, "cam1", T0 + 20_000, { bearingErrorDeg: 0.8 })], context);
		const { best, errorM = 0 } = incident?.place ?? {};
		if (!best) throw new Error("there is no place");
		expect(angleBetweenDeg(azimuthDeg(tower, best), 91)).toBeLessThan(1);
		expect(Math.abs(distanceM(tower, best) - 2500)).toBeLessThan(500);
		expect(errorM).toBeGreaterThan(300);
		expect(errorM).toBeLessThan(1000);
	}
});
