import { expect, it } from "vitest";
import { camera, contextWith, fire, grid, play, T0, tower } from "../../../test/harness/judging.ts";
import { azimuthDeg, destination, distanceM, type Position } from "../../geo/position.ts";
import { EMPTY_REGISTER } from "../../model/register.ts";

/** Masts of one tower, four kilometres apart, a hundred metres over flat ground. */
const MASTS = { east: tower, west: destination(tower, 270, 4_000) };
const context = {
	...contextWith({ ...EMPTY_REGISTER, version: "r", grids: [grid("A01")] }),
	terrain: { heightM: () => 700 },
};

/** What the camera of a mast sees of smoke whose base stands `hiddenM` over the ground at a place. */
function seen(mast: keyof typeof MASTS, place: Position, at: number, hiddenM = 0) {
	const position = MASTS[mast];
	const azimuth = azimuthDeg(position, place);
	const elevationDeg = (Math.atan2(hiddenM - 100, distanceM(position, place)) * 180) / Math.PI;
	const pose = { ...camera(mast, azimuth), position };
	return fire(azimuth, mast, at, { pose, elevationDeg, bearingErrorDeg: 0.8 });
}

it("two masts that see one fire open one incident, and its place is where their bearings meet", () => {
	const place = destination(tower, 330, 7_000);
	const { state } = play([seen("east", place, T0), seen("west", place, T0 + 20_000)], context);
	expect(state.incidents).toHaveLength(1);
	const [{ place: found, sources }] = state.incidents as [(typeof state.incidents)[number]];
	expect(found.method).toBe("crossing");
	expect(distanceM(found.best as Position, place)).toBeLessThan(150);
	expect(sources).toEqual(["east", "west"]);
});

it("two fires stay two, though their bearings meet: the ground there explains neither well", () => {
	const [one, other] = [destination(tower, 330, 7_000), destination(tower, 60, 9_000)];
	const { state } = play([seen("east", one, T0), seen("west", other, T0 + 20_000)], context);
	expect(state.incidents).toHaveLength(2);
});

it("where bearings meet and the ground speaks against it, it is no one fire", () => {
	const place = destination(tower, 330, 7_000);
	// a cloud on the same bearing: its foot stands a kilometre over the ground there
	const { state } = play([seen("east", place, T0), seen("west", place, T0 + 20_000, 1_000)], context);
	expect(state.incidents).toHaveLength(2);
});
