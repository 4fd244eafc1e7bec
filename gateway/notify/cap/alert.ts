import { XMLBuilder } from "fast-xml-parser";
import { DEFAULT_TIME_ZONE, localTimeWithOffset } from "../../base/time-zone.ts";

/** A CAP 1.2 message (OASIS, 2010) as far as fires need it, and its XML. Times are ms since 1970. */

export interface CapInfo {
	language: string;
	category: string[];
	event: string;
	responseType: string[];
	urgency: "Immediate" | "Expected" | "Future" | "Past" | "Unknown";
	severity: "Extreme" | "Severe" | "Moderate" | "Minor" | "Unknown";
	certainty: "Observed" | "Likely" | "Possible" | "Unlikely" | "Unknown";
	eventCode: [string, string][];
	effective?: number;
	onset?: number;
	expires?: number;
	senderName?: string;
	headline?: string;
	description?: string;
	instruction?: string;
	web?: string;
	contact?: string;
	parameter: [string, string][];
	area: CapArea[];
}

export interface CapArea {
	areaDesc: string;
	/** [lat, lon] pairs, first equal to last. */
	polygon: [number, number][][];
	circle: { lat: number; lon: number; radiusKm: number }[];
	geocode: [string, string][];
}

export interface CapAlert {
	identifier: string;
	sender: string;
	sent: number;
	status: "Actual" | "Exercise" | "System" | "Test" | "Draft";
	msgType: "Alert" | "Update" | "Cancel" | "Ack" | "Error";
	source?: string;
	scope: "Public" | "Restricted" | "Private";
	restriction?: string;
	addresses?: string;
	note?: string;
	/** Earlier messages that this one replaces. */
	references: { sender: string; identifier: string; sent: number }[];
	incidents?: string;
	info: CapInfo[];
}

export const CAP_NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2";

/** How a message is written: `timeZone` of its times. */
export interface CapStyle {
	timeZone: string;
}

/** Elements in the order of the schema, which is a sequence; what has no value is left out. */
const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: "@", format: true, indentBy: "" });

/** `2026-04-05T14:03:21+08:00`: the schema's pattern forbids a `Z` and fractions of a second. */
export function capTime(ms: number, timeZone: string): string {
	return localTimeWithOffset(ms, timeZone);
}

/** An XML document of one element. Text is escaped, and control characters that XML 1.0 forbids are left out. */
export function writeXml(name: string, content: Record<string, unknown>): string {
	return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [name]: cleaned(content) })}`;
}

function cleaned(value: unknown): unknown {
	if (typeof value === "string") return [...value].filter((c) => c >= " " || c === "\n" || c === "\t").join("");
	if (Array.isArray(value)) return value.map(cleaned);
	if (typeof value !== "object" || value === null) return value;
	const filled = Object.entries(value).filter(([, v]) => v !== undefined && v !== "");
	return Object.fromEntries(filled.map(([key, v]) => [key, cleaned(v)]));
}

/** The message as XML. */
export function writeCap(a: CapAlert, { timeZone }: CapStyle = { timeZone: DEFAULT_TIME_ZONE }): string {
	return writeXml("alert", {
		"@xmlns": CAP_NAMESPACE,
		identifier: a.identifier,
		sender: a.sender,
		sent: capTime(a.sent, timeZone),
		status: a.status,
		msgType: a.msgType,
		source: a.source,
		scope: a.scope,
		restriction: a.restriction,
		addresses: a.addresses,
		note: a.note,
		references: a.references.map((r) => `${r.sender},${r.identifier},${capTime(r.sent, timeZone)}`).join(" "),
		incidents: a.incidents,
		info: a.info.map((info) => infoElement(info, timeZone)),
	});
}

function infoElement(i: CapInfo, timeZone: string): Record<string, unknown> {
	const time = (ms: number | undefined) => (ms === undefined ? undefined : capTime(ms, timeZone));
	return {
		language: i.language,
		category: i.category,
		event: i.event,
		responseType: i.responseType,
		urgency: i.urgency,
		severity: i.severity,
		certainty: i.certainty,
		eventCode: i.eventCode.map(namedValue),
		effective: time(i.effective),
		onset: time(i.onset),
		expires: time(i.expires),
		senderName: i.senderName,
		headline: i.headline,
		description: i.description,
		instruction: i.instruction,
		web: i.web,
		contact: i.contact,
		parameter: i.parameter.map(namedValue),
		area: i.area.map(areaElement),
	};
}

function areaElement(a: CapArea): Record<string, unknown> {
	return {
		areaDesc: a.areaDesc,
		polygon: a.polygon.map((p) => p.map(([lat, lon]) => `${lat.toFixed(5)},${lon.toFixed(5)}`).join(" ")),
		circle: a.circle.map((c) => `${c.lat.toFixed(5)},${c.lon.toFixed(5)} ${c.radiusKm.toFixed(3)}`),
		geocode: a.geocode.map(namedValue),
	};
}

function namedValue([valueName, value]: [string, string]): Record<string, string> {
	return { valueName, value };
}
