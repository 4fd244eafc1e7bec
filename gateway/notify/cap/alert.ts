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

/** `2026-04-05T14:03:21+08:00`: the schema's pattern forbids a `Z` and fractions of a second. */
export function capTime(ms: number): string {
	return `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}

/** The message as XML; elements in the order of the schema, which is a sequence. */
export function writeCap(a: CapAlert): string {
	const references = a.references.map((r) => `${r.sender},${r.identifier},${capTime(r.sent)}`).join(" ");
	const lines = [
		tag("identifier", a.identifier),
		tag("sender", a.sender),
		tag("sent", capTime(a.sent)),
		tag("status", a.status),
		tag("msgType", a.msgType),
		tag("source", a.source),
		tag("scope", a.scope),
		tag("restriction", a.restriction),
		tag("addresses", a.addresses),
		tag("note", a.note),
		tag("references", references === "" ? undefined : references),
		tag("incidents", a.incidents),
		...a.info.map(infoXml),
	];
	return `<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="${CAP_NAMESPACE}">\n${lines.filter((l) => l !== "").join("\n")}\n</alert>\n`;
}

function infoXml(i: CapInfo): string {
	const time = (ms: number | undefined) => (ms === undefined ? undefined : capTime(ms));
	return nested("info", [
		tag("language", i.language),
		...i.category.map((c) => tag("category", c)),
		tag("event", i.event),
		...i.responseType.map((r) => tag("responseType", r)),
		tag("urgency", i.urgency),
		tag("severity", i.severity),
		tag("certainty", i.certainty),
		...i.eventCode.map((c) => pair("eventCode", c)),
		tag("effective", time(i.effective)),
		tag("onset", time(i.onset)),
		tag("expires", time(i.expires)),
		tag("senderName", i.senderName),
		tag("headline", i.headline),
		tag("description", i.description),
		tag("instruction", i.instruction),
		tag("web", i.web),
		tag("contact", i.contact),
		...i.parameter.map((p) => pair("parameter", p)),
		...i.area.map(areaXml),
	]);
}

function areaXml(a: CapArea): string {
	return nested("area", [
		tag("areaDesc", a.areaDesc),
		...a.polygon.map((p) => tag("polygon", p.map(([lat, lon]) => `${lat.toFixed(5)},${lon.toFixed(5)}`).join(" "))),
		...a.circle.map((c) => tag("circle", `${c.lat.toFixed(5)},${c.lon.toFixed(5)} ${c.radiusKm.toFixed(3)}`)),
		...a.geocode.map((g) => pair("geocode", g)),
	]);
}

const nested = (name: string, lines: string[]) => `<${name}>\n${lines.filter((l) => l !== "").join("\n")}\n</${name}>`;
const tag = (name: string, value: string | undefined) =>
	value === undefined || value === "" ? "" : `<${name}>${escapeXml(value)}</${name}>`;
const pair = (name: string, [key, value]: [string, string]) =>
	nested(name, [tag("valueName", key), tag("value", value)]);

/** Text as XML takes it; control characters that XML 1.0 forbids are left out. */
export function escapeXml(text: string): string {
	const plain = [...text].filter((c) => c >= " " || c === "\n" || c === "\t").join("");
	return plain.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
