import { azimuthDeg, distanceM, type Position } from "../../geo/position.ts";
import type { Incident } from "../../model/incident.ts";
import { covers, type Grid, holds, type Register } from "../../model/register.ts";
import type { IncidentDetail } from "./schemas.ts";

const NEAR_M = 10_000;
const MOST = 5;

/** Where an incident most likely is; undefined where nothing is known of its place. */
export function likeliest({ place }: Pick<Incident, "place">): Position | undefined {
	if (place.best) return place.best;
	const [first, ...others] = place.points;
	return first && others.reduce((a, b) => (b.weight > a.weight ? b : a), first);
}

/**
 * The rangers who are at hand: those whose grids lie nearest, the nearest first, by the middle of the nearest grid of
 * each. Where they are just now nobody knows.
 */
export function rangersNear(
	{ people, grids }: Pick<Register, "people" | "grids">,
	from: Position,
	now: number,
): IncidentDetail["rangers"] {
	const near = grids
		.filter((g) => holds(g, now))
		.map((grid) => ({ grid, middle: middleOf(grid) }))
		.map(({ grid, middle }) => ({ grid, middle, away: distanceM(from, middle) }))
		.filter(({ away }) => away <= NEAR_M)
		.sort((a, b) => a.away - b.away);
	const rangers = people.filter((p) => p.role === "ranger" && holds(p, now));
	const found = rangers.flatMap((p) => {
		const own = near.find(({ grid }) => covers(p.grids, grid.code));
		return own ? [{ ...own, id: p.id, name: p.name }] : [];
	});
	return found
		.sort((a, b) => a.away - b.away)
		.slice(0, MOST)
		.map(({ id, name, grid, middle, away }) => ({
			id,
			name,
			grid: grid.name,
			distanceM: Math.round(away),
			azimuthDeg: Math.round(azimuthDeg(from, middle)) % 360,
		}));
}

/** The middle of the box around a grid's largest ring. */
function middleOf({ polygons }: Grid): Position {
	const rings = polygons.flatMap((rings) => rings.slice(0, 1));
	const ring = rings.reduce((a, b) => (b.length > a.length ? b : a), rings[0] ?? []);
	const mid = (values: number[]) =>
		(values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY) +
			values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)) /
		2;
	return { lat: mid(ring.map(([, lat]) => lat)), lon: mid(ring.map(([lon]) => lon)) };
}
