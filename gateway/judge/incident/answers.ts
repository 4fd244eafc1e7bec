import type { Answer, Effect, FirePlace, Incident, IncidentState, Involved, JudgeEvent, Report } from "../../model/incident.ts";
import { DUTY_DESK } from "../../model/register.ts";
import { mayEnd, NO_RIGHT } from "../duty/duty.ts";
import { allClear } from "../ladder/all-clear.ts";
import { centreLook } from "../ladder/centre.ts";
import { checkedIn, guardBegins, guardLook, guardOf } from "../ladder/guard.ts";
import { silence } from "../ladder/handover.ts";
import { climb, deliveries, hurry, isSeeingToIt, ledger, tellListeners, withTimes } from "../ladder/ladder.ts";
import { endsMaintenance } from "../ladder/maintenance.ts";
import { hintsOf } from "../ladder/plan.ts";
import type { Judged, JudgeState, World } from "../world.ts";
import { closeFile } from "./closing.ts";
import { type Change, changed, end, lacks, nothing, RANK } from "./ending.ts";
import { isOvertaken, overtaken, SEES_FIRE } from "./late.ts";
import { locate } from "./place.ts";
import { mayBurnAfterAll, openAgain, rekindled } from "./rekindle.ts";
import { allOfFire, both } from "./together.ts";
import { afterSplit, caseOf, placesMeant, split } from "./wave.ts";
import { passOn, VIA_CENTRE } from "./words.ts";

const MOST_REPORTS = 50;
const MOST_REPORTS_EACH = 15;

/** A person's word. Only a named person's "false" or "permitted", from a role with that right, ends an incident before it is out. */
export function onAnswer(world: World, state: JudgeState, a: Answer, now: number): Judged {
	const incident = caseOf(state.incidents, a.incidentId, a.personId);
	if (!incident) return closeEnded(world, state, a, now);
	if (incident.id !== a.incidentId) return onAnswer(world, state, { ...a, incidentId: incident.id }, now);
	// of one fire seen by several towers, the incident that leads is answered
	if (incident.partOf !== undefined && incident.partOf !== incident.id) return onAnswer(world, state, { ...a, incidentId: incident.partOf }, now);
	const meant = placesMeant(world, incident, a, now);
	if (meant !== "all" && meant !== "none") return ofSome(world, state, incident, meant, a, now);
	if (isOvertaken(incident, a, now)) return onAnswer(world, state, overtaken(world, a), now);
	// nothing was said of it before there was anything to say
	if (a.at < incident.openedAt && incident.openedAt <= now) return onAnswer(world, state, { ...a, at: incident.openedAt }, now);
	const { via, etaMinutes, note, cause, sizeHa, position, picture } = a;
	const present = (values: Record<string, unknown>) => Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined));
	const personal = present({ name: a.personName, note, position, picture });
	const entry = ledger(incident, a.at, `answer:${a.answer}`, a.personId, present({ via, etaMinutes, cause, sizeHa }), personal);
	if (a.answer === "seen") {
		// a page that refreshes itself has been seen before
		const isNews = a.note !== undefined || a.position !== undefined || a.picture !== undefined;
		if (!isNews && incident.involved.find((i) => i.personId === a.personId)?.answer !== undefined) return nothing(state);
		const seen = withReport(world, withAnswer(world, incident, a, now), a, now);
		return changed(state, [{ incident: seen, effects: [entry, ...askedAgain(world, seen, a, now)] }]);
	}
	if (a.answer === "again") return again(world, state, incident, a, entry, now);
	const refusal = meant === "none" && CHANGES.includes(a.answer) ? NO_PLACE : refusalOf(world, incident, a);
	if (refusal) {
		const refused = ledger(incident, a.at, "refused", "rule", { answer: a.answer, personId: a.personId, why: refusal });
		return changed(state, [{ incident, effects: [entry, refused] }]);
	}
	const answered = withReport(world, withAnswer(world, incident, a, now), a, now);
	if (canBeUndone(world, incident, a)) return ending(world, state, incident, answered, a, entry, now);
	// somebody sees it burn, or is on his way again: an end that nobody has heard of yet is taken back
	const { ending: waiting, ...free } = answered;
	const undone: Effect[] = waiting && SEES_FIRE.includes(a.answer) ? undoing(incident, a.personId, a.answer, now) : [];
	const done = carriedOut(world, state, undone.length > 0 ? free : answered, a, now);
	return { ...done, effects: [entry, ...undone, ...done.effects] };
}

/** Words that change how far a fire has come: of a wave only whoever answers for one of its places can say them. */
const CHANGES: readonly Answer["answer"][] = ["false", "permitted", "confirmed", "controlled", "out"];
const OF_MANY = "of many places at once: say so where you stand, with the position";
const NO_PLACE = "none of its places is on his ground";

/** A word about some places of a wave makes an incident of its own of these. A centre leaves that to the tower, and hears of it. */
function ofSome(world: World, state: JudgeState, wave: Incident, places: FirePlace[], a: Answer, now: number): Judged {
	const apart = split(world, wave, places, now);
	const refusal = refusalOf(world, apart.part, a);
	if (refusal) {
		const refused = ledger(wave, a.at, "refused", "rule", { answer: a.answer, personId: a.personId, why: refusal });
		return changed(state, [{ incident: wave, effects: [refused] }]);
	}
	if (wave.takenFrom) {
		const said = ledger(wave, a.at, `answer:${a.answer}`, a.personId, { places: places.map((p) => p.id) }, { name: a.personName });
		return changed(state, [{ incident: wave, effects: [said, ...passOn([wave], a)] }]);
	}
	const parted = afterSplit(world, state, apart, a.personId, now);
	return both(parted, onAnswer(world, parted.state, { ...a, incidentId: apart.part.id }, now));
}

const CAN_BE_UNDONE: readonly Answer["answer"][] = ["false", "permitted", "out"];

/** What an answer does: it ends the fire, lets somebody off, or brings it on. */
function carriedOut(world: World, state: JudgeState, incident: Incident, a: Answer, now: number): Judged {
	if (a.answer === "false" || a.answer === "permitted" || a.answer === "close") {
		const caused = a.cause === undefined ? incident : { ...incident, cause: a.cause };
		return endFire(world, changed(state, [{ incident: caused, effects: [] }]).state, caused, a, a.cause ?? a.answer, now);
	}
	const passedOn = passOn(allOfFire(state, incident), a);
	const step = a.answer === "notMe" ? declined(world, incident, a, now) : forward(world, incident, a, now);
	return changed(state, [{ incident: step.incident, effects: [...passedOn, ...step.effects] }]);
}

/** An end by a person here. What another machine has said was looked at there, and rules end nothing of a fire. */
function canBeUndone(world: World, incident: Incident, a: Answer): boolean {
	if (world.ladder.undoMs <= 0 || incident.kind !== "fire" || !CAN_BE_UNDONE.includes(a.answer)) return false;
	return a.via !== VIA_CENTRE && !a.via?.startsWith("tower:") && !(a.answer === "out" && incident.state === "out");
}

/** The end waits: the ladders pause, what waits to be sent is held, and the all-clear leaves when nobody has thought better of it. */
function ending(world: World, state: JudgeState, incident: Incident, answered: Incident, a: Answer, entry: Effect, now: number): Judged {
	const { said = [], before = [], first, answer: earlier } = incident.ending ?? {};
	// said once more it is the same end, and whoever says something else puts it off once
	const begun = first ?? now + world.ladder.undoMs;
	const until = earlier?.answer === a.answer ? (incident.ending?.until ?? begun) : Math.min(now, begun) + world.ladder.undoMs;
	const isFirst = !said.includes(a.personId);
	const stood = isFirst ? incident.involved.filter((i) => i.personId === a.personId) : [];
	const waiting = { answer: a, until, first: begun, said: isFirst ? [...said, a.personId] : said, before: [...before, ...stood] };
	const next = withTimes(world, { ...answered, ending: waiting, changedAt: now });
	const effects: Effect[] = [
		entry,
		ledger(next, now, "ending", a.personId, { answer: a.answer, until }),
		{ type: "hold", incidentId: next.id, until },
	];
	return changed(state, [{ incident: next, effects }]);
}

/** What was ended and not undone in its time is over now. */
export function endDue(world: World, state: JudgeState, now: number): Judged {
	const due = state.incidents.filter((i) => i.ending && i.ending.until <= now);
	return due.reduce((so: Judged, { id }) => {
		const incident = so.state.incidents.find((i) => i.id === id);
		if (!incident?.ending) return so;
		const { ending: waiting, ...free } = incident;
		return both(so, carriedOut(world, so.state, free, waiting.answer, now));
	}, nothing(state));
}

function undoing(incident: Incident, personId: string, why: string, now: number): Effect[] {
	return [ledger(incident, now, "undone", personId, { why }), { type: "hold", incidentId: incident.id }];
}

/** Takes an end back: what the person has said before stands again, the ladders go on, and nobody has heard of anything. */
export function onUndo(world: World, state: JudgeState, event: Extract<JudgeEvent, { type: "undo" }>, now: number): Judged {
	const incident = state.incidents.find((i) => i.id === event.incidentId);
	if (!incident?.ending) return nothing(state);
	const { ending: waiting, ...free } = incident;
	const { said = [waiting.answer.personId], before = [] } = waiting;
	const involved = free.involved.flatMap((i) => {
		const stood = before.find((b) => b.personId === i.personId);
		return stood ?? (said.includes(i.personId) ? [] : i);
	});
	const climbed = climb(world, { ...free, involved, changedAt: now }, now, "undone");
	return changed(state, [{ incident: climbed.incident, effects: [...undoing(incident, event.personId, "undone", now), ...climbed.effects] }]);
}

/** Words that were not understood, and stand on the card: whoever sent them is asked once more, at his own number. */
function askedAgain(world: World, incident: Incident, a: Answer, now: number): Effect[] {
	if (a.via !== "sms" || a.note === undefined) return [];
	if ((incident.reports ?? []).filter((r) => r.personId === a.personId && r.what === "seen").length > MOST_AGAIN) return [];
	const addresses = world.duty.person(a.personId)?.addresses.filter((to) => to.channel === "sms" || to.channel === "modem") ?? [];
	const task = incident.involved.find((i) => i.personId === a.personId)?.task;
	return deliveries(world, incident, addresses, `unclear.${a.id}`, now, a.personId, task).map((effect) => {
		if (effect.type !== "deliver") return effect;
		const { message } = effect.delivery;
		const short = UNCLEAR[world.language];
		return { ...effect, delivery: { ...effect.delivery, message: { ...message, short, body: `${short} ${message.body}`.slice(0, 300) } } };
	});
}
const UNCLEAR = { zh: "您的短信没看懂，请只回一个数字和代码。", en: "Your answer was not understood: one digit and the code, please." };

/** Whoever asks for it may not be the person: the message goes to the person's own addresses, and not too often. */
const AGAIN_MS = 120_000;
const MOST_AGAIN = 5;

function whyNotAgain(known: Involved | undefined, now: number): string | undefined {
	if (!known) return "only people who were told hear it again";
	if (now - (known.again?.at ?? 0) < AGAIN_MS) return "it was sent a moment ago";
	return (known.again?.times ?? 0) >= MOST_AGAIN ? "it was sent often enough" : undefined;
}

function again(world: World, state: JudgeState, incident: Incident, a: Answer, entry: Effect, now: number): Judged {
	const known = incident.involved.find((i) => i.personId === a.personId);
	const why = whyNotAgain(known, now);
	if (!known || why !== undefined) {
		const refused = ledger(incident, a.at, "refused", "rule", { answer: a.answer, personId: a.personId, why });
		return changed(state, [{ incident, effects: [entry, refused] }]);
	}
	const asked: Incident = {
		...incident,
		involved: incident.involved.map((i) => (i === known ? { ...i, again: { at: now, times: (i.again?.times ?? 0) + 1 } } : i)),
	};
	const addresses = world.duty.person(a.personId)?.addresses ?? [];
	return changed(state, [{ incident: asked, effects: [entry, ...deliveries(world, asked, addresses, `again.${now}`, now, a.personId, known.task)] }]);
}

/** The file of an incident that is over; said at the centre, it closes the tower's too. */
function closeEnded(world: World, state: JudgeState, a: Answer, now: number): Judged {
	const ended = state.ended?.find((i) => i.id === a.incidentId);
	if (!ended) return nothing(state);
	if (a.answer === "confirmed") return burnsAfterAll(world, state, ended, a, now);
	const closed = closeFile(world, state, ended, a, now);
	return { ...closed, effects: [...closed.effects, ...passOn(closed.changed, a)] };
}

/**
 * What was called false or permitted burns, says somebody who was told of it: it is open again, since nobody else may be looking.
 * When he has tapped so matters little: a verdict from afar may be the younger, and the fire there all the same.
 */
function burnsAfterAll(world: World, state: JudgeState, ended: Incident, a: Answer, now: number): Judged {
	const wasTold = a.via === VIA_CENTRE || ended.involved.some((i) => i.personId === a.personId);
	if (!mayBurnAfterAll(ended, now) || !wasTold) return nothing(state);
	// a centre knows it again when its tower does
	if (ended.takenFrom) {
		const said = ledger(ended, a.at, "answer:confirmed", a.personId, {}, { name: a.personName });
		return { ...nothing(state), effects: [said, ...passOn([ended], a)] };
	}
	const again = openAgain(world, state, ended, a.personId, "somebody sees it burn", now);
	return both(again, onAnswer(world, again.state, { ...a, at: Math.max(a.at, ended.changedAt) }, now));
}

/** A word that ends an incident ends those of all towers that are the same fire; a tower that has not heard so is told it again. */
export function endFire(world: World, state: JudgeState, incident: Incident, a: Answer, why: string, now: number): Judged {
	const final = a.answer === "close" ? "closed" : (a.answer as "false" | "permitted");
	const fire = allOfFire(state, incident);
	let judged: Judged = { ...nothing(state), effects: passOn(fire, a) };
	for (const i of fire) {
		const word: Answer = { ...a, incidentId: i.id };
		const cause = a.cause === undefined ? {} : { cause: a.cause };
		const last: Answer = { ...word, rekindled: i.rekindled ?? 0 };
		const ended = end(world, judged.state, i.takenFrom ? { ...i, ...cause, lastWord: last } : i, final, a.personId, why, now);
		const lastWords = i.takenFrom ? { ...ended.state.lastWords, [i.id]: last } : ended.state.lastWords;
		judged = {
			state: { ...ended.state, lastWords },
			changed: [...judged.changed, ...ended.changed],
			effects: [...judged.effects, ...ended.effects],
		};
	}
	return withoutCrossings(world, judged, fire, now);
}

/** Bearings that cross those of what has ended say nothing any more. */
function withoutCrossings(world: World, judged: Judged, over: Incident[], now: number): Judged {
	const stale = judged.state.incidents.filter((i) => i.crossings?.some((c) => over.some((o) => o.id === c.incidentId)));
	const changes = stale.map((i): Change => {
		const { crossings = [], hints: _, ...bare } = i;
		const left = crossings.filter((c) => !over.some((o) => o.id === c.incidentId));
		const next: Incident = left.length > 0 ? { ...bare, crossings: left } : bare;
		const hints = hintsOf(world, next, now);
		return { incident: hints.length > 0 ? { ...next, hints } : next, effects: [] };
	});
	return changes.length > 0 ? both(judged, changed(judged.state, changes)) : judged;
}

/** Looks at an incident whose time has come: promises that were not kept, groups that are due. */
export function lookAgain(world: World, incident: Incident, now: number): Change {
	const silent = silence(world, incident, now);
	if (silent) return silent;
	const guarded = guardLook(world, incident, now);
	if (guarded) return guarded;
	// in other hands, or nothing more to be told: no promise is waited for
	if (incident.handedTo || incident.partOf !== undefined || incident.state === "controlled" || incident.state === "out") {
		return centreLook(world, incident, now) ?? { incident: withTimes(world, incident), effects: [] };
	}
	// while the tower climbs by itself, it reminds as well
	if (incident.takenFrom?.lease === "asked") return centreLook(world, incident, now) ?? { incident, effects: [] };
	const late = incident.involved.filter((i) => isSeeingToIt(i) && i.feedbackBy !== undefined && i.feedbackBy <= now);
	if (late.length === 0) return centreLook(world, incident, now) ?? climb(world, incident, now, "nobody has answered");
	const involved = incident.involved.map((i) => (late.includes(i) ? { ...i, lapsedAt: now } : i));
	const lapsed: Incident = { ...incident, involved, changedAt: now };
	const effects: Effect[] = late.flatMap((i) => {
		// the person is asked once more, since a promise is easier kept than begun anew
		const person = world.duty.person(i.personId);
		const again = deliveries(world, lapsed, person?.addresses ?? [], `overdue.${i.feedbackBy}`, now, i.personId, i.task);
		return [ledger(lapsed, now, "lapsed", "rule", { personId: i.personId, answer: i.answer, due: i.feedbackBy }), ...again];
	});
	// while another sees to it, nobody else is called
	const alone = !involved.some((i) => isSeeingToIt(i));
	const on = alone ? hurry(world, lapsed, now, "no feedback in time") : climb(world, lapsed, now, "no feedback in time");
	const looked = centreLook(world, on.incident, now) ?? { incident: on.incident, effects: [] };
	return { incident: looked.incident, effects: [...effects, ...on.effects, ...looked.effects] };
}

/** Why an answer does not count, or undefined when it does. */
function refusalOf(world: World, incident: Incident, a: Answer): string | undefined {
	// the centre has looked at it, with a register of its own
	if (a.via === VIA_CENTRE) return undefined;
	const right = mayEnd(world.duty, a.personId, incident.grids, a.at);
	switch (a.answer) {
		case "false":
		case "permitted":
			return right ? undefined : NO_RIGHT;
		case "close": {
			if (!right) return NO_RIGHT;
			if (incident.kind !== "fire") return undefined;
			const cause = a.cause ?? incident.cause;
			const missing = lacks(cause === undefined ? incident : { ...incident, cause });
			return missing.length > 0 ? `cannot be closed without ${missing.join("; ")}` : undefined;
		}
		case "controlled":
		case "out":
			// who may not end it on paper speaks of where he stands, and nobody stands in two villages
			if (incident.places && incident.grids.length > 1 && !right && !a.via?.startsWith("tower:")) return OF_MANY;
			return right || a.via?.startsWith("tower:") || incident.involved.some((i) => i.personId === a.personId)
				? undefined
				: "only people who were told, or the desk, can say so";
		case "confirmed":
			return right || a.via?.startsWith("tower:") || incident.involved.some((i) => i.personId === a.personId)
				? undefined
				: "only people who were told, or the desk, can say so";
		default:
			return undefined;
	}
}

/** going, on scene, confirmed, controlled, out: the person's own queue stops, the incident moves on, and feedback is awaited. */
function forward(world: World, incident: Incident, a: Answer, now: number): Change {
	const isOver = incident.state === "controlled" || incident.state === "out";
	if (isOver && a.answer === "confirmed") return rekindled(world, incident, a.personId, "somebody sees it burn", now);
	if (incident.state === "out" && a.answer === "onScene") return checkedIn(world, incident, a, now);
	const confirms = incident.confirmedAt === undefined && (a.answer === "confirmed" || a.answer === "controlled" || a.answer === "out");
	const sure: Incident = confirms ? { ...incident, confirmedAt: now, confirmedBy: a.personId } : incident;
	const sized: Incident = a.sizeHa === undefined ? sure : { ...sure, sizeHa: a.sizeHa };
	const reached = stateAfter(sized, a);
	const isOut = reached === "out" && incident.state !== "out";
	const next: Incident = {
		...{ ...sized, state: RANK[reached] > RANK[incident.state] ? reached : incident.state, changedAt: now },
		...(isOut ? { outAt: now, tasks: [...(sized.tasks ?? []), guardOf(world, sized, a, now)] } : {}),
	};
	const stop: Effect = { type: "stop", incidentId: incident.id, personId: a.personId, why: a.answer };
	// out: nobody needs to hear any more, whoever it was that would have been told
	const all: Effect[] = next.state === "out" || next.state === "controlled" ? [{ type: "stop", incidentId: incident.id, why: a.answer }] : [stop];
	const climbed = endsMaintenance(world, next, now, a.answer) ?? climb(world, next, now, a.answer);
	const over = isOut ? [...allClear(world, climbed.incident, a.personId, now), ...guardBegins(world, climbed.incident, now)] : [];
	return { incident: climbed.incident, effects: [...all, ...climbed.effects, ...over, ...tellListeners(world, climbed.incident, now)] };
}

function stateAfter(incident: Incident, a: Answer): IncidentState {
	switch (a.answer) {
		case "onScene":
			return "onScene";
		case "controlled":
			return "controlled";
		case "out":
			return "out";
		case "confirmed":
			return "confirmed";
		default: {
			const task = incident.involved.find((i) => i.personId === a.personId)?.task;
			return incident.confirmedAt !== undefined || task === "go" || task === "assemble" ? "dispatched" : "verifying";
		}
	}
}

/** "Not me": when nobody is left who might, the next is told at once. */
function declined(world: World, incident: Incident, a: Answer, now: number): Change {
	const stop: Effect = { type: "stop", incidentId: incident.id, personId: a.personId, why: "not me" };
	const told = incident.involved.filter((i) => i.ladder === "verify");
	const over = incident.state === "controlled" || incident.state === "out";
	const waiting = over || told.some((i) => i.answer === undefined || i.answer === "seen" || isSeeingToIt(i));
	const own = told.some((i) => i.personId === a.personId);
	const on = waiting || !own ? { incident: withTimes(world, incident), effects: [] } : hurry(world, incident, now, `${a.personName}: not me`);
	return { incident: on.incident, effects: [stop, ...on.effects] };
}

function withAnswer(world: World, incident: Incident, a: Answer, now: number): Incident {
	const known = incident.involved.find((i) => i.personId === a.personId);
	// a page that is opened again says "seen" again: that takes nothing back
	if (a.answer === "seen" && (!known || known.answer !== undefined)) return incident;
	const feedbackBy = promiseOf(world, a, now);
	const answered = (i: Involved): Involved => {
		const { feedbackBy: _, lapsedAt: __, via: ___, goingSince, ...bare } = i;
		const since = a.answer === "going" ? { goingSince: i.answer === "going" ? (goingSince ?? i.answeredAt ?? a.at) : a.at } : {};
		const via = a.via?.startsWith("tower:") ? { via: a.via } : {};
		return { ...bare, ...via, ...since, answer: a.answer, answeredAt: a.at, ...(feedbackBy === undefined ? {} : { feedbackBy }) };
	};
	if (known) return { ...incident, involved: incident.involved.map((i) => (i === known ? answered(i) : i)) };
	// whoever comes uncalled, the desk included, is seeing to it all the same, and is reminded of it all the same
	if (a.answer !== "going" && a.answer !== "onScene" && a.answer !== "confirmed") return incident;
	const person = world.duty.person(a.personId);
	const vouched = a.via === VIA_CENTRE || a.via?.startsWith("tower:");
	if (!person && a.personId !== DUTY_DESK && !vouched) return incident;
	const uncalled: Involved = {
		...{ personId: a.personId, name: a.personName, role: person?.role ?? "officer", level: person?.level ?? "" },
		...{ share: 0, toldAt: a.at, ladder: "verify", task: "verify" },
	};
	return { ...incident, involved: [...incident.involved, answered(uncalled)] };
}

/** When feedback is due after an answer: the promised arrival, or the plan's time. */
function promiseOf(world: World, a: Answer, now: number): number | undefined {
	if (a.answer === "going") return now + (a.etaMinutes === undefined ? world.ladder.feedbackMs : a.etaMinutes * 60_000);
	return a.answer === "onScene" ? now + world.ladder.sceneMs : undefined;
}

function withReport(world: World, incident: Incident, a: Answer, now: number): Incident {
	const brings = a.position || a.picture || a.note || a.answer === "onScene" || a.answer === "controlled" || a.answer === "out";
	if (!brings) return incident;
	const report: Report = {
		...{ personId: a.personId, at: a.at, what: a.answer },
		...(a.position ? { position: a.position } : {}),
		...(a.picture ? { picture: a.picture } : {}),
		...(a.note ? { note: a.note } : {}),
	};
	const next = { ...incident, reports: bounded([...(incident.reports ?? []), report]) };
	// somebody stands there: the best place there is
	return a.position && incident.kind === "fire" && a.answer === "onScene" ? locate(world, next, now) : next;
}

/** Of many reports those of whoever says most go first, and of those the ones that bring least: one person flushes nobody else's words off the card. */
function bounded(reports: Report[]): Report[] {
	let kept = reports;
	for (;;) {
		const counts = new Map<string, number>();
		for (const r of kept) counts.set(r.personId, (counts.get(r.personId) ?? 0) + 1);
		const [most, n] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ["", 0]);
		if (kept.length <= MOST_REPORTS && n <= MOST_REPORTS_EACH) return kept;
		const own = kept.filter((r) => r.personId === most);
		const least = own.find((r) => r.what === "seen" && !r.picture && !r.position) ?? own.find((r) => r.what === "seen") ?? own[0];
		kept = kept.filter((r) => r !== least);
	}
}
