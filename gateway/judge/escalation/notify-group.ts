import { notEmpty, omit } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Message } from "../../model/delivery.ts";
import type { Duty } from "../../model/duty.ts";
import type { Instruction, Involved, LadderName, LadderProgress, PlanStep } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { holds } from "../../model/register.ts";
import type { JudgeContext } from "../judgement/state.ts";
import { deliveries, ledger } from "./effects.ts";
import { messageOf } from "./message.ts";
import { allStale, answering, peopleOf, type Recipient } from "./people.ts";
import { groupsOf } from "./plan.ts";
import { isOpen } from "./times.ts";

export interface Advanced {
	incident: Incident;
	effects: Effect[];
}

/** Which group of a ladder is notified, and why; `round` counts repetitions, 0 for the first time. */
export interface Round {
	ladder: LadderName;
	index: number;
	round: number;
	why: Phrase;
}

/** The same with everybody who answers for the ground, worked out once for all steps. */
interface Turn extends Round {
	answering: Duty[];
}

/** Tells a group, and where it names nobody the one above: a level where nobody is responsible costs no time. */
export function notifyGroup(context: JudgeContext, incident: Incident, of: Round): Advanced {
	const { ladder, index, round, why } = of;
	const groups = groupsOf(incident.ladder.plan, ladder);
	const turn: Turn = { ...of, answering: answering(context, incident) };
	let next = incident;
	let isAnybody = false;
	const effects: Effect[] = [];
	for (const step of groups[index]?.steps ?? []) {
		const people = withFallback(context, next, turn, peopleOf(context, next, step, turn.answering));
		isAnybody ||= people.length > 0;
		const notified = notifyStep(context, next, step, { turn, people });
		next = notified.incident;
		effects.push(...notified.effects);
	}
	const done = [...next.ladder[ladder].done.filter((i) => i !== index), index];
	const progress: LadderProgress = { done, notifiedAt: context.now, rounds: round };
	next = { ...next, ladder: { ...next.ladder, [ladder]: progress } };
	if (isAnybody || ladder !== "verify") return { incident: next, effects };
	const above = groups.findIndex((g, i) => !done.includes(i) && isOpen(next, ladder, g));
	if (round === 0 && above >= 0 && incident.confirmedAt === undefined) {
		const notified = notifyGroup(context, next, { ladder, index: above, round: 0, why });
		return { incident: notified.incident, effects: [...effects, ...notified.effects] };
	}
	return { incident: next.involved.length === 0 ? withoutPeople(next) : next, effects };
}

function withoutPeople(incident: Incident): Incident {
	return { ...incident, missing: [...new Set([...incident.missing, "people"])] };
}

/** Tells those whom a step means, except who knows as much already. */
function notifyStep(
	context: JudgeContext,
	incident: Incident,
	step: PlanStep,
	{ turn, people }: { turn: Turn; people: Recipient[] },
): Advanced {
	const { ladder, index, round, why } = turn;
	// once more it is told to all
	const first = round > 0 ? [] : people;
	// another tower may have told him as much of the same fire, while each was still alone with it
	const elsewhere = first.filter((t) => isNotifiedElsewhere(incident, t, step));
	const more = first.filter((t) => !elsewhere.includes(t) && hasMoreToDo(incident, t, step));
	const notified = people.filter((t) => !elsewhere.includes(t) && !more.includes(t));
	const left = notEmpty({ toldElsewhere: idsOf(elsewhere), hasMoreToDo: idsOf(more) });
	const { version: register } = context.register;
	const detail = { ladder, group: index, ...describe(step), why, people: idsOf(notified), ...left, register };
	const effects: Effect[] = [ledger(incident, { at: context.now, what: "step", who: "rule", detail })];
	let next = incident;
	const said: Said = new Map();
	for (const t of notified) {
		const asked = askPerson(context, next, step, { turn, notified: t, said });
		next = asked.incident;
		effects.push(...asked.effects);
	}
	if (ladder === "verify" && index === 0 && allStale(context, people))
		next = withStepForward(next, phrase("why.staleRecords"));
	return { incident: next, effects };
}

function idsOf(people: Recipient[]): string[] {
	return people.map((t) => t.person.id);
}

/** What the people of a step are told, by what is asked of them. */
type Said = Map<ReturnType<typeof taskFor>, Message>;

function askPerson(
	context: JudgeContext,
	incident: Incident,
	step: PlanStep,
	{ turn: { ladder, index, round }, notified, said }: { turn: Turn; notified: Recipient; said: Said },
): Advanced {
	const { id: personId, addresses } = notified.person;
	const before = incident.involved.find((i) => i.personId === personId);
	const next = involve(incident, notified, { step, ladder, at: context.now });
	const key = `${ladder}.${index}.${round}${anew(next)}`;
	const task = taskFor(before, step);
	// of many places each person reads his own first; else all who are asked the same read the same
	const message = next.places ? undefined : (said.get(task) ?? messageOf(context, next, context.now, task));
	if (message) said.set(task, message);
	const messages = deliveries(context, next, addresses, { key, personId, task, first: !before, message });
	// what still waits of less is not sent behind it
	const asksMore = before !== undefined && rank(task) > rank(before.task);
	const stop: Effect = { type: "stop", incidentId: next.id, personId };
	return { incident: next, effects: asksMore ? [stop, ...messages] : messages };
}

/** Whoever has an order keeps it, whatever else he is told. */
function taskFor(before: Involved | undefined, { task }: PlanStep): Instruction {
	const kept = before && isOrder(before.task) ? before.task : task;
	return rank(kept) > rank(task) ? kept : task;
}

/** Ladders that begin once more tell the same groups once more. */
function anew({ escalatesFrom }: Incident): string {
	return escalatesFrom === undefined ? "" : `.${escalatesFrom}`;
}

/** An order to one person only rises, until it is over: who was sent out is not told to stand by. */
function hasMoreToDo({ involved }: Incident, { person }: Recipient, { task }: PlanStep): boolean {
	const known = involved.find((i) => i.personId === person.id);
	return known !== undefined && !known.unreached && isOrder(task) && rank(task) < rank(known.task);
}

function isOrder(task: Instruction): boolean {
	return rank(task) >= rank("standBy");
}

function isNotifiedElsewhere({ involved }: Incident, { person }: Recipient, { task }: PlanStep): boolean {
	const known = involved.find((i) => i.personId === person.id);
	return known?.elsewhere !== undefined && rank(known.task) >= rank(task);
}

/** The last group falls to the named fallback where the whole register names nobody. */
function withFallback(
	context: JudgeContext,
	incident: Incident,
	{ ladder, index }: Turn,
	notified: Recipient[],
): Recipient[] {
	if (notified.length > 0 || ladder !== "verify") return notified;
	// ground without a grid is nobody's: those at the desk and in the office find out whose it is
	if (index === 0 && incident.grids.length === 0 && incident.kind === "fire")
		return [...ofTheOffice(context), ...fallbackOf(context)];
	const groups = groupsOf(incident.ladder.plan, "verify");
	const isLast = groups.findLastIndex((g) => isOpen(incident, "verify", g)) === index;
	return isLast && incident.involved.length === 0 ? fallbackOf(context) : notified;
}

function fallbackOf(context: DecisionContext): Recipient[] {
	const { fallback = "" } = context.ladder;
	const person = context.duty.person(fallback);
	return person ? [{ person, role: person.role, level: person.level, share: 0, ground: 0 }] : [];
}

/** Officers, leaders on duty and offices of the widest areas that have any. */
function ofTheOffice(context: JudgeContext): Recipient[] {
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

function withStepForward(incident: Incident, why: string): Incident {
	const { ladder } = incident;
	if (ladder.why.includes(why)) return incident;
	return { ...incident, ladder: { ...ladder, stepsForward: ladder.stepsForward + 1, why: [...ladder.why, why] } };
}

/** A step as the ledger has it. */
export function describe({ level, roles, tiers, deputies, task, minHa, minShare }: PlanStep): Record<string, unknown> {
	return { task, minHa, minShare, level, roles, tiers, deputies: deputies || undefined };
}

/** The incident with somebody who was told of it; who knew of it is asked for more, and what he has answered stays. */
export function involve(
	incident: Incident,
	{ person, role, level, share, team, inPlaceOf }: Recipient,
	{ step, ladder, at }: { step: PlanStep; ladder: LadderName; at: number },
): Incident {
	const { id: personId, name, title, addresses } = person;
	const { task } = step;
	const known = incident.involved.find((i) => i.personId === personId);
	// said of those alone whom nothing can reach
	const unreached = addresses.length === 0 ? { unreached: true } : {};
	if (known) {
		const kept = { ...omit(known, "unreached"), ...(known.unreached ? unreached : {}) };
		const asked = rank(task) > rank(known.task) ? { ...kept, task, ladder } : kept;
		return { ...incident, involved: incident.involved.map((i) => (i === known ? asked : i)) };
	}
	const notified = { personId, name, role, level, share, notifiedAt: at, ladder, task, title, team, inPlaceOf };
	return { ...incident, involved: [...incident.involved, { ...notified, ...unreached }] };
}

/** How much a task asks of somebody: more than what stands before it. */
export function rank(task: Instruction): number {
	return ["inform", "verify", "standBy", "assemble", "go"].indexOf(task);
}
