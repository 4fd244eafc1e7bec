import { type Static, Type } from "typebox";
import { ANSWERS } from "../../../model/answer.ts";
import { INCIDENT_STATES } from "../../../model/incident-states.ts";
import { Box, list, named, optional, Phrase, Position, said, shape, share, text, time } from "./shape.ts";

const Answered = Type.Enum([...ANSWERS]);
const HeldOpen = shape(
	{ answer: Answered, at: time, source: text },
	"What somebody had said and another source has taken back.",
);

export const GridShare = named("GridShare", shape({ code: text, name: text, share }));

const Evidence = named(
	"Evidence",
	shape({
		source: Type.Enum(["camera", "sensor", "person"]),
		sourceId: text,
		what: text,
		at: time,
		tower: optional(said("Of another tower than the incident's own.")),
		pose: optional(shape({ position: Position })),
		bearingDeg: optional(Type.Number()),
		bearingErrorDeg: optional(Type.Number()),
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
		/** Where there is no one distance: nearest and farthest ground that explains what was seen, metres. */
		betweenM: optional(shape({ near: Type.Number(), far: Type.Number() })),
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
		notifiedAt: time,
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
		/** Only once the fire is sized so, hectares. */
		minHa: optional(Type.Number()),
		level: optional(text),
		roles: optional(list(text)),
		tiers: optional(list(text)),
	}),
);

const LadderProgress = named(
	"LadderProgress",
	shape(
		{ done: list(Type.Integer()), rounds: Type.Integer(), notifiedAt: optional(time), nextAt: optional(time) },
		"How far a ladder has advanced: groups of steps that were notified.",
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
	sizeHa: optional(Type.Number()),
	rekindled: optional(Type.Integer()),
	cause: optional(text),
	closedAt: optional(time),
	places: optional(list(shape({ id: text, grids: list(GridShare) }))),
	ending: optional(shape({ until: time, answer: shape({ answer: Answered }) })),
	heldOpen: optional(HeldOpen),
};

export const Incident = named(
	"Incident",
	shape({
		...core,
		primaryId: optional(said("The incident of another tower that is the same fire.")),
		linkedIncidents: optional(list(shape({ tower: text, incidentId: text }))),
		doubts: optional(list(Phrase)),
		closedBy: optional(said("Id of whose word ended it.")),
		involved: list(Involved),
		registerVersion: text,
		sources: list(said("A camera or node that belongs to it.")),
		handedTo: optional(shape({ heardAt: time }, "On a tower: the centre notifies, and was last heard of then.")),
		takenFrom: optional(
			shape(
				{ tower: text, lease: Type.Enum(["asked", "held"]) },
				"On a centre: whose incident it is, and whether the centre notifies.",
			),
		),
		ladder: shape({
			plan: list(PlanStep),
			verify: LadderProgress,
			suppress: LadderProgress,
			stepsForward: Type.Integer({ description: "Steps brought forward; negative: put back." }),
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
					note: optional(Phrase),
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
		tries: list(shape({ at: time, outcome: text, detail: Phrase })),
		receipts: list(shape({ what: text, at: time, detail: Phrase })),
	}),
);
export type Delivery = Static<typeof Delivery>;

export const IncidentSummary = named(
	"IncidentSummary",
	shape(
		{
			id: text,
			towerName: optional(text),
			kind: Type.Enum(["fire", "coverageLost", "sensorFault"]),
			status: Type.Enum(["actual", "exercise"]),
			state: Type.Enum([...INCIDENT_STATES]),
			openedAt: time,
			changedAt: time,
			closedAt: optional(time),
			confirmedAt: optional(time),
			primaryId: optional(text),
			grids: list(GridShare),
			missing: list(text),
			source: shape({
				kind: Type.Enum(["camera", "sensor", "person"]),
				id: text,
				what: text,
				note: optional(said("What a caller has said.")),
			}),
			sources: Type.Integer({ minimum: 0, description: "Cameras, sensors and callers that speak of it." }),
			place: shape({
				method: text,
				bearingDeg: optional(Type.Number()),
				errorM: optional(Type.Number()),
				distanceM: optional(Type.Number()),
				best: optional(Position),
			}),
			picture: optional(shape({ name: text, box: optional(Box) })),
			people: shape({
				told: Type.Integer(),
				notReached: Type.Integer(),
				answered: Type.Integer(),
				going: Type.Integer(),
				onScene: Type.Integer(),
				late: Type.Integer(),
			}),
			nextAt: optional(time),
			taskDueAt: optional(time),
			rekindled: optional(Type.Integer()),
			sizeHa: optional(Type.Number()),
			cause: optional(text),
			isMaintenance: optional(Type.Boolean()),
			ending: optional(shape({ until: time, answer: shape({ answer: Answered }) })),
			heldOpen: optional(HeldOpen),
			/** When somebody at the desk has last said something of it. */
			deskAnsweredAt: optional(time),
		},
		"What a list shows of an incident.",
	),
);
export type IncidentSummary = Static<typeof IncidentSummary>;

export const IncidentListRow = named(
	"IncidentListRow",
	shape({
		id: text,
		openedAt: time,
		firstSeenAt: optional(time),
		kind: Type.Enum(["fire", "coverageLost", "sensorFault"]),
		status: Type.Enum(["actual", "exercise"]),
		state: Type.Enum([...INCIDENT_STATES]),
		grids: list(text),
		place: text,
		sources: list(text),
		cause: optional(text),
		sizeHa: optional(Type.Number()),
		confirmedAt: optional(time),
		answeredAt: optional(time),
		onSceneAt: optional(time),
		closedAt: optional(time),
		lat: optional(Type.Number()),
		lon: optional(Type.Number()),
		errorM: optional(Type.Number()),
		primaryId: optional(text),
	}),
);
export type IncidentListRow = Static<typeof IncidentListRow>;
export const IncidentPage = named(
	"IncidentPage",
	shape({ rows: list(IncidentListRow), total: Type.Integer(), isMore: Type.Boolean() }, "`total` counts to 10,000."),
);
export type IncidentPage = Static<typeof IncidentPage>;

export const LedgerLine = named(
	"LedgerLine",
	shape({
		n: Type.Integer(),
		at: time,
		what: text,
		who: text,
		detail: Type.Record(text, Type.Unknown()),
		name: optional(said("Of whoever spoke, as long as it is kept.")),
		note: optional(text),
		takenDownBy: optional(said("Name of the user at the desk who has taken the word down for somebody else.")),
	}),
);
export type LedgerLine = Static<typeof LedgerLine>;

export const Briefing = named(
	"Briefing",
	shape(
		{
			cards: list(shape({ grid: text, access: text, water: text, key: text, hazards: text, notes: text })),
			near: list(
				shape({ kind: text, name: text, position: Position, distanceM: Type.Number(), azimuthDeg: Type.Number() }),
			),
			teams: list(
				shape({ name: text, tier: text, strength: optional(Type.Number()), distanceM: optional(Type.Number()) }),
			),
		},
		"What whoever goes should know of the plot.",
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
		rangers: list(shape({ id: text, name: text, grid: text, distanceM: Type.Number(), azimuthDeg: Type.Number() }), {
			description: "Those whose ground lies nearest.",
		}),
		unseenBy: list(text, { description: "Cameras that look at its place, see the ground and have seen nothing." }),
		videos: list(text),
	}),
);
export type IncidentDetail = Static<typeof IncidentDetail>;

/** What a fire is to whoever holds a link to it: other people's words, places and numbers are the desk's. */
export const PhoneView = named(
	"PhoneView",
	shape({
		tower: shape({ name: text, timeZone: text }),
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
