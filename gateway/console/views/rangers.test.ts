import { expect, it } from "vitest";
import { grid, person, T0, tower } from "../../../test/harness/judging.ts";
import { destination } from "../../geo/position.ts";
import type { Grid } from "../../model/register.ts";
import { likeliest, rangersNear } from "./rangers.ts";

/** A grid of the tests, as far away to the east. */
const away = (code: string, degrees: number): Grid => {
	const { polygons, ...rest } = grid(code);
	return { ...rest, polygons: polygons.map((rings) => rings.map((ring) => ring.map(([x, y]) => [x + degrees, y]))) };
};

it("rangers whose ground lies nearest are at hand, the nearest first; others and those who have left are not", () => {
	const grids = [grid("A01"), away("B01", 0.05), away("C01", 2)];
	const people = [
		person("far", "ranger", "village", { grids: ["C01"] }),
		person("next", "ranger", "village", { grids: ["B"] }),
		person("here", "ranger", "village", { grids: ["B01", "A01"] }),
		person("gone", "ranger", "village", { grids: ["A01"], to: T0 - 1 }),
		person("chief", "chief", "village", { grids: ["A01"] }),
	];
	const near = rangersNear({ people, grids }, destination(tower, 270, 1_000), T0);
	expect(near.map((r) => [r.id, r.grid, r.azimuthDeg])).toEqual([
		["here", "网格A01", 90],
		["next", "网格B01", 90],
	]);
	expect(near[0]?.distanceM).toBe(1_000);
});

it("the likeliest place of a region stands for what has no best one", () => {
	const points = [1, 3, 2].map((weight) => ({ lat: weight, lon: 0, weight }));
	expect(likeliest({ place: { method: "bearing", points } })).toMatchObject({ lat: 3 });
	expect(likeliest({ place: { method: "none", points: [] } })).toBeUndefined();
});
