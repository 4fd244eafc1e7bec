import { Ajv, type ValidateFunction } from "ajv";
import { type TSchema, Type } from "typebox";
import { ANSWERS, INCIDENT_STATES, type Incident, TASKS } from "../model/incident.ts";

/**
 * An incident as it comes over the line from a tower: anybody's word. What is not whole is refused here, so that the
 * judge never stumbles over it, and what only a centre may write on it (whose part it is, who witnessed it) is taken off.
 */

const text = (maxLength = 200) => Type.String({ maxLength });
const time = Type.Number({ minimum: 0, maximum: 8.64e15 });
const degrees = Type.Number({ minimum: -360, maximum: 360 });
// sums of shares may be a hair above one
const share = Type.Number({ minimum: 0, maximum: 1.01 });
const list = (item: TSchema, maxItems: number) => Type.Array(item, { maxItems });
const maybe = (properties: Record<string, TSchema>) => Object.fromEntries(Object.entries(properties).map(([k, v]) => [k, Type.Optional(v)]));
const object = (needed: Record<string, TSchema>, more: Record<string, TSchema> = {}) =>
	Type.Object({ ...needed, ...maybe(more) }, { additionalProperties: false });

const place = { lat: Type.Number({ minimum: -90, maximum: 90 }), lon: Type.Number({ minimum: -180, maximum: 180 }) };
const box = object({ x: Type.Number(), y: Type.Number(), w: Type.Number(), h: Type.Number() });
const pose = object({
	...{ cameraId: text(), position: object(place), heightM: Type.Number(), azimuthDeg: degrees, tiltDeg: degrees, fovDeg: degrees },
	...{ azimuthErrorDeg: degrees, preset: text(), rangeM: Type.Number({ minimum: 1, maximum: 100_000 }) },
});
const evidence = object(
	{ source: Type.Enum(["camera", "sensor", "person"]), sourceId: text(), what: text(), at: time },
	{
		...{ probability: share, value: Type.Number(), unit: text(20), bearingDeg: degrees, boxes: list(box, 50), picture: text(), trackId: text() },
		...{ opinion: object({ model: text(), probability: share }), falseBefore: Type.Number(), note: text() },
		...{ pose, bearingErrorDeg: Type.Number({ minimum: 0.01, maximum: 180 }), elevationDeg: degrees },
		...{ elevationErrorDeg: Type.Number({ minimum: 0.01, maximum: 90 }), position: object(place), errorM: Type.Number({ minimum: 1, maximum: 1e6 }) },
	},
);
const where = object(
	{
		method: Type.Enum(["bearing", "terrain", "crossing", "sensor", "report", "camera", "none"]),
		points: list(object({ ...place, weight: share }), 5000),
	},
	{
		...{ best: object(place), errorM: Type.Number(), bearingDeg: degrees, distanceM: Type.Number() },
		intervals: list(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }), 200),
	},
);
const ladder = Type.Enum(["verify", "suppress"]);
const task = Type.Enum([...TASKS]);
const step = object(
	{ ladder, afterMs: Type.Number({ minimum: 0 }), task, when: Type.Enum(["always", "orConfirmed", "confirmed"]), needs: Type.Integer() },
	{ level: text(), roles: list(text(), 50), tiers: list(text(), 50), deputies: Type.Boolean() },
);
const climb = object({ done: list(Type.Integer({ minimum: 0, maximum: 1000 }), 1000), rounds: Type.Integer() }, { toldAt: time, nextAt: time });
const involved = object(
	{ personId: text(), name: text(), role: text(), level: text(), share, toldAt: time, ladder, task },
	{
		...{ title: text(), team: text(), inPlaceOf: text(), answer: Type.Enum([...ANSWERS]), answeredAt: time, feedbackBy: time, lapsedAt: time },
		...{ unreached: Type.Boolean(), notReachedAt: time, elsewhere: text(), via: text(), again: object({ at: time, times: Type.Integer() }) },
	},
);
const report = object({ personId: text(), at: time, what: Type.Enum([...ANSWERS]) }, { position: object(place), picture: text(), note: text(500) });

const INCIDENT = object(
	{
		...{ id: Type.String({ minLength: 1, maxLength: 128 }), kind: Type.Enum(["fire"]), status: Type.Enum(["actual", "exercise"]) },
		...{ state: Type.Enum([...INCIDENT_STATES]), openedAt: time, changedAt: time, decisiveAt: time, firstSeenAt: time },
		...{ evidence: Type.Array(evidence, { minItems: 1, maxItems: 200 }), place: where, missing: list(text(), 50), sources: list(text(), 200) },
		...{ grids: list(object({ code: text(), name: text(), share }), 100), involved: list(involved, 5000), registerVersion: text() },
		ladder: object(
			{ plan: list(step, 200), ahead: Type.Number(), why: list(text(5000), 100), verify: climb, suppress: climb },
			{ nextAt: time, feedbackBy: time },
		),
	},
	{
		...{ towerName: text(), confirmedAt: time, confirmedBy: text(), sizeHa: Type.Number({ minimum: 0 }), hints: list(text(2000), 1000) },
		...{ reports: list(report, 200), cause: text(), closedBy: text(), closedAt: time },
	},
);
const PROGRESS = object({ verify: climb, suppress: climb, involved: list(involved, 5000) }, { seenAt: time });

// what is not named is taken off, however it came
const ajv = new Ajv({ removeAdditional: "all", strict: false });
let incidents: ValidateFunction<Incident> | undefined;
let progresses: ValidateFunction | undefined;

/** The incident in what a tower has sent; undefined when it is not whole. */
export function incidentIn(value: unknown): Incident | undefined {
	incidents ??= ajv.compile<Incident>(INCIDENT);
	return incidents(value) ? value : undefined;
}

/** Whether this is how far somebody has come; what does not belong is taken off. */
export function isProgress(value: unknown): boolean {
	progresses ??= ajv.compile(PROGRESS);
	return progresses(value) === true;
}
