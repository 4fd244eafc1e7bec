import { Ajv, type ValidateFunction } from "ajv";
import { type TSchema, Type } from "typebox";
import { defined, omit } from "../base/omit.ts";
import { ANSWERS } from "../model/answer.ts";
import { INSTRUCTIONS } from "../model/escalation.ts";
import { MESSAGE_NAMES, withFirstNames, withNamesOfToday } from "../model/first-names.ts";
import type { Handover } from "../model/handover.ts";
import type { Incident } from "../model/incident.ts";
import { INCIDENT_STATES } from "../model/incident-states.ts";
import type { CentreMessage, Progress } from "../model/lease.ts";

/**
 * What comes over the line between a tower and its centre is untrusted. What does not match its schema is refused
 * here, so that the judge never stumbles over it, and what only a centre may write on an incident (which one it is
 * linked to) is taken off. A name of a file is a name and never a path, and nothing has happened later than now: what
 * comes from a clock that is ahead would otherwise count as the newest for as long as that lasts.
 */

const text = (maxLength = 200) => Type.String({ maxLength });
const time = Type.Number({ minimum: 0, maximum: 8.64e15 });
const degrees = Type.Number({ minimum: -360, maximum: 360 });
// sums of shares may be a hair above one
const share = Type.Number({ minimum: 0, maximum: 1.01 });
const list = (item: TSchema, maxItems: number) => Type.Array(item, { maxItems });
const maybe = (properties: Record<string, TSchema>) =>
	Object.fromEntries(Object.entries(properties).map(([k, v]) => [k, Type.Optional(v)]));
const object = (needed: Record<string, TSchema>, more: Record<string, TSchema> = {}) =>
	Type.Object({ ...needed, ...maybe(more) }, { additionalProperties: false });

/** Of a picture as it stands in a folder: letters, digits, dots, and no dot at the beginning. See isFileName. */
const file = Type.String({ pattern: "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,159}$" });
/** Of a picture that somebody has sent along with an answer: only these are ever deleted. */
const reportFile = Type.String({ pattern: "^report-[0-9a-f]{24}\\.jpg$" });
const id = Type.String({ pattern: "^[A-Za-z0-9._-]{1,128}$" });

const place = { lat: Type.Number({ minimum: -90, maximum: 90 }), lon: Type.Number({ minimum: -180, maximum: 180 }) };
const box = object({ x: Type.Number(), y: Type.Number(), w: Type.Number(), h: Type.Number() });
const pose = object({
	cameraId: text(),
	position: object(place),
	heightM: Type.Number(),
	azimuthDeg: degrees,
	tiltDeg: degrees,
	fovDeg: degrees,
	azimuthErrorDeg: degrees,
	preset: text(),
	rangeM: Type.Number({ minimum: 1, maximum: 100_000 }),
});
const evidence = object(
	{ source: Type.Enum(["camera", "sensor", "person"]), sourceId: text(), what: text(), at: time },
	{
		probability: share,
		value: Type.Number(),
		unit: text(20),
		bearingDeg: degrees,
		boxes: list(box, 50),
		picture: file,
		trackId: text(),
		opinion: object({ model: text(), probability: share }),
		falseBefore: Type.Number(),
		note: text(),
		odd: Type.Boolean(),
		pose,
		bearingErrorDeg: Type.Number({ minimum: 0.01, maximum: 180 }),
		elevationDeg: degrees,
		elevationErrorDeg: Type.Number({ minimum: 0.01, maximum: 90 }),
		position: object(place),
		errorM: Type.Number({ minimum: 1, maximum: 1e6 }),
	},
);
const where = object(
	{
		method: Type.Enum(["bearing", "terrain", "crossing", "sensor", "report", "camera", "none"]),
		points: list(object({ ...place, weight: share }), 5000),
	},
	{
		best: object(place),
		errorM: Type.Number(),
		bearingDeg: degrees,
		distanceM: Type.Number(),
		intervals: list(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }), 200),
	},
);
const ladder = Type.Enum(["verify", "suppress"]);
const task = Type.Enum([...INSTRUCTIONS]);
const step = object(
	{
		ladder,
		afterMs: Type.Number({ minimum: 0 }),
		task,
		when: Type.Enum(["always", "orConfirmed", "confirmed"]),
		needs: Type.Integer(),
	},
	{
		level: text(),
		roles: list(text(), 50),
		tiers: list(text(), 50),
		deputies: Type.Boolean(),
		minHa: Type.Number(),
		minShare: share,
	},
);
const progress = object(
	{ done: list(Type.Integer({ minimum: 0, maximum: 1000 }), 1000), rounds: Type.Integer() },
	{ toldAt: time, nextAt: time },
);
const involved = object(
	{ personId: text(), name: text(), role: text(), level: text(), share, toldAt: time, ladder, task },
	{
		title: text(),
		team: text(),
		inPlaceOf: text(),
		answer: Type.Enum([...ANSWERS]),
		answeredAt: time,
		goingSince: time,
		feedbackBy: time,
		lapsedAt: time,
		unreached: Type.Boolean(),
		notReachedAt: time,
		elsewhere: text(),
		via: text(),
		again: object({ at: time, times: Type.Integer() }),
	},
);
const report = object(
	{ personId: text(), at: time, what: Type.Enum([...ANSWERS]) },
	{ position: object(place), picture: reportFile, note: text(500) },
);

const INCIDENT = object(
	{
		id,
		kind: Type.Enum(["fire"]),
		status: Type.Enum(["actual", "exercise"]),
		state: Type.Enum([...INCIDENT_STATES]),
		openedAt: time,
		changedAt: time,
		decisiveAt: time,
		firstSeenAt: time,
		evidence: Type.Array(evidence, { minItems: 1, maxItems: 200 }),
		place: where,
		missing: list(text(), 50),
		sources: list(text(), 600),
		grids: list(object({ code: text(), name: text(), share }), 500),
		involved: list(involved, 5000),
		registerVersion: text(),
		ladder: object(
			{ plan: list(step, 200), ahead: Type.Number(), why: list(text(5000), 100), verify: progress, suppress: progress },
			{ nextAt: time, feedbackBy: time },
		),
	},
	{
		towerName: text(),
		confirmedAt: time,
		confirmedBy: text(),
		sizeHa: Type.Number({ minimum: 0 }),
		hints: list(text(2000), 1000),
		reports: list(report, 200),
		cause: text(),
		closedBy: text(),
		closedAt: time,
		places: list(
			object({
				id: text(),
				position: object(place),
				at: time,
				grids: list(object({ code: text(), name: text(), share }), 100),
			}),
			500,
		),
		split: list(object({ id, at: time, people: list(text(), 5000) }), 600),
		splitFrom: list(id, 20),
		rekindled: Type.Integer({ minimum: 0, maximum: 1000 }),
		climbsFrom: time,
	},
);
const PROGRESS = object({ verify: progress, suppress: progress, involved: list(involved, 5000) }, { seenAt: time });

const answer = object(
	{ id: text(400), incidentId: id, personId: text(), personName: text(), answer: Type.Enum([...ANSWERS]), at: time },
	{
		etaMinutes: Type.Number({ minimum: 0, maximum: 1440 }),
		position: object(place),
		picture: reportFile,
		note: text(500),
		cause: text(),
		sizeHa: Type.Number({ minimum: 0, maximum: 1_000_000 }),
	},
);
const TODAY = new Map<string, CentreMessage["what"]>(
	Object.entries(MESSAGE_NAMES).map(([today, first]) => [first, today as CentreMessage["what"]]),
);

const CENTRE_MESSAGES: Record<CentreMessage["what"], TSchema> = {
	claim: object({ incidentId: id, what: Type.Literal(MESSAGE_NAMES.claim) }),
	heartbeat: object({ incidentId: id, what: Type.Literal(MESSAGE_NAMES.heartbeat) }),
	permission: object({
		incidentId: id,
		what: Type.Literal(MESSAGE_NAMES.permission),
		ladder,
		index: Type.Integer({ minimum: 0, maximum: 1000 }),
	}),
	notified: object({ incidentId: id, what: Type.Literal(MESSAGE_NAMES.notified), progress: PROGRESS }),
	answer: object({ incidentId: id, what: Type.Literal("answer"), answer }),
};
const ACK = object(
	{ incidentId: id, of: Type.Enum(Object.values(MESSAGE_NAMES)), ok: Type.Boolean() },
	{ answerId: Type.String({ minLength: 1, maxLength: 400 }), progress: PROGRESS },
);

// what is not named is taken off, however it came
// 1e400 in JSON is infinite
const ajv = new Ajv({ removeAdditional: "all", strict: false, strictNumbers: true });
const compiled = new Map<TSchema, ValidateFunction>();

/**
 * The value itself when it is whole, with what has no name in the schema taken off and nothing later than `now`, ms
 * since 1970.
 */
function whole<T>(schema: TSchema, value: unknown, now: number): T | undefined {
	let validate = compiled.get(schema);
	if (!validate) {
		validate = ajv.compile(schema);
		compiled.set(schema, validate);
	}
	if (!validate(value)) return undefined;
	return notLater(value, now) as T;
}

/** Fields that say when something has happened, as opposed to when it is due. */
const HAPPENED = new Set(
	["goingSince", "at", "openedAt", "changedAt", "decisiveAt", "firstSeenAt", "toldAt", "answeredAt"].concat([
		"lapsedAt",
		"notReachedAt",
		"confirmedAt",
		"closedAt",
		"seenAt",
		"climbsFrom",
		"outAt",
	]),
);

function notLater(value: unknown, now: number): unknown {
	if (Array.isArray(value)) return value.map((item) => notLater(item, now));
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, v]) => [
			key,
			typeof v === "number" && HAPPENED.has(key) ? Math.min(v, now) : notLater(v, now),
		]),
	);
}

/** An id of one of that tower's incidents: no tower can speak of another's, nor take its ids before it does. */
function isOf(tower: string, incidentId: string): boolean {
	const [kind, rest] = [incidentId.slice(0, 3), incidentId.slice(3)];
	return kind === "FF-" && rest.startsWith(`${tower}-`) && /^\d{14}-[0-9a-f]{6}$/.test(rest.slice(tower.length + 1));
}

/** Lists of an incident of which a part may be taken without the rest, with what each entry must be. */
const PARTS: Record<string, TSchema> = {
	evidence,
	reports: report,
	hints: text(2000),
	missing: text(),
	sources: text(),
};

/** Without entries that are not whole: a neighbour's odd message must not make a fire unspeakable. */
function tolerant(value: unknown): unknown {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
	const lists = Object.entries(PARTS).flatMap(([key, schema]) => {
		const list = (value as Record<string, unknown>)[key];
		return Array.isArray(list)
			? [[key, list.filter((item) => whole(schema, structuredClone(item), 0) !== undefined)]]
			: [];
	});
	const { sources, ...others } = Object.fromEntries(lists) as Record<string, unknown[]>;
	return { ...value, ...others, ...(sources ? { sources: sources.slice(0, 600) } : {}) };
}

/**
 * The incident in what a tower has sent; undefined when it is not whole, or not one of that tower. Entries of its lists
 * that are not whole are left out. `now`: ms since 1970.
 */
export function incidentIn(value: unknown, tower: string, now: number): Incident | undefined {
	const sent = whole<Incident>(INCIDENT, value, now) ?? whole<Incident>(INCIDENT, tolerant(value), now);
	return sent && isOf(tower, sent.id) ? withNamesOfToday<Incident>(sent) : undefined;
}

/** What a centre says to a tower, as it is sent. */
export function centreMessageOut(message: CentreMessage): Record<string, unknown> {
	const what = MESSAGE_NAMES[message.what];
	return message.what === "notified"
		? { ...message, what, progress: withFirstNames(message.progress) }
		: { ...message, what };
}

/** What a centre says to a tower; undefined when it is not whole. */
export function centreMessageIn(body: Record<string, unknown>, now: number): CentreMessage | undefined {
	const what = TODAY.get(body["what"] as string);
	const said = what && whole<object>(CENTRE_MESSAGES[what], omit(body, "id"), now);
	if (!said) return undefined;
	const message = { ...said, what } as CentreMessage;
	if (message.what === "notified") return { ...message, progress: withNamesOfToday(message.progress) };
	return message.what === "answer" && message.answer.incidentId !== message.incidentId ? undefined : message;
}

/** What a tower answers to its centre; undefined when it is not whole. */
export function ackIn(body: Record<string, unknown>, tower: string, now: number): Handover | undefined {
	const { incidentId, of, ok, answerId, progress } = body;
	const said = { incidentId, of, ok, answerId, progress };
	const ack = whole<Omit<Extract<Handover, { what: "ack" }>, "side" | "tower" | "what" | "of">>(ACK, said, now);
	const what = TODAY.get(of as string);
	if (!ack || !what || !isOf(tower, ack.incidentId)) return undefined;
	const known = ack.progress && withNamesOfToday<Progress>(ack.progress);
	return { side: "centre", tower, what: "ack", ...ack, of: what, ...defined({ progress: known }) };
}
