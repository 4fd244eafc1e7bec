import { defined, omit } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import type { Answer } from "../../model/answer.ts";
import type { Effect } from "../../model/event.ts";
import type { FirePlace, Incident } from "../../model/incident.ts";
import { type EndState, nextState } from "../../model/incident-states.ts";
import { VIA_CENTRE } from "../../model/lease.ts";
import { ledger, refusalOf } from "../escalation/effects.ts";
import { hintsOf } from "../escalation/plan.ts";
import { applyChanges, type Change, mergeJudged, noChange } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { canBeUndone, declined, ending, forward, undoing, whyNot, withAnswer } from "../lifecycle/answer.ts";
import { again, askedAgain } from "../lifecycle/ask-again.ts";
import { closeFile } from "../lifecycle/closing.ts";
import { end } from "../lifecycle/ending.ts";
import { isOvertaken, overtaken, SEES_FIRE } from "../lifecycle/late.ts";
import { mayBurnAfterAll, openAgain } from "../lifecycle/rekindle.ts";
import { withReport } from "../lifecycle/reports.ts";
import { allOfFire } from "./correlate.ts";
import { passOn } from "./unsynced-answers.ts";
import { afterSplit, caseOf, placesMeant, split } from "./wave.ts";

/**
 * A person's word. Only a named person's "false" or "permitted", from a role with that right, ends an incident before
 * it is out.
 */
export function onAnswer(context: JudgeContext, state: JudgeState, a: Answer): Judged {
	const incident = caseOf(state.incidents, a.incidentId, a.personId);
	if (!incident) return closeEnded(context, state, a);
	const really = reallyMeant(incident, a);
	if (really) return onAnswer(context, state, really);
	const places = placesMeant(context, incident, a);
	if (places !== "all" && places !== "none") return ofSome(context, state, a, { wave: incident, places });
	const inTime = inItsTime(context, incident, a);
	if (inTime) return onAnswer(context, state, inTime);
	const entry = answerEntry(incident, a);
	if (a.answer === "seen") return onSeen(context, state, incident, { answer: a, entry });
	if (a.answer === "again") return again(context, state, incident, { answer: a, entry });
	const hasNoPlace = places === "none" && CHANGES.includes(a.answer);
	const refusal = hasNoPlace ? phrase("refused.noPlace") : whyNot(context, incident, a);
	if (refusal) return refused(state, incident, [entry, refusalOf(incident, a.at, a, refusal)], refusal);
	return taken(context, state, incident, { answer: a, entry });
}

/** The answer in the time it counts for, where that is another than it says: undefined where it is that one. */
function inItsTime(context: JudgeContext, incident: Incident, a: Answer): Answer | undefined {
	if (isOvertaken(incident, a, context.now)) return overtaken(context, a);
	// nothing was said of it before there was anything to say
	const isBefore = a.at < incident.openedAt && incident.openedAt <= context.now;
	return isBefore ? { ...a, at: incident.openedAt } : undefined;
}

function answerEntry(incident: Incident, a: Answer): Effect {
	const { via, etaMinutes, note, cause, sizeHa, position, picture } = a;
	return ledger(incident, {
		at: a.at,
		what: `answer:${a.answer}`,
		who: a.personId,
		detail: defined({ via, etaMinutes, cause, sizeHa }),
		personal: defined({ name: a.personName, note, position, picture }),
	});
}

function refused(state: JudgeState, incident: Incident, effects: Effect[], why: Phrase): Judged {
	return { ...applyChanges(state, [{ incident, effects }]), refused: why };
}

/** An answer that counts. An end that can be undone waits; what somebody sees burn takes back an end that waits. */
function taken(
	context: JudgeContext,
	state: JudgeState,
	incident: Incident,
	{ answer: a, entry }: { answer: Answer; entry: Effect },
): Judged {
	const answered = omit(withReport(context, withAnswer(context, incident, a), a), "heldOpen");
	if (canBeUndone(context, incident, a)) return ending(context, state, incident, { answered, answer: a, entry });
	const takesBack = answered.ending !== undefined && SEES_FIRE.includes(a.answer);
	const next = takesBack ? omit(answered, "ending") : answered;
	const undone = takesBack
		? undoing(incident, a.personId, phrase("because.said", { answer: a.answer }), context.now)
		: [];
	const done = carriedOut(context, state, next, a);
	return { ...done, effects: [entry, ...undone, ...done.effects] };
}

/** The answer as it is meant where another incident than the one it names is; undefined where it is that one. */
function reallyMeant(incident: Incident, a: Answer): Answer | undefined {
	if (incident.id !== a.incidentId) return { ...a, incidentId: incident.id };
	// of one fire seen by several towers, the primary incident is answered
	if (incident.primaryId !== undefined && incident.primaryId !== incident.id)
		return { ...a, incidentId: incident.primaryId };
	return undefined;
}

/** An opened page stops nothing; what was added to it is kept. */
function onSeen(
	context: JudgeContext,
	state: JudgeState,
	incident: Incident,
	{ answer: a, entry }: { answer: Answer; entry: Effect },
): Judged {
	const isNews = [a.note, a.position, a.picture].some((brought) => brought !== undefined);
	const isKnown = incident.involved.find((i) => i.personId === a.personId)?.answer !== undefined;
	// a page that refreshes itself has been seen before
	if (isKnown && !isNews) return noChange(state);
	const seen = withReport(context, withAnswer(context, incident, a), a);
	return applyChanges(state, [{ incident: seen, effects: [entry, ...askedAgain(context, seen, a)] }]);
}

/** Words that change how far a fire has come: of a wave only whoever answers for one of its places can say them. */
const CHANGES: readonly Answer["answer"][] = ["false", "permitted", "confirmed", "controlled", "out"];

/**
 * A word about some places of a wave makes an incident of its own of these. A centre leaves that to the tower, and
 * hears of it.
 */
function ofSome(
	context: JudgeContext,
	state: JudgeState,
	a: Answer,
	{ wave, places }: { wave: Incident; places: FirePlace[] },
): Judged {
	const apart = split(context, wave, places);
	const refusal = whyNot(context, apart.part, a);
	if (refusal) return refused(state, wave, [refusalOf(wave, a.at, a, refusal)], refusal);
	if (wave.takenFrom) {
		const said = ledger(wave, {
			at: a.at,
			what: `answer:${a.answer}`,
			who: a.personId,
			detail: { places: places.map((p) => p.id) },
			personal: { name: a.personName },
		});
		return applyChanges(state, [{ incident: wave, effects: [said, ...passOn([wave], a)] }]);
	}
	const parted = afterSplit(context, state, apart, a.personId);
	return mergeJudged(parted, onAnswer(context, parted.state, { ...a, incidentId: apart.part.id }));
}

const ENDS_IT: readonly Answer["answer"][] = ["false", "permitted", "close"];

/** What an answer does: it ends the fire, lets somebody off, or brings it on. */
function carriedOut(context: JudgeContext, state: JudgeState, incident: Incident, a: Answer): Judged {
	const caused = a.cause === undefined ? incident : { ...incident, cause: a.cause };
	if (ENDS_IT.includes(a.answer)) {
		return endFire(context, applyChanges(state, [{ incident: caused, effects: [] }]).state, caused, {
			word: a,
			why: a.cause ?? phrase("because.said", { answer: a.answer }),
		});
	}
	const passedOn = passOn(allOfFire(state, caused), a);
	const step = a.answer === "notMe" ? declined(context, caused, a) : forward(context, caused, a);
	return applyChanges(state, [{ incident: step.incident, effects: [...passedOn, ...step.effects] }]);
}

/** What was ended and not undone in its time is over now. */
export function endDue(context: JudgeContext, state: JudgeState): Judged {
	const due = state.incidents.filter((i) => i.ending && i.ending.until <= context.now);
	return due.reduce((so: Judged, { id }) => {
		const incident = so.state.incidents.find((i) => i.id === id);
		if (!incident?.ending) return so;
		const over = carriedOut(context, so.state, omit(incident, "ending"), incident.ending.answer);
		return mergeJudged(so, over);
	}, noChange(state));
}

/** The file of an incident that is over; said at the centre, it closes the tower's too. */
function closeEnded(context: JudgeContext, state: JudgeState, a: Answer): Judged {
	const ended = state.ended?.find((i) => i.id === a.incidentId);
	if (!ended) return noChange(state);
	if (a.answer === "confirmed") return burnsAfterAll(context, state, ended, a);
	const closed = closeFile(context, state, ended, a);
	return { ...closed, effects: [...closed.effects, ...passOn(closed.changed, a)] };
}

/**
 * What was called false or permitted burns, says somebody who was told of it: it is open again, since nobody else may
 * be looking. When he has tapped so matters little: a verdict from afar may be the younger, and the fire there all the
 * same.
 */
function burnsAfterAll(context: JudgeContext, state: JudgeState, ended: Incident, a: Answer): Judged {
	const wasTold = a.via === VIA_CENTRE || ended.involved.some((i) => i.personId === a.personId);
	if (!mayBurnAfterAll(ended, context.now) || !wasTold) return noChange(state);
	// a centre knows it again when its tower does
	if (ended.takenFrom) {
		const said = ledger(ended, {
			at: a.at,
			what: "answer:confirmed",
			who: a.personId,
			detail: {},
			personal: { name: a.personName },
		});
		return { ...noChange(state), effects: [said, ...passOn([ended], a)] };
	}
	const again = openAgain(context, state, ended, { who: a.personId, why: phrase("because.seenBurning") });
	return mergeJudged(again, onAnswer(context, again.state, { ...a, at: Math.max(a.at, ended.changedAt) }));
}

/**
 * A word that ends an incident ends those of all towers that are the same fire; a tower that has not heard so is told
 * it again.
 */
export function endFire(
	context: JudgeContext,
	state: JudgeState,
	incident: Incident,
	{ word: a, why }: { word: Answer; why: string },
): Judged {
	// each of these words is an end, whatever the state before
	const final = nextState(incident.state, a.answer as "false" | "permitted" | "close") as EndState;
	const fire = allOfFire(state, incident);
	const ending = { final, who: a.personId, name: a.personName, why };
	let judged: Judged = { ...noChange(state), effects: passOn(fire, a) };
	for (const i of fire) {
		const ended = i.takenFrom
			? endTaken(context, judged.state, i, { word: a, ending })
			: end(context, judged.state, i, ending);
		judged = {
			state: ended.state,
			changed: [...judged.changed, ...ended.changed],
			effects: [...judged.effects, ...ended.effects],
		};
	}
	return withoutCrossings(context, judged, fire);
}

/** Ends what was taken from a tower, which is told this word again until it has heard it. */
function endTaken(
	context: JudgeContext,
	state: JudgeState,
	incident: Incident,
	{ word, ending }: { word: Answer; ending: Parameters<typeof end>[3] },
): Judged {
	const { id, rekindled = 0 } = incident;
	const finalAnswer: Answer = { ...word, incidentId: id, rekindled };
	const { cause } = word;
	const ended = end(context, state, { ...incident, ...defined({ cause }), finalAnswer }, ending);
	const finalAnswers = { ...ended.state.finalAnswers, [id]: finalAnswer };
	return { ...ended, state: { ...ended.state, finalAnswers } };
}

/** Bearings that cross those of what has ended say nothing any more. */
function withoutCrossings(context: JudgeContext, judged: Judged, over: Incident[]): Judged {
	const stale = judged.state.incidents.filter((i) => i.crossings?.some((c) => over.some((o) => o.id === c.incidentId)));
	const changes = stale.map((i): Change => {
		const { crossings = [], ...bare } = omit(i, "hints");
		const left = crossings.filter((c) => !over.some((o) => o.id === c.incidentId));
		const next: Incident = left.length > 0 ? { ...bare, crossings: left } : bare;
		const hints = hintsOf(context, next);
		return { incident: hints.length > 0 ? { ...next, hints } : next, effects: [] };
	});
	return changes.length > 0 ? mergeJudged(judged, applyChanges(judged.state, changes)) : judged;
}
