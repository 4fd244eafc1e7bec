import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import { distanceM } from "../../geo/position.ts";
import { dangerOf } from "../../model/danger.ts";
import type { LadderName, PlanStep } from "../../model/escalation.ts";
import type { Incident } from "../../model/incident.ts";
import { covers, holds, type Order } from "../../model/register.ts";
import type { JudgeContext } from "../judgement/state.ts";

/** Steps of one ladder that fall due at once. */
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
		const due = steps.filter((s) => s.afterMs === time);
		return WHENS.flatMap((when) => {
			const alike = due.filter((s) => s.when === when);
			const bySize = Map.groupBy(alike, ({ minHa = 0 }) => minHa);
			const sizes = [...bySize].sort(([a], [b]) => a - b);
			return sizes.map(([minHa, own]) => ({ turn, when, minHa, steps: own }));
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
export function dueAfterMs(plan: PlanStep[], ladder: LadderName, turn: number, stepsForward: number): number {
	const times = timesOf(plan, ladder);
	const last = times.length - 1;
	const at = turn === 0 ? 0 : Math.max(0, turn - stepsForward);
	const beyond = Math.max(0, at - last) * gapAtEnd(plan, ladder);
	return (times[Math.min(at, last)] ?? 0) + beyond;
}

/** Milliseconds between the last two turns of a ladder; 0 where there is one. */
export function gapAtEnd(plan: PlanStep[], ladder: LadderName): number {
	const [before, last] = timesOf(plan, ladder).slice(-2);
	return before === undefined || last === undefined ? 0 : last - before;
}

const MOST_FORWARD = 2;
/** From this level of five of the fire-weather danger a fire spreads fast. */
const HIGH_DANGER = 4;

/** The level of danger where it may burn, and is high there now; undefined where it is not, or nobody has said. */
export function highDanger(context: JudgeContext, { grids }: Pick<Incident, "grids">): number | undefined {
	// ground of no grid is of no area either
	const codes = grids.length === 0 ? [""] : grids.map(({ code }) => code);
	const levels = codes.map((code) => dangerOf(context, code, context.now)?.level ?? 0);
	const highest = Math.max(...levels);
	return highest >= HIGH_DANGER ? highest : undefined;
}

/**
 * What brings the ladders forward or puts them back: orders in force, high danger, agreement of two sources, and a
 * burn permit that fits. None of them silences anything: the first step is always told.
 */
export function stepsForwardOf(context: JudgeContext, incident: Incident): { stepsForward: number; why: Phrase[] } {
	if (incident.kind !== "fire") return { stepsForward: 0, why: [] };
	const orders = ordersAt(context, incident);
	const permits = orders.filter((o) => o.kind === "permit");
	const bans = orders.filter((o) => o.kind !== "permit");
	const why = [...whyOrdered(bans, "why.order"), ...whyDanger(context, incident), ...whyAgreed(incident)];
	if (why.length > 0) return { stepsForward: Math.min(MOST_FORWARD, why.length), why };
	const back = whyOrdered(permits, "why.permit");
	return { stepsForward: back.length === 0 ? 0 : -1, why: back };
}

function whyOrdered(orders: Order[], code: "why.order" | "why.permit"): Phrase[] {
	return orders.length === 0 ? [] : [phrase(code, { documents: documentsOf(orders) })];
}

function whyDanger(context: JudgeContext, incident: Incident): Phrase[] {
	const level = highDanger(context, incident);
	return level === undefined ? [] : [phrase("why.danger", { level })];
}

function whyAgreed({ places, sources, crossings = [] }: Incident): Phrase[] {
	// the sensors of a wave stand at places of their own
	const agreeing = places ? 0 : sources.length;
	if (agreeing > 1) return [phrase("why.sourcesAgree", { count: agreeing })];
	return crossings.length === 0 ? [] : [phrase("why.towersCross", { count: crossings.length + 1 })];
}

/** Orders and permits in force that touch an incident's region. */
export function ordersAt(context: JudgeContext, incident: Incident): Order[] {
	const inForce = context.register.orders.filter((order) => holds(order, context.now));
	const touched = incident.grids.filter((g) => g.share >= context.minShare);
	const { best, errorM = 0 } = incident.place;
	return inForce.filter(({ around, grids }) => {
		if (!around) return touched.some((g) => covers(grids, g.code));
		// a bearing alone passes over many permits; only a place can match one
		return best !== undefined && distanceM(around.position, best) <= around.radiusM + errorM;
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
