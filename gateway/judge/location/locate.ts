import { defined } from "../../base/omit.ts";
import { distanceM, type Position } from "../../geo/position.ts";
import type { CameraPose, Sighting } from "../../model/camera.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Evidence, FirePlace, GridShare, Incident, Place, RegionPoint } from "../../model/incident.ts";
import type { JudgeContext } from "../judgement/state.ts";
import {
	bearingClue,
	type Clue,
	crossedClue,
	middleOf,
	positionClue,
	regionOf,
	SENSOR_ERROR_M,
	terrainClue,
} from "./clues.ts";
import { type Bearing, crossingOf, fixPoints } from "./crossing.ts";

/** The grids of all places, each with the most that any of them says: a place is a fire, and not a share of one. */
export function gridsOfPlaces(places: FirePlace[]): GridShare[] {
	return largestOfEach(places.flatMap((p) => p.grids));
}

/** Of each grid its largest share, the largest first. */
export function largestOfEach(shares: GridShare[]): GridShare[] {
	const byCode = Map.groupBy(shares, ({ code }) => code);
	const most = [...byCode.values()].map((own) => own.reduce((a, b) => (b.share > a.share ? b : a)));
	return most.sort((a, b) => b.share - a.share || a.code.localeCompare(b.code));
}

/** What the judge keeps with a piece of evidence so that a place can be worked out again when another joins. */
export type PlacedEvidence = Evidence & {
	pose?: CameraPose;
	bearingErrorDeg?: number;
	elevationDeg?: number;
	elevationErrorDeg?: number;
	position?: Position;
	errorM?: number;
};

export function evidenceOf(s: Sighting): PlacedEvidence {
	return {
		source: "camera",
		sourceId: s.cameraId,
		what: s.what,
		at: s.capturedAt,
		probability: s.probability,
		bearingDeg: s.bearingDeg,
		bearingErrorDeg: s.bearingErrorDeg,
		elevationDeg: s.elevationDeg,
		elevationErrorDeg: s.elevationErrorDeg,
		pose: s.pose,
		boxes: s.boxes,
		picture: s.picture,
		trackId: s.trackId,
		...defined({ opinion: s.opinion }),
	};
}

/** Pieces of evidence kept on a card; the first ones and the newest ones tell the story. */
export const MOST_EVIDENCE = 60;

/** Somebody on the scene stands beside the fire and not in it: one-sigma radius, metres. */
const REPORT_ERROR_M = 100;

/**
 * Place and grids of an incident from all that is known: somebody on the scene leads, then a sensor's own position,
 * then bearings that cross, then a bearing against the terrain. Without any of these it is a wedge, and says so.
 */
export function locate(context: JudgeContext, incident: Incident): Incident {
	const evidence = incident.evidence as PlacedEvidence[];
	const cameras = strongestPerCamera(evidence.filter((e) => e.pose && e.bearingDeg !== undefined));
	const { places } = incident;
	const { method, points, pinned, intervals } = places
		? regionOfPlaces(places)
		: regionFrom(context, incident, evidence, cameras);
	const middle = pinned && points.length > 0 ? middleOf(points) : undefined;
	const { bearingDeg, pose } = cameras[0] ?? {};
	const away = middle && pose ? Math.round(distanceM(pose.position, middle.best)) : undefined;
	const place: Place = { method, points, ...middle, ...defined({ bearingDeg, distanceM: away, intervals }) };
	return withGrids(context, { ...incident, place });
}

interface Region {
	method: Place["method"];
	points: RegionPoint[];
	/** Whether its middle is worth a word: the middle of a wedge is no place. */
	pinned: boolean;
	intervals?: [number, number][];
}

/** A region of terrain is a place when two thirds of it lie within this share of its distance. */
const PINNED_SHARE = 0.3;

function regionFrom(
	context: DecisionContext,
	incident: Incident,
	evidence: PlacedEvidence[],
	cameras: PlacedEvidence[],
): Region {
	const reports = (incident.reports ?? []).filter((r) => r.what === "onScene").flatMap((r) => r.position ?? []);
	const seen = regionSeen(context, evidence, cameras);
	// a phone may give a place of yesterday, or anybody's: what contradicts all else stands on the card, and does not
	// lead
	const far = evidence.every((e) => e.source === "person") ? FAR_FROM_CALL_M : FAR_M;
	const report = reports.findLast((r) => seen.points.length === 0 || seen.points.some((p) => distanceM(p, r) <= far));
	return report ? { method: "report", points: regionOf([positionClue(report, REPORT_ERROR_M)]), pinned: true } : seen;
}

/**
 * Farther than this from all ground that what was seen allows, somebody stands elsewhere, metres; a caller may mistake
 * a whole valley.
 */
const FAR_M = 5_000;

const FAR_FROM_CALL_M = 20_000;

/** The region by what devices have seen and callers have said, without whoever stands there. */
function regionSeen(context: DecisionContext, evidence: PlacedEvidence[], cameras: PlacedEvidence[]): Region {
	const [placed] = byError(evidence);
	if (placed) {
		return { method: "sensor", points: regionAround(placed, cameras), pinned: true };
	}
	const fix = crossingOf(cameras.map(bearingIn), context.terrain);
	if (fix) {
		const points = regionOf([{ points: () => fixPoints(fix), likelihood: () => 1 }]);
		return { method: "crossing", points, pinned: true };
	}
	if (cameras.length === 0) return { method: "none", points: [], pinned: false };
	const bearing: Region = { method: "bearing", points: regionOf(cameras.map(clueOf)), pinned: false };
	return regionOnGround(context.terrain, cameras) ?? bearing;
}

/** Around what has a place of its own, along the narrowest of the bearings that cross it. */
function regionAround({ position, errorM = SENSOR_ERROR_M }: PlacedEvidence, cameras: PlacedEvidence[]): RegionPoint[] {
	const at = position as Position;
	const around = positionClue(at, errorM);
	const crossed = cameras
		.map((e) => ({ e, clue: crossedClue(bearingIn(e), at, errorM) }))
		.filter(({ clue }) => clue !== undefined)
		.sort((a, b) => (a.e.bearingErrorDeg ?? 90) - (b.e.bearingErrorDeg ?? 90))[0];
	if (!crossed?.clue) return regionOf([around, ...cameras.map(clueOf)]);
	return regionOf([crossed.clue, around, ...cameras.filter((e) => e !== crossed.e).map(clueOf)]);
}

/** What has a place of its own, the best known first: a node's own before a neighbour's area. */
export function byError(evidence: PlacedEvidence[]): PlacedEvidence[] {
	const error = ({ errorM = SENSOR_ERROR_M }: PlacedEvidence) => errorM;
	return evidence.filter((e) => e.position).sort((a, b) => error(a) - error(b));
}

/** The ground that explains at what height the first of some cameras has seen smoke; undefined where there is none. */
function regionOnGround(terrain: DecisionContext["terrain"], cameras: PlacedEvidence[]): Region | undefined {
	const [lead, ...others] = cameras as Required<PlacedEvidence>[];
	if (!terrain || lead?.elevationDeg === undefined) return undefined;
	const clue = terrainClue(lead, terrain);
	const points = regionOf([clue, ...others.map(clueOf)]);
	if (points.length === 0) return undefined;
	const { best, errorM } = middleOf(points);
	const pinned = errorM <= PINNED_SHARE * distanceM(lead.pose.position, best);
	return { method: "terrain", points, pinned, intervals: clue.intervals() };
}

/** The places of a wave, each as likely as the other: its middle is no place, and its error says so. */
function regionOfPlaces(places: FirePlace[]): Region {
	const points = places.map((p) => ({ ...p.position, weight: 1 / places.length }));
	return { method: "sensor", points, pinned: true };
}

/** The grids a region touches; when it touches none, the nearest, and the card says so. */
export function withGrids(context: JudgeContext, incident: Incident): Incident {
	const { points, best } = incident.place;
	if (incident.places) return { ...incident, grids: gridsOfPlaces(incident.places) };
	const grids = context.grids.shares(points, context.now);
	const missing = [...incident.missing.filter((m) => !OF_PLACE.includes(m)), ...missingOf(context, incident, grids)];
	const first = points[0];
	if (grids.length > 0 || !first) return { ...incident, grids: grids.slice(0, MOST_GRIDS), missing };
	// what somebody calls in may be mistyped: the office finds out whose ground it is, and no village is rung for it
	const isCalled = incident.kind === "fire" && incident.evidence.every((e) => e.source === "person");
	const nearest = isCalled ? undefined : context.grids.nearest(best ?? first, context.now);
	return { ...incident, grids: nearest ? [nearest] : [], missing };
}

const MOST_GRIDS = 12;
const OF_PLACE = ["grid", "distance", "beyond"];

/** What is not known of a place: how far it is, whose ground it is, or all of that ground. */
function missingOf(context: JudgeContext, { kind, place }: Incident, grids: GridShare[]): string[] {
	const { points, best } = place;
	if (points.length === 0) return [];
	// part of the region lies in nobody's grid: whoever answers for the other side of the border must hear of it
	const isBeyond = context.grids.outside(points, context.now) >= Math.max(LEAST_BEYOND, context.minShare);
	return [
		...(kind === "fire" && best === undefined ? ["distance"] : []),
		...(grids.length === 0 ? ["grid"] : []),
		...(isBeyond ? ["beyond"] : []),
	];
}

/** Share of a region outside all grids from which the other side of the border is told. */
const LEAST_BEYOND = 0.1;

/**
 * Of each camera the track it is surest of, as it was narrowest: two tracks of one camera do not cross, and smoke
 * that widens has drifted from where it rose.
 */
export function strongestPerCamera(evidence: PlacedEvidence[]): PlacedEvidence[] {
	const sureness = ({ probability = 0 }: PlacedEvidence) => probability;
	const width = ({ bearingErrorDeg = 90 }: PlacedEvidence) => bearingErrorDeg;
	return [...Map.groupBy(evidence, (e) => e.sourceId).values()].map((own) => {
		const surest = own.reduce((a, b) => (sureness(b) > sureness(a) ? b : a));
		const track = own.filter((e) => e.trackId === surest.trackId);
		return track.reduce((a, b) => (width(b) < width(a) ? b : a));
	});
}

function bearingIn({ pose, bearingDeg = 0, bearingErrorDeg = 1 }: PlacedEvidence): Bearing {
	return { pose: pose as CameraPose, bearingDeg, bearingErrorDeg };
}

function clueOf(e: PlacedEvidence): Clue {
	return bearingClue(bearingIn(e));
}
