import { defined, omit } from "../../base/omit.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Involved, LadderName, LadderProgress } from "../../model/escalation.ts";
import type { Incident } from "../../model/incident.ts";
import { isUnderControl } from "../../model/incident-states.ts";
import { allSeenTo } from "./people.ts";
import { dueAfterMs, type Group, gapAtEnd, groupsOf } from "./plan.ts";

/** When an incident's ladders or promised feedback want looking at again, ms since 1970. */
export function nextDueAt({ ladder, maintenance }: Incident): number | undefined {
	return earliest([ladder.nextAt, ladder.feedbackBy, maintenance?.until]);
}

const SEES_TO_IT: readonly Involved["answer"][] = ["going", "onScene", "confirmed", "controlled"];

/** Whether somebody's word holds that he sees to it. */
export function isSeeingToIt({ answer, lapsedAt }: Involved): boolean {
	return lapsedAt === undefined && SEES_TO_IT.includes(answer);
}

/** Whether somebody who was asked has not declined, and may go still. */
export function mayStillGo(involved: Involved): boolean {
	const { answer = "seen" } = involved;
	return answer === "seen" || isSeeingToIt(involved);
}

export interface Due {
	index: number;
	rounds: number;
	at: number;
}

/** The next group of a ladder and its time; undefined while it is paused or done. */
export function nextDue(
	context: DecisionContext,
	incident: Incident,
	name: LadderName,
	groups: Group[],
): Due | undefined {
	// until it is clear whether it is over; and of the incidents of one fire, one escalates
	if (incident.ending || incident.primaryId !== undefined) return undefined;
	if (groups.length === 0 || isUnderControl(incident.state)) return undefined;
	if (name === "verify" && isPaused(context, incident, groups)) return undefined;
	const waiting = waitingGroups(incident, name, groups);
	if (waiting.length > 0) return waiting.reduce((a, b) => (b.at < a.at ? b : a));
	return name === "verify" ? repeated(context, incident) : undefined;
}

/** Groups of a ladder that are wanted and were not told, with their times. */
function waitingGroups(incident: Incident, name: LadderName, groups: Group[]): Due[] {
	const { ladder, confirmedAt = Number.POSITIVE_INFINITY } = incident;
	const openedAt = incident.escalatesFrom ?? incident.openedAt;
	return groups.flatMap((group, index): Due[] => {
		// what only a confirmed fire calls for does not hold up what comes after it
		if (ladder[name].done.includes(index) || !isOpen(incident, name, group)) return [];
		const byTime = openedAt + dueAfterMs(ladder.plan, name, group.turn, ladder.stepsForward);
		return [{ index, rounds: 0, at: group.when === "orConfirmed" ? Math.min(byTime, confirmedAt) : byTime }];
	});
}

/** Silence after the last group that was to verify: it is told again and again, until somebody answers. */
function repeated({ ladder: { repeatMs } }: DecisionContext, incident: Incident): Due | undefined {
	const { kind, confirmedAt, openedAt, escalatesFrom, ladder } = incident;
	const { done, rounds, notifiedAt = escalatesFrom ?? openedAt } = ladder.verify;
	const last = done.at(-1);
	if (confirmedAt !== undefined || kind === "sensorFault" || last === undefined) return undefined;
	const pause = Math.max(repeatMs, gapAtEnd(ladder.plan, "verify"));
	return { index: last, rounds: rounds + 1, at: notifiedAt + pause };
}

/** Whether a group's steps are wanted as things stand. Once a fire is confirmed nobody need verify it any more. */
export function isOpen({ confirmedAt, sizeHa = 0 }: Incident, name: LadderName, { when, minHa }: Group): boolean {
	if (sizeHa < minHa) return false;
	if (when === "confirmed") return confirmedAt !== undefined;
	return name === "suppress" || confirmedAt === undefined || when === "orConfirmed";
}

/** A promise of more than this pauses no ladder, ms. */
const LONGEST_PROMISE_MS = 3_600_000;

/** The verify ladder is paused while as many see to it as the steps told so far ask for. */
function isPaused(
	context: DecisionContext,
	{ ladder, involved, confirmedAt, places, changedAt }: Incident,
	groups: Group[],
): boolean {
	if (confirmedAt !== undefined) return false; // its later groups inform, and are few
	const done = ladder.verify.done.flatMap((i) => groups[i]?.steps ?? []);
	const people = involved.filter((i) => isSeeingToIt(i) && !isHoursAway(i));
	if (people.length < Math.max(1, ...done.map((s) => s.needs))) return false;
	// whoever goes to one place of a wave sees to that one
	const ids = people.map((i) => i.personId);
	return !places || allSeenTo(context, places, ids, changedAt);
}

/** Who is hours away is waited for, and rests nobody else. */
function isHoursAway({ answer, answeredAt = 0, goingSince = answeredAt, feedbackBy = 0 }: Involved): boolean {
	return answer === "going" && feedbackBy - goingSince > LONGEST_PROMISE_MS;
}

/** The incident with the next times of its ladders and of promised feedback. */
export function withTimes(context: DecisionContext, incident: Incident): Incident {
	const { plan, stepsForward, why, verify, suppress } = incident.ladder;
	const at = (name: LadderName) => nextDue(context, incident, name, groupsOf(plan, name))?.at;
	const timed = (progress: LadderProgress, nextAt: number | undefined): LadderProgress => ({
		...omit(progress, "nextAt"),
		...defined({ nextAt }),
	});
	const due = { verify: at("verify"), suppress: at("suppress") };
	const ladder = {
		plan,
		stepsForward,
		why,
		verify: timed(verify, due.verify),
		suppress: timed(suppress, due.suppress),
	};
	const own = [due.verify, due.suppress, ...taskTimes(incident)];
	const nextAt = earliest(inTwoHands(context, incident, incident.ending ? [] : own));
	const feedbackBy = earliest(promises(incident));
	return { ...incident, ladder: { ...ladder, ...defined({ nextAt, feedbackBy }) } };
}

function earliest(times: (number | undefined)[]): number | undefined {
	const known = times.filter((t) => t !== undefined);
	return known.length === 0 ? undefined : Math.min(...known);
}

/** When those who guard burnt ground are to be heard. */
function taskTimes({ state, tasks = [] }: Incident): number[] {
	return state === "out" ? tasks.filter((t) => t.doneAt === undefined).map(nextReminderAt) : [];
}

/** When feedback is due that somebody has promised, and that this gateway waits for. */
function promises({ ending, state, handedTo, takenFrom, primaryId, involved }: Incident): number[] {
	const isOthers = handedTo !== undefined || takenFrom?.lease === "asked" || primaryId !== undefined;
	if (ending || isOthers || isUnderControl(state)) return [];
	return involved.filter(isSeeingToIt).flatMap((i) => i.feedbackBy ?? []);
}

/**
 * What is due while an incident's ladders are in two hands: the centre's silence, or our next heartbeat, comes
 * before the ladders' own times; an end that waits is looked at in any case.
 */
function inTwoHands(
	{ ladder: { silentMs } }: DecisionContext,
	{ handedTo, takenFrom, ending }: Incident,
	own: (number | undefined)[],
): (number | undefined)[] {
	const end = ending?.until;
	if (handedTo) return [handedTo.heardAt + silentMs, end];
	if (!takenFrom) return [...own, end];
	const { lease, askedAt, heartbeatAt, permission } = takenFrom;
	const heartbeatMs = silentMs / 6;
	// what is due waits for the tower's yes: until then only the next question is
	if (lease === "asked") return [askedAt + heartbeatMs, end];
	const next = permission ? [permission.askedAt + heartbeatMs] : own;
	return [...next, heartbeatAt + heartbeatMs, end];
}

/** A word that is due is waited for so long before it escalates, ms. */
export const TASK_GRACE_MS = 15 * 60_000;

/** When a task wants looking at: when its word is due, and each quarter of an hour that it does not come. */
export function nextReminderAt({ dueAt, groupsNotified, everyMs }: NonNullable<Incident["tasks"]>[number]): number {
	// when everybody above has heard it, it is said no oftener than the word itself is due
	return (
		dueAt + Math.min(groupsNotified, MOST_GROUPS) * TASK_GRACE_MS + Math.max(0, groupsNotified - MOST_GROUPS) * everyMs
	);
}

const MOST_GROUPS = 6;

/** An incident that is over: nothing of its ladders is due any more. */
export function withoutTimes(incident: Incident): Incident {
	const { plan, stepsForward: steps, why, verify, suppress } = incident.ladder;
	const bare = ({ done, notifiedAt, rounds }: LadderProgress): LadderProgress => ({
		done,
		rounds,
		notifiedAt,
	});
	return { ...incident, ladder: { plan, stepsForward: steps, why, verify: bare(verify), suppress: bare(suppress) } };
}
