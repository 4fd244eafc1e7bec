import type { DecisionContext } from "../../model/context.ts";
import { touched } from "../../model/context.ts";
import type { Duty } from "../../model/duty.ts";
import type { PlanStep } from "../../model/escalation.ts";
import type { FirePlace, Incident } from "../../model/incident.ts";
import { DUTY_DESK, ROLES, staleSince, TIERS, type Tier } from "../../model/register.ts";
import type { JudgeContext } from "../judgement/state.ts";
import { ordersAt } from "./plan.ts";

/** A person a step tells, and as what. */
export interface Recipient extends Duty {
	team?: string;
}

/** 重大 and above: from 100 hectares (森林防火条例). */
const LARGE_HA = 100;

/** Everybody who answers for the ground of an incident now: what steps choose from. */
export function answering(context: JudgeContext, incident: Incident): Duty[] {
	return context.duty.responsible(touched(context, incident.grids), context.now);
}

/** Whom a step means, the likeliest place first, each person once. Heads of teams where it names tiers. */
export function peopleOf(
	context: JudgeContext,
	incident: Incident,
	step: PlanStep,
	all = answering(context, incident),
): Recipient[] {
	if (step.tiers) return headsOf(context, incident, step.tiers);
	const present = principalsPresent(context, all);
	const meant = all.filter(
		(d) => isOfStep(step, d) && isInTurn(step, d, present) && isCalled(context, incident, step, d),
	);
	const once = new Map<string, Recipient>();
	for (const d of meant) if (!once.has(d.person.id)) once.set(d.person.id, d);
	return [...once.values()];
}

function headsOf(context: JudgeContext, { grids }: Incident, tiers: Tier[]): Recipient[] {
	const teams = context.duty.teams(touched(context, grids), tiers, context.now);
	return teams.flatMap(({ team, head, share }) => {
		if (!head) return [];
		return [{ person: head, role: "leader", level: head.level, share, ground: share, team: team.name }];
	});
}

/** Whether a step means people of that role and level. Heads of teams are told by their tier. */
function isOfStep({ level, roles }: PlanStep, d: Duty): boolean {
	const isRole = roles ? roles.includes(d.role) : d.role !== "leader";
	return isRole && (level === undefined || d.level === level);
}

/** A deputy comes in his own step, or in place of a principal whom nothing reaches. */
function isInTurn({ deputies = false }: PlanStep, { deputyOf, inPlaceOf }: Duty, present: Set<string>): boolean {
	if (deputyOf === undefined || inPlaceOf !== undefined) return !deputies;
	return deputies || !present.has(deputyOf);
}

/**
 * Ids of those in whose place no deputy need come: something reaches them, or they come into office later while
 * something reaches whoever holds the post until then.
 */
function principalsPresent({ duty, now }: JudgeContext, all: Duty[]): Set<string> {
	const reached = all.filter((d) => d.person.addresses.length > 0);
	const isHeld = (d: Duty) => reached.some((o) => o.deputyOf === undefined && o.role === d.role && o.level === d.level);
	const isToCome = (id: string) => (duty.person(id)?.from ?? now) > now;
	const toCome = all.flatMap((d) =>
		d.deputyOf !== undefined && isToCome(d.deputyOf) && isHeld(d) ? [d.deputyOf] : [],
	);
	return new Set([...reached.map((d) => d.person.id), ...toCome]);
}

/** Whether enough of it is on his ground, and what he is called for is so. */
function isCalled(context: JudgeContext, incident: Incident, { minShare }: PlanStep, d: Duty): boolean {
	if (minShare !== undefined && shareOf(context, incident, d) < minShare) return false;
	return d.condition === undefined || conditionHolds(context, incident, d.condition);
}

/** Share of the region on somebody's ground, 0...1: of who is told of what leaves our grids, the part beyond them. */
function shareOf(context: JudgeContext, { place, grids, missing }: Incident, { condition, ground }: Duty): number {
	if (condition !== "beyond") return ground;
	return missing.includes("beyond") || grids.length === 0 ? context.grids.outside(place.points, context.now) : 0;
}

/** Whether all of these entries may name people who have left: see staleSince. */
export function allStale(context: JudgeContext, notified: Recipient[]): boolean {
	const since = notified.map(({ person }) => staleSince(person, context.records) ?? Number.POSITIVE_INFINITY);
	return notified.length > 0 && since.every((at) => at <= context.now);
}

function conditionHolds(context: JudgeContext, incident: Incident, condition: NonNullable<Duty["condition"]>): boolean {
	switch (condition) {
		case "confirmed":
			return incident.confirmedAt !== undefined;
		case "large":
			return (incident.sizeHa ?? 0) >= LARGE_HA;
		case "fireBan":
			return ordersAt(context, incident).some((o) => o.kind !== "permit");
		case "beyond":
			return incident.missing.includes("beyond");
	}
}

/** How somebody is called on an incident's list or in the register; undefined where neither knows him. */
export function nameOf(context: DecisionContext, { involved }: Incident, personId: string): string | undefined {
	return involved.find((i) => i.personId === personId)?.name ?? context.duty.person(personId)?.name;
}

/**
 * Whether a person answers for a place, in any role or as head of a team: asked of many places, their grids are looked
 * up once each.
 */
export function groundOf(context: JudgeContext, personId: string): (place: FirePlace) => boolean {
	const { duty, now } = context;
	const known = new Map<string, boolean>();
	const heads = (grids: FirePlace["grids"]) => duty.teams(grids, [...TIERS], now).some((t) => t.head?.id === personId);
	const isHis = (grids: FirePlace["grids"]) => duty.hasPost(personId, ROLES, grids, now) || heads(grids);
	return ({ grids }) => {
		const key = grids.map((g) => g.code).join(" ");
		const isOwn = known.get(key) ?? (grids.length > 0 && isHis(grids));
		known.set(key, isOwn);
		return isOwn;
	};
}

/** Whether each place of a wave has somebody who sees to it. */
export function allSeenTo(context: DecisionContext, places: FirePlace[], people: string[], at: number): boolean {
	const grounds = people.map((id) => groundOf({ ...context, now: at }, id));
	return people.includes(DUTY_DESK) || places.every((p) => grounds.some((isOwn) => isOwn(p)));
}

/** An incident as it is shown to one person: the grids that he answers for before those of others. */
export function ownPlacesFirst(context: JudgeContext, incident: Incident, personId: string | undefined): Incident {
	if (!incident.places || personId === undefined) return incident;
	const own = incident.grids.filter((g) => context.duty.hasPost(personId, ROLES, [g], context.now));
	const others = incident.grids.filter((g) => !own.includes(g));
	return { ...incident, grids: [...own, ...others] };
}
