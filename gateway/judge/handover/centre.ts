import { defined, omit } from "../../base/omit.ts";
import { phrase } from "../../base/say.ts";
import type { Answer } from "../../model/answer.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Effect } from "../../model/event.ts";
import type { Handover } from "../../model/handover.ts";
import type { Incident } from "../../model/incident.ts";
import { callsNobody, isEnd, isUnderControl } from "../../model/incident-states.ts";
import type { CentreMessage, Taken } from "../../model/lease.ts";
import { endFire, onAnswer } from "../correlation/answers.ts";
import { allOfFire, correlate, leaving, partsOf } from "../correlation/correlate.ts";
import { passOn, unsyncedAnswersOf, viaTower } from "../correlation/unsynced-answers.ts";
import { allClear } from "../escalation/all-clear.ts";
import { ledger } from "../escalation/effects.ts";
import { nameOf } from "../escalation/people.ts";
import { mayStillGo, withTimes } from "../escalation/times.ts";
import { applyChanges, type Change, isUnsigned, mergeJudged, noChange, UNSIGNED } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { fileClosed } from "../lifecycle/closing.ts";
import { notifiedAgain, rekindled } from "../lifecycle/rekindle.ts";
import { locate } from "../location/locate.ts";
import { endingAgainst, finalAnswerOf, hasFlared, isOutThere, newlySplit, withFacts } from "./facts.ts";
import { onAck, send } from "./lease.ts";
import { acknowledged } from "./pending.ts";
import { onTower } from "./tower.ts";

/**
 * A centre's side of the hand-over: it adopts what towers tell of, escalates with their leave, and lets go when they
 * are silent.
 */

/** Incidents of one tower that a centre takes over at a time. */
const MOST_OPEN = 100;
/**
 * Unsigned ones shown of one tower at a time: whoever may publish there must not fill the desk, nor the places of the
 * tower itself.
 */
const MOST_UNSIGNED = 5;

export function onHandover(context: JudgeContext, state: JudgeState, handover: Handover): Judged {
	if (handover.side === "tower") return onTower(context, state, handover.message);
	const { tower } = handover;
	if (handover.what === "ack") {
		const { answerId, incidentId } = handover;
		const known = answerId === undefined ? state : acknowledged(state, tower, incidentId, answerId);
		return withAnswersSynced(context, state, onAck(context, known, handover), incidentId);
	}
	const { incident } = handover;
	if (handover.unsigned) return adoptUnsigned(context, state, incident, tower);
	const adopted = withAnswersSynced(context, state, adopt(context, state, incident, tower), incident.id);
	const { judged, unsyncedAnswers } = correlate(context, adopted.state, incident.id);
	return followedBy(context, mergeJudged(adopted, judged), unsyncedAnswers);
}

/**
 * What has been said to the tower of one incident of a fire is brought to the primary incident, and to the towers of
 * all.
 */
function withAnswersSynced(context: JudgeContext, before: JudgeState, so: Judged, incidentId: string): Judged {
	const judged = advancedIfAllDeclined(context, before, so, incidentId);
	const own = incidentOf(judged.state, incidentId);
	const was = incidentOf(before, incidentId);
	const primary = own?.primaryId === undefined ? undefined : incidentOf(judged.state, own.primaryId);
	if (own && primary) return broughtToPrimary(context, judged, { own, was, primary });
	const isPrimary = own?.linkedIncidents !== undefined && own.primaryId === undefined;
	const unsyncedAnswers = isPrimary && was ? unsyncedAnswersOf(was, own, context.now) : [];
	if (!own || unsyncedAnswers.length === 0) return judged;
	const parts = partsOf(judged.state, own);
	const heard = new Set(unsyncedAnswers.map((a) => a.personId));
	const involved = own.involved.map((i) => (heard.has(i.personId) ? { ...i, via: viaTower(own) } : i));
	const effects = unsyncedAnswers.flatMap((a) => passOn(parts, a));
	return mergeJudged(judged, applyChanges(judged.state, [{ incident: { ...own, involved }, effects }]));
}

function incidentOf(state: JudgeState, id: string): Incident | undefined {
	return state.incidents.find((i) => i.id === id);
}

function broughtToPrimary(
	context: JudgeContext,
	judged: Judged,
	{ own, was, primary }: { own: Incident; was: Incident | undefined; primary: Incident },
): Judged {
	const isAgain = was !== undefined && isUnderControl(primary.state) && hasFlared(was, own);
	if (!isAgain) return followedBy(context, judged, unsyncedAnswersOf(primary, own, context.now));
	const { towerName = own.takenFrom?.tower } = own;
	const again = rekindled(context, primary, { who: "rule", why: phrase("because.burnsAgainAt", { tower: towerName }) });
	return mergeJudged(judged, applyChanges(judged.state, [again]));
}

/** Everybody whom the tower had told has declined there: the centre tells the next at once. */
function advancedIfAllDeclined(
	context: DecisionContext,
	before: JudgeState,
	judged: Judged,
	incidentId: string,
): Judged {
	const own = incidentOf(judged.state, incidentId);
	const was = incidentOf(before, incidentId);
	if (own?.takenFrom?.lease !== "held" || !was) return judged;
	const declined = (i: Incident) => i.involved.filter((p) => p.answer === "notMe").map((p) => p.personId);
	const earlier = declined(was);
	const isNews = declined(own).some((id) => !earlier.includes(id));
	const asked = own.involved.filter((i) => i.ladder === "verify");
	if (!isNews || asked.some(mayStillGo)) return judged;
	const advancing = withTimes(context, { ...own, takenFrom: { ...own.takenFrom, advanceNow: true } });
	return mergeJudged(judged, applyChanges(judged.state, [{ incident: advancing, effects: [] }]));
}

function followedBy(context: JudgeContext, judged: Judged, answers: Answer[]): Judged {
	return answers.reduce((so, a) => mergeJudged(so, onAnswer(context, so.state, a)), judged);
}

/**
 * A fire that nobody vouches for is shown all the same, since a lost one costs a forest: with where it is and why, and
 * marked. It changes nothing that is known, and what people are said to have answered to it does not count.
 */
function adoptUnsigned(context: JudgeContext, state: JudgeState, theirs: Incident, tower: string): Judged {
	const isKnown = incidentOf(state, theirs.id) !== undefined || state.finalAnswers[theirs.id] !== undefined;
	if (isKnown || callsNobody(theirs.state)) return noChange(state);
	if (openOf(state, tower).filter(isUnsigned).length >= MOST_UNSIGNED) return noChange(state);
	const seen = omit(theirs, "confirmedAt", "confirmedBy", "sizeHa", "reports", "cause");
	const missing = [...new Set([...theirs.missing, UNSIGNED])];
	return adopt(context, state, { ...seen, state: "detected", involved: [], missing }, tower);
}

function openOf(state: JudgeState, tower: string): Incident[] {
	return state.incidents.filter((i) => i.takenFrom?.tower === tower);
}

/** The centre's side: a tower tells of an incident, anew or changed. */
function adopt(context: JudgeContext, state: JudgeState, theirs: Incident, tower: string): Judged {
	const known = state.incidents.find((i) => i.id === theirs.id);
	if (known && known.takenFrom?.tower !== tower) return noChange(state); // not theirs to speak of
	if (isEnd(theirs.state))
		return known ? ended(context, state, { known, theirs, tower }) : filed(context, state, theirs, tower);
	if (known) return applyChanges(state, [changedThere(context, { known, theirs, tower })]);
	const finalAnswer = state.finalAnswers[theirs.id];
	// what was opened again since that word is another matter
	const isSince = finalAnswer !== undefined && hasFlared(finalAnswer, theirs);
	if (finalAnswer && !isSince) {
		// a named person has ended it here, and the tower has not heard so
		const message: CentreMessage = { incidentId: theirs.id, what: "answer", answer: finalAnswer };
		return { ...noChange(state), effects: [{ type: "send", tower, message }] };
	}
	// one tower that has gone mad must not fill the centre: what is not taken over it escalates itself
	const signed = openOf(state, tower).filter((i) => !isUnsigned(i));
	if (signed.length >= MOST_OPEN) return noChange(state);
	return takenOver(context, state, { theirs, tower, isSince });
}

/** What a tower tells anew of an incident that we have from it. */
function changedThere(
	context: JudgeContext,
	{ known, theirs, tower }: { known: Incident; theirs: Incident; tower: string },
): Change {
	const vouched = { ...known, missing: known.missing.filter((m) => m !== UNSIGNED) };
	const taken = { ...(known.takenFrom as Taken), heardAt: context.now };
	const joined = { ...withFacts(vouched, theirs), takenFrom: taken };
	// what people have told the centre stays part of it, and of its place
	const placed = joined.evidence.some((e) => e.here) ? locate(context, joined) : joined;
	const again = hasFlared(known, theirs) ? notifiedAgain(context, placed) : [];
	const [free, undone] = endingAgainst(known, placed, theirs, context.now);
	const over = isOutThere(known, theirs) ? outThere(context, free, theirs, tower) : [];
	const moved = newlySplit(known, theirs).map(
		({ id, people }): Effect => ({ type: "rehome", from: known.id, to: id, people }),
	);
	return { incident: withTimes(context, free), effects: [...moved, ...undone, ...over, ...again] };
}

/** An incident that we have not known: its tower is asked for its ladders. */
function takenOver(
	context: JudgeContext,
	state: JudgeState,
	{ theirs, tower, isSince }: { theirs: Incident; tower: string; isSince: boolean },
): Judged {
	const bare = omit(theirs, "handedTo", "primaryId", "linkedIncidents", "crossings", "doubts", "finalAnswer");
	const taken: Taken = { tower, lease: "asked", askedAt: context.now, heardAt: context.now, heartbeatAt: context.now };
	// what the tower lacked the centre may have
	const missing = bare.missing.filter((m) => m !== "register" || context.register.people.length === 0);
	const incident = withTimes(context, { ...bare, missing, takenFrom: taken });
	const finalAnswers = omit(state.finalAnswers, theirs.id);
	const detail = { tower, verify: theirs.ladder.verify.done };
	const entry = ledger(incident, { at: context.now, what: "adopted", who: "rule", detail });
	// whom we had told that it is over
	const again = isSince ? notifiedAgain(context, incident) : [];
	return {
		state: { ...state, finalAnswers, incidents: [...state.incidents, incident] },
		changed: [incident],
		effects: [entry, send(incident, { what: "claim" }), ...again],
	};
}

/** It is out at its tower, which tells those whom it has told itself; the others are ours. */
function outThere(context: JudgeContext, incident: Incident, theirs: Incident, tower: string): Effect[] {
	const who = theirs.reports?.findLast((r) => r.what === "out")?.personId ?? tower;
	return [{ type: "stop", incidentId: incident.id }, ...allClear(context, incident, who)];
}

/**
 * A tower has ended what it saw itself. Where others see the same fire, theirs go on: what one tower calls false may
 * burn before another. A fire that was out everywhere is closed for all.
 */
function ended(
	context: JudgeContext,
	state: JudgeState,
	{ known, theirs, tower }: { known: Incident; theirs: Incident; tower: string },
): Judged {
	const word = finalAnswerOf(context, theirs, tower);
	const over = withFacts(known, theirs);
	const fire = allOfFire(state, known);
	const isAlone =
		fire.length === 1 || (word.answer === "close" && fire.every((i) => i.state === "out" || i.id === known.id));
	if (isAlone)
		return endFire(context, applyChanges(state, [{ incident: over, effects: [] }]).state, over, {
			word,
			why: phrase("because.towerSays"),
		});
	const left = leaving(context, state, known, {
		why: phrase("because.towerSays"),
		doubt: phrase("card.doubt", { tower: theirs.towerName ?? tower, state: theirs.state, person: word.personName }),
	});
	const own = withFacts(incidentOf(left.state, known.id) ?? known, theirs);
	const { state: alone } = applyChanges(left.state, [{ incident: own, effects: [] }]);
	return mergeJudged(left, endFire(context, alone, own, { word, why: phrase("because.towerSays") }));
}

/** The file of an incident that is over was closed on its tower: so is it here, and for all that ended with it. */
function filed(context: JudgeContext, state: JudgeState, theirs: Incident, tower: string): Judged {
	const closed = fileClosed(context, state, theirs, tower);
	const { reports = [], closedBy = tower, closedAt: at = context.now } = theirs;
	const { personId, note } = reports.findLast((r) => r.note) ?? { personId: closedBy };
	const personName = nameOf(context, theirs, personId) ?? personId;
	const said = { id: `${theirs.id}:filed`, personId, personName, answer: "close" as const, at };
	const word: Answer = { ...finalAnswerOf(context, theirs, tower), ...said, ...defined({ note }) };
	return { ...closed, effects: [...closed.effects, ...passOn(closed.changed, word)] };
}
