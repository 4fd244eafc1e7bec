import type { Incident } from "./incident.ts";
import type { CentreMessage, Progress } from "./lease.ts";

/**
 * Fields whose name in stores and on the line between tower and centre is not that of the code. The first names stay
 * there: a store and a tower of version 0.1 are understood, and understand what is written today.
 */
const NAMES = [
	["primaryId", "partOf"],
	["linkedIncidents", "witnesses"],
	["finalAnswer", "lastWord"],
	["stepsForward", "ahead"],
	["notifiedAt", "toldAt"],
	["notified", "told"],
	["groupsNotified", "climbed"],
	["escalatesFrom", "climbsFrom"],
	["advanceNow", "hurry"],
	["permission", "grant"],
	["heartbeatAt", "beatAt"],
] as const;
const TO_FIRST = new Map<string, string>(NAMES);
const TO_TODAY = new Map<string, string>(NAMES.map(([today, first]) => [first, today]));

/** Where such fields stand below an incident. Its thousands of points, and its evidence, hold none. */
const HOLDERS = new Set(["ladder", "verify", "suppress", "involved", "tasks", "ending", "before", "takenFrom"]);

/** As it is stored and sent. */
export function withFirstNames(of: Incident | Progress): object {
	return renamed(of, TO_FIRST) as object;
}

/** What `withFirstNames` has given, as the code knows it. The caller has seen to it that it is whole. */
export function withNamesOfToday<T extends Incident | Progress>(written: object): T {
	return renamed(written, TO_TODAY) as T;
}

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
	if (Array.isArray(value)) return value.map((item) => renamed(item, names));
	if (typeof value !== "object" || value === null) return value;
	const fields = Object.entries(value);
	return Object.fromEntries(
		fields.map(([key, inner]) => [names.get(key) ?? key, HOLDERS.has(key) ? renamed(inner, names) : inner]),
	);
}

/** What a centre's messages are called on the line and in the ledger: as in version 0.1, which everybody knows. */
export const MESSAGE_NAMES = {
	claim: "take",
	heartbeat: "beat",
	permission: "grant",
	notified: "told",
	answer: "answer",
} as const satisfies Record<CentreMessage["what"], string>;
