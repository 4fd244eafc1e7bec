import { XMLParser, XMLValidator } from "fast-xml-parser";
import { CAP_NAMESPACE } from "./alert.ts";

/** A CAP message that came in, as far as a fire-watch needs it. */
export interface CapIn {
	identifier: string;
	sender: string;
	sent: number;
	status: string;
	msgType: string;
	references: string;
	isFire: boolean;
	headline: string;
	/** The middle of its first area, and the radius that holds it, metres. */
	place?: { lat: number; lon: number; errorM: number };
	expires?: number;
}

export type CapReading = { ok: true; alert: CapIn } | { ok: false; faults: string[] };

const MOST_BYTES = 256 * 1024;
const STATUS = ["Actual", "Exercise", "System", "Test", "Draft"];
const MSG_TYPE = ["Alert", "Update", "Cancel", "Ack", "Error"];
const SCOPE = ["Public", "Restricted", "Private"];
const CATEGORY = ["Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"];
const URGENCY = ["Immediate", "Expected", "Future", "Past", "Unknown"];
const SEVERITY = ["Extreme", "Severe", "Moderate", "Minor", "Unknown"];
const CERTAINTY = ["Observed", "Likely", "Possible", "Unlikely", "Unknown"];
const RESPONSE = ["Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"];
/** No `Z`, no fraction, always a zone. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$/;
const NO_SEPARATORS = /[\s,<&]/;

type Node = Record<string, unknown>;
const LISTS = ["info", "category", "responseType", "eventCode", "parameter", "resource", "area", "polygon", "circle", "geocode", "code"];

/**
 * Reads a CAP 1.2 message from anybody. A document type, entities and anything that would fetch are refused before
 * parsing: nothing in a message from outside may open a file or a connection here. Checks what the schema cannot
 * say as well: references of updates, restrictions, closed polygons, times.
 */
export function readCap(xml: string): CapReading {
	if (xml.length > MOST_BYTES) return failed(`larger than ${MOST_BYTES} characters`);
	if (/<!DOCTYPE|<!ENTITY|<!ELEMENT|<!ATTLIST/i.test(xml)) return failed("a document type or entity declaration is refused");
	const valid = XMLValidator.validate(xml);
	if (valid !== true) return failed(`line ${valid.err.line}: ${valid.err.msg}`);
	let root: Node;
	try {
		const parser = new XMLParser({
			ignoreAttributes: true,
			removeNSPrefix: true,
			parseTagValue: false,
			trimValues: true,
			ignorePiTags: true,
			isArray: (name) => LISTS.includes(name),
		});
		root = parser.parse(xml) as Node;
	} catch (error) {
		return failed((error as Error).message);
	}
	const alert = root["alert"];
	if (typeof alert !== "object" || alert === null) return failed("the root element is not alert");
	// 1.1 differs in nothing that is read here
	if (!/urn:oasis:names:tc:emergency:cap:1\.[12]["']/.test(xml)) return failed(`the namespace is not ${CAP_NAMESPACE}`);
	const faults = faultsOf(alert as Node);
	return faults.length > 0 ? { ok: false, faults } : { ok: true, alert: alertOf(alert as Node) };
}

const failed = (fault: string): CapReading => ({ ok: false, faults: [fault] });
const text = (n: Node, key: string) => (typeof n[key] === "string" ? (n[key] as string) : "");
const nodes = (n: Node, key: string) =>
	Array.isArray(n[key]) ? (n[key] as unknown[]).filter((x): x is Node => typeof x === "object" && x !== null) : [];
const texts = (n: Node, key: string) => (Array.isArray(n[key]) ? (n[key] as unknown[]).map(String) : []);

function faultsOf(a: Node): string[] {
	const faults: string[] = [];
	const oneOf = (n: Node, key: string, allowed: string[]) => {
		if (!allowed.includes(text(n, key))) faults.push(`${key}: "${text(n, key)}" is not one of ${allowed.join(", ")}`);
	};
	for (const key of ["identifier", "sender"]) {
		if (text(a, key) === "") faults.push(`${key}: missing`);
		else if (NO_SEPARATORS.test(text(a, key))) faults.push(`${key}: blanks, commas, "<" and "&" are not allowed`);
	}
	if (!TIME.test(text(a, "sent"))) faults.push(`sent: "${text(a, "sent")}" is not like 2026-04-05T14:03:21+08:00`);
	oneOf(a, "status", STATUS);
	oneOf(a, "msgType", MSG_TYPE);
	oneOf(a, "scope", SCOPE);
	if (text(a, "scope") === "Private" && text(a, "addresses") === "") faults.push("addresses: missing, and the scope is Private");
	if (text(a, "scope") !== "Restricted" && text(a, "restriction") !== "") faults.push("restriction: only where the scope is Restricted");
	const needsReferences = ["Update", "Cancel", "Ack", "Error"].includes(text(a, "msgType"));
	if (needsReferences && text(a, "references") === "") faults.push(`references: missing, and the message type is ${text(a, "msgType")}`);
	if (
		"references" in a &&
		!text(a, "references")
			.split(/\s+/)
			.every((r) => /^[^\s,]+,[^\s,]+,[^\s,]+$/.test(r))
	)
		faults.push("references: not sender,identifier,sent with blanks between");
	if (text(a, "references").includes(`,${text(a, "identifier")},`)) faults.push("references: the message itself");
	for (const [i, info] of nodes(a, "info").entries()) infoFaults(info, `info[${i}] `, faults);
	return faults;
}

function infoFaults(info: Node, at: string, faults: string[]): void {
	const categories = texts(info, "category");
	if (categories.length === 0) faults.push(`${at}category: missing`);
	for (const c of categories) if (!CATEGORY.includes(c)) faults.push(`${at}category: "${c}" is none`);
	for (const r of texts(info, "responseType")) if (!RESPONSE.includes(r)) faults.push(`${at}responseType: "${r}" is none`);
	if (text(info, "event") === "") faults.push(`${at}event: missing`);
	for (const [key, allowed] of [
		["urgency", URGENCY],
		["severity", SEVERITY],
		["certainty", CERTAINTY],
	] as const) {
		if (!allowed.includes(text(info, key))) faults.push(`${at}${key}: "${text(info, key)}" is not one of ${allowed.join(", ")}`);
	}
	for (const key of ["effective", "onset", "expires"])
		if (key in info && !TIME.test(text(info, key))) faults.push(`${at}${key}: "${text(info, key)}" is not like 2026-04-05T14:03:21+08:00`);
	if ("effective" in info && "expires" in info && Date.parse(text(info, "expires")) < Date.parse(text(info, "effective")))
		faults.push(`${at}expires: before effective`);
	nodes(info, "area").forEach((area, i) => {
		if (text(area, "areaDesc") === "") faults.push(`${at}area[${i}] areaDesc: missing`);
		for (const p of texts(area, "polygon")) {
			const points = pointsOf(p);
			const [first, last] = [points[0], points.at(-1)];
			if (points.length < 4 || first?.[0] !== last?.[0] || first?.[1] !== last?.[1])
				faults.push(`${at}area[${i}] polygon: fewer than four points, or not closed`);
		}
		for (const c of texts(area, "circle")) {
			const [centre, radius] = c.split(/\s+/);
			if (pointsOf(centre ?? "").length !== 1 || !(Number(radius) >= 0)) faults.push(`${at}area[${i}] circle: not "lat,lon radius"`);
		}
	});
}

/** [lat, lon] pairs; empty where one of them is none. */
function pointsOf(list: string): [number, number][] {
	const points = list
		.trim()
		.split(/\s+/)
		.map((pair): [number, number] => {
			const [lat, lon, ...rest] = pair.split(",").map(Number);
			return rest.length === 0 && lat !== undefined && lon !== undefined ? [lat, lon] : [Number.NaN, Number.NaN];
		});
	return points.every(([lat, lon]) => Math.abs(lat) <= 90 && Math.abs(lon) <= 180) ? points : [];
}

function alertOf(a: Node): CapIn {
	const info = nodes(a, "info")[0] ?? {};
	const expires = Date.parse(text(info, "expires"));
	const place = placeOf(nodes(info, "area")[0] ?? {});
	return {
		identifier: text(a, "identifier"),
		sender: text(a, "sender"),
		sent: Date.parse(text(a, "sent")),
		status: text(a, "status"),
		msgType: text(a, "msgType"),
		references: text(a, "references"),
		isFire: texts(info, "category").includes("Fire"),
		headline: (text(info, "headline") || text(info, "event")).slice(0, 200),
		...(place ? { place } : {}),
		...(Number.isNaN(expires) ? {} : { expires }),
	};
}

function placeOf(area: Node): CapIn["place"] {
	const [circle] = texts(area, "circle");
	if (circle) {
		const [centre, radius] = circle.split(/\s+/);
		const [point] = pointsOf(centre ?? "");
		if (point) return { lat: point[0], lon: point[1], errorM: Math.max(100, Number(radius) * 1000) };
	}
	const [polygon] = texts(area, "polygon");
	const points = polygon ? pointsOf(polygon).slice(1) : [];
	if (points.length === 0) return undefined;
	const lat = points.reduce((s, p) => s + p[0], 0) / points.length;
	const lon = points.reduce((s, p) => s + p[1], 0) / points.length;
	const farthest = Math.max(...points.map((p) => Math.hypot((p[0] - lat) * 111_195, (p[1] - lon) * 111_195 * Math.cos((lat * Math.PI) / 180))));
	return { lat, lon, errorM: Math.max(100, Math.round(farthest)) };
}
