import { expect, it } from "vitest";
import { answer, contextWith, fire, grid, person, play, T0, tower } from "../../../test/harness/judging.ts";
import { destination, type Position } from "../../geo/position.ts";
import type { JudgeEvent } from "../../model/event.ts";
import { EMPTY_REGISTER } from "../../model/register.ts";

const register = {
	...EMPTY_REGISTER,
	version: "r",
	grids: [grid("A01")],
	people: [person("chief", "chief", "village"), person("ranger", "ranger", "village")],
};
const context = contextWith(register, { undoMs: 60_000 });
const PLACE = destination(tower, 40, 4_000);

/** Somebody calls a fire in, and knows its place to some hundred metres. */
function called(position: Position, at: number, errorM = 700): JudgeEvent {
	const id = `report:${at}`;
	return {
		type: "alarm",
		id,
		at,
		alarm: { id, nodeId: `report:clerk${at}`, kind: "report", position, errorM, at, exercise: false },
	};
}

it("calls of places two kilometres apart are two fires, those of one place are one", () => {
	const far = called(destination(PLACE, 90, 2_000), T0 + 60_000);
	expect(play([called(PLACE, T0), far], context).state.incidents).toHaveLength(2);
	const near = called(destination(PLACE, 90, 400), T0 + 60_000);
	expect(play([called(PLACE, T0), near], context).state.incidents).toHaveLength(1);
});

it("an end that another source takes back is said of the incident until somebody says something again", () => {
	const first = play([called(PLACE, T0)], context);
	const ended = play([answer(first, "duty-desk", "false", T0 + 10_000, { cause: "雾" })], context, first.state);
	expect(ended.incident?.ending).toBeDefined();
	const seen = play([fire(40, "cam1", T0 + 30_000)], context, ended.state);
	expect(seen.incident).toMatchObject({ heldOpen: { answer: "false", at: T0 + 30_000, source: "cam1" } });
	expect(seen.incident?.ending).toBeUndefined();
	const again = play([answer(seen, "duty-desk", "confirmed", T0 + 40_000)], context, seen.state);
	expect(again.incident).not.toHaveProperty("heldOpen");
});

it("the cause that is given when a fire is out stands in its file", () => {
	const first = play([called(PLACE, T0)], context);
	const out = answer(first, "duty-desk", "out", T0 + 10_000, { cause: "农事用火", sizeHa: 0.5 });
	const after = play([out, { type: "tick", id: "t", at: T0 + 80_000 }], context, first.state);
	expect(after.incident).toMatchObject({ state: "out", cause: "农事用火", sizeHa: 0.5 });
});

it("what a camera sees joins a call only where its bearing leads through where the caller may mean", () => {
	const joins = (bearingDeg: number, call: Position, errorM: number) =>
		play([called(call, T0, errorM), fire(bearingDeg, "cam1", T0 + 20_000, { bearingErrorDeg: 0.5 })], context).state
			.incidents.length === 1;
	for (const off of [0, 6, -9]) expect(joins(40 + off, PLACE, 900)).toBe(true);
	for (const off of [25, -30, 90]) expect(joins(40 + off, PLACE, 900)).toBe(false);
	// a wide grid: between the rows of its points as well as on them, from whatever side it is looked at
	for (const azimuth of [0, 30, 45, 90])
		for (const aside of [0, 600, -900, 1_300]) {
			const wide = destination(destination(tower, azimuth, 8_000), azimuth + 90, aside);
			expect([azimuth, aside, joins(azimuth, wide, 3_000)]).toEqual([azimuth, aside, true]);
		}
	// a grid so near the tower that the tower stands in it: smoke on the other side is another fire
	const near = destination(tower, 315, 1_300);
	expect(joins(315, near, 900)).toBe(true);
	expect(joins(87, near, 900)).toBe(false);
});
