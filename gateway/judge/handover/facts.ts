import { defined, omit } from "../../base/omit.ts";
import type { Answer } from "../../model/answer.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident, SplitOff } from "../../model/incident.ts";
import { isFarther } from "../../model/incident-states.ts";
import { ledger } from "../escalation/effects.ts";
import { reportsOf } from "../judgement/judged.ts";
import { unsaid } from "../lifecycle/rekindle.ts";
import { merged } from "./progress.ts";

/** States in which a tower calls what it saw no fire any more, or done with. */
export const OVER = ["false", "permitted", "closed"];

/**
 * An end that waits here, while its tower has heard of somebody or something that sees it burn: it is taken back, as it
 * would be there.
 */
export function endingAgainst(known: Incident, next: Incident, theirs: Incident, now: number): [Incident, Effect[]] {
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

export function isOutThere(known: Incident, theirs: Incident): boolean {
	// of a fire that several see, whoever leads says when it is over
	const isAlone = known.partOf === undefined && !known.witnesses;
	return isAlone && theirs.state === "out" && known.state !== "out" && !hasFlared(known, theirs);
}

/** The word with which an incident ended on its tower. */
export function lastWordOf(context: DecisionContext, theirs: Incident, tower: string): Answer {
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

export function nameOf(context: DecisionContext, { involved }: Incident, personId: string): string {
	return involved.find((i) => i.personId === personId)?.name ?? context.duty.person(personId)?.name ?? personId;
}

/** Whether it has flared up again at its tower since we last heard. */
export function hasFlared(known: Incident, theirs: Incident): boolean {
	return (theirs.rekindled ?? 0) > (known.rekindled ?? 0);
}

/** What has left a wave at its tower since we last heard. */
export function newlySplit({ split = [] }: Incident, theirs: Incident): SplitOff[] {
	return (theirs.split ?? []).filter((s) => !split.some((known) => known.id === s.id));
}

/** What the tower knows better than we do; how far people have come is never taken back by an older word. */
export function withFacts(known: Incident, theirs: Incident): Incident {
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
	const state = again || (!isBehind && !isFarther(known.state, theirs.state)) ? theirs.state : known.state;
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
		...defined(optional),
		...(reports.length > 0 ? { reports } : {}),
	};
}
