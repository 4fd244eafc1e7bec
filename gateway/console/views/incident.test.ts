import { expect, it } from "vitest";
import { contextWith, fire, grid, person, play, T0 } from "../../../test/harness/judging.ts";
import type { Incident } from "../../model/incident.ts";
import { EMPTY_REGISTER } from "../../model/register.ts";
import { incidentView } from "./incident.ts";

const people = [person("chief", "chief", "village")];
const context = contextWith({ ...EMPTY_REGISTER, grids: [grid("A")], people });

it("a stretch of ground is told where there is no one distance, and only there", () => {
	const { incident } = play([fire(91, "cam1", T0)], context);
	if (!incident) throw new Error("there is no incident");
	const betweenOf = (place: Partial<Incident["place"]>) =>
		incidentView({ ...incident, place: { method: "terrain", points: [], ...place } }).place.betweenM;
	const intervals: [number, number][] = [
		[200, 900],
		[2400, 3000],
	];
	expect(betweenOf({ intervals })).toEqual({ near: 200, far: 3000 });
	expect(betweenOf({ intervals, distanceM: 2032 })).toBeUndefined();
	expect(betweenOf({})).toBeUndefined();
});
