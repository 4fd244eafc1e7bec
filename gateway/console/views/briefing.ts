import { nearestOnLines } from "../../geo/lines.ts";
import { azimuthDeg, distanceM, type Position } from "../../geo/position.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Incident } from "../../model/incident.ts";
import {
	covers,
	type GroundKind,
	type GroundShape,
	holds,
	type PlaceKind,
	type Register,
} from "../../model/register.ts";
import { likeliest } from "./rangers.ts";
import type { Briefing } from "./schemas.ts";

const USEFUL: readonly PlaceKind[] = ["water", "checkpoint", "fireRoad", "loudspeaker"];
const NEAR_M = 10_000;
const MOST = 8;

/**
 * What whoever goes should know of the plot: its card 一林一策, water and roads near by, and the teams that answer for it.
 */
export function briefingOf(context: DecisionContext, incident: Incident, now: number): Briefing {
	const from = likeliest(incident);
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
	const way = from ? wayTo(context.register, from) : [];
	return { cards: cards.slice(0, 3), near: [...way, ...near], teams: teams.slice(0, MOST) };
}

/** What one looks for: how near one comes on wheels, and where there is water. */
const SOUGHT: readonly (readonly GroundKind[])[] = [["road"], ["road", "track", "path"], ["river", "lake"]];

/** The nearest point of a road, of any way, and of water, each once. */
function wayTo({ ground = [] }: Register, from: Position): Briefing["near"] {
	const found = SOUGHT.flatMap((kinds) => {
		const nearest = ground
			.filter(({ kind }) => kinds.includes(kind))
			.flatMap((shape) => {
				const at = nearestOnLines(linesOf(shape), from);
				return at && at.distanceM <= NEAR_M ? [{ shape, at }] : [];
			})
			.sort((a, b) => a.at.distanceM - b.at.distanceM)[0];
		return nearest ?? [];
	});
	return [...new Map(found.map((one) => [one.shape, one])).values()].map(({ shape, at }) => ({
		kind: shape.kind,
		name: shape.name ?? "",
		position: at.position,
		distanceM: Math.round(at.distanceM),
		azimuthDeg: Math.round(azimuthDeg(from, at.position)),
	}));
}

function linesOf({ lines, polygons }: GroundShape): GroundShape["lines"] {
	return [...lines, ...polygons.flat()];
}
