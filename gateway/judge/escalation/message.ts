import { defined } from "../../base/omit.ts";
import { say, words } from "../../base/say.ts";
import { localTime, offsetName } from "../../base/time-zone.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Message } from "../../model/delivery.ts";
import type { Instruction } from "../../model/escalation.ts";
import type { Evidence, Incident } from "../../model/incident.ts";

/** Characters of a message's body, and of the short one, which an SMS carries beside a link and a code. */
const MOST_BODY = 300;
const MOST_SHORT = 60;
/** Told later than this after the decisive frame, a message says so: a tower that was cut off sends old news, ms. */
const LATE_MS = 10 * 60_000;

/** The end of it, for whoever was asked to do something: what it was, where, and whose word it is. */
export function allClearOf(context: DecisionContext, incident: Incident, by: string, at: number): Message {
	const { language, timeZone } = context;
	const over = words(language, "message.allClear");
	const state = words(language, `message.state.${incident.state}`);
	const who = by === "" ? "" : `${by} ${localTime(at, timeZone).slice(11, 16)}`;
	const short = joined(context, [over, state, incident.grids[0]?.name, who]);
	return {
		title: `${exerciseMark(context, incident)}${over}`,
		body: joined(context, [over, state, placeOf(context, incident), incident.cause, who]).slice(0, MOST_BODY),
		short: `${exerciseMark(context, incident)}${short}`.slice(0, MOST_SHORT),
		incidentId: incident.id,
		kind: incident.kind,
		status: incident.status,
		state: incident.state,
		task: "standDown",
		at,
		confirmed: incident.confirmedAt !== undefined,
	};
}

/** What a person reads: what to do, where, how sure, since when. */
export function messageOf(
	context: DecisionContext,
	incident: Incident,
	at: number,
	task?: Instruction | "guard",
): Message {
	const { language } = context;
	const isFire = incident.kind === "fire";
	const isConfirmed = incident.confirmedAt !== undefined;
	const what = words(language, isFire && isConfirmed ? "message.confirmedFire" : `message.${incident.kind}`);
	// tasks belong to fires; a camera that sees nothing is a report to its people
	const asked = task && isFire ? words(language, `message.task.${task}`) : "";
	const [{ name } = { name: "" }] = incident.grids;
	const headline = `${what} ${name}`.trim();
	const exercise = exerciseMark(context, incident);
	const worked = incident.maintenance ? words(language, "message.workedOnMark") : "";
	const marks = `${exercise}${worked}`;
	return {
		title: `${exercise}${what}`,
		body: bodyOf(context, incident, at, asked).slice(0, MOST_BODY),
		short: `${marks}${joined(context, [headline, bearingOf(context, incident), asked])}`.slice(0, MOST_SHORT),
		incidentId: incident.id,
		kind: incident.kind,
		status: incident.status,
		state: incident.state,
		...defined({ task }),
		confirmed: isConfirmed,
		...surestPicture(incident),
		at,
	};
}

function bodyOf(context: DecisionContext, incident: Incident, at: number, asked: string): string {
	const { language } = context;
	const { state, rekindled } = incident;
	return joined(context, [
		asked,
		rekindled && state !== "out" ? words(language, "message.flared") : "",
		state === "detected" ? "" : words(language, `message.state.${state}`),
		placeOf(context, incident),
		surenessOf(context, incident),
		firstSeen(context, incident),
		lateness(context, incident, at),
		silentTower(context, incident),
		workedOn(context, incident),
		...(incident.hints ?? []).map((hint) => say(language, hint)),
	]);
}

/** Parts of a sentence; those that are empty are left out. */
function joined({ language }: DecisionContext, parts: (string | undefined)[]): string {
	return parts.filter((p) => p !== undefined && p !== "").join(words(language, "message.comma"));
}

function exerciseMark({ language }: DecisionContext, { status }: Incident): string {
	return status === "exercise" ? words(language, "message.exercise") : "";
}

/** The surest picture; a weaker echo elsewhere in the frame must not take its place. */
function surestPicture({ evidence }: Incident): { picture?: string } {
	const sureness = ({ probability = 0 }: Evidence) => probability;
	const pictured = evidence.filter((e) => e.picture !== undefined);
	const [best] = pictured.sort((a, b) => sureness(b) - sureness(a));
	return defined({ picture: best?.picture });
}

function placeOf(context: DecisionContext, incident: Incident): string {
	const { language } = context;
	const { places, grids } = incident;
	const listed = (names: string[]) => names.join(words(language, "message.listed"));
	if (!places) {
		const percent = (share: number) => (share > 0 && share < 0.995 ? ` ${Math.round(share * 100)}%` : "");
		const named = grids.slice(0, 2).map((g) => `${g.name}${percent(g.share)}`);
		return joined(context, [listed(named), bearingOf(context, incident)]);
	}
	// many places at once: how many, and the grids that matter to whoever reads it
	const named = grids.slice(0, 3).map((g) => g.name);
	const gaps = { count: places.length, grids: listed(named), total: grids.length };
	return words(language, grids.length > named.length ? "message.placesAndOthers" : "message.places", gaps);
}

/** Bearing from the tower, and distance with its error where it is known. */
function bearingOf(
	{ language, towerName }: DecisionContext,
	{ place, towerName: tower = towerName }: Incident,
): string {
	if (place.bearingDeg === undefined) return "";
	const km = (metres: number) => (metres / 1000).toFixed(1);
	const towards = { tower, degrees: Math.round(place.bearingDeg) % 360 };
	if (place.distanceM !== undefined) {
		const gaps = { ...towards, distance: km(place.distanceM), error: km(place.errorM ?? 0) };
		return words(language, "message.bearingDistance", gaps);
	}
	// no one place, but the stretch of ground that explains what was seen
	const [from, to] = [place.intervals?.[0]?.[0], place.intervals?.at(-1)?.[1]];
	if (from === undefined || to === undefined) return words(language, "message.bearing", towards);
	return words(language, "message.bearingBetween", { ...towards, from: km(from), to: km(to) });
}

function surenessOf({ language }: DecisionContext, { kind, evidence, places }: Incident): string {
	if (kind !== "fire") return evidence[0]?.what ?? "";
	const sourcesOf = (source: "camera" | "sensor" | "person") =>
		new Set(evidence.filter((e) => e.source === source).map((e) => e.sourceId)).size;
	const counts = [
		{ count: sourcesOf("camera"), code: "message.cameras" },
		{ count: places?.length ?? sourcesOf("sensor"), code: "message.sensors" },
		{ count: sourcesOf("person"), code: "message.caller" },
	] as const;
	const sources = counts.filter(({ count }) => count > 0).map(({ count, code }) => words(language, code, { count }));
	const by = sources.join(words(language, "message.and"));
	const sure = Math.max(0, ...evidence.flatMap((e) => e.probability ?? []));
	return sure > 0 ? words(language, "message.sure", { by, percent: Math.round(sure * 100) }) : by;
}

function firstSeen({ language, timeZone }: DecisionContext, { firstSeenAt }: Incident): string {
	const time = localTime(firstSeenAt, timeZone).slice(11);
	return words(language, "message.firstSeen", { time, zone: offsetName(firstSeenAt, timeZone) });
}

function silentTower({ language, towerName }: DecisionContext, incident: Incident): string {
	if (!incident.takenFrom?.alarmed) return "";
	return words(language, "message.towerSilent", { tower: incident.towerName ?? towerName });
}

function workedOn({ language }: DecisionContext, { maintenance }: Incident): string {
	return maintenance ? words(language, "message.workedOn", { by: maintenance.by }) : "";
}

function lateness({ language, timeZone }: DecisionContext, incident: Incident, at: number): string {
	if (incident.state !== "detected" || incident.openedAt - incident.decisiveAt < LATE_MS) return "";
	const dayAndTime = (ms: number) => localTime(ms, timeZone).slice(5, 16).replace("T", " ");
	return words(language, "message.late", { seen: dayAndTime(incident.decisiveAt), received: dayAndTime(at) });
}
