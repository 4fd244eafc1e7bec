import { angleBetweenDeg, azimuthDeg, distanceM, type Position } from "../../geo/position.ts";
import type { Sighting } from "../../model/camera.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Incident } from "../../model/incident.ts";
import { isUnderControl } from "../../model/incident-states.ts";
import type { Alarm } from "../../model/sensor.ts";
import { bearingClue } from "../location/clues.ts";
import { isOfWaves } from "./wave.ts";

/** Share of an incident's region that a bearing must explain to belong to it. */
export const LEAST_EXPLAINED = 0.1;

/** The open fire incident that a sighting belongs to, if any: the same track, or the same place at the same time. */
export function incidentOfSighting(context: DecisionContext, incidents: Incident[], s: Sighting): Incident | undefined {
	// what is practised and what is real never become one: a drill must not swallow a fire, nor a fire a drill
	const fires = incidents.filter(
		(i) => i.kind === "fire" && !i.places && i.partOf === undefined && (i.status === "exercise") === s.exercise,
	);
	const tracked = fires.find((i) => i.evidence.some((e) => e.trackId === s.trackId));
	if (tracked) return tracked;
	return fires.find((i) => {
		if (!inTime(context, i, s.capturedAt)) return false;
		const sameCamera = i.evidence.filter(
			(e) => e.source === "camera" && e.sourceId === s.cameraId && e.bearingDeg !== undefined,
		);
		if (sameCamera.length > 0)
			return sameCamera.some((e) => angleBetweenDeg(e.bearingDeg ?? 0, s.bearingDeg) <= 3 * s.bearingErrorDeg);
		if (i.place.method === "sensor") return i.place.points.some((p) => onBearing(context, s, p));
		const clue = bearingClue(s);
		return i.place.points.reduce((sum, p) => sum + p.weight * clue.likelihood(p), 0) >= LEAST_EXPLAINED;
	});
}

/** The open fire incident that an alarm belongs to: a node near by, or a line of sight that passes the node. */
export function incidentOfAlarm(context: DecisionContext, incidents: Incident[], a: Alarm): Incident | undefined {
	if (a.kind === "drill") return undefined; // each is a fire of its own
	const fires = incidents.filter((i) => {
		if (
			i.kind !== "fire" ||
			i.partOf !== undefined ||
			(i.status === "exercise") !== a.exercise ||
			!inTime(context, i, a.at)
		)
			return false;
		// a call, or whatever else is no sensor's, says more than one of many that went off together and what many places
		// were brought under control or put out at burns at one of them for itself; a sensor there smokes on
		const isOver = i.state === "out" || (i.state === "controlled" && !i.sources.includes(a.nodeId));
		return !i.places || (isOfWaves(a) && !isOver);
	});
	// a node stands at one place; whoever reports or practises speaks of many
	const own =
		a.kind === "neighbour" || a.kind === "report" ? undefined : fires.find((i) => i.sources.includes(a.nodeId));
	if (own) return own;
	return fires.find((i) => {
		if (i.place.method === "sensor") return i.place.points.some((p) => distanceM(p, a.position) <= context.mergeM);
		// in the cone, allowing for the way smoke drifts to a node
		return i.place.points.some(
			(p) => distanceM(p, a.position) <= Math.max(Math.min(context.mergeM, 800), a.errorM ?? 0),
		);
	});
}

function inTime(context: DecisionContext, incident: Incident, at: number): boolean {
	const last = Math.max(incident.seenAt ?? 0, ...incident.evidence.map((e) => e.at));
	// what smokes where a fire was brought under control, or put out, is that fire until its ground is cold
	const isWatched = isUnderControl(incident.state);
	return Math.abs(at - last) <= (isWatched ? Math.max(context.mergeMs, COLD_MS) : context.mergeMs);
}
/** Burnt ground is guarded for a day and more: see the tasks of an incident that is out. */
const COLD_MS = 48 * 3_600_000;

/** Whether two incidents were seen near enough in time to be one. */
export function overlapsInTime(context: DecisionContext, a: Incident, b: Incident): boolean {
	const last = Math.max(b.seenAt ?? 0, ...b.evidence.map((e) => e.at));
	const first = Math.min(...b.evidence.map((e) => e.at));
	return (
		inTime(context, a, last) ||
		inTime(context, a, first) ||
		inTime(context, b, Math.max(...a.evidence.map((e) => e.at)))
	);
}

function onBearing(context: DecisionContext, s: Sighting, p: Position): boolean {
	const distance = distanceM(s.pose.position, p);
	if (distance > s.pose.rangeM * 1.1) return false;
	const sideways =
		Math.sin((Math.min(90, angleBetweenDeg(azimuthDeg(s.pose.position, p), s.bearingDeg)) * Math.PI) / 180) * distance;
	return sideways <= Math.min(context.mergeM, 800) + Math.sin((2 * s.bearingErrorDeg * Math.PI) / 180) * distance;
}
