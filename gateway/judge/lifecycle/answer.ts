import { defined, omit } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import type { Answer } from "../../model/answer.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Involved } from "../../model/escalation.ts";
import type { Effect, JudgeEvent } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { isUnderControl, type Move, nextState } from "../../model/incident-states.ts";
import { VIA_CENTRE } from "../../model/lease.ts";
import { DUTY_DESK } from "../../model/register.ts";
import { mayEnd } from "../duty/duty.ts";
import { allClear } from "../escalation/all-clear.ts";
import { ledger, notifySubscribers } from "../escalation/effects.ts";
import { advance, advanceNow } from "../escalation/ladder.ts";
import { endsMaintenance } from "../escalation/maintenance-end.ts";
import { mayStillGo, withTimes } from "../escalation/times.ts";
import { applyChanges, type Change, noChange } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { checkedIn, guardBegins, guardOf } from "../tasks/guard.ts";
import { lacks } from "./ending.ts";
import { rekindled } from "./rekindle.ts";

const CAN_BE_UNDONE: readonly Answer["answer"][] = ["false", "permitted", "out"];

/** An end by a person here. What another machine has said was looked at there, and rules end nothing of a fire. */
export function canBeUndone(context: DecisionContext, incident: Incident, a: Answer): boolean {
	if (context.ladder.undoMs <= 0 || incident.kind !== "fire" || !CAN_BE_UNDONE.includes(a.answer)) return false;
	return a.via !== VIA_CENTRE && !a.via?.startsWith("tower:") && !(a.answer === "out" && incident.state === "out");
}

/**
 * The end waits: the ladders pause, what waits to be sent is held, and the all-clear leaves when nobody has thought
 * better of it.
 */
export function ending(
	context: JudgeContext,
	state: JudgeState,
	incident: Incident,
	{ answered, answer: a, entry }: { answered: Incident; answer: Answer; entry: Effect },
): Judged {
	const { now } = context;
	const { said = [], before = [], ...waiting } = incident.ending ?? {};
	const { first, until } = endTimes(context, waiting, a);
	const isFirst = !said.includes(a.personId);
	const stood = isFirst ? incident.involved.filter((i) => i.personId === a.personId) : [];
	const saying = { answer: a, until, first, said: [...new Set([...said, a.personId])], before: [...before, ...stood] };
	const next = withTimes(context, { ...answered, ending: saying, changedAt: now });
	const detail = { answer: a.answer, until };
	const effects: Effect[] = [
		entry,
		ledger(next, { at: now, what: "ending", who: a.personId, detail }),
		{ type: "hold", incidentId: next.id, until },
	];
	return applyChanges(state, [{ incident: next, effects }]);
}

/**
 * When an end is carried out, and when the first one would have been, ms since 1970. Said once more it is the same end;
 * whoever says something else puts it off once.
 */
function endTimes(
	{ now, ladder: { undoMs } }: JudgeContext,
	waiting: Partial<NonNullable<Incident["ending"]>>,
	{ answer }: Answer,
): { first: number; until: number } {
	const { first = now + undoMs, until = first } = waiting;
	if (waiting.answer?.answer === answer) return { first, until };
	return { first, until: Math.min(now, first) + undoMs };
}

export function undoing(incident: Incident, personId: string, why: Phrase | undefined, now: number): Effect[] {
	return [
		ledger(incident, { at: now, what: "undone", who: personId, detail: defined({ why }) }),
		{ type: "hold", incidentId: incident.id },
	];
}

/**
 * Takes an end back: what the person has said before stands again, the ladders go on, and nobody has heard of anything.
 */
export function onUndo(context: JudgeContext, state: JudgeState, event: Extract<JudgeEvent, { type: "undo" }>): Judged {
	const incident = state.incidents.find((i) => i.id === event.incidentId);
	if (!incident?.ending) return { ...noChange(state), refused: phrase("refused.nothingToUndo") };
	const { ending: waiting, ...free } = incident;
	const { said = [waiting.answer.personId], before = [] } = waiting;
	const involved = free.involved.flatMap((i) => {
		const stood = before.find((b) => b.personId === i.personId);
		return stood ?? (said.includes(i.personId) ? [] : i);
	});
	const advanced = advance(context, { ...free, involved, changedAt: context.now }, phrase("because.undone"));
	const undone = undoing(incident, event.personId, undefined, context.now);
	return applyChanges(state, [{ incident: advanced.incident, effects: [...undone, ...advanced.effects] }]);
}

/** Why an answer does not count, or undefined when it does. */
export function whyNot(context: DecisionContext, incident: Incident, a: Answer): Phrase | undefined {
	// the centre has looked at it, with a register of its own
	if (a.via === VIA_CENTRE) return undefined;
	const hasRight = mayEnd(context.duty, a.personId, incident.grids, a.at);
	if (ON_PAPER.includes(a.answer) && !hasRight) return phrase("refused.noRight");
	if (a.answer === "close") return whyNotClosed(incident, a);
	const isFree = hasRight || isOfTower(a) || !CONFIRMS.includes(a.answer);
	return isFree ? undefined : whyNotFromThere(incident, a);
}

/** Words that end an incident without anybody having been there: only those with the right may say them. */
const ON_PAPER: readonly Answer["answer"][] = ["false", "permitted", "close"];

/** Whether a tower has passed it on, and looked at it there. */
function isOfTower({ via }: Answer): boolean {
	return via?.startsWith("tower:") === true;
}

function whyNotClosed(incident: Incident, { cause = incident.cause }: Answer): Phrase | undefined {
	if (incident.kind !== "fire") return undefined;
	const missing = lacks(cause === undefined ? incident : { ...incident, cause });
	return missing.length > 0 ? phrase("refused.cannotClose", { lacks: missing }) : undefined;
}

/** Why the word of somebody who may not end it on paper, and speaks of where he stands, does not count. */
function whyNotFromThere({ places, grids, involved }: Incident, a: Answer): Phrase | undefined {
	// nobody stands in two villages
	if (a.answer !== "confirmed" && places && grids.length > 1) return phrase("refused.severalPlaces");
	return involved.some((i) => i.personId === a.personId) ? undefined : phrase("refused.notTold");
}

/**
 * going, on scene, confirmed, controlled, out: the person's own queue stops, the incident moves on, and feedback is
 * awaited.
 */
export function forward(context: JudgeContext, incident: Incident, a: Answer): Change {
	if (isUnderControl(incident.state) && a.answer === "confirmed")
		return rekindled(context, incident, { who: a.personId, why: phrase("because.seenBurning") });
	if (incident.state === "out" && a.answer === "onScene") return checkedIn(context, incident, a);
	const sized = confirmedBy(context, incident, a);
	const state = nextState(incident.state, moveOf(sized, a));
	const isOut = state === "out" && incident.state !== "out";
	const moved: Incident = { ...sized, state, changedAt: context.now };
	const next = isOut ? guarded(context, moved, a) : moved;
	// out: nobody needs to hear any more, whoever it was that would have been told
	const personId = isUnderControl(state) ? undefined : a.personId;
	const stop: Effect = { type: "stop", incidentId: incident.id, ...defined({ personId }) };
	const why = phrase("because.said", { answer: a.answer });
	const advanced = endsMaintenance(context, next, why) ?? advance(context, next, why);
	const over = isOut ? saidToBeOut(context, advanced.incident, a) : [];
	const notified = notifySubscribers(context, advanced.incident);
	return { incident: advanced.incident, effects: [stop, ...advanced.effects, ...over, ...notified] };
}

/** What is out is guarded, from now on. */
function guarded(context: JudgeContext, incident: Incident, a: Answer): Incident {
	const { tasks = [] } = incident;
	return { ...incident, outAt: context.now, tasks: [...tasks, guardOf(context, incident, a)] };
}

function saidToBeOut(context: JudgeContext, incident: Incident, { personId, personName }: Answer): Effect[] {
	return [...allClear(context, incident, personId, personName), ...guardBegins(context, incident)];
}

/** That it burns is known by whoever has seen it, or put it out; how large it is by whoever says so. */
function confirmedBy({ now }: JudgeContext, incident: Incident, { answer, personId, sizeHa }: Answer): Incident {
	const confirms = incident.confirmedAt === undefined && CONFIRMS.includes(answer);
	const sure: Incident = confirms ? { ...incident, confirmedAt: now, confirmedBy: personId } : incident;
	return sizeHa === undefined ? sure : { ...sure, sizeHa };
}
const CONFIRMS: readonly Answer["answer"][] = ["confirmed", "controlled", "out"];

/** How an answer moves an incident: whoever was ordered out, or goes to a confirmed fire, goes to put it out. */
function moveOf(incident: Incident, a: Answer): Move {
	if (MOVES.includes(a.answer)) return a.answer as Move;
	const task = incident.involved.find((i) => i.personId === a.personId)?.task ?? "verify";
	const isOrdered = ORDERS_OUT.includes(task);
	return incident.confirmedAt !== undefined || isOrdered ? "goingOut" : "going";
}
const MOVES: readonly Answer["answer"][] = ["onScene", "confirmed", "controlled", "out"];
const ORDERS_OUT: readonly Involved["task"][] = ["go", "assemble"];

/** "Not me": when nobody is left who might, the next is told at once. */
export function declined(context: JudgeContext, incident: Incident, a: Answer): Change {
	const stop: Effect = { type: "stop", incidentId: incident.id, personId: a.personId };
	const asked = incident.involved.filter((i) => i.ladder === "verify");
	const isWaitedFor = isUnderControl(incident.state) || asked.some(mayStillGo);
	const isOwn = asked.some((i) => i.personId === a.personId);
	if (isWaitedFor || !isOwn) return { incident: withTimes(context, incident), effects: [stop] };
	const advanced = advanceNow(context, incident, phrase("because.said", { answer: a.answer }));
	return { incident: advanced.incident, effects: [stop, ...advanced.effects] };
}

export function withAnswer(context: JudgeContext, incident: Incident, a: Answer): Incident {
	const known = incident.involved.find((i) => i.personId === a.personId);
	// a page that is opened again says "seen" again: that takes nothing back
	if (a.answer === "seen" && (!known || known.answer !== undefined)) return incident;
	const own = known ?? uncalled(context, a);
	if (!own) return incident;
	const answered = answeredBy(own, a, promiseOf(context, a));
	const involved = known
		? incident.involved.map((i) => (i === known ? answered : i))
		: [...incident.involved, answered];
	return { ...incident, involved };
}

function answeredBy(involved: Involved, a: Answer, feedbackBy: number | undefined): Involved {
	const bare = omit(involved, "feedbackBy", "lapsedAt", "via", "goingSince");
	const goingSince = a.answer === "going" ? sinceWhen(involved, a.at) : undefined;
	const via = isOfTower(a) ? a.via : undefined;
	return { ...bare, answer: a.answer, answeredAt: a.at, ...defined({ via, goingSince, feedbackBy }) };
}

/** Since when somebody is on his way who says so now: said again it is the same way. */
function sinceWhen({ answer, answeredAt, goingSince = answeredAt }: Involved, now: number): number {
	return answer === "going" ? (goingSince ?? now) : now;
}

/** Whoever comes uncalled, the desk included, is seeing to it all the same, and is reminded of it all the same. */
function uncalled(context: JudgeContext, a: Answer): Involved | undefined {
	if (!COMES.includes(a.answer)) return undefined;
	const person = context.duty.person(a.personId);
	const isVouched = a.personId === DUTY_DESK || a.via === VIA_CENTRE || isOfTower(a);
	if (!person && !isVouched) return undefined;
	const { role, level } = person ?? { role: "officer", level: "" };
	const { personId, personName: name, at: notifiedAt } = a;
	return { personId, name, role, level, share: 0, notifiedAt, ladder: "verify", task: "verify" };
}
const COMES: readonly Answer["answer"][] = ["going", "onScene", "confirmed"];

/** When feedback is due after an answer: the promised arrival, or the plan's time. */
function promiseOf(context: JudgeContext, a: Answer): number | undefined {
	const { feedbackMs, sceneMs } = context.ladder;
	const promised = a.etaMinutes === undefined ? feedbackMs : a.etaMinutes * 60_000;
	if (a.answer === "going") return context.now + promised;
	return a.answer === "onScene" ? context.now + sceneMs : undefined;
}
