import { type Static, type TSchema, type TUnsafe, Type } from "typebox";
import { ANSWERS } from "../../model/answer.ts";
import { INCIDENT_STATES } from "../../model/incident.ts";

/**
 * What the gateway sends to pages and machines, once: the types of the backend are these, the OpenAPI document is made
 * of them, and from that the types of the pages. Times are ms since 1970, positions WGS84 degrees, angles degrees,
 * probabilities and shares 0...1; a `Phrase` is a code of the catalogue with what stands in its gaps.
 */

const strict = { additionalProperties: false };
const all: Record<string, TSchema> = {};

/** A named schema: others refer to it by its name, which is that of the type as well. */
function named<T extends TSchema>(name: string, schema: T): TUnsafe<Static<T>> {
	all[name] = { ...schema, $id: name };
	return Type.Unsafe<Static<T>>({ $ref: `${name}#` });
}

const text = Type.String();
const time = Type.Integer();
const share = Type.Number({ minimum: 0, maximum: 1 });
const { Optional: optional, Array: list } = Type;
/** An object without other fields than these. */
const shape = <T extends Parameters<typeof Type.Object>[0]>(fields: T) => Type.Object(fields, strict);

export const Phrase = named(
	"Phrase",
	Type.String({ description: "Code of the catalogue, `code?gap=value&gap=value`." }),
);
export const Refusal = named("Refusal", shape({ error: text, reason: Phrase, faults: optional(list(text)) }));
export const Done = named("Done", shape({ ok: Type.Boolean() }));
const Position = named("Position", shape({ lat: Type.Number(), lon: Type.Number() }));
const Box = named(
	"Box",
	Type.Object({ x: share, y: share, w: share, h: share }, { description: "Shares of the picture." }),
);
const Answered = Type.Enum([...ANSWERS]);

const GridShare = named("GridShare", shape({ code: text, name: text, share }));

const Evidence = named(
	"Evidence",
	shape({
		source: Type.Enum(["camera", "sensor", "person"]),
		sourceId: text,
		what: text,
		at: time,
		tower: optional(Type.String({ description: "Of another tower than the incident's own." })),
		pose: optional(shape({ position: Position })),
		bearingDeg: optional(Type.Number()),
		probability: optional(share),
		value: optional(Type.Number()),
		unit: optional(text),
		boxes: optional(list(Box)),
		picture: optional(text),
		trackId: optional(text),
		falseBefore: optional(Type.Integer({ description: "How often people have called this place false at this hour." })),
		odd: optional(Type.Boolean({ description: "The counters of the node went back." })),
		note: optional(text),
		opinion: optional(shape({ model: text, probability: share })),
	}),
);

const Place = named(
	"Place",
	shape({
		method: Type.Enum(["bearing", "terrain", "crossing", "sensor", "report", "camera", "none"]),
		points: list(shape({ lat: Type.Number(), lon: Type.Number(), weight: Type.Number() })),
		bearingDeg: optional(Type.Number()),
		errorM: optional(Type.Number()),
		distanceM: optional(Type.Number()),
		best: optional(Position),
	}),
);

const Involved = named(
	"Involved",
	shape({
		personId: text,
		name: text,
		title: optional(text),
		role: text,
		level: text,
		share: Type.Number(),
		toldAt: time,
		task: text,
		team: optional(text),
		inPlaceOf: optional(text),
		answer: optional(Answered),
		answeredAt: optional(time),
		feedbackBy: optional(time),
		lapsedAt: optional(time),
		notReachedAt: optional(time),
		unreached: optional(Type.Boolean({ description: "Selected, but no contact on file." })),
	}),
);

const Task = named(
	"Task",
	shape({
		id: text,
		kind: Type.Literal("guard"),
		personId: text,
		name: text,
		dueAt: time,
		until: time,
		doneAt: optional(time),
	}),
);

const PlanStep = named(
	"PlanStep",
	shape({
		ladder: Type.Enum(["verify", "suppress"]),
		afterMs: Type.Integer(),
		task: text,
		when: Type.Enum(["always", "orConfirmed", "confirmed"]),
		level: optional(text),
		roles: optional(list(text)),
		tiers: optional(list(text)),
	}),
);

const Climb = named(
	"Climb",
	Type.Object(
		{ done: list(Type.Integer()), rounds: Type.Integer(), toldAt: optional(time), nextAt: optional(time) },
		{ ...strict, description: "How far a ladder is climbed: groups of steps that were told." },
	),
);

/** What is told of an incident to everybody who is shown it. */
const core = {
	id: text,
	towerName: optional(text),
	kind: Type.Enum(["fire", "coverageLost", "sensorFault"]),
	status: Type.Enum(["actual", "exercise"]),
	state: Type.Enum([...INCIDENT_STATES]),
	openedAt: time,
	changedAt: time,
	firstSeenAt: time,
	decisiveAt: time,
	evidence: list(Evidence),
	place: Place,
	grids: list(GridShare),
	missing: list(text),
	hints: optional(list(Phrase)),
	confirmedAt: optional(time),
	closedBy: optional(Type.String({ description: "Id of whose word ended it." })),
	sizeHa: optional(Type.Number()),
	rekindled: optional(Type.Integer()),
	cause: optional(text),
	closedAt: optional(time),
	places: optional(list(shape({ id: text, grids: list(GridShare) }))),
	ending: optional(shape({ until: time, answer: shape({ answer: Answered }) })),
};

export const Incident = named(
	"Incident",
	shape({
		...core,
		partOf: optional(Type.String({ description: "The incident of another tower that is the same fire." })),
		witnesses: optional(list(shape({ tower: text, incidentId: text }))),
		doubts: optional(list(text)),
		involved: list(Involved),
		registerVersion: text,
		sources: list(Type.String({ description: "A camera or node that belongs to it." })),
		handedTo: optional(
			Type.Object(
				{ heardAt: time },
				{ ...strict, description: "On a tower: the centre notifies, and was last heard of then." },
			),
		),
		takenFrom: optional(
			Type.Object(
				{ tower: text, lease: text },
				{ ...strict, description: "On a centre: whose incident it is, and whether the centre notifies." },
			),
		),
		ladder: shape({
			plan: list(PlanStep),
			verify: Climb,
			suppress: Climb,
			ahead: Type.Integer({ description: "Steps brought forward; negative: put back." }),
			why: list(Phrase),
			nextAt: optional(time),
			feedbackBy: optional(time),
		}),
		maintenance: optional(shape({ by: text, until: time })),
		split: optional(list(shape({ id: text }))),
		splitFrom: optional(list(text)),
		reports: optional(
			list(
				shape({
					personId: text,
					at: time,
					what: Answered,
					position: optional(Position),
					picture: optional(text),
					note: optional(text),
				}),
			),
		),
		tasks: optional(list(Task)),
	}),
);
export type Incident = Static<typeof Incident>;

export const Delivery = named(
	"Delivery",
	shape({
		id: text,
		personId: optional(text),
		channel: text,
		address: text,
		state: Type.Enum(["queued", "trying", "accepted", "failed", "stopped"]),
		attempts: Type.Integer(),
		tries: list(shape({ at: time, outcome: text, detail: text })),
		receipts: list(shape({ what: text, at: time, detail: text })),
	}),
);
export type Delivery = Static<typeof Delivery>;

export const LedgerLine = named(
	"LedgerLine",
	shape({ n: Type.Integer(), at: time, what: text, who: text, detail: Type.Record(text, Type.Unknown()) }),
);
export type LedgerLine = Static<typeof LedgerLine>;

export const Briefing = named(
	"Briefing",
	Type.Object(
		{
			cards: list(shape({ grid: text, access: text, water: text, key: text, hazards: text, notes: text })),
			near: list(
				shape({ kind: text, name: text, position: Position, distanceM: Type.Number(), azimuthDeg: Type.Number() }),
			),
			teams: list(
				shape({ name: text, tier: text, strength: optional(Type.Number()), distanceM: optional(Type.Number()) }),
			),
		},
		{ ...strict, description: "What whoever goes should know of the plot." },
	),
);
export type Briefing = Static<typeof Briefing>;

export const IncidentDetail = named(
	"IncidentDetail",
	shape({
		incident: Incident,
		deliveries: list(Delivery),
		ledger: list(LedgerLine),
		briefing: Briefing,
		videos: list(text),
	}),
);
export type IncidentDetail = Static<typeof IncidentDetail>;

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
		noPicture: optional(Type.String({ description: "Why its stream gives no picture, while it gives none." })),
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
		refused: optional(
			Type.Object(
				{ why: text, at: time },
				{ ...strict, description: "Why the last message was not taken, or is doubted." },
			),
		),
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

export const Candidate = named(
	"Candidate",
	Type.Object(
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
		{ ...strict, description: "What a camera may have seen: it rings nobody." },
	),
);
export type Candidate = Static<typeof Candidate>;

export const Companion = named(
	"Companion",
	Type.Object(
		{
			model: text,
			role: Type.Enum(["opinion", "shadow"]),
			frames: Type.Integer(),
			agreed: Type.Integer(),
			fault: optional(text),
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
		{ ...strict, description: "A second model, and where it and the model in use do not agree, newest first." },
	),
);
export type Companion = Static<typeof Companion>;

export const Maintenance = named(
	"Maintenance",
	shape({ id: text, devices: list(text), by: text, reason: text, at: time, until: time }),
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
		point: Type.String({ description: "The operating point in force." }),
		maintenance: list(Maintenance),
		danger: optional(shape({ level: Type.Enum([1, 2, 3, 4, 5]), by: text, at: time, until: time })),
		configFault: optional(
			Type.String({ description: "The fault of the configuration file while the last good one runs." }),
		),
		registerFault: optional(text),
		storeFault: optional(StoreFault),
		partFaults: optional(list(text)),
		audit: optional(list(shape({ incidentId: text, at: time, what: Phrase }))),
		modelFault: optional(Type.String({ description: "Why another model than the one asked for is in use." })),
		publicUrl: optional(text),
		neighbours: optional(list(shape({ at: time, sender: text, headline: text, sent: time, why: Phrase }))),
	}),
);
export type Tower = Static<typeof Tower>;

export const Health = named(
	"Health",
	Type.Object(
		{
			framesScored: Type.Integer(),
			framesFailed: Type.Integer(),
			camerasBlind: Type.Integer(),
			camerasLearning: Type.Integer(),
			detectorRestarts: Type.Integer(),
			store: optional(StoreFault),
			parts: optional(list(text)),
			counters: Type.Record(text, Type.Number()),
		},
		{ ...strict, description: "Whether the tower watches: a fresh frame scored, not a process that answers." },
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
	}),
);
export type State = Static<typeof State>;

/** What the live feed says, beside the whole state at its beginning. */
export const Change = named(
	"Change",
	Type.Union([
		shape({ type: Type.Literal("incident"), incident: Incident }),
		shape({ type: Type.Literal("delivery"), incidentId: text }),
		shape({ type: Type.Literal("cameras"), cameras: list(Camera) }),
		Type.Object(
			{ type: Type.Literal("sensors"), sensors: list(Sensor) },
			{ ...strict, description: "The sensors that have changed, and no others: a tower may have hundreds." },
		),
		shape({ type: Type.Literal("candidates"), candidates: list(Candidate) }),
		shape({ type: Type.Literal("tower"), tower: Tower }),
	]),
);
export type Change = Static<typeof Change>;

export const Person = named("Person", shape({ id: text, name: text, role: text, level: text, grids: list(text) }));
export const Grid = named("Grid", shape({ code: text, name: text }));
export const Session = named(
	"Session",
	shape({
		id: text,
		user: text,
		at: optional(time),
		origin: optional(text),
		agent: optional(text),
		isOwn: Type.Boolean(),
	}),
);
export const Opened = named("Opened", shape({ incident: text }));
export const Reasons = named("Reasons", shape({ reasons: list(Phrase) }));
export const Enrolment = named("Enrolment", shape({ name: text, url: text, qr: text }));
export const EnrolmentOpened = named("EnrolmentOpened", shape({ name: text, tower: text, key: optional(text) }));
export const TestMessage = named("TestMessage", shape({ accepted: Type.Boolean(), detail: text }));
export const Receipt = named("Receipt", shape({ code: Type.Literal(0), msg: text, taken: Type.Integer() }));

/** What a fire is to whoever holds a link to it: other people's words, places and numbers are the desk's. */
export const PhoneView = named(
	"PhoneView",
	shape({
		tower: shape({ name: text }),
		person: shape({ name: text }),
		incident: shape({
			...core,
			tasks: list(Task),
			answered: list(shape({ name: text, answer: Answered })),
		}),
		mine: optional(Answered),
		task: optional(text),
		mayEnd: Type.Boolean(),
		picture: optional(text),
		briefing: Briefing,
	}),
);
export type PhoneView = Static<typeof PhoneView>;

/** All of them by name. */
export const SCHEMAS: Readonly<Record<string, TSchema>> = all;
