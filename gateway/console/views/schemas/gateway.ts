import { type Static, Type } from "typebox";
import { Camera, Candidate, Sensor } from "./devices.ts";
import { Incident, IncidentSummary } from "./incidents.ts";
import { list, named, optional, Phrase, said, shape, share, text, time } from "./shape.ts";
import { Duty } from "./users.ts";

export const Maintenance = named(
	"Maintenance",
	shape({ id: text, devices: list(text), by: text, reason: text, at: time, until: time }),
);

const Danger = named(
	"Danger",
	shape(
		{
			level: Type.Enum([1, 2, 3, 4, 5]),
			area: optional(text),
			areaName: optional(text),
			by: text,
			at: time,
			until: time,
		},
		"A level of fire danger as declared: of an area, or everywhere.",
	),
);

export const StoreFault = named(
	"StoreFault",
	shape({
		why: Type.Enum(["full", "readOnly", "failing", "damaged", "locked", "lost", "silent"]),
		state: Type.Enum(["reserve", "memory", "replaced", "waiting"]),
		missing: optional(list(text)),
	}),
);

export const Tower = named(
	"Tower",
	shape({
		id: text,
		name: text,
		language: Type.Enum(["zh", "en"]),
		timeZone: text,
		exercise: Type.Boolean(),
		lat: Type.Number(),
		lon: Type.Number(),
		version: text,
		register: said("Version of the register in force."),
		needs: shape({ smoke: share, flame: share }, "From which probability on people are told now."),
		quiet: shape({ smoke: share, flame: share }, "The same at the quiet point, as after a false alarm at a place."),
		point: said("The operating point in force."),
		maintenance: list(Maintenance),
		danger: optional(Danger),
		areaDangers: list(Danger, { description: "Levels of areas, which count there in its place." }),
		/** Of the file, while the last good one runs. */
		configFault: optional(Phrase),
		registerFaults: optional(list(Phrase)),
		storeFault: optional(StoreFault),
		partFaults: optional(list(Phrase)),
		audit: optional(list(shape({ incidentId: text, at: time, what: Phrase }))),
		/** Why another model than the one asked for is in use. */
		modelFault: optional(Phrase),
		publicUrl: optional(text),
		neighbours: optional(list(shape({ at: time, sender: text, headline: text, sent: time, why: Phrase }))),
	}),
);
export type Tower = Static<typeof Tower>;

export const Health = named(
	"Health",
	shape(
		{
			framesScored: Type.Integer(),
			framesFailed: Type.Integer(),
			camerasBlind: Type.Integer(),
			camerasLearning: Type.Integer(),
			detectorRestarts: Type.Integer(),
			store: optional(StoreFault),
			parts: optional(list(Phrase)),
			counters: Type.Record(text, Type.Number()),
		},
		"Whether the tower watches: a fresh frame scored, not a process that answers.",
	),
);
export type Health = Static<typeof Health>;

export const State = named(
	"State",
	shape({
		now: time,
		tower: Tower,
		incidents: list(Incident),
		cameras: list(Camera),
		sensors: list(Sensor),
		candidates: list(Candidate),
		duty: Duty,
	}),
);
export type State = Static<typeof State>;

/** What the desk's page is told at first: of each incident what a list shows. */
export const DeskState = named(
	"DeskState",
	shape({
		now: time,
		tower: Tower,
		incidents: list(IncidentSummary),
		cameras: list(Camera),
		sensors: list(Sensor),
		candidates: list(Candidate),
		duty: Duty,
	}),
);
export type DeskState = Static<typeof DeskState>;

/** What the live feed says, beside the whole state at its beginning. */
export const Change = named(
	"Change",
	Type.Union([
		shape({ type: Type.Literal("incident"), incident: Incident }),
		shape({ type: Type.Literal("summary"), incident: IncidentSummary }),
		shape({ type: Type.Literal("delivery"), incidentId: text }),
		shape({ type: Type.Literal("cameras"), cameras: list(Camera) }),
		shape(
			{ type: Type.Literal("sensors"), sensors: list(Sensor) },
			"The sensors that have changed, and no others: a tower may have hundreds.",
		),
		shape({ type: Type.Literal("candidates"), candidates: list(Candidate) }),
		shape({ type: Type.Literal("tower"), tower: Tower }),
		shape({ type: Type.Literal("duty"), duty: Duty }),
	]),
);
export type Change = Static<typeof Change>;

export const Person = named(
	"Person",
	shape({
		id: text,
		name: text,
		title: optional(text),
		phone: optional(text),
		role: text,
		level: text,
		grids: list(text),
		leftAt: optional(Type.Integer({ description: "When the post ended, ms since 1970." })),
		startsAt: optional(Type.Integer({ description: "When it begins, where that is to come." })),
		endsAt: optional(Type.Integer({ description: "When it ends, where that is to come." })),
		isDeputy: optional(Type.Boolean({ description: "副职." })),
	}),
);
export const Grid = named("Grid", shape({ code: text, name: text }));
export const Opened = named("Opened", shape({ incident: text }));
export const Reasons = named("Reasons", shape({ reasons: list(Phrase) }));
export const Enrolment = named("Enrolment", shape({ name: text, url: text, qr: text }));
export const EnrolmentOpened = named("EnrolmentOpened", shape({ name: text, tower: text, key: optional(text) }));
export const TestMessage = named("TestMessage", shape({ accepted: Type.Boolean(), detail: Phrase }));
export const Receipt = named("Receipt", shape({ code: Type.Literal(0), msg: text, taken: Type.Integer() }));
