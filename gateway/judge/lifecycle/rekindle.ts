import { defined, omit } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import { angleBetweenDeg, distanceM } from "../../geo/position.ts";
import type { Involved } from "../../model/escalation.ts";
import type { Effect, JudgeEvent } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { isNoFire, isUnderControl, nextState } from "../../model/incident-states.ts";
import { mayEnd } from "../duty/duty.ts";
import { addressesOf, deliveries, ledger, notifiedAs, notifySubscribers, refusalOf } from "../escalation/effects.ts";
import { advance } from "../escalation/ladder.ts";
import { rank } from "../escalation/notify-group.ts";
import { answering, groundOf } from "../escalation/people.ts";
import { withTimes } from "../escalation/times.ts";
import { type Change, noChange } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import type { PlacedEvidence } from "../location/locate.ts";
import { tasksDone } from "../tasks/guard.ts";

/**
 * 复燃: a fire that is under control smokes for hours, and one that is out may flare up days later. Smoke at the first is
 * told to the desk and to whoever is there; a person's word, or growth beyond where it was, to everybody; at the second
 * any smoke is. It is open again then, to all who were told that it was over.
 */

/** Smoke that was seen before it was said to be out drifts away for so long, ms. */
const LINGERS_MS = 10 * 60_000;
/** New smoke at a fire under control is told again after this, ms. */
const SMOKE_AGAIN_MS = 30 * 60_000;
/** Farther off than this from where it was a fire has grown, metres; or so many errors of the place or bearing. */
const GROWN_M = 1_000;
const GROWN_SIGMAS = 3;
const AT_THE_DESK = ["officer", "dutyLeader"];

/**
 * What another piece of evidence does to a fire that is under control or out; undefined where it does nothing of the
 * kind.
 */
export function flares(
	context: JudgeContext,
	{ before, next, evidence, source }: { before: Incident; next: Incident; evidence: PlacedEvidence; source: string },
): Change | undefined {
	if (!isUnderControl(before.state)) return undefined;
	const why = before.state === "out" ? whyAgain(before, evidence, source) : whyMore(before, evidence, source);
	if (why !== undefined) return rekindled(context, next, { who: "rule", why });
	const isToldLately = context.now - smokeToldAt(before, source) < SMOKE_AGAIN_MS;
	const isSilent = before.state === "out" || isOfTrack(before, evidence) || isToldLately;
	return isSilent ? { incident: withTimes(context, next), effects: [] } : smokes(context, next, source);
}

/** Whether a camera has pointed at the same thing before. */
function isOfTrack({ evidence: before }: Incident, { trackId }: PlacedEvidence): boolean {
	return trackId !== undefined && before.some((e) => e.trackId === trackId);
}

/** Why a fire that is out burns again; undefined where what was seen before drifts away. */
function whyAgain(before: Incident, evidence: PlacedEvidence, source: string): string | undefined {
	const { changedAt, outAt = changedAt } = before;
	const isKnown = evidence.source === "camera" && isOfTrack(before, evidence);
	return isKnown && evidence.at - outAt < LINGERS_MS ? undefined : phrase("because.sees", { source });
}

/** Why a fire that is under control is not any more; undefined where it smokes as such a one does. */
function whyMore(before: Incident, evidence: PlacedEvidence, source: string): string | undefined {
	if (evidence.source === "person") return phrase("because.called");
	return hasGrown(before, evidence) ? phrase("because.grown", { source }) : undefined;
}

/** When it was last said that a source sees smoke, ms since 1970; of many places each smokes for itself. */
function smokeToldAt({ places, evidence, smokeToldAt: saidAt }: Incident, source: string): number {
	if (!places) return saidAt ?? Number.NEGATIVE_INFINITY;
	return Math.max(0, ...evidence.filter((e) => e.sourceId === source).map((e) => e.at));
}

function hasGrown({ place, evidence: all }: Incident, evidence: PlacedEvidence): boolean {
	const { position, errorM = 0 } = evidence;
	const { best, errorM: before = 0 } = place;
	if (position && best) return distanceM(position, best) > Math.max(GROWN_M, GROWN_SIGMAS * Math.max(before, errorM));
	const same = (all as PlacedEvidence[]).filter((e) => e.sourceId === evidence.sourceId && e.bearingDeg !== undefined);
	if (evidence.bearingDeg === undefined || same.length === 0) return false;
	const { bearingDeg, bearingErrorDeg = 1 } = evidence;
	return same.every((e) => angleBetweenDeg(e.bearingDeg as number, bearingDeg) > GROWN_SIGMAS * bearingErrorDeg);
}

const IS_THERE: readonly Involved["answer"][] = ["onScene", "controlled"];

/** The desk and whoever is there hear that it smokes; nobody else is called out of bed for it. */
function smokes(context: JudgeContext, incident: Incident, source: string): Change {
	const next: Incident = withTimes(context, { ...incident, smokeToldAt: context.now });
	const desk = answering(context, incident).filter((d) => AT_THE_DESK.includes(d.role));
	const there = incident.involved.filter((i) => IS_THERE.includes(i.answer));
	const place = incident.places?.find((p) => p.id === source);
	const ofPlace = place ? incident.involved.filter((i) => groundOf(context, i.personId)(place)) : [];
	const people = [...new Set([...desk.map((d) => d.person.id), ...[...there, ...ofPlace].map((i) => i.personId)])];
	const entry = ledger(next, { at: context.now, what: "smokes", who: "rule", detail: { source, people } });
	const key = `smokes.${context.now}`;
	const notified = people.flatMap((personId) => {
		const addresses = addressesOf(context, personId);
		return deliveries(context, next, addresses, { key, personId, task: "inform" });
	});
	return { incident: next, effects: [entry, ...notified] };
}

/** By whose word (a person's id, or "rule") something is open again, and why. */
export interface Cause {
	who: string;
	why: string;
}

/**
 * It is open again. Whoever was told of it before, by this gateway, hears so, and what he had to do; what was answered
 * counts no longer.
 */
export function rekindled(context: JudgeContext, incident: Incident, { who, why }: Cause): Change {
	const { ending, rekindled: before = 0, ...open } = omit(incident, "outAt", "smokeToldAt");
	const tasks = tasksDone(incident, { doneAt: context.now, doneBy: "rule: it burns again" });
	const next: Incident = {
		...open,
		state: nextState(incident.state, incident.confirmedAt === undefined ? "seenAgain" : "burnsAgain"),
		changedAt: context.now,
		escalatesFrom: context.now,
		rekindled: before + 1,
		involved: incident.involved.map(unsaid),
		...defined({ tasks }),
	};
	const notified = notifiedAgain(context, next);
	const advanced = advance(context, next, why);
	const people = incident.involved.map((i) => i.personId);
	const entry = ledger(next, {
		at: context.now,
		what: "rekindled",
		who,
		detail: { why, times: next.rekindled, people },
	});
	// what somebody was just about to end burns again, and that it is over nobody hears any more
	const undone: Effect[] = ending
		? [ledger(next, { at: context.now, what: "undone", who, detail: { why } }), { type: "hold", incidentId: next.id }]
		: [];
	const stop: Effect = { type: "stop", incidentId: next.id, of: "allClear" };
	const effects = [
		entry,
		stop,
		...undone,
		...notified,
		...advanced.effects,
		...notifySubscribers(context, advanced.incident),
	];
	return { incident: advanced.incident, effects };
}

/** Somebody who was told, and has said nothing of what there is now. */
export function unsaid(notified: Involved): Involved {
	return omit(notified, "answer", "answeredAt", "feedbackBy", "lapsedAt", "goingSince");
}

/** Everybody whom this gateway has told of it, with what he was asked to do. */
export function notifiedAgain(context: JudgeContext, incident: Incident): Effect[] {
	const ifNotified = notifiedAs(incident);
	const key = `rekindled.${incident.rekindled}`;
	return incident.involved.flatMap(({ personId, task: asked }) => {
		const isOrdered = rank(asked) > rank("verify");
		const task = isOrdered || incident.confirmedAt === undefined ? asked : "inform";
		const messages = deliveries(context, incident, addressesOf(context, personId), { key, personId, task });
		return messages.map((d) => ({ ...d, delivery: { ...d.delivery, ifNotified } }));
	});
}

/**
 * What somebody has ended by mistake is open again, by the word of a person with the right; from the store where it is
 * long over.
 */
export function onReopen(
	context: JudgeContext,
	state: JudgeState,
	event: Extract<JudgeEvent, { type: "reopen" }>,
): Judged {
	const { incidentId, personId, personName, reason } = event;
	const ended = state.ended?.find((i) => i.id === incidentId);
	const open = state.incidents.find((i) => i.id === incidentId);
	const incident = ended ?? (open && isUnderControl(open.state) ? open : undefined);
	if (incident?.kind !== "fire") {
		const isOpen = open !== undefined && !isUnderControl(open.state);
		return { ...noChange(state), refused: phrase(isOpen ? "refused.stillOpen" : "refused.tooOld") };
	}
	const why = whyNotOpened(context, incident, personId);
	if (why !== undefined) {
		const asked = { answer: "reopen", personId };
		return { ...noChange(state), effects: [refusalOf(incident, context.now, asked, why)], refused: why };
	}
	const said = ledger(incident, {
		at: context.now,
		what: "reopened",
		who: personId,
		detail: { from: incident.state },
		personal: { name: personName, note: reason },
	});
	const again = openAgain(context, state, incident, { who: personId, why: phrase("because.reopened") });
	return { ...again, effects: [said, ...again.effects] };
}

function whyNotOpened({ duty, now }: JudgeContext, incident: Incident, personId: string): Phrase | undefined {
	if (!mayEnd(duty, personId, incident.grids, now)) return phrase("refused.noRightToReopen");
	return incident.takenFrom && phrase("refused.reopenAtTower");
}

/** As long as its link can be answered, ms. */
const BURNS_AFTER_ALL_MS = 24 * 3_600_000;

/** Whether the word of somebody who sees it burn opens again what has ended. */
export function mayBurnAfterAll({ kind, state, changedAt, involved }: Incident, now: number): boolean {
	return kind === "fire" && isNoFire(state) && involved.length > 0 && now - changedAt <= BURNS_AFTER_ALL_MS;
}

/** What was over is among the open ones, and rings those who were told so. */
export function openAgain(context: JudgeContext, state: JudgeState, incident: Incident, cause: Cause): Judged {
	const bare = omit(incident, "closedAt", "closedBy", "finalAnswer", "handedTo");
	const again = rekindled(context, bare, cause);
	const settledTracks = { ...state.settledTracks };
	for (const e of incident.evidence) if (e.trackId !== undefined) delete settledTracks[e.trackId];
	const finalAnswers = omit(state.finalAnswers, incident.id);
	return {
		state: {
			...state,
			settledTracks,
			finalAnswers,
			nuisances: state.nuisances.filter((n) => n.incidentId !== incident.id),
			incidents: [...state.incidents.filter((i) => i.id !== incident.id), again.incident],
		},
		changed: [again.incident],
		effects: again.effects,
	};
}
