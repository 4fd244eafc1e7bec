import { defined, notEmpty, omit } from "../../base/omit.ts";
import { phrase } from "../../base/say.ts";
import type { Answer } from "../../model/answer.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Involved } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident, SplitOff } from "../../model/incident.ts";
import { isFarther } from "../../model/incident-states.ts";
import { ledger } from "../escalation/effects.ts";
import { nameOf } from "../escalation/people.ts";
import { reportsOf } from "../judgement/judged.ts";
import { unsaid } from "../lifecycle/rekindle.ts";
import { merged } from "./progress.ts";

/**
 * An end that waits here, while its tower has heard of somebody or something that sees it burn: it is taken back, as it
 * would be there.
 */
export function endingAgainst(known: Incident, next: Incident, theirs: Incident, now: number): [Incident, Effect[]] {
	const { ending, ...free } = next;
	if (!ending) return [next, []];
	const why = whyNoEnd(known, theirs, ending.answer.at);
	if (why === undefined) return [next, []];
	return [
		free,
		[ledger(free, { at: now, what: "undone", who: "rule", detail: { why } }), { type: "hold", incidentId: free.id }],
	];
}

/** Answers of those who have a fire before their eyes. */
const SEES: readonly Involved["answer"][] = ["confirmed", "onScene", "controlled"];

/** What speaks at its tower against an end of that time; undefined where nothing does. */
function whyNoEnd(known: Incident, theirs: Incident, endedAt: number): string | undefined {
	if (theirs.sources.some((s) => !known.sources.includes(s))) return phrase("because.sourceAgrees");
	const isConfirmed = theirs.confirmedAt !== undefined && known.confirmedAt === undefined;
	const isSeen = theirs.involved.some(({ answer, answeredAt = 0 }) => SEES.includes(answer) && answeredAt > endedAt);
	if (isConfirmed || isSeen) return phrase("because.seenBurning");
	return hasFlared(known, theirs) ? phrase("because.burnsAgain") : undefined;
}

export function isOutThere(known: Incident, theirs: Incident): boolean {
	// of a fire that several see, whoever leads says when it is over
	const isAlone = known.primaryId === undefined && !known.linkedIncidents;
	return isAlone && theirs.state === "out" && known.state !== "out" && !hasFlared(known, theirs);
}

/** The word with which an incident ended on its tower. */
export function finalAnswerOf(context: DecisionContext, theirs: Incident, tower: string): Answer {
	const personId = theirs.closedBy ?? tower;
	const personName = nameOf(context, theirs, personId) ?? personId;
	const answer = theirs.state === "closed" ? "close" : (theirs.state as "false" | "permitted");
	const said = {
		id: `${theirs.id}:${theirs.state}`,
		incidentId: theirs.id,
		personId,
		personName,
		answer,
		at: theirs.changedAt,
	} as const;
	return { ...said, via: `tower:${tower}`, ...defined({ cause: theirs.cause }) };
}

/** Whether it has flared up again at its tower since we last heard. */
export function hasFlared({ rekindled: known = 0 }: Flared, { rekindled: theirs = 0 }: Flared): boolean {
	return theirs > known;
}
type Flared = Pick<Incident, "rekindled">;

/** What has left a wave at its tower since we last heard. */
export function newlySplit({ split: known = [] }: Incident, { split = [] }: Incident): SplitOff[] {
	return split.filter((s) => !known.some((k) => k.id === s.id));
}

/** What the tower knows better than we do; how far people have come is never taken back by an older word. */
export function withFacts(known: Incident, theirs: Incident): Incident {
	const here = known.evidence.filter((e) => e.here);
	const { place, grids, hints, sizeHa, changedAt, places, split } = theirs;
	const reports = reportsOf([known, theirs]);
	const again = hasFlared(known, theirs);
	const gone = newlySplit(known, theirs).flatMap((s) => s.people);
	const notified = known.involved.filter((i) => !gone.includes(i.personId));
	const involved = again ? notified.map(unsaid) : notified;
	const bare = { ...omit(known, "places"), ...defined({ places, split }), involved };
	const flared = again ? { rekindled: theirs.rekindled, escalatesFrom: theirs.escalatesFrom } : {};
	return {
		...merged(bare, theirs.ladder, theirs.involved),
		evidence: [...theirs.evidence, ...here],
		place,
		grids,
		sources: [...new Set([...theirs.sources, ...here.map((e) => e.sourceId)])],
		state: stateOf(known, theirs),
		changedAt,
		...flared,
		...defined({ hints, sizeHa }),
		...confirmationOf(known, theirs),
		...notEmpty({ reports }),
	};
}

/** Who has confirmed it first, as far as we have heard. */
function confirmationOf(known: Incident, theirs: Incident): Partial<Incident> {
	const { confirmedAt = theirs.confirmedAt, confirmedBy = theirs.confirmedBy } = known;
	return defined({ confirmedAt, confirmedBy });
}

function stateOf(known: Incident, theirs: Incident): Incident["state"] {
	if (hasFlared(known, theirs)) return theirs.state;
	// another tower's part of the fire, or somebody here, has seen it burn again
	const isBehind = hasFlared(theirs, known);
	return isBehind || isFarther(known.state, theirs.state) ? known.state : theirs.state;
}
