import { azimuthDeg, distanceM, type Position } from "../../geo/position.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Incident } from "../../model/incident.ts";
import { covers, holds, type PlaceKind } from "../../model/register.ts";
import type { Briefing } from "./schemas.ts";

const USEFUL: readonly PlaceKind[] = ["water", "checkpoint", "fireRoad", "loudspeaker"];
const NEAR_M = 10_000;
const MOST = 8;

/**
 * What whoever goes should know of the plot: its card 一林一策, water and roads near by, and the teams that answer for it.
 */
export function briefingOf(context: DecisionContext, incident: Incident, now: number): Briefing {
	const from =
		incident.place.best ??
		incident.place.points.reduce<{ p?: Position; weight: number }>(
			(a, b) => (b.weight > a.weight ? { p: b, weight: b.weight } : a),
			{ weight: -1 },
		).p;
	const codes = incident.grids.map((g) => g.code);
	const cards = context.register.cards.filter((c) => codes.some((code) => covers([c.grid], code)));
	const near = from
		? context.register.places
				.filter((p) => USEFUL.includes(p.kind) && holds(p, now) && distanceM(from, p.position) <= NEAR_M)
				.map(({ kind, name, position }) => ({
					kind,
					name,
					position,
					distanceM: Math.round(distanceM(from, position)),
					azimuthDeg: Math.round(azimuthDeg(from, position)),
				}))
				.sort((a, b) => a.distanceM - b.distanceM)
				.slice(0, MOST)
		: [];
	const teams = context.duty
		.teams(incident.grids, ["village", "township", "forestFarm", "county"], now)
		.map(({ team }) => ({
			name: team.name,
			tier: team.tier,
			strength: team.strength,
			...(from ? { distanceM: Math.round(distanceM(team.base, from)) } : {}),
		}));
	return { cards: cards.slice(0, 3), near, teams: teams.slice(0, MOST) };
}
