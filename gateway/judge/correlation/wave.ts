import { createHash } from "node:crypto";
import { omit } from "../../base/omit.ts";
import { distanceM, type Position } from "../../geo/position.ts";
import type { Answer } from "../../model/answer.ts";
import type { Effect } from "../../model/event.ts";
import type { FirePlace, GridShare, Incident } from "../../model/incident.ts";
import { DUTY_DESK } from "../../model/register.ts";
import type { Alarm } from "../../model/sensor.ts";
import { ledger, notifySubscribers } from "../escalation/effects.ts";
import { groundOf } from "../escalation/people.ts";
import { withTimes } from "../escalation/times.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { locate, MOST_EVIDENCE, type PlacedEvidence } from "../location/locate.ts";

/**
 * A wave: sensors far apart that raise the same within seconds, as lightning or a gust full of gas makes them. The
 * first few are fires of their own; what comes after is one incident with many places, of which everybody who answers
 * for any is told once. A wave lasts until somebody speaks: a word about some of its places makes an incident of its
 * own of those, which goes its way like any other, and what is said of all of them is said of the wave. Calls and
 * cameras never join one.
 */

/** Alarms of a wave follow one another within this, ms. */
const WAVE_MS = 60_000;
/** So many fires of their own, of the same kind and by sensors alone, before it is a wave. */
const LEAST = 5;
/** Farther apart they have nothing to do with one another, metres: a thunderstorm's cell. */
const LINK_M = 10_000;
const MOST_PLACES = 500;
const KINDS = ["smoke", "gas", "flame", "temperatureRise"];

/** The wave that an alarm belongs to, if there is one. A node that repeats itself keeps none going. */
export function waveOf(incidents: Incident[], a: Alarm): Incident | undefined {
	return incidents.find((i) => {
		if (!i.places || !isGrowing(i) || !isAlike(i, a) || i.places.length >= MOST_PLACES) return false;
		const last = Math.max(...i.places.map((p) => p.at));
		return Math.abs(a.at - last) <= WAVE_MS && i.places.some((p) => distanceM(p.position, a.position) <= LINK_M);
	});
}

/**
 * What somebody has confirmed, gone to or ended as a whole takes in nothing more: what comes is for others to look at.
 */
function isGrowing({ primaryId, confirmedAt, ending, state }: Incident): boolean {
	const isUntouched = [primaryId, confirmedAt, ending].every((said) => said === undefined);
	return isUntouched && GROWS.includes(state);
}
const GROWS: readonly Incident["state"][] = ["detected", "verifying"];

/** Whether an alarm may join a wave at all. */
export function isOfWaves({ kind }: Alarm): boolean {
	return KINDS.includes(kind);
}

/** Whether an alarm that belongs to no incident begins a wave. */
export function beginsWave(incidents: Incident[], a: Alarm): boolean {
	if (!KINDS.includes(a.kind)) return false;
	const alike = incidents.filter(
		(i) => isAlike(i, a) && i.evidence.every((e) => e.source === "sensor") && Math.abs(a.at - i.decisiveAt) <= WAVE_MS,
	);
	const near = alike.filter((i) => i.place.points.some((p) => distanceM(p, a.position) <= LINK_M));
	return near.length >= LEAST;
}

function isAlike({ kind, status, evidence, state }: Incident, a: Alarm): boolean {
	return (
		kind === "fire" &&
		state !== "out" &&
		(status === "exercise") === a.exercise &&
		evidence.some((e) => e.source === "sensor" && e.what === a.kind)
	);
}

/** An incident with another place; one of its places that is raised again is what it was. */
export function withPlace(context: JudgeContext, incident: Incident, a: Alarm): Incident {
	const { places } = incident;
	if (!places || !isOfWaves(a) || places.some((p) => p.id === a.nodeId) || places.length >= MOST_PLACES)
		return incident;
	const place: FirePlace = { id: a.nodeId, position: a.position, at: a.at, grids: gridsOf(context, a) };
	return { ...incident, places: [...places, place] };
}

function gridsOf(context: JudgeContext, { position }: Alarm): GridShare[] {
	const here = context.grids.shares([{ ...position, weight: 1 }], context.now);
	const nearest = here.length > 0 ? undefined : context.grids.nearest(position, context.now);
	return nearest ? [nearest] : here;
}

/**
 * The open incident that a person's word to an incident is for: the part of a wave that he answers for, where he was
 * told of the whole.
 */
export function caseOf(incidents: Incident[], incidentId: string, personId: string): Incident | undefined {
	const named = incidents.find((i) => i.id === incidentId);
	const own = incidents.filter((i) => i.involved.some((p) => p.personId === personId));
	const isOwn = named !== undefined && (own.includes(named) || !named.split);
	if (personId === DUTY_DESK || isOwn) return named;
	return own.findLast((i) => i.splitFrom?.includes(incidentId)) ?? named;
}

/** The places at hand of somebody who stands somewhere, of the village of the nearest. */
function placesAt(places: FirePlace[], position: Position): FirePlace[] {
	const away = (p: FirePlace) => distanceM(p.position, position);
	const near = places.filter((p) => away(p) <= AT_HAND_M);
	const [nearest] = near.toSorted((a, b) => away(a) - away(b));
	if (!nearest) return [];
	const codes = nearest.grids.map((g) => g.code);
	return near.filter((p) => p === nearest || p.grids.some((g) => codes.includes(g.code)));
}
/** As far as somebody sees who stands at a fire, metres. */
const AT_HAND_M = 1_500;
/** Words that say something of a place. */
const ABOUT: readonly Answer["answer"][] = [
	"going",
	"notMe",
	"false",
	"permitted",
	"onScene",
	"confirmed",
	"controlled",
	"out",
];

/**
 * What a word to a wave is about: all of it, as with every other incident; some places; or none that is the person's.
 */
export function placesMeant(context: JudgeContext, { places }: Incident, a: Answer): FirePlace[] | "all" | "none" {
	if (!places || a.personId === DUTY_DESK || !ABOUT.includes(a.answer)) return "all";
	const all = places.filter(groundOf(context, a.personId));
	// who says where he stands speaks of what is there
	const there = a.position ? placesAt(all, a.position) : [];
	const own = there.length > 0 ? there : all;
	if (own.length === places.length) return "all";
	return own.length === 0 ? "none" : own;
}

/** A wave without some of its places, and the incident that these are from now on. Both keep what people were told. */
export interface Split {
	wave: Incident;
	part: Incident;
	/** Who answers for the part alone. */
	people: string[];
}

/**
 * What of a wave is not its part's: who advances its ladders, what was said of all of it, and what was worked out from
 * all places.
 */
const OF_THE_WHOLE = [
	"handedTo",
	"takenFrom",
	"linkedIncidents",
	"doubts",
	"finalAnswer",
	"ending",
	"reports",
	"places",
	"split",
	"hints",
	"crossings",
] as const;

export function split(context: JudgeContext, whole: Incident, own: FirePlace[]): Split {
	const ids = new Set(own.map((p) => p.id));
	const { places = [], splitFrom = [], split: before = [] } = whole;
	const rest = places.filter((p) => !ids.has(p.id));
	const meant = (of: FirePlace[]) => (personId: string) => of.some(groundOf(context, personId));
	const [isOfPart, isOfRest] = [meant(own), meant(rest)];
	const people = whole.involved.filter((i) => isOfPart(i.personId) && !isOfRest(i.personId)).map((i) => i.personId);
	// of very many only the newest evidence is kept: what each of these has raised is known all the same
	const what = whole.evidence[0]?.what ?? "smoke";
	const seen = whole.evidence.filter((e) => ids.has(e.sourceId));
	const unkept = own.filter((p) => !seen.some((e) => e.sourceId === p.id));
	const raised = unkept.map((p) => raisedBy(p, what));
	const part: Incident = {
		...omit(whole, ...OF_THE_WHOLE),
		id: partId(whole.id, own),
		evidence: [...seen, ...raised].slice(0, MOST_EVIDENCE),
		sources: [...ids],
		changedAt: context.now,
		involved: whole.involved.filter((i) => isOfPart(i.personId)),
		splitFrom: [...splitFrom, whole.id],
		...severalOf(own),
	};
	const wave: Incident = {
		...omit(whole, "places"),
		evidence: whole.evidence.filter((e) => !ids.has(e.sourceId)),
		sources: whole.sources.filter((s) => !ids.has(s)),
		changedAt: context.now,
		involved: whole.involved.filter((i) => !people.includes(i.personId)),
		split: [...before, { id: part.id, at: context.now, people }],
		...severalOf(rest),
	};
	if (wave.evidence.length === 0) wave.evidence = rest.slice(0, 1).map((p) => raisedBy(p, what));
	return {
		wave: withTimes(context, locate(context, wave)),
		part: withTimes(context, locate(context, part)),
		people,
	};
}

/** One place is an incident like any other. */
function severalOf(places: FirePlace[]): { places?: FirePlace[] } {
	return places.length > 1 ? { places } : {};
}

function raisedBy({ id, at, position }: FirePlace, what: string): PlacedEvidence {
	return { source: "sensor", sourceId: id, what, at, position };
}

/** Known on both sides of a line before either has told the other. */
function partId(whole: string, own: FirePlace[]): string {
	const places = own.map((p) => p.id).sort();
	const mark = createHash("sha256")
		.update(`${whole} ${places.join(" ")}`)
		.digest("hex")
		.slice(0, 6);
	return `${whole.slice(0, whole.lastIndexOf("-"))}-${mark}`;
}

/**
 * The state with a wave split, and what is written down of it. Nobody hears of it: whoever was told of the wave was
 * told of his places.
 */
export function afterSplit(
	context: JudgeContext,
	state: JudgeState,
	{ wave, part, people }: Split,
	who: string,
): Judged {
	const places = part.places?.map((p) => p.id) ?? part.sources;
	const effects: Effect[] = [
		ledger(wave, { at: context.now, what: "split", who, detail: { into: part.id, places, people } }),
		ledger(part, { at: context.now, what: "split", who, detail: { from: wave.id, places } }),
		{ type: "rehome", from: wave.id, to: part.id, people },
		...notifySubscribers(context, wave),
		...notifySubscribers(context, part),
	];
	const incidents = [...state.incidents.map((i) => (i.id === wave.id ? wave : i)), part];
	return { state: { ...state, incidents }, changed: [wave, part], effects };
}
