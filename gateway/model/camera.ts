import type { Box } from "../base/box.ts";
import type { Position } from "../geo/position.ts";

export type { Box } from "../base/box.ts";

/** How a camera stands and looks. */
export interface CameraPose {
	cameraId: string;
	position: Position;
	/** Lens above sea level, metres. */
	heightM: number;
	/** Azimuth of the picture's centre, degrees. */
	azimuthDeg: number;
	/** Tilt of the picture's centre, degrees, up is positive. */
	tiltDeg: number;
	/** Horizontal angle of view, degrees. */
	fovDeg: number;
	/** One-sigma error of the azimuth, degrees. */
	azimuthErrorDeg: number;
	/** `fixed`, or the name of the preset the frame was taken at. */
	preset: string;
	/** Beyond this the camera is not expected to see smoke, metres. */
	rangeM: number;
}

/** One analysed picture. */
export interface Frame {
	cameraId: string;
	preset: string;
	/** When the last byte of the picture arrived, ms since 1970. */
	capturedAt: number;
	/** SHA-256 of the coded picture, hex. */
	hash: string;
	width: number;
	height: number;
	/** Width x height x 3 bytes RGB, the size the detector works at. */
	rgb: Uint8Array;
}

/** What a sighting is of. Smoke is told from haze by the past of its place; a flame shows in a single frame. */
export type SightingKind = "smoke" | "flame";
export type Scores = Record<SightingKind, number>;
/** The published operating points: `fast` for dangerous days, `quiet` for many cameras and few people. */
export const POINT_NAMES = ["fast", "quiet"] as const;
export type PointName = (typeof POINT_NAMES)[number];

export interface Opinion {
	model: string;
	/** 0...1; 0 when it sees nothing there. */
	probability: number;
}

/** What a camera saw over several frames. */
export interface Sighting {
	id: string;
	what: SightingKind;
	cameraId: string;
	/** Stays the same while the smoke stands at one place. */
	trackId: string;
	pose: CameraPose;
	/** Capture time of the decisive frame, ms since 1970. */
	capturedAt: number;
	firstSeenAt: number;
	boxes: Box[];
	/** Sequence score in logits above the baseline of its place. */
	score: number;
	/** Calibrated on held-out footage, 0...1. */
	probability: number;
	/** Azimuth of the middle of the smoke's base, degrees. */
	bearingDeg: number;
	bearingErrorDeg: number;
	/** Elevation angle of the smoke's base, degrees, up is positive. */
	elevationDeg: number;
	/** One-sigma error of the elevation, degrees. */
	elevationErrorDeg?: number;
	frameHash: string;
	/** Name of the evidence picture, or undefined while none could be kept. */
	picture?: string;
	model: string;
	/** What a second model says of the same place, when one advises. */
	opinion?: Opinion;
	exercise: boolean;
}

/** A part of a view in which nothing rings: drawn by a named person, for a reason, and not for ever. */
export interface Mask {
	id: string;
	cameraId: string;
	preset: string;
	box: Box;
	author: string;
	reason: string;
	createdAt: number;
	/** Over at this time, ms since 1970. */
	until: number;
}

export type BlindReason = "stale" | "identical" | "black" | "washedOut" | "fogged" | "turned";

/** A camera lost or regained its sight. */
export interface Coverage {
	id: string;
	cameraId: string;
	pose: CameraPose;
	state: "blind" | "seeing";
	reason?: BlindReason;
	/** Since when, ms since 1970. */
	since: number;
	at: number;
	exercise: boolean;
}

/** Why a camera gives no picture, as a technician would ask: the code is put into words where it is read. */
export type StreamReason =
	| "refused"
	| "noHost"
	| "noRoute"
	| "noAnswer"
	| "login"
	| "notFound"
	| "transport"
	| "certificate"
	| "notVideo"
	| "ended"
	| "stalled";
