import { type Static, Type } from "typebox";
import { Box, list, named, optional, Phrase, said, shape, share, text, time } from "./shape.ts";

export const Mask = named(
	"Mask",
	shape({
		id: text,
		cameraId: text,
		preset: text,
		box: Box,
		author: text,
		reason: text,
		createdAt: time,
		until: time,
	}),
);

export const Camera = named(
	"Camera",
	shape({
		id: text,
		name: text,
		azimuthDeg: Type.Number(),
		fovDeg: Type.Number(),
		learning: Type.Boolean(),
		unsteady: optional(Type.Enum(["shaken", "light"])),
		blind: optional(
			shape({ reason: Type.Enum(["stale", "identical", "black", "washedOut", "fogged", "turned"]), since: time }),
		),
		lastFrameAt: optional(time),
		restarts: Type.Integer(),
		noPicture: optional(said("Why its stream gives no picture, while it gives none.")),
		lastLines: list(text),
		live: Type.Boolean(),
		masks: list(Mask),
	}),
);
export type Camera = Static<typeof Camera>;

export const Sensor = named(
	"Sensor",
	shape({
		id: text,
		name: text,
		lat: Type.Number(),
		lon: Type.Number(),
		lastAt: optional(time),
		silent: Type.Boolean(),
		isShared: optional(Type.Boolean({ description: "Several devices log in under this name." })),
		refused: optional(shape({ why: text, at: time }, "Why the last message was not taken, or is doubted.")),
		readings: list(
			shape({
				nodeId: text,
				quantity: text,
				value: Type.Number(),
				unit: text,
				quality: Type.Enum(["ok", "broken", "outOfRange"]),
				receivedAt: time,
			}),
		),
	}),
);
export type Sensor = Static<typeof Sensor>;

const numbers = list(Type.Number());
export const SensorHistory = named(
	"SensorHistory",
	shape({
		from: time,
		to: time,
		sliceMs: Type.Integer({ description: "How long each slice is." }),
		isCut: Type.Boolean({ description: "There was more than is read at once: `from` says since when it is told." }),
		quantities: list(
			shape(
				{
					quantity: text,
					unit: text,
					at: list(time),
					least: numbers,
					mean: numbers,
					most: numbers,
					unusable: list(time, { description: "Begins of slices with readings that must not be believed." }),
					threshold: optional(Type.Number({ description: "At which the node rings, as its last alarm said." })),
				},
				"Columns, an entry for each slice that has readings; `at` is its begin.",
			),
		),
		alarms: list(
			shape({
				at: time,
				what: text,
				quantity: optional(text),
				value: optional(Type.Number()),
				threshold: optional(Type.Number()),
				unit: optional(text),
			}),
			{ description: "What its node decided by itself, oldest first." },
		),
	}),
);
export type SensorHistory = Static<typeof SensorHistory>;

export const Candidate = named(
	"Candidate",
	shape(
		{
			what: Type.Enum(["smoke", "flame"]),
			maskedBy: optional(text),
			trackId: text,
			cameraId: text,
			at: time,
			firstSeenAt: time,
			probability: share,
			bearingDeg: Type.Number(),
			boxes: list(Box),
			picture: optional(text),
		},
		"What a camera may have seen: it rings nobody.",
	),
);
export type Candidate = Static<typeof Candidate>;

export const PastMinutes = named("PastMinutes", shape({ minutes: list(time) }, "ms since 1970, oldest first."));
export type PastMinutes = Static<typeof PastMinutes>;

export const Footage = named(
	"Footage",
	shape({ pieces: list(time) }, "Starts of its pieces, ms since 1970, oldest first."),
);
export type Footage = Static<typeof Footage>;

export const Companion = named(
	"Companion",
	shape(
		{
			model: text,
			role: Type.Enum(["opinion", "shadow"]),
			frames: Type.Integer(),
			agreed: Type.Integer(),
			fault: optional(Phrase),
			differences: list(
				shape({
					side: Type.Enum(["own", "companion"]),
					cameraId: text,
					at: time,
					box: Box,
					probability: share,
					picture: optional(text),
				}),
			),
		},
		"A second model, and where it and the model in use do not agree, newest first.",
	),
);
export type Companion = Static<typeof Companion>;

export const Calibration = named(
	"Calibration",
	shape(
		{
			azimuthDeg: Type.Number(),
			tiltDeg: Type.Number(),
			fovDeg: Type.Number(),
			rmsDeg: Type.Number(),
			offDeg: list(Type.Number(), { description: "How far each landmark still lies from where it should." }),
		},
		"How a camera looks by landmarks.",
	),
);
export type Calibration = Static<typeof Calibration>;

export const Proposed = named("Proposed", shape({ file: said("Where it was kept on the gateway's machine.") }));
