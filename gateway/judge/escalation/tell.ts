import { phrase } from "../../base/say.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Climb, Instruction, Involved, LadderName, PlanStep } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { holds } from "../../model/register.ts";
import type { JudgeContext } from "../judgement/state.ts";
import { deliveries, ledger } from "./effects.ts";
import { allStale, answering, peopleOf, type Told } from "./people.ts";
import { type Group, groupsOf } from "./plan.ts";
import { isOpen } from "./times.ts";

export interface Climbed {
	incident: Incident;
	effects: Effect[];
}

export function tellGroup(
	context: JudgeContext,
	incident: Incident,
	name: LadderName,
	index: number,
	rounds: number,
	why: string,
): Climbed {
	const group = groupsOf(incident.ladder.plan, name)[index] as Group;
	const effects: Effect[] = [];
	let next = incident;
	let anybody = false;
	const all = answering(context, incident);
	for (const step of group.steps) {
		const told = withFallback(context, next, peopleOf(context, next, step, all), name, index);
		anybody ||= told.length > 0;
		// another tower may have told him as much of the same fire, while each was still alone with it
		const elsewhere = rounds > 0 ? [] : told.filter((t) => isToldElsewhere(next, t, step));
		const more = rounds > 0 ? [] : told.filter((t) => !elsewhere.includes(t) && hasMoreToDo(next, t, step));
		const people = told.filter((t) => !elsewhere.includes(t) && !more.includes(t)).map((t) => t.person.id);
		const others = {
			...(elsewhere.length > 0 ? { toldElsewhere: elsewhere.map((t) => t.person.id) } : {}),
			...(more.length > 0 ? { hasMoreToDo: more.map((t) => t.person.id) } : {}),
		};
		effects.push(
			ledger(incident, context.now, "step", "rule", {
				ladder: name,
				group: index,
				...describe(step),
				why,
				people,
				...others,
				register: context.register.version,
			}),
		);
		for (const t of told) {
			if (elsewhere.includes(t) || more.includes(t)) continue;
			const before = next.involved.find((i) => i.personId === t.person.id);
			next = involve(next, t, step, name, context.now);
			// whoever has an order keeps it, whatever else he is told
			const asked = before && isOrder(before.task) && rank(before.task) > rank(step.task) ? before.task : step.task;
			// what still waits of less is not sent behind it
			if (before && rank(asked) > rank(before.task))
				effects.push({ type: "stop", incidentId: next.id, personId: t.person.id, why: "asked for more" });
			effects.push(
				...deliveries(
					context,
					next,
					t.person.addresses,
					`${name}.${index}.${rounds}${anew(next)}`,
					t.person.id,
					asked,
					!before,
				),
			);
		}
		if (name === "verify" && index === 0 && allStale(context, told)) next = ahead(next, phrase("why.staleRecords"));
	}
	const done = [...next.ladder[name].done.filter((i) => i !== index), index];
	const climb: Climb = { done, toldAt: context.now, rounds };
	next = { ...next, ladder: { ...next.ladder, [name]: climb } };
	// a level where nobody is responsible costs no time: the next is told at once
	const groups = groupsOf(next.ladder.plan, name);
	const above = groups.findIndex((g, i) => !done.includes(i) && isOpen(next, name, g));
	if (!anybody && rounds === 0 && name === "verify" && above >= 0 && incident.confirmedAt === undefined) {
		const told = tellGroup(context, next, name, above, 0, why);
		return { incident: told.incident, effects: [...effects, ...told.effects] };
	}
	if (!anybody && name === "verify" && next.involved.length === 0)
		next = { ...next, missing: [...new Set([...next.missing, "people"])] };
	return { incident: next, effects };
}

/** Ladders that begin once more tell the same groups once more. */
function anew({ climbsFrom }: Incident): string {
	return climbsFrom === undefined ? "" : `.${climbsFrom}`;
}

/** An order to one person only rises, until it is over: who was sent out is not told to stand by. */
function hasMoreToDo({ involved }: Incident, { person }: Told, { task }: PlanStep): boolean {
	const known = involved.find((i) => i.personId === person.id);
	return known !== undefined && !known.unreached && isOrder(task) && rank(task) < rank(known.task);
}

function isOrder(task: Instruction): boolean {
	return rank(task) >= rank("standBy");
}

function isToldElsewhere({ involved }: Incident, { person }: Told, { task }: PlanStep): boolean {
	const known = involved.find((i) => i.personId === person.id);
	return known?.elsewhere !== undefined && rank(known.task) >= rank(task);
}

/** The last group falls to the named fallback where the whole register names nobody. */
function withFallback(
	context: JudgeContext,
	incident: Incident,
	told: Told[],
	name: LadderName,
	index: number,
): Told[] {
	// ground without a grid is nobody's: those at the desk and in the office find out whose it is
	if (told.length === 0 && name === "verify" && index === 0 && incident.grids.length === 0 && incident.kind === "fire")
		return [...ofTheOffice(context), ...fallbackOf(context)];
	const groups = groupsOf(incident.ladder.plan, "verify");
	const last = groups.findLastIndex((g) => isOpen(incident, "verify", g)) === index;
	if (told.length > 0 || name !== "verify" || !last || incident.involved.length > 0) return told;
	return fallbackOf(context);
}

function fallbackOf(context: DecisionContext): Told[] {
	const person = context.ladder.fallback === undefined ? undefined : context.duty.person(context.ladder.fallback);
	return person ? [{ person, role: person.role, level: person.level, share: 0, ground: 0 }] : [];
}

/** Officers, leaders on duty and offices of the widest areas that have any. */
function ofTheOffice(context: JudgeContext): Told[] {
	const people = context.register.people.filter((p) => OFFICE.includes(p.role) && holds(p, context.now));
	const widest = Math.min(...people.flatMap((p) => p.grids.map((code) => code.length)));
	const codes = [...new Set(people.flatMap((p) => p.grids.filter((code) => code.length === widest)))];
	const duties = context.duty.responsible(
		codes.map((code) => ({ code, name: "", share: 1 })),
		context.now,
	);
	return duties.filter((d) => OFFICE.includes(d.role));
}

const OFFICE: readonly string[] = ["officer", "dutyLeader", "office"];

function ahead(incident: Incident, why: string): Incident {
	const { ladder } = incident;
	return ladder.why.includes(why)
		? incident
		: { ...incident, ladder: { ...ladder, ahead: ladder.ahead + 1, why: [...ladder.why, why] } };
}

export function describe({ level, roles, tiers, deputies, task, minHa, minShare }: PlanStep): Record<string, unknown> {
	const only = { minHa, minShare };
	return {
		task,
		...only,
		...(level ? { level } : {}),
		...(roles ? { roles } : {}),
		...(tiers ? { tiers } : {}),
		...(deputies ? { deputies } : {}),
	};
}

export function involve(incident: Incident, told: Told, step: PlanStep, ladder: LadderName, now: number): Incident {
	const { person, role, level, share, team, inPlaceOf } = told;
	const known = incident.involved.find((i) => i.personId === person.id);
	if (known) {
		// asked for more than before: the task changes, what was answered stays
		const { unreached, ...rest } = known;
		const now_ = unreached && person.addresses.length === 0 ? known : rest;
		const asked = rank(step.task) > rank(known.task) ? { ...now_, task: step.task, ladder } : now_;
		return { ...incident, involved: incident.involved.map((i) => (i === known ? asked : i)) };
	}
	const extra = {
		title: person.title,
		team,
		inPlaceOf,
		...(person.addresses.length === 0 ? { unreached: true } : {}),
	};
	const entry: Involved = {
		personId: person.id,
		name: person.name,
		role,
		level,
		share,
		toldAt: now,
		ladder,
		task: step.task,
		...extra,
	};
	return { ...incident, involved: [...incident.involved, entry] };
}

export function rank(task: Instruction): number {
	return ["inform", "verify", "standBy", "assemble", "go"].indexOf(task);
}
