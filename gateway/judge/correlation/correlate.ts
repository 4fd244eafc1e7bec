import { defined, notEmpty, omit } from "../../base/omit.ts";
import { phrase } from "../../base/say.ts";
import type { Answer } from "../../model/answer.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Involved } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Crossing, GridShare, Incident, RegionPoint } from "../../model/incident.ts";
import { callsNobody, isFarther } from "../../model/incident-states.ts";
import { ledger, notifySubscribers } from "../escalation/effects.ts";
import { hintsOf, stepsForwardOf } from "../escalation/plan.ts";
import { withTimes } from "../escalation/times.ts";
import { applyChanges, type Change, isUnsigned, mergeJudged, noChange, reportsOf } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { type Fix, fixPoints } from "../location/crossing.ts";
import { largestOfEach, locate, type PlacedEvidence } from "../location/locate.ts";
import { agreement, meetAtOnePlace } from "./agree.ts";
import { unsyncedAnswersOf, viaTower } from "./unsynced-answers.ts";

/**
 * One fire that several towers see. Each tower keeps an incident of its own; at the centre one of them is the primary
 * one: its place is worked out from the bearings of all, its ladders advance for all, and what anybody answers
 * counts for all. Bearings that merely cross bring people forward, and everything else stays apart.
 */

/** What has come of it, and answers that the primary incident does not know yet. */
interface Correlated {
	judged: Judged;
	unsyncedAnswers: Answer[];
}

/** The incidents of the fire that this one belongs to, the primary one first. */
export function allOfFire(state: JudgeState, incident: Incident): Incident[] {
	const id = incident.primaryId ?? incident.id;
	const primary = state.incidents.find((i) => i.id === id);
	return primary ? [primary, ...partsOf(state, primary)] : [incident];
}

export function partsOf(state: JudgeState, primary: Incident): Incident[] {
	return state.incidents.filter((i) => i.primaryId === primary.id);
}

/**
 * After a tower has spoken of an incident: joins it to the fire of another tower, takes apart what can no longer be
 * told to be one, or brings what is new to the primary incident.
 */
export function correlate(context: JudgeContext, state: JudgeState, id: string): Correlated {
	const apart = separated(context, state);
	const own = apart.state.incidents.find((i) => i.id === id);
	if (!own?.takenFrom || own.kind !== "fire" || isUnsigned(own)) return { judged: apart, unsyncedAnswers: [] };
	if (own.primaryId === undefined && !own.linkedIncidents) {
		const joined = join(context, apart.state, own);
		return { ...joined, judged: mergeJudged(apart, joined.judged) };
	}
	const [primary, ...parts] = allOfFire(apart.state, own) as [Incident, ...Incident[]];
	const next = combined(context, primary, parts);
	const judged = applyChanges(apart.state, [{ incident: withTimes(context, next), effects: [] }]);
	return {
		judged: mergeJudged(apart, judged),
		unsyncedAnswers: parts.flatMap((p) => unsyncedAnswersOf(next, p, context.now)),
	};
}

function join(context: JudgeContext, state: JudgeState, own: Incident): Correlated {
	const tower = towerOf(own);
	const open = state.incidents.filter(
		(i) => i.id !== own.id && i.primaryId === undefined && !isOver(i) && !isUnsigned(i),
	);
	const agreeing = open.flatMap((i) => {
		const found = allOfFire(state, i).some((o) => towerOf(o) === tower) ? undefined : agreement(context, i, own);
		return found ? [{ incident: i, ...found }] : [];
	});
	const same = agreeing.filter((a) => a.is === "same").map((a) => a.incident);
	const towers = new Set(same.flatMap((i) => allOfFire(state, i).map(towerOf)));
	const areOne = same.length < 2 || (towers.size >= same.length && meetAtOnePlace(context, [...same, own]));
	const isClear = areOne && !isOver(own) && !same.some((primary) => rivals(context, state, primary, own));
	if (same.length === 0 || !isClear) {
		const crossing = agreeing.flatMap((a) => (a.is === "crosses" ? [a] : []));
		return { judged: noted(context, state, own, crossing), unsyncedAnswers: [] };
	}
	const members = [...same.flatMap((i) => allOfFire(state, i)), own];
	// whose ladders the centre holds can escalate
	const primary = members.find((i) => i.primaryId === undefined && isHeld(i)) ?? (same[0] as Incident);
	return under(context, state, primary, { members: members.filter((i) => i !== primary), what: "sameFire" });
}

/** Links incidents to a primary one. */
function under(
	context: JudgeContext,
	state: JudgeState,
	primary: Incident,
	{ members, what }: { members: Incident[]; what: "sameFire" | "leads" },
) {
	const parts = members.map((i) => withTimes(context, { ...bare(i), primaryId: primary.id }));
	const next = combined(context, bare(primary), parts);
	const detail = {
		of: parts.map((p) => ({ tower: towerOf(p), incident: p.id })),
		method: next.place.method,
		ahead: next.ladder.stepsForward,
	};
	const fresh = members.filter((i) => i.primaryId !== primary.id);
	const effects: Effect[] = [
		ledger(next, { at: context.now, what, who: "rule", detail }),
		...fresh.map((i) => ledger(i, { at: context.now, what: "partOf", who: "rule", detail: { incident: primary.id } })),
		...notifySubscribers(context, next),
	];
	const changes: Change[] = [
		{ incident: withTimes(context, next), effects },
		...parts.map((incident) => ({ incident, effects: [] })),
	];
	return {
		judged: applyChanges(state, changes),
		unsyncedAnswers: parts.flatMap((p) => unsyncedAnswersOf(next, p, context.now)),
	};
}

/** An incident with what its own tower knows, and the people of all. */
function bare(incident: Incident): Incident {
	const { takenFrom, ...own } = omit(incident, "linkedIncidents", "primaryId", "crossings");
	const evidence = (own.evidence as PlacedEvidence[]).filter((e) => e.tower === undefined);
	const sources = [...new Set(evidence.map((e) => e.sourceId))];
	// a group asked for in another role is asked for anew
	const taken = takenFrom && omit(takenFrom, "permission");
	return { ...own, ...defined({ takenFrom: taken }), evidence, sources };
}

/**
 * Where the tower of a primary incident has fallen silent, one of the others whose ladders the centre holds takes its
 * place: otherwise nobody would escalate, since the others are told that the centre does.
 */
export function withPrimaries(context: JudgeContext, state: JudgeState): Correlated {
	for (const primary of state.incidents) {
		if (!primary.linkedIncidents || isHeld(primary)) continue;
		const parts = partsOf(state, primary);
		const next = parts.find(isHeld);
		const members = [...parts.filter((p) => p !== next), primary];
		if (next) return under(context, state, inherited(next, primary), { members, what: "leads" });
	}
	return { judged: noChange(state), unsyncedAnswers: [] };
}

/** The next primary incident, with how far the one before it has come. */
function inherited(next: Incident, from: Incident): Incident {
	const samePlan = JSON.stringify(next.ladder.plan) === JSON.stringify(from.ladder.plan);
	const { verify, suppress, stepsForward, why } = from.ladder;
	const others = next.involved.filter((i) => !from.involved.some((o) => o.personId === i.personId));
	const ladder = {
		...next.ladder,
		stepsForward: Math.max(stepsForward, next.ladder.stepsForward),
		why: [...new Set([...why, ...next.ladder.why])],
	};
	const { confirmedAt = from.confirmedAt, confirmedBy = from.confirmedBy, takenFrom } = next;
	const { sizeHa = next.sizeHa } = from;
	const isToAdvance = takenFrom !== undefined && from.takenFrom?.advanceNow === true;
	return {
		...next,
		...carried(next, [from]),
		...defined({ confirmedAt, confirmedBy, sizeHa }),
		state: isFarther(from.state, next.state) ? from.state : next.state,
		involved: [...from.involved, ...others],
		ladder: samePlan ? { ...ladder, verify, suppress } : ladder,
		...(isToAdvance ? { takenFrom: { ...takenFrom, advanceNow: true } } : {}),
	};
}

/**
 * The next primary incident where the one before it has been ended: links and queues of the ended one are dead, so
 * that whoever was told of that one only, and has not answered, is told anew.
 */
function succeeded(next: Incident, from: Incident): Incident {
	const successor = inherited(next, from);
	const own = new Set(next.involved.filter((i) => i.elsewhere === undefined).map((i) => i.personId));
	const hasAnswered = ({ answer = "seen" }: Involved) => answer !== "seen";
	return { ...successor, involved: successor.involved.filter((i) => own.has(i.personId) || hasAnswered(i)) };
}

/** What people have said to one tower of the fire, and whom it has told, is no longer that of the others. */
function withoutWordsOf(gone: Incident, incident: Incident): Incident {
	const via = viaTower(gone);
	const involved = incident.involved.flatMap((i): Involved[] => {
		const unsaid = omit(i, "answer", "answeredAt", "feedbackBy", "lapsedAt", "via");
		const left: Involved = i.via === via ? unsaid : i;
		return left.answer === undefined && i.elsewhere === towerOf(gone) ? [] : [left];
	});
	return { ...incident, involved };
}

/** Takes out of its fire a part that could as well belong to another. */
function separated(context: JudgeContext, state: JudgeState): Judged {
	for (const primary of state.incidents) {
		if (!primary.linkedIncidents) continue;
		const parts = partsOf(state, primary);
		const torn = parts.find((p) => rivals(context, state, primary, p));
		if (torn) return leaving(context, state, torn, { why: phrase("because.otherFire") });
	}
	return noChange(state);
}

/**
 * Takes an incident out of its fire, whether it is the primary one or not: people who were told stay told, and the
 * ladders of both sides go on by themselves. `doubt` is kept with those that stay.
 */
export function leaving(
	context: JudgeContext,
	state: JudgeState,
	incident: Incident,
	{ why, doubt }: { why: string; doubt?: string },
): Judged {
	const [first, ...parts] = allOfFire(state, incident).filter((i) => i.id !== incident.id);
	if (!first) return noChange(state);
	const wasPrimary = incident.primaryId === undefined;
	const next = wasPrimary ? (parts.find(isHeld) ?? first) : first;
	const stay = [first, ...parts].filter((i) => i !== next).map((i) => ({ ...i, primaryId: next.id }));
	const successor = bare(withoutWordsOf(incident, wasPrimary ? succeeded(next, incident) : next));
	const primary = stay.length > 0 ? combined(context, successor, stay) : locate(context, successor);
	const left = doubt === undefined ? primary : withDoubt(primary, doubt);
	const involved = incident.involved.filter((i) => i.elsewhere === undefined || i.answer !== undefined);
	const own = locate(context, bare({ ...incident, involved }));
	const apart = (of: Incident, other: Incident): Change => {
		const detail = { incident: other.id, why };
		const entry = ledger(of, { at: context.now, what: "apart", who: "rule", detail });
		return { incident: withTimes(context, of), effects: [entry] };
	};
	const others = stay.map((i) => ({ incident: i, effects: [] }));
	return applyChanges(state, [apart(left, own), apart(own, left), ...others]);
}

function withDoubt(incident: Incident, doubt: string): Incident {
	const { doubts = [] } = incident;
	return { ...incident, doubts: [...new Set([...doubts, doubt])] };
}

/**
 * Whether another incident of either tower fits as well: bearings of two fires cross in four places, and two of these
 * are nowhere.
 */
function rivals(context: DecisionContext, state: JudgeState, primary: Incident, part: Incident): boolean {
	const open = state.incidents.filter((i) => i.takenFrom && !isOver(i) && !isUnsigned(i));
	const others = open.filter((i) => ![primary.id, part.id].includes(i.id));
	const fits = (of: Incident, other: Incident) =>
		others.some((i) => towerOf(i) === towerOf(of) && agreement(context, bare(i), bare(other))?.is === "same");
	return fits(primary, part) || fits(part, primary);
}

interface Crossed {
	incident: Incident;
	fix: Fix;
}

/**
 * Bearings of other towers cross an incident's: it escalates earlier, the grids at the crossing are notified too, and
 * nothing is joined.
 */
function noted(context: JudgeContext, state: JudgeState, own: Incident, found: Crossed[]): Judged {
	if (found.length === 0) return noChange(state);
	const back = found.filter((f) => !f.incident.crossings?.some((c) => c.incidentId === own.id));
	return applyChanges(state, [
		noteOf(context, own, found),
		...back.map((f) => noteOf(context, f.incident, [{ incident: own, fix: f.fix }])),
	]);
}

function noteOf(context: JudgeContext, incident: Incident, found: Crossed[]): Change {
	const crossings = found.map(({ incident: other, fix }): Crossing => {
		const errorM = Math.round(fix.majorM);
		return { tower: towerOf(other), incidentId: other.id, ...fix.position, errorM };
	});
	const { crossings: before = [] } = incident;
	const isIn = (list: Crossing[]) => (c: Crossing) => list.some((k) => k.incidentId === c.incidentId);
	const fresh = crossings.filter((c) => !isIn(before)(c)).map((c) => c.incidentId);
	const others = before.filter((c) => !isIn(crossings)(c));
	// as likely a ghost as a place
	const shares = found
		.flatMap((f) => context.grids.shares(normalised(fixPoints(f.fix)), context.now))
		.map((g) => ({ ...g, share: g.share / 2 }));
	const next = forwarded(context, {
		...incident,
		crossings: [...others, ...crossings],
		grids: ranked([incident.grids, shares]),
	});
	const entry = ledger(next, { at: context.now, what: "crosses", who: "rule", detail: { with: fresh } });
	return { incident: withTimes(context, next), effects: fresh.length > 0 ? [entry] : [] };
}

function normalised(points: RegionPoint[]): RegionPoint[] {
	const total = points.reduce((sum, p) => sum + p.weight, 0);
	return points.map((p) => ({ ...p, weight: p.weight / total }));
}

/** The primary incident with what all its parts know. */
function combined(context: JudgeContext, primary: Incident, parts: Incident[]): Incident {
	const alone = locate(context, bare(primary));
	const theirs = parts.flatMap((p) => (bare(p).evidence as PlacedEvidence[]).map((e) => ofTower(e, towerOf(p))));
	const evidence = [...alone.evidence, ...theirs];
	const sources = [...new Set([...alone.sources, ...theirs.map((e) => e.sourceId)])];
	const involved = peopleOfAll(primary, parts);
	const linkedIncidents = parts.map((p) => ({ tower: towerOf(p), incidentId: p.id }));
	const placed = locate(context, {
		...primary,
		...carried(primary, parts),
		evidence,
		sources,
		involved,
		linkedIncidents,
	});
	// a crossing may be that of two fires: the ground that each tower sees by itself stays told of, behind it
	if (SURE.includes(placed.place.method)) return forwarded(context, placed);
	const seen = parts.map((p) => locate(context, bare(p)).grids);
	return forwarded(context, { ...placed, grids: ranked([placed.grids, alone.grids, ...seen]) });
}

const SURE: readonly Incident["place"]["method"][] = ["report", "sensor"];

/** Everybody who was told of a fire by any tower, once: first whom an address of the primary incident has reached. */
function peopleOfAll(primary: Incident, parts: Incident[]): Involved[] {
	const reached = primary.involved.filter((i) => !i.unreached);
	const known = new Set(reached.map((i) => i.personId));
	const others = parts.flatMap((p) => {
		const theirs = p.involved.filter((i) => !known.has(i.personId) && !i.unreached);
		return theirs.map((i) => notifiedElsewhere(i, towerOf(p)));
	});
	const once = others.filter((i, n) => others.findIndex((o) => o.personId === i.personId) === n);
	const unreached = primary.involved.filter((i) => i.unreached && !once.some((o) => o.personId === i.personId));
	return [...reached, ...unreached, ...once];
}

const MOST_GRIDS = 24;

/** Grids of several regions, each with its largest share, the likeliest first. */
function ranked(lists: GridShare[][]): GridShare[] {
	return largestOfEach(lists.flat()).slice(0, MOST_GRIDS);
}

/** With what its place and its witnesses bring forward and call to mind. */
function forwarded(context: JudgeContext, incident: Incident): Incident {
	const hints = hintsOf(context, incident);
	const { stepsForward, why } = stepsForwardOf(context, incident);
	const ladder =
		stepsForward > incident.ladder.stepsForward ? { ...incident.ladder, stepsForward, why } : incident.ladder;
	return { ...incident, ladder, ...notEmpty({ hints }) };
}

/** Reports of all, and the doubts of towers. */
function carried(primary: Incident, parts: Incident[]): Partial<Incident> {
	const all = [primary, ...parts];
	const reports = reportsOf(all);
	const doubts = [...new Set(all.flatMap((i) => i.doubts ?? []))];
	return notEmpty({ reports, doubts });
}

/** Two towers may each have a camera of the same name, and their tracks have nothing to do with each other. */
function ofTower(e: PlacedEvidence, tower: string): PlacedEvidence {
	const trackId = e.trackId === undefined ? undefined : `${tower}/${e.trackId}`;
	return { ...omit(e, "picture"), tower, sourceId: `${tower}/${e.sourceId}`, ...defined({ trackId }) };
}

function notifiedElsewhere(notified: Involved, tower: string): Involved {
	return { ...omit(notified, "answer", "answeredAt", "feedbackBy", "lapsedAt"), elsewhere: tower };
}

function towerOf({ takenFrom }: Incident): string {
	return takenFrom?.tower ?? "";
}

/** Whether its ladders are the centre's to advance: a tower has left them to it, or somebody has called the centre. */
function isHeld({ takenFrom }: Incident): boolean {
	return takenFrom === undefined || takenFrom.lease === "held";
}

/** Nobody is told of it any more: a new look there is a fire of its own. */
function isOver({ state }: Incident): boolean {
	return callsNobody(state);
}
