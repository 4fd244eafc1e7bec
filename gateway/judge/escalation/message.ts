import { defined } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { joined, phrase } from "../../base/say.ts";
import { localTime, offsetName } from "../../base/time-zone.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { Message } from "../../model/delivery.ts";
import type { Instruction } from "../../model/escalation.ts";
import type { Evidence, Incident } from "../../model/incident.ts";

/** Told later than this after the decisive frame, a message says so: a tower that was cut off sends old news, ms. */
const LATE_MS = 10 * 60_000;

/** The end of it, for whoever was asked to do something: what it was, where, and whose word it is. */
export function allClearOf(context: DecisionContext, incident: Incident, by: Phrase, at: number): Message {
	const over = phrase("message.allClear");
	const state = phrase(`message.state.${incident.state}`);
	const time = localTime(at, context.timeZone).slice(11, 16);
	const who = by === "" ? "" : phrase("message.byAt", { who: [by], time });
	const exercise = exerciseMark(incident);
	return {
		title: joined("", [exercise, over]),
		body: joined("message.comma", [over, state, ...placeOf(context, incident), incident.cause, who]),
		short: joined("", [exercise, joined("message.comma", [over, state, incident.grids[0]?.name, who])]),
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
	const isFire = incident.kind === "fire";
	const isConfirmed = incident.confirmedAt !== undefined;
	const what = phrase(isFire && isConfirmed ? "message.confirmedFire" : `message.${incident.kind}`);
	// tasks belong to fires; a camera that sees nothing is a report to its people
	const asked = task && isFire ? phrase(`message.task.${task}`) : "";
	const [first] = incident.grids;
	const headline = first ? phrase("message.headline", { what: [what], grid: first.name }) : what;
	const exercise = exerciseMark(incident);
	const worked = incident.maintenance ? phrase("message.workedOnMark") : "";
	const short = joined("message.comma", [headline, bearingOf(context, incident), asked]);
	return {
		title: joined("", [exercise, what]),
		body: bodyOf(context, incident, at, asked),
		short: joined("", [exercise, worked, short]),
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

function bodyOf(context: DecisionContext, incident: Incident, at: number, asked: Phrase): Phrase {
	const { state, rekindled } = incident;
	return joined("message.comma", [
		asked,
		rekindled && state !== "out" ? phrase("message.flared") : "",
		state === "detected" ? "" : phrase(`message.state.${state}`),
		...placeOf(context, incident),
		surenessOf(incident),
		firstSeen(context, incident),
		lateness(context, incident, at),
		silentTower(context, incident),
		workedOn(incident),
		...(incident.hints ?? []),
	]);
}

function exerciseMark({ status }: Incident): Phrase {
	return status === "exercise" ? phrase("message.exercise") : "";
}

/** The surest picture; a weaker echo elsewhere in the frame must not take its place. */
function surestPicture({ evidence }: Incident): { picture?: string } {
	const sureness = ({ probability = 0 }: Evidence) => probability;
	const pictured = evidence.filter((e) => e.picture !== undefined);
	const [best] = pictured.sort((a, b) => sureness(b) - sureness(a));
	return defined({ picture: best?.picture });
}

function placeOf(context: DecisionContext, incident: Incident): Phrase[] {
	const { places, grids } = incident;
	if (!places) {
		const percent = (share: number) => (share > 0 && share < 0.995 ? ` ${Math.round(share * 100)}%` : "");
		const named = grids.slice(0, 2).map((g) => `${g.name}${percent(g.share)}`);
		return [joined("message.listed", named), bearingOf(context, incident)];
	}
	// many places at once: how many, and the grids that matter to whoever reads it
	const named = grids.slice(0, 3).map((g) => g.name);
	const listed = [joined("message.listed", named)];
	const count = places.length;
	const isAll = grids.length <= named.length;
	const { length: total } = grids;
	return [
		isAll
			? phrase("message.places", { count, grids: listed })
			: phrase("message.placesAndOthers", { count, grids: listed, total }),
	];
}

/** Bearing from the tower, and distance with its error where it is known. */
function bearingOf({ towerName }: DecisionContext, { place, towerName: tower = towerName }: Incident): Phrase {
	if (place.bearingDeg === undefined) return "";
	const km = (metres: number) => (metres / 1000).toFixed(1);
	const degrees = Math.round(place.bearingDeg) % 360;
	if (place.distanceM !== undefined) {
		const [distance, error] = [km(place.distanceM), km(place.errorM ?? 0)];
		return phrase("message.bearingDistance", { tower, degrees, distance, error });
	}
	// no one place, but the stretch of ground that explains what was seen
	const [from, to] = [place.intervals?.[0]?.[0], place.intervals?.at(-1)?.[1]];
	if (from === undefined || to === undefined) return phrase("message.bearing", { tower, degrees });
	return phrase("message.bearingBetween", { tower, degrees, from: km(from), to: km(to) });
}

/** Who sees the fire, and how sure; of a device that is blind or silent, why. */
function surenessOf({ kind, evidence, places }: Incident): Phrase {
	if (kind !== "fire") return evidence[0] ? phrase("message.reason", { what: evidence[0].what }) : "";
	const sourcesOf = (source: "camera" | "sensor" | "person") =>
		new Set(evidence.filter((e) => e.source === source).map((e) => e.sourceId)).size;
	const counts = { camera: sourcesOf("camera"), sensor: places?.length ?? sourcesOf("sensor") };
	const by = joined("message.and", [
		counts.camera > 0 ? phrase("message.cameras", { count: counts.camera }) : "",
		counts.sensor > 0 ? phrase("message.sensors", { count: counts.sensor }) : "",
		sourcesOf("person") > 0 ? phrase("message.caller") : "",
	]);
	const sure = Math.max(0, ...evidence.flatMap((e) => e.probability ?? []));
	return sure > 0 ? phrase("message.sure", { by: [by], percent: Math.round(sure * 100) }) : by;
}

function firstSeen({ timeZone }: DecisionContext, { firstSeenAt }: Incident): Phrase {
	const time = localTime(firstSeenAt, timeZone).slice(11);
	return phrase("message.firstSeen", { time, zone: offsetName(firstSeenAt, timeZone) });
}

function silentTower({ towerName }: DecisionContext, incident: Incident): Phrase {
	if (!incident.takenFrom?.alarmed) return "";
	return phrase("message.towerSilent", { tower: incident.towerName ?? towerName });
}

function workedOn({ maintenance }: Incident): Phrase {
	return maintenance ? phrase("message.workedOn", { by: maintenance.by }) : "";
}

function lateness({ timeZone }: DecisionContext, incident: Incident, at: number): Phrase {
	if (incident.state !== "detected" || incident.openedAt - incident.decisiveAt < LATE_MS) return "";
	const dayAndTime = (ms: number) => localTime(ms, timeZone).slice(5, 16).replace("T", " ");
	return phrase("message.late", { seen: dayAndTime(incident.decisiveAt), received: dayAndTime(at) });
}
