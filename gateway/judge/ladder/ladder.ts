import { createHash } from "node:crypto";
import type { Climb, Effect, Incident, Instruction, Involved, LadderName, LedgerEntry, PlanStep } from "../../model/incident.ts";
import { type Address, holds } from "../../model/register.ts";
import type { World } from "../world.ts";
import { planOf } from "./maintenance.ts";
import { messageOf } from "./message.ts";
import { tellNewcomers } from "./newcomers.ts";
import { allSeenTo, allStale, answering, ownPlacesFirst, peopleOf, type Told } from "./people.ts";
import { aheadOf, dueAfterMs, type Group, gapAtEnd, groupsOf } from "./plan.ts";

/**
 * The two ladders of an incident, verify and suppress, climbed side by side. Everything is worked out from the
 * incident as it stands, so that a judgement made again after a crash comes to the same end.
 */

export interface Climbed {
	incident: Incident;
	effects: Effect[];
}

const LADDERS: readonly LadderName[] = ["verify", "suppress"];
const FIRST: Climb = { done: [], rounds: 0 };

/** A new incident's ladders: the plan in force is kept with it, so that editing plans never breaks a running one. */
export function startLadders(world: World, incident: Incident, now: number): Climbed {
	const { steps } = world.ladder;
	// lost coverage has nothing to put out, and a silent sensor is a repair job: said once, it climbs no ladder
	const plan = incident.kind === "fire" ? steps : steps.filter((s) => s.ladder === "verify");
	const first = Math.min(...plan.map((s) => s.afterMs));
	const whole = incident.kind === "sensorFault" ? plan.filter((s) => s.afterMs === first) : plan;
	const fitting = planOf(incident, whole);
	const ladder = { plan: fitting, ...aheadOf(world, incident, now), verify: FIRST, suppress: FIRST };
	return climb(world, { ...incident, ladder }, now, "opened");
}

/** Tells every group that is due, on both ladders, and works out when to look again. */
export function climb(world: World, incident: Incident, now: number, why: string): Climbed {
	// in another's hands, or told a group at a time with the tower's leave: see handover.ts
	if (incident.handedTo || incident.takenFrom) return { incident: withTimes(world, incident), effects: [] };
	let next = incident;
	const effects: Effect[] = [];
	for (const name of LADDERS) {
		const climbed = climbOne(world, next, name, now, why);
		next = climbed.incident;
		effects.push(...climbed.effects);
	}
	const joined = tellNewcomers(world, next, now);
	return { incident: withTimes(world, joined.incident), effects: [...effects, ...joined.effects] };
}

/** The next group of the verify ladder is told now, whatever its time: nobody who was told will do it. */
export function hurry(world: World, incident: Incident, now: number, why: string): Climbed {
	if (incident.ending) return climb(world, incident, now, why);
	if (incident.takenFrom) return climb(world, { ...incident, takenFrom: { ...incident.takenFrom, hurry: true } }, now, why);
	if (incident.handedTo) return climb(world, incident, now, why);
	const { plan, verify } = incident.ladder;
	const groups = groupsOf(plan, "verify");
	const waiting = groups.findIndex((g, i) => !verify.done.includes(i) && isOpen(incident, "verify", g));
	const index = waiting >= 0 ? waiting : verify.done.at(-1);
	if (index === undefined) return climb(world, incident, now, why);
	const told = tellGroup(world, incident, "verify", index, waiting >= 0 ? 0 : verify.rounds + 1, now, why);
	const rest = climb(world, told.incident, now, why);
	return { incident: rest.incident, effects: [...told.effects, ...rest.effects] };
}

/** When an incident's ladders or promised feedback want looking at again, ms since 1970. */
export function nextLook({ ladder, maintenance }: Incident): number | undefined {
	const times = [ladder.nextAt, ladder.feedbackBy, maintenance?.until].filter((t): t is number => t !== undefined);
	return times.length === 0 ? undefined : Math.min(...times);
}

/** Whether somebody's word holds that he sees to it. */
export function isSeeingToIt(i: Involved): boolean {
	return i.lapsedAt === undefined && (i.answer === "going" || i.answer === "onScene" || i.answer === "confirmed" || i.answer === "controlled");
}

function climbOne(world: World, incident: Incident, name: LadderName, now: number, why: string): Climbed {
	const groups = groupsOf(incident.ladder.plan, name);
	let next = incident;
	const effects: Effect[] = [];
	for (let turn = 0; turn <= groups.length + 1; turn++) {
		const due = nextDue(world, next, name, groups);
		if (!due || due.at > now) break;
		const climbed = tellGroup(world, next, name, due.index, due.rounds, now, why);
		effects.push(...climbed.effects);
		next = climbed.incident;
	}
	return { incident: next, effects };
}

export interface Due {
	index: number;
	rounds: number;
	at: number;
}

/** The next group of a ladder and its time; undefined while it rests or is done. */
export function nextDue(world: World, incident: Incident, name: LadderName, groups: Group[]): Due | undefined {
	const { ladder, confirmedAt, state } = incident;
	const openedAt = incident.climbsFrom ?? incident.openedAt;
	if (incident.ending) return undefined; // until it is clear whether it is over
	const { done, rounds, toldAt } = ladder[name];
	// of the incidents of one fire, one is climbed
	if (incident.partOf !== undefined) return undefined;
	if (groups.length === 0 || state === "controlled" || state === "out") return undefined;
	if (name === "verify" && isResting(world, incident, groups)) return undefined;
	const waiting = groups.flatMap((group, index): Due[] => {
		// what only a confirmed fire calls for does not hold up what comes after it
		if (done.includes(index) || !isOpen(incident, name, group)) return [];
		const byTime = openedAt + dueAfterMs(ladder.plan, name, group.turn, ladder.ahead);
		return [{ index, rounds: 0, at: group.when === "orConfirmed" && confirmedAt !== undefined ? Math.min(byTime, confirmedAt) : byTime }];
	});
	if (waiting.length > 0) return waiting.reduce((a, b) => (b.at < a.at ? b : a));
	// silence after the last group: it is told again and again, until somebody answers
	const last = done.at(-1);
	if (name === "suppress" || confirmedAt !== undefined || incident.kind === "sensorFault" || last === undefined) return undefined;
	const pause = Math.max(world.ladder.repeatMs, gapAtEnd(ladder.plan, name));
	return { index: last, rounds: rounds + 1, at: (toldAt ?? openedAt) + pause };
}

/** Whether a group's steps are wanted as things stand. Once a fire is confirmed nobody need verify it any more. */
function isOpen({ confirmedAt, sizeHa = 0 }: Incident, name: LadderName, { when, minHa }: Group): boolean {
	if (sizeHa < minHa) return false;
	if (when === "confirmed") return confirmedAt !== undefined;
	return name === "suppress" || confirmedAt === undefined || when === "orConfirmed";
}

/** A promise of more than this rests no ladder, ms. */
const LONGEST_REST_MS = 3_600_000;

/** The verify ladder rests while as many see to it as the steps told so far ask for. */
function isResting(world: World, { ladder, involved, confirmedAt, places, changedAt }: Incident, groups: Group[]): boolean {
	if (confirmedAt !== undefined) return false; // its later groups inform, and are few
	const told = ladder.verify.done.flatMap((i) => groups[i]?.steps ?? []);
	// who is hours away is waited for, and rests nobody else
	const isHoursAway = (i: Involved) => i.answer === "going" && (i.feedbackBy ?? 0) - (i.goingSince ?? i.answeredAt ?? 0) > LONGEST_REST_MS;
	const people = involved.filter((i) => isSeeingToIt(i) && !isHoursAway(i));
	if (people.length < Math.max(1, ...told.map((s) => s.needs))) return false;
	// whoever goes to one place of a wave sees to that one
	return (
		!places ||
		allSeenTo(
			world,
			places,
			people.map((i) => i.personId),
			changedAt,
		)
	);
}

export function tellGroup(world: World, incident: Incident, name: LadderName, index: number, rounds: number, now: number, why: string): Climbed {
	const group = groupsOf(incident.ladder.plan, name)[index] as Group;
	const effects: Effect[] = [];
	let next = incident;
	let anybody = false;
	const all = answering(world, incident, now);
	for (const step of group.steps) {
		const told = withFallback(world, next, peopleOf(world, next, step, now, all), name, index, now);
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
			ledger(incident, now, "step", "rule", {
				...{ ladder: name, group: index, ...describe(step), why, people, ...others, register: world.register.version },
			}),
		);
		for (const t of told) {
			if (elsewhere.includes(t) || more.includes(t)) continue;
			const before = next.involved.find((i) => i.personId === t.person.id);
			next = involve(next, t, step, name, now);
			// whoever has an order keeps it, whatever else he is told
			const asked = before && isOrder(before.task) && rank(before.task) > rank(step.task) ? before.task : step.task;
			// what still waits of less is not sent behind it
			if (before && rank(asked) > rank(before.task))
				effects.push({ type: "stop", incidentId: next.id, personId: t.person.id, why: "asked for more" });
			effects.push(...deliveries(world, next, t.person.addresses, `${name}.${index}.${rounds}${anew(next)}`, now, t.person.id, asked, !before));
		}
		if (name === "verify" && index === 0 && allStale(world, told, now)) next = ahead(next, "the records may name people who have left");
	}
	const done = [...next.ladder[name].done.filter((i) => i !== index), index];
	const climb: Climb = { done, toldAt: now, rounds };
	next = { ...next, ladder: { ...next.ladder, [name]: climb } };
	// a level where nobody is responsible costs no time: the next is told at once
	const groups = groupsOf(next.ladder.plan, name);
	const above = groups.findIndex((g, i) => !done.includes(i) && isOpen(next, name, g));
	if (!anybody && rounds === 0 && name === "verify" && above >= 0 && incident.confirmedAt === undefined) {
		const told = tellGroup(world, next, name, above, 0, now, why);
		return { incident: told.incident, effects: [...effects, ...told.effects] };
	}
	if (!anybody && name === "verify" && next.involved.length === 0) next = { ...next, missing: [...new Set([...next.missing, "people"])] };
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
function withFallback(world: World, incident: Incident, told: Told[], name: LadderName, index: number, now: number): Told[] {
	// ground without a grid is nobody's: those at the desk and in the office find out whose it is
	if (told.length === 0 && name === "verify" && index === 0 && incident.grids.length === 0 && incident.kind === "fire")
		return [...ofTheOffice(world, now), ...fallbackOf(world)];
	const groups = groupsOf(incident.ladder.plan, "verify");
	const last = groups.findLastIndex((g) => isOpen(incident, "verify", g)) === index;
	if (told.length > 0 || name !== "verify" || !last || incident.involved.length > 0) return told;
	return fallbackOf(world);
}

function fallbackOf(world: World): Told[] {
	const person = world.ladder.fallback === undefined ? undefined : world.duty.person(world.ladder.fallback);
	return person ? [{ person, role: person.role, level: person.level, share: 0, ground: 0 }] : [];
}

/** Officers, leaders on duty and offices of the widest areas that have any. */
function ofTheOffice(world: World, now: number): Told[] {
	const people = world.register.people.filter((p) => OFFICE.includes(p.role) && holds(p, now));
	const widest = Math.min(...people.flatMap((p) => p.grids.map((code) => code.length)));
	const codes = [...new Set(people.flatMap((p) => p.grids.filter((code) => code.length === widest)))];
	const duties = world.duty.responsible(
		codes.map((code) => ({ code, name: "", share: 1 })),
		now,
	);
	return duties.filter((d) => OFFICE.includes(d.role));
}
const OFFICE: readonly string[] = ["officer", "dutyLeader", "office"];

function ahead(incident: Incident, why: string): Incident {
	const { ladder } = incident;
	return ladder.why.includes(why) ? incident : { ...incident, ladder: { ...ladder, ahead: ladder.ahead + 1, why: [...ladder.why, why] } };
}

export function describe({ level, roles, tiers, deputies, task, minHa, minShare }: PlanStep): Record<string, unknown> {
	const only = { ...(minHa === undefined ? {} : { minHa }), ...(minShare === undefined ? {} : { minShare }) };
	return { task, ...only, ...(level ? { level } : {}), ...(roles ? { roles } : {}), ...(tiers ? { tiers } : {}), ...(deputies ? { deputies } : {}) };
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
		...(person.title === undefined ? {} : { title: person.title }),
		...(team === undefined ? {} : { team }),
		...(inPlaceOf === undefined ? {} : { inPlaceOf }),
		...(person.addresses.length === 0 ? { unreached: true } : {}),
	};
	const entry: Involved = { personId: person.id, name: person.name, role, level, share, toldAt: now, ladder, task: step.task, ...extra };
	return { ...incident, involved: [...incident.involved, entry] };
}

export function rank(task: Instruction): number {
	return ["inform", "verify", "standBy", "assemble", "go"].indexOf(task);
}

/** The incident with the next times of its ladders and of promised feedback. */
export function withTimes(world: World, incident: Incident): Incident {
	const { verify, suppress, ...rest } = incident.ladder;
	const at = (name: LadderName) => nextDue(world, incident, name, groupsOf(rest.plan, name))?.at;
	const timed = (climb: Climb, nextAt: number | undefined): Climb => {
		const { nextAt: _, ...bare } = climb;
		return nextAt === undefined ? bare : { ...bare, nextAt };
	};
	const next = { verify: at("verify"), suppress: at("suppress") };
	const both = [next.verify, next.suppress].filter((t): t is number => t !== undefined);
	const over = incident.state === "controlled" || incident.state === "out";
	const promises =
		incident.ending || over || incident.handedTo || incident.takenFrom?.lease === "asked" || incident.partOf !== undefined
			? []
			: incident.involved.filter((i) => isSeeingToIt(i)).flatMap((i) => i.feedbackBy ?? []);
	const { plan, ahead: steps, why } = rest;
	const { handedTo, takenFrom } = incident;
	if (incident.state === "out") for (const task of incident.tasks ?? []) if (task.doneAt === undefined) both.push(lookAtTask(task));
	if (incident.ending) both.splice(0, both.length, incident.ending.until);
	// the centre's silence, or the next beat of ours, is what is due first while the ladders are in two hands
	if (handedTo) both.splice(0, both.length, handedTo.heardAt + world.ladder.silentMs);
	if (takenFrom) {
		const beatMs = world.ladder.silentMs / 6;
		// what is due waits for the tower's yes: until then only the next question is
		if (takenFrom.lease === "asked") both.splice(0, both.length, takenFrom.askedAt + beatMs);
		else if (takenFrom.grant) both.splice(0, both.length, takenFrom.grant.askedAt + beatMs, takenFrom.beatAt + beatMs);
		else both.push(takenFrom.beatAt + beatMs);
	}
	if (incident.ending) both.push(incident.ending.until);
	return {
		...incident,
		ladder: {
			...{ plan, ahead: steps, why },
			verify: timed(verify, next.verify),
			suppress: timed(suppress, next.suppress),
			...(both.length === 0 ? {} : { nextAt: Math.min(...both) }),
			...(promises.length === 0 ? {} : { feedbackBy: Math.min(...promises) }),
		},
	};
}

/** A word that is due is waited for so long before it climbs, ms. */
export const TASK_GRACE_MS = 15 * 60_000;

/** When a task wants looking at: when its word is due, and each quarter of an hour that it does not come. */
export function lookAtTask({ dueAt, climbed, everyMs }: NonNullable<Incident["tasks"]>[number]): number {
	// when everybody above has heard it, it is said no oftener than the word itself is due
	return dueAt + Math.min(climbed, MOST_CLIMBS) * TASK_GRACE_MS + Math.max(0, climbed - MOST_CLIMBS) * everyMs;
}
const MOST_CLIMBS = 6;

/** An incident that is over: nothing of its ladders is due any more. */
export function withoutTimes(incident: Incident): Incident {
	const { plan, ahead: steps, why, verify, suppress } = incident.ladder;
	const bare = ({ done, toldAt, rounds }: Climb): Climb => ({ done, rounds, ...(toldAt === undefined ? {} : { toldAt }) });
	return { ...incident, ladder: { plan, ahead: steps, why, verify: bare(verify), suppress: bare(suppress) } };
}

/** What listeners (centre, webhooks) hear of a change; one message per state and moment. */
export function tellListeners(world: World, incident: Incident, now: number): Effect[] {
	// what is worked on stays at our own desk: a centre would take it over like any other
	if (incident.maintenance) return [];
	return deliveries(world, incident, world.listeners, `${incident.state}.${incident.changedAt}`, now);
}

export function ledger(
	incident: Incident,
	at: number,
	what: string,
	who: string,
	detail: Record<string, unknown>,
	personal?: Record<string, unknown>,
): Effect {
	const entry: LedgerEntry = { at, incidentId: incident.id, what, who, detail, ...(personal ? { personal } : {}) };
	return { type: "ledger", entry };
}

/** The incidents as which a person may have been told of this one: itself, and the waves it was a part of. */
export function toldAs({ id, splitFrom = [] }: Incident): string[] {
	return [id, ...splitFrom];
}

export function deliveries(
	world: World,
	incident: Incident,
	addresses: Address[],
	key: string,
	now: number,
	personId?: string,
	task?: Instruction | "guard",
	first = false,
): Effect[] {
	const shown = ownPlacesFirst(world, incident, personId, now);
	return addresses.map(({ channel, address }) => ({
		type: "deliver",
		delivery: {
			incidentId: incident.id,
			// the key outlives the address, which is personal: it holds a mark of it only
			key: `${incident.id}|${key}|${personId ?? ""}|${channel}|${createHash("sha256").update(address).digest("hex").slice(0, 12)}`,
			...(personId === undefined ? {} : { personId }),
			channel,
			address,
			lane: personId === undefined ? "state" : "alarm",
			message: { ...messageOf(world, shown, now, task), ...(first ? { first } : {}) },
			createdAt: now,
		},
	}));
}
