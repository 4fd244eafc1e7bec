import { type PhraseCode, words } from "../../base/say.ts";
import type { Incident } from "../../model/incident.ts";
import { isEnd, isNoFire } from "../../model/incident-states.ts";
import type { Grid } from "../../model/register.ts";
import type { CapAlert, CapArea, CapInfo } from "./alert.ts";

/** What the messages of one tower have in common. */
export interface CapOptions {
	towerId: string;
	towerName: string;
	/** `name@domain` of the sender. */
	sender: string;
	senderName: string;
	contact?: string;
	/** Whom a restricted message is meant for. */
	restriction: string;
	web?: string;
}

/** A message as it went out, as far as the next one must know. */
export interface CapSent {
	identifier: string;
	sender: string;
	sent: number;
	/** What it said, see `sayingOf`: another is due when this changes. */
	saying: string;
}

/** What the next message must know beside the incident. */
export interface CapMoment {
	/** Those of the register. */
	grids: Grid[];
	/** What was said of the fire before, by all incidents that are it, oldest first. */
	sent: CapSent[];
	/** ms since 1970 */
	now: number;
	/** Of the message. */
	uuid: string;
}

const LIFE_MS = 3_600_000;
/** The response system that reads it is spoken to in Chinese, whatever the tower's own language; `info` says so. */
const told = (code: PhraseCode, gaps?: Record<string, string | number>) => words("zh", code, gaps);
/** Renewed while the incident is open, before the last one expires. */
const RENEW_MS = 50 * 60_000;

const EVENT_CODES: Partial<Record<Incident["state"], string>> = {
	detected: "detected",
	verifying: "detected",
	confirmed: "verified",
	dispatched: "dispatched",
	onScene: "dispatched",
	controlled: "controlled",
	out: "out",
	closed: "out",
	false: "false",
	permitted: "permitted",
};

/** What a message of an incident says, in short: one is due when it changes, and none when it does not. */
export function sayingOf(incident: Incident): string {
	const towers = incident.linkedIncidents ? [incident.linkedIncidents.length + 1] : [];
	return [
		EVENT_CODES[incident.state],
		certaintyOf(incident),
		severityOf(incident),
		incident.grids.map((g) => g.code).join(" "),
		...towers,
	].join("|");
}

/**
 * The next CAP message of a fire, or undefined when the last one still says it all: Alert when it is first seen, Update
 * as it changes and before it expires, Cancel when a person calls it false or permitted.
 */
export function nextCap(o: CapOptions, incident: Incident, { sent, ...said }: CapMoment): CapAlert | undefined {
	const { now, uuid, grids } = said;
	// of one fire that several towers see, one incident speaks, and takes the place of what was said of the others
	if (incident.kind !== "fire" || incident.primaryId !== undefined) return undefined;
	const last = sent.at(-1);
	const saying = sayingOf(incident);
	const over = isOver(incident);
	if (last?.saying === saying && (over || now - last.sent < RENEW_MS)) return undefined;
	if (!last && over) return undefined; // nobody was told, and there is nothing to take back
	const before = last ? "Update" : "Alert";
	return {
		identifier: `urn:uuid:${uuid}`,
		sender: o.sender,
		sent: now,
		status: incident.status === "exercise" ? "Exercise" : "Actual",
		msgType: isNoFire(incident.state) ? "Cancel" : before,
		source: `${o.towerId}`,
		// what machines have seen goes to the response system; a public warning is the act of an authority
		scope: "Restricted",
		restriction: o.restriction,
		note: noteOf(incident),
		references: sent
			.filter((s) => now - s.sent < LIFE_MS || s === last)
			.map(({ sender, identifier, sent: at }) => ({ sender, identifier, sent: at })),
		incidents: [incident.id, ...(incident.linkedIncidents ?? []).map((w) => w.incidentId)].join(" "),
		info: [infoOf(o, incident, grids, now)],
	};
}

function isOver({ state }: Incident): boolean {
	return isEnd(state) || state === "out";
}

/** Whose word it is: a machine's until a person has confirmed or ended it. */
function noteOf({ state, cause, confirmedAt }: Incident): string {
	if (isNoFire(state)) return told("cap.note.over", { state: told(`message.state.${state}`), cause: cause ?? "none" });
	return told(confirmedAt === undefined ? "cap.note.unverified" : "cap.note.confirmed");
}

function infoOf(o: CapOptions, incident: Incident, grids: Grid[], now: number): CapInfo {
	const { state } = incident;
	const where = incident.grids[0]?.name ?? o.towerName;
	const sure = Math.max(0, ...incident.evidence.map((e) => e.probability ?? 0));
	const confirmed = incident.confirmedAt !== undefined;
	return {
		language: "zh-CN",
		category: ["Fire"],
		event: told("cap.event", { confirmed: String(confirmed) }),
		responseType: [responseOf(incident)],
		urgency: isOver(incident) ? "Past" : "Immediate",
		severity: severityOf(incident),
		certainty: certaintyOf(incident),
		eventCode: [["lookout.state", EVENT_CODES[state] ?? state]],
		effective: now,
		onset: incident.firstSeenAt,
		expires: now + LIFE_MS,
		senderName: o.senderName,
		headline: told("cap.headline", { where, confirmed: String(confirmed) }).slice(0, 139),
		description: descriptionOf(o, incident, sure),
		instruction: instructionOf(incident),
		web: o.web,
		contact: o.contact,
		parameter: parametersOf(o, incident, sure),
		area: areasOf(incident, grids),
	};
}

/** What machines that receive it may read: lengths in metres, angles in degrees from true north. */
function parametersOf(o: CapOptions, incident: Incident, sure: number): [string, string][] {
	const { place, state, grids, firstSeenAt } = incident;
	const { best } = place;
	const all: [string, string | undefined][] = [
		["bearingDeg", place.bearingDeg?.toFixed(1)],
		["distanceM", place.distanceM?.toFixed(0)],
		["locationMethod", place.method],
		["locationErrorM", place.errorM?.toFixed(0)],
		["point", best && `${best.lat.toFixed(5)},${best.lon.toFixed(5)}`],
		["confidence", sure > 0 ? sure.toFixed(2) : undefined],
		["towerId", o.towerId],
		["incidentState", state],
		["gridCode", grids[0]?.code],
		["seenAt", new Date(firstSeenAt).toISOString()],
	];
	return all.filter((p): p is [string, string] => p[1] !== undefined);
}

/** States in which somebody is on his way to a fire, or there. */
const AT_WORK: readonly Incident["state"][] = ["dispatched", "onScene"];

function responseOf(incident: Incident): CapInfo["responseType"][number] {
	const { state, confirmedAt } = incident;
	if (isOver(incident)) return "AllClear";
	if (state === "controlled") return "Monitor";
	return confirmedAt !== undefined || AT_WORK.includes(state) ? "Execute" : "Assess";
}

function instructionOf(incident: Incident): string {
	if (isOver(incident)) return told("cap.instruction.over");
	return told(incident.confirmedAt === undefined ? "cap.instruction.verify" : "cap.instruction.act");
}

function descriptionOf(o: CapOptions, { place, evidence, towerName = o.towerName }: Incident, sure: number): string {
	const parts = [
		place.bearingDeg !== undefined && told("cap.bearing", { tower: towerName, degrees: Math.round(place.bearingDeg) }),
		place.distanceM !== undefined && told("cap.distance", { km: (place.distanceM / 1000).toFixed(1) }),
		sure > 0 && told("cap.sure", { percent: Math.round(sure * 100) }),
		evidence.some((e) => e.source === "sensor") && told("cap.sensor"),
		evidence.some((e) => e.source === "person") && told("cap.caller"),
	];
	return told("cap.sentence", { text: parts.filter((p) => p !== false).join(told("message.comma")) });
}

/** The grids to be alerted, one area each: the area in which people should act, and not the fire's. */
function areasOf(incident: Incident, grids: Grid[]): CapArea[] {
	const areas = incident.grids.slice(0, 10).map((share): CapArea => {
		const grid = grids.find((g) => g.code === share.code);
		const rings = (grid?.polygons ?? []).flatMap((p) => (p[0] && p[0].length <= 500 ? [p[0]] : []));
		return {
			areaDesc: share.name,
			polygon: rings.map((ring) => ring.map(([lon, lat]): [number, number] => [lat, lon])),
			circle: [],
			geocode: [
				["GB/T 2260", share.code.slice(0, 6)],
				["gridCode", share.code],
			],
		};
	});
	if (areas.length > 0) return areas;
	const { best, errorM = 1000 } = incident.place;
	return [
		{
			areaDesc: told("cap.noGrid"),
			polygon: [],
			circle: best ? [{ ...best, radiusKm: Math.max(0.1, errorM / 1000) }] : [],
			geocode: [],
		},
	];
}

/** 一般 below 1 ha, 较大 to 100, 重大 to 1000, 特别重大 above (森林防火条例). */
function severityOf({ sizeHa, confirmedAt }: Incident): CapInfo["severity"] {
	if (sizeHa === undefined || confirmedAt === undefined) return "Unknown";
	return sizeHa < 1 ? "Minor" : sizeHa < 100 ? "Moderate" : sizeHa < 1000 ? "Severe" : "Extreme";
}

function certaintyOf(incident: Incident): CapInfo["certainty"] {
	if (isNoFire(incident.state)) return "Unlikely";
	if (incident.confirmedAt !== undefined) return "Observed";
	return incident.sources.length > 1 ? "Likely" : "Possible";
}
