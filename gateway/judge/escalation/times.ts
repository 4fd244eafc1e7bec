import { omit } from "../../base/omit.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Climb, Involved, LadderName } from "../../model/escalation.ts";
import type { Incident } from "../../model/incident.ts";
import { isUnderControl } from "../../model/incident-states.ts";
import { allSeenTo } from "./people.ts";
import { dueAfterMs, type Group, gapAtEnd, groupsOf } from "./plan.ts";

/** When an incident's ladders or promised feedback want looking at again, ms since 1970. */
export function nextLook({ ladder, maintenance }: Incident): number | undefined {
	const times = [ladder.nextAt, ladder.feedbackBy, maintenance?.until].filter((t): t is number => t !== undefined);
	return times.length === 0 ? undefined : Math.min(...times);
}

/** Whether somebody's word holds that he sees to it. */
export function isSeeingToIt(i: Involved): boolean {
	return (
		i.lapsedAt === undefined &&
		(i.answer === "going" || i.answer === "onScene" || i.answer === "confirmed" || i.answer === "controlled")
	);
}

export interface Due {
	index: number;
	rounds: number;
	at: number;
}

/** The next group of a ladder and its time; undefined while it rests or is done. */
export function nextDue(
	context: DecisionContext,
	incident: Incident,
	name: LadderName,
	groups: Group[],
): Due | undefined {
	const { ladder, confirmedAt, state } = incident;
	const openedAt = incident.climbsFrom ?? incident.openedAt;
	if (incident.ending) return undefined; // until it is clear whether it is over
	const { done, rounds, toldAt } = ladder[name];
	// of the incidents of one fire, one is climbed
	if (incident.partOf !== undefined) return undefined;
	if (groups.length === 0 || state === "controlled" || state === "out") return undefined;
	if (name === "verify" && isResting(context, incident, groups)) return undefined;
	const waiting = groups.flatMap((group, index): Due[] => {
		// what only a confirmed fire calls for does not hold up what comes after it
		if (done.includes(index) || !isOpen(incident, name, group)) return [];
		const byTime = openedAt + dueAfterMs(ladder.plan, name, group.turn, ladder.ahead);
		return [
			{
				index,
				rounds: 0,
				at: group.when === "orConfirmed" && confirmedAt !== undefined ? Math.min(byTime, confirmedAt) : byTime,
			},
		];
	});
	if (waiting.length > 0) return waiting.reduce((a, b) => (b.at < a.at ? b : a));
	// silence after the last group: it is told again and again, until somebody answers
	const last = done.at(-1);
	if (name === "suppress" || confirmedAt !== undefined || incident.kind === "sensorFault" || last === undefined)
		return undefined;
	const pause = Math.max(context.ladder.repeatMs, gapAtEnd(ladder.plan, name));
	return { index: last, rounds: rounds + 1, at: (toldAt ?? openedAt) + pause };
}

/** Whether a group's steps are wanted as things stand. Once a fire is confirmed nobody need verify it any more. */
export function isOpen({ confirmedAt, sizeHa = 0 }: Incident, name: LadderName, { when, minHa }: Group): boolean {
	if (sizeHa < minHa) return false;
	if (when === "confirmed") return confirmedAt !== undefined;
	return name === "suppress" || confirmedAt === undefined || when === "orConfirmed";
}

/** A promise of more than this rests no ladder, ms. */
const LONGEST_REST_MS = 3_600_000;

/** The verify ladder rests while as many see to it as the steps told so far ask for. */
function isResting(
	context: DecisionContext,
	{ ladder, involved, confirmedAt, places, changedAt }: Incident,
	groups: Group[],
): boolean {
	if (confirmedAt !== undefined) return false; // its later groups inform, and are few
	const told = ladder.verify.done.flatMap((i) => groups[i]?.steps ?? []);
	// who is hours away is waited for, and rests nobody else
	const isHoursAway = (i: Involved) =>
		i.answer === "going" && (i.feedbackBy ?? 0) - (i.goingSince ?? i.answeredAt ?? 0) > LONGEST_REST_MS;
	const people = involved.filter((i) => isSeeingToIt(i) && !isHoursAway(i));
	if (people.length < Math.max(1, ...told.map((s) => s.needs))) return false;
	// whoever goes to one place of a wave sees to that one
	const ids = people.map((i) => i.personId);
	return !places || allSeenTo(context, places, ids, changedAt);
}

/** The incident with the next times of its ladders and of promised feedback. */
export function withTimes(context: DecisionContext, incident: Incident): Incident {
	const { verify, suppress, ...rest } = incident.ladder;
	const at = (name: LadderName) => nextDue(context, incident, name, groupsOf(rest.plan, name))?.at;
	const timed = (climb: Climb, nextAt: number | undefined): Climb => {
		const bare = omit(climb, "nextAt");
		return nextAt === undefined ? bare : { ...bare, nextAt };
	};
	const next = { verify: at("verify"), suppress: at("suppress") };
	const both = [next.verify, next.suppress].filter((t): t is number => t !== undefined);
	const over = isUnderControl(incident.state);
	const promises =
		incident.ending ||
		over ||
		incident.handedTo ||
		incident.takenFrom?.lease === "asked" ||
		incident.partOf !== undefined
			? []
			: incident.involved.filter((i) => isSeeingToIt(i)).flatMap((i) => i.feedbackBy ?? []);
	const { plan, ahead: steps, why } = rest;
	const { handedTo, takenFrom } = incident;
	if (incident.state === "out")
		for (const task of incident.tasks ?? []) if (task.doneAt === undefined) both.push(lookAtTask(task));
	if (incident.ending) both.splice(0, both.length, incident.ending.until);
	// the centre's silence, or the next beat of ours, is what is due first while the ladders are in two hands
	if (handedTo) both.splice(0, both.length, handedTo.heardAt + context.ladder.silentMs);
	if (takenFrom) {
		const beatMs = context.ladder.silentMs / 6;
		// what is due waits for the tower's yes: until then only the next question is
		if (takenFrom.lease === "asked") both.splice(0, both.length, takenFrom.askedAt + beatMs);
		else if (takenFrom.grant) both.splice(0, both.length, takenFrom.grant.askedAt + beatMs, takenFrom.beatAt + beatMs);
		else both.push(takenFrom.beatAt + beatMs);
	}
	if (incident.ending) both.push(incident.ending.until);
	return {
		...incident,
		ladder: {
			plan,
			ahead: steps,
			why,
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
	const bare = ({ done, toldAt, rounds }: Climb): Climb => ({
		done,
		rounds,
		toldAt,
	});
	return { ...incident, ladder: { plan, ahead: steps, why, verify: bare(verify), suppress: bare(suppress) } };
}
