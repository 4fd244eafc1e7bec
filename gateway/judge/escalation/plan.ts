import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import { distanceM } from "../../geo/position.ts";
import type { LadderName, PlanStep } from "../../model/escalation.ts";
import type { Incident } from "../../model/incident.ts";
import { covers, holds, type Order } from "../../model/register.ts";
import type { JudgeContext } from "../judgement/state.ts";

/** Steps of one ladder that fall due together. */
export interface Group {
	/** Place of its time among the times of the ladder. */
	turn: number;
	when: PlanStep["when"];
	/** Only once the fire is sized so, hectares. */
	minHa: number;
	steps: PlanStep[];
}

export function groupsOf(plan: PlanStep[], ladder: LadderName): Group[] {
	const steps = plan.filter((s) => s.ladder === ladder);
	return timesOf(plan, ladder).flatMap((time, turn) => {
		const together = steps.filter((s) => s.afterMs === time);
		return WHENS.flatMap((when) => {
			const alike = together.filter((s) => s.when === when);
			const sizes = [...new Set(alike.map((s) => s.minHa ?? 0))].sort((a, b) => a - b);
			return sizes.map((minHa) => ({ turn, when, minHa, steps: alike.filter((s) => (s.minHa ?? 0) === minHa) }));
		});
	});
}
const WHENS = ["always", "orConfirmed", "confirmed"] as const;

function timesOf(plan: PlanStep[], ladder: LadderName): number[] {
	return [...new Set(plan.filter((s) => s.ladder === ladder).map((s) => s.afterMs))].sort((a, b) => a - b);
}

/**
 * When the steps of a turn fall due after the opening, in milliseconds. Each step ahead gives a turn the time of the
 * one before it; a step back the time of the one after. The first is told at once whatever stands against it.
 */
export function dueAfterMs(plan: PlanStep[], ladder: LadderName, turn: number, ahead: number): number {
	const times = timesOf(plan, ladder);
	if (turn === 0) return times[0] ?? 0;
	const at = turn - ahead;
	const last = times.length - 1;
	if (at <= last) return times[Math.max(0, at)] ?? 0;
	return (times[last] ?? 0) + gapAtEnd(plan, ladder) * (at - last);
}

/** Milliseconds between the last two turns of a ladder; 0 where there is one. */
export function gapAtEnd(plan: PlanStep[], ladder: LadderName): number {
	const times = timesOf(plan, ladder);
	return times.length < 2 ? 0 : (times.at(-1) as number) - (times.at(-2) as number);
}

const MOST_AHEAD = 2;
const HIGH_DANGER = 4;

/**
 * What brings the ladders forward or puts them back: orders in force, high danger, agreement of two sources, and a
 * burn permit that fits. None of them silences anything: the first step is always told.
 */
export function aheadOf(context: JudgeContext, incident: Incident): { ahead: number; why: Phrase[] } {
	if (incident.kind !== "fire") return { ahead: 0, why: [] };
	const orders = ordersAt(context, incident);
	const bans = orders.filter((o) => o.kind !== "permit");
	const why: Phrase[] = [];
	if (bans.length > 0) why.push(phrase("why.order", { documents: documentsOf(bans) }));
	if (context.danger && context.danger.until > context.now && context.danger.level >= HIGH_DANGER)
		why.push(phrase("why.danger", { level: context.danger.level }));
	const towers = incident.crossings?.length ?? 0;
	// the sensors of a wave stand at places of their own
	const agreeing = incident.places ? 0 : incident.sources.length;
	if (agreeing > 1) why.push(phrase("why.sourcesAgree", { count: incident.sources.length }));
	else if (towers > 0) why.push(phrase("why.towersCross", { count: towers + 1 }));
	if (why.length > 0) return { ahead: Math.min(MOST_AHEAD, why.length), why };
	const permits = orders.filter((o) => o.kind === "permit");
	return permits.length > 0
		? { ahead: -1, why: [phrase("why.permit", { documents: documentsOf(permits) })] }
		: { ahead: 0, why: [] };
}

/** Orders and permits in force that touch an incident's region. */
export function ordersAt(context: JudgeContext, incident: Incident): Order[] {
	return context.register.orders.filter((order) => {
		if (!holds(order, context.now)) return false;
		if (order.around) {
			const { position, radiusM } = order.around;
			// a bearing alone passes over many permits; only a place can match one
			return (
				incident.place.best !== undefined &&
				distanceM(position, incident.place.best) <= radiusM + (incident.place.errorM ?? 0)
			);
		}
		return incident.grids.some((g) => g.share >= context.minShare && covers(order.grids, g.code));
	});
}

/** How near a known heat source must be to a place to be worth a word, metres beyond the place's own error. */
const NEAR_M = 500;
/** More than a person reads on a card. */
const MOST_HINTS = 20;
/** Heat sources of them. */
const MOST_HEAT = 3;
const HEAT = ["kiln", "chimney", "grave"] as const;

/** Orders, permits and known heat sources that a person should hear of: they explain, and never decide. */
export function hintsOf(context: JudgeContext, incident: Incident): Phrase[] {
	const orders = ordersAt(context, incident).map((o) => phrase(`hint.${o.kind}`, { name: o.document }));
	const crosses = (incident.crossings ?? []).map(({ tower, lat, lon, errorM }) =>
		phrase("hint.crossing", { tower, place: `${lat.toFixed(4)}, ${lon.toFixed(4)}`, errorM }),
	);
	const { best, errorM = 0 } = incident.place;
	if (!best) return [...orders, ...crosses].slice(0, MOST_HINTS);
	const near = context.register.places.filter(
		(p) => holds(p, context.now) && distanceM(p.position, best) <= NEAR_M + errorM,
	);
	const heat = HEAT.flatMap((kind) =>
		near.filter((p) => p.kind === kind).map((p) => phrase(`hint.${kind}`, { name: p.name })),
	);
	return [...orders, ...crosses, ...heat.slice(0, MOST_HEAT)].slice(0, MOST_HINTS);
}

function documentsOf(orders: Order[]): string {
	return orders.map((o) => o.document).join(", ");
}
