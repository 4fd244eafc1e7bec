import { notEmpty } from "../base/omit.ts";
import { phrase } from "../base/say.ts";
import type { DecisionContext } from "../model/context.ts";
import type { LadderName } from "../model/escalation.ts";
import type { JudgeEvent } from "../model/event.ts";
import type { Incident } from "../model/incident.ts";
import { endDue, onAnswer } from "./correlation/answers.ts";
import { onAlarm, onCoverage, onSighting } from "./correlation/arrivals.ts";
import { withPrimaries } from "./correlation/correlate.ts";
import { advance } from "./escalation/ladder.ts";
import { endsMaintenance } from "./escalation/maintenance-end.ts";
import { onNotReached } from "./escalation/not-reached.ts";
import { groupsOf } from "./escalation/plan.ts";
import { nextDueAt, withTimes } from "./escalation/times.ts";
import { onHandover } from "./handover/centre.ts";
import { onDue } from "./handover/on-due.ts";
import { pendingAnswersOf, repeatPending, withPendingAnswers } from "./handover/pending.ts";
import { applyChanges, type Change, mergeJudged } from "./judgement/judged.ts";
import type { JudgeContext } from "./judgement/state.ts";
import { EMPTY_STATE, type Judge, type Judged, type JudgeState } from "./judgement/state.ts";
import { onUndo } from "./lifecycle/answer.ts";
import { onClockSet } from "./lifecycle/clock.ts";
import { remember } from "./lifecycle/nuisance.ts";
import { onReopen } from "./lifecycle/rekindle.ts";
import { onRelease } from "./tasks/release.ts";

/**
 * The judgement: pure, without clock, chance or files. The same context, state and events give the same answers,
 * which is what lets a restarted gateway judge an event again without harm.
 */
export const judge: Judge = (snapshot, state, event, now) => {
	const context: JudgeContext = { ...snapshot, now };
	const judged = withPendingAnswers(decided(context, state, event), now);
	const { judged: reassigned, unsyncedAnswers } = withPrimaries(context, judged.state);
	if (reassigned.changed.length === 0) return judged;
	const followed = unsyncedAnswers.reduce(
		(so, a) => mergeJudged(so, onAnswer(context, so.state, a)),
		mergeJudged(judged, reassigned),
	);
	return withPendingAnswers(followed, now);
};

function decided(context: JudgeContext, state: JudgeState, event: JudgeEvent): Judged {
	switch (event.type) {
		case "sighting":
			return onSighting(context, state, event.sighting, event.id);
		case "alarm":
			return onAlarm(context, state, event.alarm, event.id);
		case "coverage":
			return onCoverage(context, state, event.coverage, event.id);
		case "answer":
			return onAnswer(context, state, event.answer);
		case "handover":
			return onHandover(context, state, event.handover);
		case "clock":
			return onClockSet(context, state, event);
		case "notReached":
			return onNotReached(context, state, event);
		case "undo":
			return onUndo(context, state, event);
		case "reopen":
			return onReopen(context, state, event);
		case "release":
			return onRelease(context, state, event);
		case "tick":
			return onTick(context, state);
	}
}

/** The state after a restart, from what the store has kept: open incidents, and those that ended of late. */
export function restored(context: DecisionContext, open: Incident[], ended: Incident[], now: number): JudgeState {
	let memory: Pick<JudgeState, "settledTracks" | "nuisances"> = EMPTY_STATE;
	for (const incident of [...ended].sort((a, b) => a.changedAt - b.changedAt)) memory = remember(memory, incident, now);
	const { settledTracks, nuisances } = memory;
	const pendingAcks = open.flatMap((i) => pendingAnswersOf(i, now));
	const finalAnswers = Object.fromEntries(ended.flatMap((i) => (i.finalAnswer ? [[i.id, i.finalAnswer]] : [])));
	return {
		incidents: open.map((i) => ofNow({ ...context, now }, i)),
		settledTracks,
		nuisances,
		finalAnswers,
		...notEmpty({ pendingAcks }),
	};
}

/** An incident that an earlier version has left open, with ladders as they are now: what was due is taken as told. */
function ofNow(context: JudgeContext, incident: Incident): Incident {
	if (Array.isArray((incident.ladder as Partial<Incident["ladder"]>).plan)) return incident;
	const { steps } = context.ladder;
	const done = (name: LadderName) =>
		groupsOf(steps, name).flatMap((g, i) => (incident.openedAt + (g.steps[0]?.afterMs ?? 0) <= context.now ? [i] : []));
	const progressOf = (name: LadderName) => ({ done: done(name), rounds: 0, notifiedAt: context.now });
	const involved = incident.involved.map((i) => ({ ...i, ladder: "verify" as const, task: "verify" as const }));
	return withTimes(context, {
		...incident,
		involved,
		ladder: { plan: steps, stepsForward: 0, why: [], verify: progressOf("verify"), suppress: progressOf("suppress") },
	});
}

/** When the judge next has something to do by itself, ms since 1970. */
export function nextTick(state: JudgeState): number | undefined {
	const times = [
		...state.incidents.flatMap((i) => nextDueAt(i) ?? []),
		...(state.pendingAcks ?? []).map((u) => u.nextAt),
	];
	return times.length === 0 ? undefined : Math.min(...times);
}

function onTick(context: JudgeContext, state: JudgeState): Judged {
	const { checkedAt, checkedWith, ...rest } = state;
	const { register, duty, now } = context;
	// a shift has begun, or the register is another: whoever has come in since must hear of what is open
	const others = checkedAt === undefined || checkedWith !== register.version || duty.changes(checkedAt, now);
	// what has waited for its end long enough ends below
	const going = state.incidents.filter(({ ending }) => !ending || ending.until > now);
	const changes = going.flatMap((incident) => changeDue(context, incident, others) ?? []);
	const ticked = applyChanges({ ...rest, checkedAt: now, checkedWith: register.version }, changes);
	const ended = mergeJudged(ticked, endDue(context, ticked.state));
	return mergeJudged(ended, repeatPending(ended.state, now));
}

/** What time brings to an incident; undefined where nothing is due. */
function changeDue(context: JudgeContext, incident: Incident, others: boolean): Change | undefined {
	const worked = endsMaintenance(context, incident, phrase("because.workOver"));
	if (worked) return worked;
	const due = nextDueAt(incident);
	if (due !== undefined && context.now >= due) return onDue(context, incident);
	if (!others) return undefined;
	const advanced = advance(context, incident, phrase("because.onDuty"));
	return advanced.effects.length > 0 ? advanced : undefined;
}
