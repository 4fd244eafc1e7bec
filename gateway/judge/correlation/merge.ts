import { angleBetweenDeg, azimuthDeg, distanceM, type Position } from "../../geo/position.ts";
import type { Sighting } from "../../model/camera.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Incident } from "../../model/incident.ts";
import { isUnderControl } from "../../model/incident-states.ts";
import type { Alarm } from "../../model/sensor.ts";
import { bearingClue } from "../location/clues.ts";
import { bearingsOf, crossing } from "./cross.ts";
import { isOfWaves } from "./wave.ts";

/** Share of an incident's region that a bearing must explain to belong to it. */
export const LEAST_EXPLAINED = 0.1;

/** The open fire incident that a sighting belongs to, if any: the same track, or the same place at the same time. */
export function incidentOfSighting(context: DecisionContext, incidents: Incident[], s: Sighting): Incident | undefined {
	const fires = incidents.filter((i) => isFireOf(i, s.exercise) && !i.places);
	const tracked = fires.find((i) => i.evidence.some((e) => e.trackId === s.trackId));
	if (tracked) return tracked;
	return fires.find((i) => inTime(context, i, s.capturedAt) && isSeenBy(context, i, s));
}

/** Whether a sighting may be of an incident: by the bearings of its own camera, else by where the incident is. */
function isSeenBy(context: DecisionContext, incident: Incident, s: Sighting): boolean {
	const { evidence, place } = incident;
	const own = evidence.filter((e) => e.source === "camera" && e.sourceId === s.cameraId);
	const bearings = own.flatMap((e) => e.bearingDeg ?? []);
	if (bearings.length > 0) return bearings.some((b) => angleBetweenDeg(b, s.bearingDeg) <= 3 * s.bearingErrorDeg);
	if (place.method === "sensor") {
		if (evidence.every((e) => e.source === "person")) return isCalledThere(incident, s);
		const drift = Math.min(context.mergeM, DRIFT_M);
		return place.points.some((p) => onBearing(s, p, drift));
	}
	const clue = bearingClue(s);
	if (place.points.reduce((sum, p) => sum + p.weight * clue.likelihood(p), 0) >= LEAST_EXPLAINED) return true;
	// of a region that is long for want of a distance, a bearing from another mast explains little: where both meet it
	// is one fire all the same, as it is for two towers
	return crossing(context, [...bearingsOf(incident), s], WELL_EXPLAINED)?.is === "same";
}

/**
 * Whether a bearing leads through enough of where a caller may mean: his words reach over a grid, and smoke that is
 * seen beside it is another fire, until somebody says that it is one.
 */
function isCalledThere({ place }: Incident, s: Sighting): boolean {
	const apart = Math.max(BESIDE_M, APART * (place.errorM ?? 0));
	const through = place.points.filter((p) => onBearing(s, p, apart));
	return through.reduce((sum, p) => sum + p.weight, 0) >= LEAST_EXPLAINED / 2;
}

/**
 * Points of a caller's region lie so far apart, of its error, and at least so far: a bearing between two of them leads
 * through both, metres.
 */
const APART = 0.25;
const BESIDE_M = 300;

/**
 * How well the ground where bearings meet must explain each of them, of where it does so best, for two cameras of a
 * tower to be of one fire. Bearings of two fires meet as well: what is joined here is told as one, and stays so.
 */
const WELL_EXPLAINED = 0.4;

/** The open fire incident that an alarm belongs to: a node near by, or a line of sight that passes the node. */
export function incidentOfAlarm(context: DecisionContext, incidents: Incident[], a: Alarm): Incident | undefined {
	if (a.kind === "drill") return undefined; // each is a fire of its own
	const fires = incidents.filter((i) => isFireOf(i, a.exercise) && inTime(context, i, a.at) && takesAlarm(i, a));
	// a node stands at one place; whoever reports or practises speaks of many
	const isNode = a.kind !== "neighbour" && a.kind !== "report";
	const own = isNode ? fires.find((i) => i.sources.includes(a.nodeId)) : undefined;
	if (own) return own;
	const { errorM = 0 } = a;
	// in a cone, allowing for the way smoke drifts to a node
	const inCone = Math.max(Math.min(context.mergeM, DRIFT_M), errorM);
	return fires.find(({ place, evidence }) => {
		// two who call name two places, each as well as he knows it: what may be anywhere around one is no reason to join
		const isCalled = a.kind === "report" && evidence.every((e) => e.source === "person");
		if (isCalled && place.best)
			return distanceM(place.best, a.position) <= Math.max(DRIFT_M, errorM, place.errorM ?? 0);
		const reach = place.method === "sensor" ? context.mergeM : inCone;
		return place.points.some((p) => distanceM(p, a.position) <= reach);
	});
}

/** How far from its fire smoke is met, metres. */
const DRIFT_M = 800;

/** What is practised and what is real never become one: a drill must not swallow a fire, nor a fire a drill. */
function isFireOf({ kind, primaryId, status }: Incident, exercise: boolean): boolean {
	return kind === "fire" && primaryId === undefined && (status === "exercise") === exercise;
}

/**
 * Whether an alarm may be of an incident of many places. A call, or whatever else is no sensor's, says more than one of
 * many that went off together; and where many places were brought under control or put out, one that burns again is a
 * fire for itself, while a sensor there smokes on.
 */
function takesAlarm({ places, state, sources }: Incident, a: Alarm): boolean {
	if (!places) return true;
	const isOver = state === "out" || (state === "controlled" && !sources.includes(a.nodeId));
	return isOfWaves(a) && !isOver;
}

function inTime(context: DecisionContext, incident: Incident, at: number): boolean {
	// what smokes where a fire was brought under control, or put out, is that fire until its ground is cold
	const within = isUnderControl(incident.state) ? Math.max(context.mergeMs, COLD_MS) : context.mergeMs;
	return Math.abs(at - lastSeen(incident)) <= within;
}

/** ms since 1970, by the incident's tower as well. */
function lastSeen({ seenAt = 0, evidence }: Incident): number {
	return Math.max(seenAt, ...evidence.map((e) => e.at));
}

/** Burnt ground is guarded for a day and more: see the tasks of an incident that is out. */
const COLD_MS = 48 * 3_600_000;

/** Whether two incidents were seen near enough in time to be one. */
export function overlapsInTime(context: DecisionContext, a: Incident, b: Incident): boolean {
	const first = Math.min(...b.evidence.map((e) => e.at));
	const newest = Math.max(...a.evidence.map((e) => e.at));
	return [lastSeen(b), first].some((at) => inTime(context, a, at)) || inTime(context, b, newest);
}

function onBearing(s: Sighting, p: Position, besideM: number): boolean {
	const distance = distanceM(s.pose.position, p);
	if (distance > s.pose.rangeM * 1.1) return false;
	const sideways =
		Math.sin((Math.min(90, angleBetweenDeg(azimuthDeg(s.pose.position, p), s.bearingDeg)) * Math.PI) / 180) * distance;
	return sideways <= besideM + Math.sin((2 * s.bearingErrorDeg * Math.PI) / 180) * distance;
}
