import { omit } from "../../base/omit.ts";
import type { Answer } from "../../model/answer.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { LadderName } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Handover } from "../../model/handover.ts";
import type { Incident, SplitOff } from "../../model/incident.ts";
import type { CentreMessage, Taken } from "../../model/lease.ts";
import { endFire, onAnswer } from "../correlation/answers.ts";
import { newsOf, passOn, viaTower } from "../correlation/news.ts";
import { allOfFire, gather, leaving, partsOf } from "../correlation/together.ts";
import { allClear } from "../escalation/all-clear.ts";
import { deliveries, ledger } from "../escalation/effects.ts";
import { tellNewcomers } from "../escalation/newcomers.ts";
import { answering } from "../escalation/people.ts";
import { groupsOf } from "../escalation/plan.ts";
import { tellGroup } from "../escalation/tell.ts";
import { type Due, isSeeingToIt, nextDue, withTimes } from "../escalation/times.ts";
import { both, type Change, changed, isUnsigned, nothing, RANK, reportsOf, UNSIGNED } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { fileClosed } from "../lifecycle/closing.ts";
import { rekindled, toldAgain, unsaid } from "../lifecycle/rekindle.ts";
import { locate } from "../location/place.ts";
import { heard } from "./pending.ts";
import { merged, progressOf } from "./progress.ts";
import { onTower } from "./tower.ts";

/**
 * A centre's side of the hand-over: it adopts what towers tell of, climbs with their leave, and lets go when they are
 * silent.
 */

/** Incidents of one tower that a centre takes over at a time. */
const MOST_OPEN = 100;
/**
 * Unsigned ones shown of one tower at a time: whoever may publish there must not fill the desk, nor the places of the
 * tower itself.
 */
const MOST_UNSIGNED = 5;
const OVER = ["false", "permitted", "closed"];

export function onHandover(context: JudgeContext, state: JudgeState, handover: Handover): Judged {
	if (handover.side === "tower") return onTower(context, state, handover.message);
	const { tower } = handover;
	if (handover.what === "ack") {
		const { answerId, incidentId } = handover;
		const known = answerId === undefined ? state : heard(state, tower, incidentId, answerId);
		return told(context, state, onAck(context, known, handover), incidentId);
	}
	const { incident } = handover;
	if (handover.unsigned) return adoptUnsigned(context, state, incident, tower);
	const adopted = told(context, state, adopt(context, state, incident, tower), incident.id);
	const { judged, news } = gather(context, adopted.state, incident.id);
	return followedBy(context, both(adopted, judged), news);
}

/**
 * What has been said to the tower of one incident of a fire is brought to the incident that leads, and to the towers of
 * all.
 */
function told(context: JudgeContext, before: JudgeState, so: Judged, incidentId: string): Judged {
	const judged = hurried(context, before, so, incidentId);
	const own = judged.state.incidents.find((i) => i.id === incidentId);
	if (!own) return judged;
	const was = before.incidents.find((i) => i.id === incidentId);
	if (own.partOf !== undefined) {
		const lead = judged.state.incidents.find((i) => i.id === own.partOf);
		if (!lead) return judged;
		const isOver = lead.state === "controlled" || lead.state === "out";
		if (was && isOver && hasFlared(was, own)) {
			const again = rekindled(context, lead, {
				who: "rule",
				why: `it burns again before ${own.towerName ?? own.takenFrom?.tower}`,
			});
			return both(judged, changed(judged.state, [again]));
		}
		return followedBy(context, judged, newsOf(lead, own, context.now));
	}
	if (!own.witnesses || !was) return judged;
	const parts = partsOf(judged.state, own);
	const news = newsOf(was, own, context.now);
	const involved = own.involved.map((i) =>
		news.some((a) => a.personId === i.personId) ? { ...i, via: viaTower(own) } : i,
	);
	const marked = changed(judged.state, [
		{ incident: { ...own, involved }, effects: news.flatMap((a) => passOn(parts, a)) },
	]);
	return news.length > 0 ? both(judged, marked) : judged;
}

/** Everybody whom the tower had told has declined there: the centre tells the next at once. */
function hurried(context: DecisionContext, before: JudgeState, judged: Judged, incidentId: string): Judged {
	const own = judged.state.incidents.find((i) => i.id === incidentId);
	const was = before.incidents.find((i) => i.id === incidentId);
	if (own?.takenFrom?.lease !== "held" || !was) return judged;
	const fresh = own.involved.some(
		(i) => i.answer === "notMe" && was.involved.find((o) => o.personId === i.personId)?.answer !== "notMe",
	);
	const asked = own.involved.filter((i) => i.ladder === "verify");
	if (!fresh || asked.some((i) => i.answer === undefined || i.answer === "seen" || isSeeingToIt(i))) return judged;
	return both(
		judged,
		changed(judged.state, [
			{ incident: withTimes(context, { ...own, takenFrom: { ...own.takenFrom, hurry: true } }), effects: [] },
		]),
	);
}

function followedBy(context: JudgeContext, judged: Judged, answers: Answer[]): Judged {
	return answers.reduce((so, a) => both(so, onAnswer(context, so.state, a)), judged);
}

/**
 * A fire that nobody vouches for is shown all the same, since a lost one costs a forest: with where it is and why, and
 * marked. It changes nothing that is known, and what people are said to have answered to it does not count.
 */
function adoptUnsigned(context: JudgeContext, state: JudgeState, theirs: Incident, tower: string): Judged {
	if (
		RANK[theirs.state] >= RANK.controlled ||
		state.incidents.some((i) => i.id === theirs.id) ||
		state.lastWords[theirs.id]
	)
		return nothing(state);
	if (state.incidents.filter((i) => i.takenFrom?.tower === tower && isUnsigned(i)).length >= MOST_UNSIGNED)
		return nothing(state);
	const seen = omit(theirs, "confirmedAt", "confirmedBy", "sizeHa", "reports", "cause");
	const missing = [...new Set([...theirs.missing, UNSIGNED])];
	return adopt(context, state, { ...seen, state: "detected", involved: [], missing }, tower);
}

/** The centre's side: a tower tells of an incident, anew or changed. */
function adopt(context: JudgeContext, state: JudgeState, theirs: Incident, tower: string): Judged {
	const known = state.incidents.find((i) => i.id === theirs.id);
	if (known && known.takenFrom?.tower !== tower) return nothing(state); // not theirs to speak of
	const lastWord = state.lastWords[theirs.id];
	// what was opened again since that word is another matter
	const isSince = lastWord !== undefined && (theirs.rekindled ?? 0) > (lastWord.rekindled ?? 0);
	if (!known && lastWord && !isSince && !OVER.includes(theirs.state)) {
		// a named person has ended it here, and the tower has not heard so
		const message: CentreMessage = { incidentId: theirs.id, what: "answer", answer: lastWord };
		return { ...nothing(state), effects: [{ type: "send", tower, message }] };
	}
	if (OVER.includes(theirs.state))
		return known ? ended(context, state, { known, theirs, tower }) : filed(context, state, theirs, tower);
	if (known?.takenFrom) {
		const vouched = { ...known, missing: known.missing.filter((m) => m !== UNSIGNED) };
		const joined = { ...withFacts(vouched, theirs), takenFrom: { ...known.takenFrom, heardAt: context.now } };
		// what people have told the centre stays part of it, and of its place
		const placed = joined.evidence.some((e) => e.here) ? locate(context, joined) : joined;
		const again = hasFlared(known, theirs) ? toldAgain(context, placed) : [];
		const [free, undone] = endingAgainst(known, placed, theirs, context.now);
		const over = isOutThere(known, theirs) ? outThere(context, free, theirs, tower) : [];
		const moved = newlySplit(known, theirs).map(
			({ id, people }): Effect => ({ type: "rehome", from: known.id, to: id, people }),
		);
		return changed(state, [{ incident: withTimes(context, free), effects: [...moved, ...undone, ...over, ...again] }]);
	}
	// one tower that has gone mad must not fill the centre: what is not taken over it climbs itself
	if (state.incidents.filter((i) => i.takenFrom?.tower === tower && !isUnsigned(i)).length >= MOST_OPEN)
		return nothing(state);
	const bare = omit(theirs, "handedTo", "partOf", "witnesses", "crossings", "doubts", "lastWord");
	const taken: Taken = { tower, lease: "asked", askedAt: context.now, heardAt: context.now, beatAt: context.now };
	// what the tower lacked the centre may have
	const missing = bare.missing.filter((m) => m !== "register" || context.register.people.length === 0);
	const incident = withTimes(context, { ...bare, missing, takenFrom: taken });
	const lastWords = omit(state.lastWords, theirs.id);
	return {
		state: { ...state, lastWords, incidents: [...state.incidents, incident] },
		changed: [incident],
		effects: [
			ledger(incident, {
				at: context.now,
				what: "adopted",
				who: "rule",
				detail: { tower, verify: theirs.ladder.verify.done },
			}),
			send(incident, { what: "take" }),
			// whom we had told that it is over
			...(isSince ? toldAgain(context, incident) : []),
		],
	};
}

/**
 * An end that waits here, while its tower has heard of somebody or something that sees it burn: it is taken back, as it
 * would be there.
 */
function endingAgainst(known: Incident, next: Incident, theirs: Incident, now: number): [Incident, Effect[]] {
	const { ending, ...free } = next;
	if (!ending) return [next, []];
	const sees = (i: Incident["involved"][number]) =>
		(i.answer === "confirmed" || i.answer === "onScene" || i.answer === "controlled") &&
		(i.answeredAt ?? 0) > ending.answer.at;
	const why = theirs.sources.some((s) => !known.sources.includes(s))
		? "another source agrees at its tower"
		: theirs.involved.some(sees) || (theirs.confirmedAt !== undefined && known.confirmedAt === undefined)
			? "somebody sees it burn"
			: hasFlared(known, theirs)
				? "it burns again"
				: undefined;
	if (why === undefined) return [next, []];
	return [
		free,
		[ledger(free, { at: now, what: "undone", who: "rule", detail: { why } }), { type: "hold", incidentId: free.id }],
	];
}

function isOutThere(known: Incident, theirs: Incident): boolean {
	// of a fire that several see, whoever leads says when it is over
	const isAlone = known.partOf === undefined && !known.witnesses;
	return isAlone && theirs.state === "out" && known.state !== "out" && !hasFlared(known, theirs);
}

/** It is out at its tower, which tells those whom it has told itself; the others are ours. */
function outThere(context: JudgeContext, incident: Incident, theirs: Incident, tower: string): Effect[] {
	const who = theirs.reports?.findLast((r) => r.what === "out")?.personId ?? tower;
	return [{ type: "stop", incidentId: incident.id, why: "out at its tower" }, ...allClear(context, incident, who)];
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
	const word = lastWordOf(context, theirs, tower);
	const over = withFacts(known, theirs);
	const fire = allOfFire(state, known);
	const isAlone =
		fire.length === 1 || (word.answer === "close" && fire.every((i) => i.state === "out" || i.id === known.id));
	if (isAlone)
		return endFire(context, changed(state, [{ incident: over, effects: [] }]).state, over, {
			word,
			why: "the tower says so",
		});
	const left = leaving(context, state, known, {
		why: "its tower has ended it",
		doubt: `${theirs.towerName ?? tower}: ${theirs.state} (${word.personName})`,
	});
	const own = withFacts(left.state.incidents.find((i) => i.id === known.id) ?? known, theirs);
	return both(
		left,
		endFire(context, changed(left.state, [{ incident: own, effects: [] }]).state, own, {
			word,
			why: "the tower says so",
		}),
	);
}

/** The file of an incident that is over was closed on its tower: so is it here, and for all that ended with it. */
function filed(context: JudgeContext, state: JudgeState, theirs: Incident, tower: string): Judged {
	const closed = fileClosed(context, state, theirs, tower);
	const note = theirs.reports?.findLast((r) => r.note);
	const personId = note?.personId ?? theirs.closedBy ?? tower;
	const said = {
		id: `${theirs.id}:filed`,
		personId,
		personName: nameOf(context, theirs, personId),
		answer: "close",
		at: theirs.closedAt ?? context.now,
	} as const;
	const word: Answer = { ...lastWordOf(context, theirs, tower), ...said };
	return {
		...closed,
		effects: [
			...closed.effects,
			...passOn(closed.changed, note?.note === undefined ? word : { ...word, note: note.note }),
		],
	};
}

/** The word with which an incident ended on its tower. */
function lastWordOf(context: DecisionContext, theirs: Incident, tower: string): Answer {
	const personId = theirs.closedBy ?? tower;
	const personName = nameOf(context, theirs, personId);
	const answer = theirs.state === "closed" ? "close" : (theirs.state as "false" | "permitted");
	const said = {
		id: `${theirs.id}:${theirs.state}`,
		incidentId: theirs.id,
		personId,
		personName,
		answer,
		at: theirs.changedAt,
	} as const;
	return { ...said, via: `tower:${tower}`, ...(theirs.cause === undefined ? {} : { cause: theirs.cause }) };
}

function nameOf(context: DecisionContext, { involved }: Incident, personId: string): string {
	return involved.find((i) => i.personId === personId)?.name ?? context.duty.person(personId)?.name ?? personId;
}

/** Whether it has flared up again at its tower since we last heard. */
function hasFlared(known: Incident, theirs: Incident): boolean {
	return (theirs.rekindled ?? 0) > (known.rekindled ?? 0);
}

/** What has left a wave at its tower since we last heard. */
function newlySplit({ split = [] }: Incident, theirs: Incident): SplitOff[] {
	return (theirs.split ?? []).filter((s) => !split.some((known) => known.id === s.id));
}

/** What the tower knows better than we do; how far people have come is never taken back by an older word. */
function withFacts(known: Incident, theirs: Incident): Incident {
	const here = known.evidence.filter((e) => e.here);
	const evidence = here.length > 0 ? [...theirs.evidence, ...here] : theirs.evidence;
	const sources = here.length > 0 ? [...new Set([...theirs.sources, ...here.map((e) => e.sourceId)])] : theirs.sources;
	const { place, grids, hints, confirmedAt, confirmedBy, sizeHa, changedAt } = theirs;
	const reports = reportsOf([known, theirs]);
	const optional = {
		hints,
		confirmedAt: known.confirmedAt ?? confirmedAt,
		confirmedBy: known.confirmedBy ?? confirmedBy,
		sizeHa: sizeHa ?? known.sizeHa,
	};
	const again = hasFlared(known, theirs);
	// another tower's part of the fire, or somebody here, has seen it burn again
	const isBehind = hasFlared(theirs, known);
	const { places, split } = theirs;
	const bare = omit(known, "places");
	const gone = newlySplit(known, theirs).flatMap((s) => s.people);
	const told = known.involved.filter((i) => !gone.includes(i.personId));
	const wave = {
		...(places ? { places } : {}),
		...(split ? { split } : {}),
		involved: again ? told.map(unsaid) : told,
	};
	const state = again || (!isBehind && RANK[theirs.state] >= RANK[known.state]) ? theirs.state : known.state;
	const flared = again ? { rekindled: theirs.rekindled, climbsFrom: theirs.climbsFrom } : {};
	return {
		...merged({ ...bare, ...wave }, theirs.ladder, theirs.involved),
		evidence,
		place,
		grids,
		sources,
		state,
		changedAt,
		...flared,
		...Object.fromEntries(Object.entries(optional).filter(([, v]) => v !== undefined)),
		...(reports.length > 0 ? { reports } : {}),
	};
}

function onAck(context: JudgeContext, state: JudgeState, ack: Extract<Handover, { what: "ack" }>): Judged {
	const own = state.incidents.find((i) => i.id === ack.incidentId);
	const taken = own?.takenFrom;
	if (!own || !taken || taken.tower !== ack.tower) return nothing(state);
	const known = { ...own, missing: own.missing.filter((m) => m !== "tower") };
	const synced = ack.progress ? merged(known, ack.progress) : known;
	const incident = ack.progress?.seenAt === undefined ? synced : { ...synced, seenAt: ack.progress.seenAt };
	// a word that the tower does not take says nothing of its ladders
	if (!ack.ok && ack.of !== "answer") {
		// the tower climbs by itself again: ask for the ladders anew, and tell nobody meanwhile
		const bare = omit(taken, "grant", "hurry");
		const lost = withTimes(context, { ...incident, takenFrom: { ...bare, lease: "asked", heardAt: context.now } });
		return changed(state, [
			{
				incident: lost,
				effects:
					taken.lease === "held"
						? [ledger(incident, { at: context.now, what: "lost", who: "rule", detail: { of: ack.of } })]
						: [],
			},
		]);
	}
	const lease = omit(taken, "alarmed");
	const heard: Taken = { ...lease, heardAt: context.now };
	if (ack.of === "take" && taken.lease === "asked") {
		const held: Incident = { ...incident, takenFrom: { ...heard, lease: "held", beatAt: context.now } };
		const next = ask(context, held);
		return changed(state, [
			{
				incident: next.incident,
				effects: [
					ledger(incident, { at: context.now, what: "held", who: "rule", detail: { tower: taken.tower } }),
					...next.effects,
				],
			},
		]);
	}
	if (ack.of === "grant" && taken.lease === "held" && taken.grant) {
		const { grant, ...bare } = omit(heard, "hurry");
		const { ladder, index, round } = grant as NonNullable<Taken["grant"]>;
		const { done, rounds } = incident.ladder[ladder];
		const known: Incident = { ...incident, takenFrom: bare };
		// the tower may have told it meanwhile, and says so with every word
		const isTold = round === 0 ? done.includes(index) : rounds >= round;
		const told = isTold
			? { incident: known, effects: [] }
			: tellGroup(context, known, { ladder, index, round, why: "granted by the tower" });
		const next = ask(context, told.incident);
		const synced = isTold ? [] : [send(told.incident, { what: "told", progress: progressOf(told.incident) })];
		const parts = isTold ? [] : told.incident.witnesses ? echoed(context, state, told.incident) : [];
		return changed(state, [
			{ incident: next.incident, effects: [...told.effects, ...synced, ...next.effects] },
			...parts,
		]);
	}
	return changed(state, [{ incident: withTimes(context, { ...incident, takenFrom: heard }), effects: [] }]);
}

/** The other towers of a fire hear what was told of it, so that they go on from there when their line is cut. */
function echoed(context: DecisionContext, state: JudgeState, lead: Incident): Change[] {
	const parts = state.incidents.filter((i) => i.partOf === lead.id);
	return parts.map((part) => {
		// groups of another plan are other people: then only the people are known
		const samePlan = JSON.stringify(part.ladder.plan) === JSON.stringify(lead.ladder.plan);
		const climbs = samePlan ? progressOf(lead) : progressOf(part);
		const people = lead.involved.map((i) => ({ ...i, elsewhere: i.elsewhere ?? lead.takenFrom?.tower ?? "" }));
		const next = withTimes(context, merged(part, climbs, people));
		return { incident: next, effects: [send(next, { what: "told", progress: progressOf(next) })] };
	});
}

/** The centre looks at an incident it has taken: beats, asks again, lets go, or asks for the next group. */
export function centreLook(context: JudgeContext, incident: Incident): Change | undefined {
	const taken = incident.takenFrom;
	if (!taken) return undefined;
	const { silentMs } = context.ladder;
	const beatMs = silentMs / 6;
	if (taken.lease === "asked") {
		if (context.now - taken.askedAt < beatMs) return { incident: withTimes(context, incident), effects: [] };
		const asked: Incident = { ...incident, takenFrom: { ...taken, askedAt: context.now, beatAt: context.now } };
		const silent = towerSilent(context, asked);
		return {
			incident: withTimes(context, silent.incident),
			effects: [...silent.effects, send(incident, { what: "take" })],
		};
	}
	if (context.now - taken.heardAt >= (silentMs * 2) / 3) {
		const bare = omit(taken, "grant", "hurry");
		const lost: Incident = {
			...incident,
			takenFrom: { ...bare, lease: "asked", askedAt: context.now, beatAt: context.now },
		};
		const entry = ledger(incident, {
			at: context.now,
			what: "lost",
			who: "rule",
			detail: { why: "the tower is silent", heardAt: taken.heardAt },
		});
		return { incident: withTimes(context, lost), effects: [entry, send(incident, { what: "take" })] };
	}
	const beating: Change =
		context.now - taken.beatAt < beatMs
			? { incident, effects: [] }
			: {
					incident: { ...incident, takenFrom: { ...taken, beatAt: context.now } },
					effects: [send(incident, { what: "beat" })],
				};
	// the groups that were told are ours to look after while the ladders are
	const joined =
		incident.partOf === undefined
			? tellNewcomers(context, beating.incident)
			: { incident: beating.incident, effects: [] };
	const told =
		joined.effects.length > 0 ? [send(joined.incident, { what: "told", progress: progressOf(joined.incident) })] : [];
	const next = ask(context, joined.incident);
	return { incident: next.incident, effects: [...beating.effects, ...joined.effects, ...told, ...next.effects] };
}

/** Roles that look after a fire whose tower has fallen silent. */
const AT_THE_DESK = ["officer", "dutyLeader"];

/**
 * A tower that has fallen silent with a fire open either climbs by itself behind a broken line, or it burns. The centre
 * cannot know, and does not tell people what they may have heard: it calls those on duty, once, who can.
 */
function towerSilent(context: JudgeContext, incident: Incident): Change {
	const taken = incident.takenFrom as Taken;
	const over = RANK[incident.state] >= RANK.controlled;
	if (
		taken.alarmed ||
		over ||
		incident.partOf !== undefined ||
		context.now - taken.heardAt < 2 * context.ladder.silentMs
	)
		return { incident, effects: [] };
	const next: Incident = {
		...incident,
		missing: [...new Set([...incident.missing, "tower"])],
		takenFrom: { ...taken, alarmed: true },
	};
	const onDuty = answering(context, next).filter((d) => AT_THE_DESK.includes(d.role));
	const people = [...new Map(onDuty.map((d) => [d.person.id, d.person])).values()];
	const key = `silent.${taken.heardAt}`;
	const entry = ledger(next, {
		at: context.now,
		what: "towerSilent",
		who: "rule",
		detail: {
			heardAt: taken.heardAt,
			people: people.map((p) => p.id),
		},
	});
	return {
		incident: next,
		effects: [entry, ...people.flatMap((p) => deliveries(context, next, p.addresses, { key, personId: p.id }))],
	};
}

/** Asks the tower for leave to tell the next group that is due, or again for the one that was asked for. */
function ask(context: JudgeContext, incident: Incident): Change {
	const taken = incident.takenFrom as Taken;
	if (taken.grant) {
		if (context.now - taken.grant.askedAt < context.ladder.silentMs / 6)
			return { incident: withTimes(context, incident), effects: [] };
		const { ladder, index } = taken.grant;
		const again = { ...incident, takenFrom: { ...taken, grant: { ...taken.grant, askedAt: context.now } } };
		return { incident: withTimes(context, again), effects: [send(incident, { what: "grant", ladder, index })] };
	}
	for (const ladder of ["verify", "suppress"] as LadderName[]) {
		const due: Due | undefined = nextDue(context, incident, ladder, groupsOf(incident.ladder.plan, ladder));
		if (!due || (due.at > context.now && !(taken.hurry && ladder === "verify"))) continue;
		const asked = {
			...incident,
			takenFrom: { ...taken, grant: { ladder, index: due.index, round: due.rounds, askedAt: context.now } },
		};
		return {
			incident: withTimes(context, asked),
			effects: [send(incident, { what: "grant", ladder, index: due.index })],
		};
	}
	return { incident: withTimes(context, incident), effects: [] };
}

type Said = CentreMessage extends infer M ? (M extends { incidentId: string } ? Omit<M, "incidentId"> : never) : never;

function send(incident: Incident, said: Said): Effect {
	return {
		type: "send",
		tower: incident.takenFrom?.tower ?? "",
		message: { incidentId: incident.id, ...said } as CentreMessage,
	};
}
