import { azimuthDeg, distanceM, type Position } from "../../base/geo.ts";
import type { CameraPose } from "../../model/camera.ts";
import type { Answer, Effect, Incident, Involved } from "../../model/incident.ts";
import { ledger, tellListeners, withTimes } from "../ladder/ladder.ts";
import { aheadOf, hintsOf } from "../ladder/plan.ts";
import { type Bearing, crossingOf, type Fix } from "../locate/crossing.ts";
import { bearingClue } from "../locate/locate.ts";
import { intervalsOf, likelihoodAlong, profileOf } from "../locate/terrain.ts";
import type { Judged, JudgeState, World } from "../world.ts";
import { changed, nothing } from "./ending.ts";
import { LEAST_EXPLAINED, overlapsInTime } from "./merge.ts";
import { locate, type PlacedEvidence, strongestPerCamera } from "./place.ts";

/**
 * One fire that several towers see. Each tower keeps an incident of its own; at the centre one of them leads: its place
 * is worked out from the bearings of all, its ladders are climbed for all, and what anybody answers counts for all.
 */

/** The incidents of the fire that this one belongs to, the leading one first. */
export function allOfFire(state: JudgeState, incident: Incident): Incident[] {
	const id = incident.partOf ?? incident.id;
	const lead = state.incidents.find((i) => i.id === id);
	return lead ? [lead, ...state.incidents.filter((i) => i.partOf === id)] : [incident];
}

/**
 * After a tower has spoken of an incident: joins it to the fire of another tower, or brings what is new to the incident
 * that leads. `news` are answers that the leading incident does not know yet.
 */
export function gather(world: World, state: JudgeState, id: string, now: number): { judged: Judged; news: Answer[] } {
	const own = state.incidents.find((i) => i.id === id);
	if (!own?.takenFrom || own.kind !== "fire") return { judged: nothing(state), news: [] };
	if (own.partOf === undefined && !own.witnesses) return join(world, state, own, now);
	const [lead, ...parts] = allOfFire(state, own) as [Incident, ...Incident[]];
	const next = combined(world, lead, parts, now);
	return { judged: changed(state, [{ incident: withTimes(world, next), effects: [] }]), news: parts.flatMap((p) => newsOf(next, p)) };
}

function join(world: World, state: JudgeState, own: Incident, now: number): { judged: Judged; news: Answer[] } {
	const other = partnerOf(world, state, own);
	if (!other) return { judged: nothing(state), news: [] };
	const part = withTimes(world, { ...own, partOf: other.id });
	const parts = [...state.incidents.filter((i) => i.partOf === other.id), part];
	const { ahead, why } = other.ladder;
	const lead = combined(world, other, parts, now);
	const detail = { tower: own.takenFrom?.tower, incident: own.id, method: lead.place.method, ahead: { from: ahead, to: lead.ladder.ahead }, why };
	const effects: Effect[] = [
		ledger(lead, now, "sameFire", "rule", detail),
		ledger(part, now, "partOf", "rule", { incident: lead.id }),
		...tellListeners(world, lead, now),
	];
	const judged = changed(state, [
		{ incident: withTimes(world, lead), effects },
		{ incident: part, effects: [] },
	]);
	return { judged, news: newsOf(lead, part) };
}

/** The one incident of another tower that is the same fire; undefined where there is none, or where more than one might be. */
function partnerOf(world: World, state: JudgeState, own: Incident): Incident | undefined {
	const fires = state.incidents.filter((i) => i.id !== own.id && i.takenFrom && i.partOf === undefined);
	const ofTower = (tower: string) => (i: Incident) => i.takenFrom?.tower === tower;
	const might = fires.filter((i) => !towersOf(i).includes(own.takenFrom?.tower ?? "") && isSameFire(world, i, own));
	const [other] = might;
	if (!other || might.length > 1) return undefined;
	// bearings of two fires cross in four places, and two of these are nowhere: then nothing is joined
	const rival = fires.filter(ofTower(own.takenFrom?.tower ?? "")).some((i) => isSameFire(world, other, i));
	return rival ? undefined : other;
}

function towersOf(i: Incident): string[] {
	return [i.takenFrom?.tower ?? "", ...(i.witnesses ?? []).map((w) => w.tower)];
}

/** Whether two towers' incidents are one fire: near in time, and near in place or with bearings that cross where both can see smoke. */
export function isSameFire(world: World, a: Incident, b: Incident): boolean {
	if (a.kind !== "fire" || b.kind !== "fire" || a.status !== b.status || !overlapsInTime(world, a, b)) return false;
	const [p, q] = [knownPlace(a), knownPlace(b)];
	if (p && q) return distanceM(p, q) <= world.mergeM;
	const [x, y] = [bearingsOf(a), bearingsOf(b)];
	if (p || q) {
		const [placed, seen] = p ? [a, y] : [b, x];
		return seen.some((s) => {
			const clue = bearingClue(s);
			return placed.place.points.reduce((sum, point) => sum + point.weight * clue.likelihood(point), 0) >= LEAST_EXPLAINED;
		});
	}
	if (x.length === 0 || y.length === 0) return false;
	const fix = crossingOf([...x, ...y], world.terrain);
	return fix !== undefined && [...x, ...y].every((s) => explains(world, s, fix));
}

/** Where a node or a person puts it; undefined where only cameras have seen it. */
function knownPlace({ place }: Incident): Position | undefined {
	return place.method === "sensor" || place.method === "report" ? place.best : undefined;
}

type Seen = Bearing & Pick<PlacedEvidence, "elevationDeg" | "elevationErrorDeg">;

function bearingsOf({ evidence }: Incident): Seen[] {
	const seen = (evidence as PlacedEvidence[]).filter((e) => e.pose && e.bearingDeg !== undefined);
	return strongestPerCamera(seen).map((e) => ({
		...{ pose: e.pose as CameraPose, bearingDeg: e.bearingDeg ?? 0, bearingErrorDeg: e.bearingErrorDeg ?? 1 },
		...(e.elevationDeg === undefined ? {} : { elevationDeg: e.elevationDeg }),
		...(e.elevationErrorDeg === undefined ? {} : { elevationErrorDeg: e.elevationErrorDeg }),
	}));
}

const PROFILE_STEP_M = 60;

/** Whether smoke at a fix would be seen at the height at which a camera has seen it. A terrain that is not known excludes nothing. */
function explains(world: World, { pose, elevationDeg, elevationErrorDeg = 0.6 }: Seen, { position, majorM }: Fix): boolean {
	if (!world.terrain || elevationDeg === undefined) return true;
	const profile = profileOf(world.terrain, pose, azimuthDeg(pose.position, position), PROFILE_STEP_M);
	const range = distanceM(pose.position, position);
	const slack = 2 * majorM + PROFILE_STEP_M;
	return intervalsOf(profile, likelihoodAlong(profile, elevationDeg, elevationErrorDeg)).some(([from, to]) => {
		return range >= from - slack && range <= to + slack;
	});
}

/** The leading incident with what all its parts know: their evidence, the people they have told, and what their agreement brings forward. */
function combined(world: World, lead: Incident, parts: Incident[], now: number): Incident {
	const own = (lead.evidence as PlacedEvidence[]).filter((e) => e.tower === undefined);
	const theirs = parts.flatMap((p) => (p.evidence as PlacedEvidence[]).map((e) => foreign(e, p.takenFrom?.tower ?? "")));
	const sources = [...new Set([...lead.sources, ...theirs.map((e) => e.sourceId)])];
	const known = new Set(lead.involved.map((i) => i.personId));
	const others = parts.flatMap((p) => p.involved.filter((i) => !known.has(i.personId)).map((i) => toldElsewhere(i, p.takenFrom?.tower ?? "")));
	const involved = [...lead.involved, ...others.filter((i, n) => others.findIndex((o) => o.personId === i.personId) === n)];
	const witnesses = parts.map((p) => ({ tower: p.takenFrom?.tower ?? "", incidentId: p.id }));
	const placed = locate(world, { ...lead, evidence: [...own, ...theirs], sources, involved, witnesses }, now);
	const hints = hintsOf(world, placed, now);
	const { ahead, why } = aheadOf(world, placed, now);
	const ladder = ahead > placed.ladder.ahead ? { ...placed.ladder, ahead, why } : placed.ladder;
	return { ...placed, ladder, ...(hints.length > 0 ? { hints } : {}) };
}

/** Two towers may each have a camera of the same name, and their tracks have nothing to do with each other. */
function foreign(e: PlacedEvidence, tower: string): PlacedEvidence {
	const { picture: _, ...bare } = e;
	return { ...bare, tower, sourceId: `${tower}/${e.sourceId}`, ...(e.trackId === undefined ? {} : { trackId: `${tower}/${e.trackId}` }) };
}

function toldElsewhere({ answer: _, answeredAt: __, feedbackBy: ___, lapsedAt: ____, ...told }: Involved, tower: string): Involved {
	return { ...told, elsewhere: tower };
}

/** What people have answered to a part of a fire since the leading incident last heard of them. */
export function newsOf(lead: Incident, part: Incident): Answer[] {
	return part.involved.flatMap((i): Answer[] => {
		const heard = lead.involved.find((o) => o.personId === i.personId)?.answeredAt ?? 0;
		if (i.answer === undefined || i.answer === "seen" || i.answeredAt === undefined || i.answeredAt <= heard) return [];
		const report = part.reports?.findLast((r) => r.personId === i.personId && r.at === i.answeredAt);
		const { position, note } = report ?? {};
		const promised = i.answer === "going" && i.feedbackBy !== undefined ? { etaMinutes: Math.ceil((i.feedbackBy - i.answeredAt) / 60_000) } : {};
		return [
			{
				...{ id: `${part.id}:${i.personId}:${i.answeredAt}`, incidentId: lead.id, personId: i.personId, personName: i.name },
				...{ answer: i.answer, at: i.answeredAt, via: viaTower(part), ...promised },
				...(position ? { position } : {}),
				...(note === undefined ? {} : { note }),
				...(part.sizeHa === undefined ? {} : { sizeHa: part.sizeHa }),
			},
		];
	});
}

/** How an answer says that a tower has passed it on: it is not sent back to that one. */
export function viaTower({ takenFrom }: Incident): string {
	return `tower:${takenFrom?.tower ?? ""}`;
}
