import { angleBetweenDeg, type Position } from "../../base/geo.ts";
import type { CameraPose, Sighting } from "../../model/camera.ts";
import type { Evidence, Incident, Place } from "../../model/incident.ts";
import { bearingClue, type Clue, middleOf, positionClue, regionOf } from "../locate/locate.ts";
import type { World } from "../world.ts";

/** What the judge keeps with a piece of evidence so that a place can be worked out again when another joins. */
export type PlacedEvidence = Evidence & { pose?: CameraPose; bearingErrorDeg?: number; position?: Position };

export function evidenceOf(s: Sighting): PlacedEvidence {
	return {
		source: "camera",
		sourceId: s.cameraId,
		what: s.what,
		at: s.capturedAt,
		probability: s.probability,
		bearingDeg: s.bearingDeg,
		bearingErrorDeg: s.bearingErrorDeg,
		pose: s.pose,
		boxes: s.boxes,
		...(s.picture === undefined ? {} : { picture: s.picture }),
		trackId: s.trackId,
		...(s.opinion ? { opinion: s.opinion } : {}),
	};
}

/** Place and grids of an incident from all of its evidence; a sensor's position leads, since it is a place and not a line. */
export function locate(world: World, incident: Incident): Incident {
	const evidence = incident.evidence as PlacedEvidence[];
	const sensors = evidence.filter((e) => e.position);
	const cameras = strongestPerCamera(evidence.filter((e) => e.pose && e.bearingDeg !== undefined));
	const clues: Clue[] = [...sensors.slice(0, 1).map((e) => positionClue(e.position as Position)), ...cameras.map(clueOf)];
	const points = regionOf(clues);
	const crossing = sensors.length > 0 || crossingDeg(cameras) >= LEAST_CROSSING_DEG;
	const bearingDeg = cameras[0]?.bearingDeg;
	const place: Place = {
		method: sensors.length > 0 ? "sensor" : cameras.length > 0 ? "bearing" : "none",
		points,
		...(crossing && points.length > 0 ? middleOf(points) : {}),
		...(bearingDeg === undefined ? {} : { bearingDeg }),
	};
	return withGrids(world, { ...incident, place });
}

/** The grids a region touches; when it touches none, the nearest, and the card says so. */
export function withGrids(world: World, incident: Incident): Incident {
	const grids = world.grids.shares(incident.place.points);
	const missing = new Set(incident.missing.filter((m) => m !== "grid" && m !== "distance"));
	if (incident.place.method === "bearing") missing.add("distance");
	const first = incident.place.points[0];
	if (grids.length > 0 || !first) {
		if (grids.length === 0) missing.add("grid");
		return { ...incident, grids: grids.slice(0, 12), missing: [...missing] };
	}
	missing.add("grid");
	const nearest = world.grids.nearest(incident.place.best ?? first);
	return { ...incident, grids: nearest ? [nearest] : [], missing: [...missing] };
}

/** Bearings that meet at less than this leave the distance open: 1-sigma beyond 350 m at 10 km with half a degree each. */
const LEAST_CROSSING_DEG = 20;

/**
 * Of each camera the track it is surest of, as it was narrowest: two tracks of one camera do not cross, and smoke
 * that widens has drifted from where it rose.
 */
function strongestPerCamera(evidence: PlacedEvidence[]): PlacedEvidence[] {
	const surest = new Map<string, PlacedEvidence>();
	for (const e of evidence) if (!((surest.get(e.sourceId)?.probability ?? -1) >= (e.probability ?? 0))) surest.set(e.sourceId, e);
	return [...surest.values()].map((s) => {
		const track = evidence.filter((e) => e.sourceId === s.sourceId && e.trackId === s.trackId);
		return track.reduce((a, b) => ((b.bearingErrorDeg ?? 90) < (a.bearingErrorDeg ?? 90) ? b : a));
	});
}

function crossingDeg(cameras: PlacedEvidence[]): number {
	const angles = cameras.flatMap((a) => cameras.map((b) => angleBetweenDeg(a.bearingDeg ?? 0, b.bearingDeg ?? 0)));
	return Math.max(0, ...angles.map((a) => Math.min(a, 180 - a)));
}

function clueOf(e: PlacedEvidence): Clue {
	return bearingClue({ pose: e.pose as CameraPose, bearingDeg: e.bearingDeg ?? 0, bearingErrorDeg: e.bearingErrorDeg ?? 1 });
}
