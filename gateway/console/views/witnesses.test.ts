import { expect, it } from "vitest";
import { destination } from "../../geo/position.ts";
import type { Incident } from "../../model/incident.ts";
import { silentWitnesses } from "./witnesses.ts";

const tower = { lat: 29.5, lon: 108.7 };
const camera = (id: string, azimuthDeg: number) => ({
	id,
	name: id,
	...tower,
	heightM: 800,
	azimuthDeg,
	fovDeg: 60,
	rangeM: 10_000,
});
const fire = (azimuth: number, metres: number, seenBy: string[] = []) =>
	({
		kind: "fire",
		place: { method: "report", points: [], best: destination(tower, azimuth, metres) },
		evidence: seenBy.map((sourceId) => ({ source: "camera", sourceId, what: "smoke", at: 0 })),
	}) as unknown as Incident;
/** Flat ground with a ridge of 900 m around the tower, 3 km away. */
const ridge = {
	heightM: ({ lat, lon }: { lat: number; lon: number }) => {
		const metres = Math.hypot((lat - tower.lat) * 111_195, (lon - tower.lon) * 96_700);
		return metres > 2800 && metres < 3200 ? 900 : 500;
	},
};

it("cameras that look there, see the ground and have seen nothing speak against it; others do not", () => {
	const all = [camera("north", 0), camera("east", 90), camera("north-east", 45)];
	expect(silentWitnesses(all, undefined, fire(62, 5000, ["east"]))).toEqual(["north-east"]);
	expect(silentWitnesses(all, undefined, fire(62, 12_000))).toEqual([]);
	expect(silentWitnesses(all, ridge, fire(62, 5000))).toEqual([]);
	expect(silentWitnesses(all, ridge, fire(62, 2000))).toEqual(["east", "north-east"]);
	const unplaced = { ...fire(62, 2000), place: { method: "none" as const, points: [] } };
	expect(silentWitnesses(all, ridge, unplaced)).toEqual([]);
});
