import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import { distanceM } from "../../geo/position.ts";
import { CAP_NAMESPACE } from "./alert.ts";

/** What a message is to a fire-watch: a fire, its end, a warning of danger, or nothing of fires. */
export type CapKind = "fire" | "allClear" | "warning" | "other";
export interface CapPlace {
	lat: number;
	lon: number;
	/** Radius that holds the area, metres. */
	errorM: number;
}

/** A CAP message that came in, as far as a fire-watch needs it. It is known by sender *and* identifier. */
export interface CapIn {
	identifier: string;
	sender: string;
	sent: number;
	status: string;
	msgType: string;
	/** Messages that it updates, cancels or answers. */
	references: { sender: string; identifier: string }[];
	kind: CapKind;
	headline: string;
	/** The middle of each polygon and circle of each area of what is of that kind. */
	places: CapPlace[];
	/** Codes of areas, where nothing is drawn. */
	geocodes: string[];
	/** From when on and until when it holds, ms since 1970. */
	effective?: number;
	expires?: number;
}

export type CapReading = { ok: true; alert: CapIn } | { ok: false; faults: Phrase[] };

const MOST_BYTES = 256 * 1024;
const STATUS = ["Actual", "Exercise", "System", "Test", "Draft"];
const MSG_TYPE = ["Alert", "Update", "Cancel", "Ack", "Error"];
const SCOPE = ["Public", "Restricted", "Private"];
const CATEGORY = [
	"Geo",
	"Met",
	"Safety",
	"Security",
	"Rescue",
	"Fire",
	"Health",
	"Env",
	"Transport",
	"Infra",
	"CBRNE",
	"Other",
];
const URGENCY = ["Immediate", "Expected", "Future", "Past", "Unknown"];
const SEVERITY = ["Extreme", "Severe", "Moderate", "Minor", "Unknown"];
const CERTAINTY = ["Observed", "Likely", "Possible", "Unlikely", "Unknown"];
const RESPONSE = ["Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"];
/** Half of the way round the Earth, km: no circle is wider. */
const HALF_ROUND_KM = 20_040;
/** No `Z`, no fraction, always a zone. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$/;
const NO_SEPARATORS = /[\s,<&]/;

type Node = Record<string, unknown>;
const LISTS = [
	"info",
	"category",
	"responseType",
	"eventCode",
	"parameter",
	"resource",
	"area",
	"polygon",
	"circle",
	"geocode",
	"code",
];

/**
 * Reads a CAP 1.2 message from anybody. A document type, entities and anything that would fetch are refused before
 * parsing: nothing in a message from outside may open a file or a connection here. Checks what the schema cannot
 * say as well: references of updates, restrictions, closed polygons, times.
 */
export function readCap(xml: string): CapReading {
	if (xml.length > MOST_BYTES) return failed(phrase("cap.fault.tooLarge", { most: MOST_BYTES }));
	if (/<!DOCTYPE|<!ENTITY|<!ELEMENT|<!ATTLIST/i.test(xml)) return failed(phrase("cap.fault.declaration"));
	const valid = XMLValidator.validate(xml);
	if (valid !== true) return failed(phrase("cap.fault.xml", { line: valid.err.line, why: valid.err.msg }));
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
		return failed(phrase("cap.fault.unreadable", { why: (error as Error).message }));
	}
	const alert = root["alert"];
	if (typeof alert !== "object" || alert === null) return failed(phrase("cap.fault.noAlert"));
	// 1.1 differs in nothing that is read here
	if (!/urn:oasis:names:tc:emergency:cap:1\.[12]["']/.test(xml))
		return failed(phrase("cap.fault.namespace", { namespace: CAP_NAMESPACE }));
	const faults = faultsOf(alert as Node);
	return faults.length > 0 ? { ok: false, faults } : { ok: true, alert: alertOf(alert as Node) };
}

/** The headline of a message; undefined where it has none or cannot be read. */
export function headlineOf(xml: string): string | undefined {
	const reading = readCap(xml);
	return reading.ok && reading.alert.headline !== "" ? reading.alert.headline : undefined;
}

const failed = (fault: Phrase): CapReading => ({ ok: false, faults: [fault] });
const text = (n: Node, key: string) => (typeof n[key] === "string" ? (n[key] as string) : "");
const nodes = (n: Node, key: string) =>
	Array.isArray(n[key]) ? (n[key] as unknown[]).filter((x): x is Node => typeof x === "object" && x !== null) : [];
/** An element without anything in it is as good as none. */
const isFilled = (value: string) => value.trim() !== "";
const texts = (n: Node, key: string) => (Array.isArray(n[key]) ? (n[key] as unknown[]).map(String) : []);

/** What is wrong with a message; nothing of it is an empty list. */
function faultsOf(a: Node): Phrase[] {
	const faults = [
		...["identifier", "sender"].flatMap((at) => nameFault(at, text(a, at))),
		...timeFault(a, { key: "sent", isNeeded: true }),
		...choiceFault(a, { key: "status" }, STATUS),
		...choiceFault(a, { key: "msgType" }, MSG_TYPE),
		...choiceFault(a, { key: "scope" }, SCOPE),
		...scopeFaults(a),
		...referenceFaults(a),
	];
	const infos = nodes(a, "info").flatMap((info, i) => infoFaults(info, `info[${i}] `));
	return [...faults, ...infos];
}

const missing = (at: string) => phrase("cap.fault.missing", { at });

function nameFault(at: string, name: string): Phrase[] {
	if (name === "") return [missing(at)];
	return NO_SEPARATORS.test(name) ? [phrase("cap.fault.separators", { at })] : [];
}

function choiceFault(n: Node, { key, within = "" }: Place, allowed: string[]): Phrase[] {
	return noChoice(`${within}${key}`, [text(n, key)], allowed);
}

function noChoice(at: string, values: string[], allowed: string[]): Phrase[] {
	const wrong = values.filter((value) => !allowed.includes(value));
	return wrong.map((value) => phrase("cap.fault.choice", { at, value, allowed: allowed.join(", ") }));
}

function timeFault(n: Node, { key, within = "", isNeeded = false }: Place & { isNeeded?: boolean }): Phrase[] {
	const value = text(n, key);
	const isFine = isTime(value) || (value === "" && !isNeeded);
	return isFine ? [] : [phrase("cap.fault.time", { at: `${within}${key}`, value })];
}

/** An element, and in which other one it stands. */
interface Place {
	key: string;
	within?: string;
}

function scopeFaults(a: Node): Phrase[] {
	const scope = text(a, "scope");
	const faults: Phrase[] = [];
	if (scope === "Private" && text(a, "addresses") === "")
		faults.push(phrase("cap.fault.missingFor", { at: "addresses", element: "scope", value: scope }));
	if (scope !== "Restricted" && text(a, "restriction") !== "")
		faults.push(phrase("cap.fault.onlyRestricted", { at: "restriction" }));
	return faults;
}

function referenceFaults(a: Node): Phrase[] {
	const [references, type] = [text(a, "references"), text(a, "msgType")];
	const at = "references";
	if (references === "") {
		const isNeeded = ["Update", "Cancel", "Ack", "Error"].includes(type);
		return isNeeded ? [phrase("cap.fault.missingFor", { at, element: "msgType", value: type })] : [];
	}
	const faults: Phrase[] = [];
	const areTriples = references.split(/\s+/).every((r) => /^[^\s,]+,[^\s,]+,[^\s,]+$/.test(r));
	if (!areTriples) faults.push(phrase("cap.fault.triples", { at }));
	if (references.includes(`${text(a, "sender")},${text(a, "identifier")},`))
		faults.push(phrase("cap.fault.itself", { at }));
	return faults;
}

function infoFaults(info: Node, within: string): Phrase[] {
	const categories = texts(info, "category");
	const responses = texts(info, "responseType").filter(isFilled);
	const [effective, expires] = [text(info, "effective"), text(info, "expires")];
	return [
		...(categories.length === 0 ? [missing(`${within}category`)] : []),
		...noChoice(`${within}category`, categories, CATEGORY),
		...noChoice(`${within}responseType`, responses, RESPONSE),
		...(text(info, "event") === "" ? [missing(`${within}event`)] : []),
		...choiceFault(info, { key: "urgency", within }, URGENCY),
		...choiceFault(info, { key: "severity", within }, SEVERITY),
		...choiceFault(info, { key: "certainty", within }, CERTAINTY),
		...["effective", "onset", "expires"].flatMap((key) => timeFault(info, { key, within })),
		// where either is missing or no time, it is before nothing
		...(Date.parse(expires) < Date.parse(effective) ? [phrase("cap.fault.order", { at: `${within}expires` })] : []),
		...nodes(info, "area").flatMap((area, i) => areaFaults(area, `${within}area[${i}] `)),
	];
}

function areaFaults(area: Node, within: string): Phrase[] {
	const polygons = texts(area, "polygon").filter(isFilled);
	const circles = texts(area, "circle").filter(isFilled);
	return [
		...(text(area, "areaDesc") === "" ? [missing(`${within}areaDesc`)] : []),
		...polygons
			.filter((p) => !isClosed(pointsOf(p)))
			.map(() => phrase("cap.fault.polygon", { at: `${within}polygon` })),
		...circles.filter((c) => !isCircle(c)).map(() => phrase("cap.fault.circle", { at: `${within}circle` })),
	];
}

function isClosed(points: [number, number][]): boolean {
	const [first, last] = [points[0], points.at(-1)];
	return points.length >= 4 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
}

function isCircle(circle: string): boolean {
	const [centre = "", radius] = circle.split(/\s+/);
	const km = Number(radius);
	return pointsOf(centre).length === 1 && km >= 0 && km <= HALF_ROUND_KM;
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

/** Words of those who warn of danger, and not of a fire: 森林火险 is not 林火. */
const WARNS = /火险|火灾风险|防火预警|fire[ -](?:weather|danger|risk)|red flag/i;

function kindOf(info: Node): CapKind {
	if (!texts(info, "category").includes("Fire")) return "other";
	if (texts(info, "responseType").includes("AllClear")) return "allClear";
	const words = `${text(info, "event")} ${text(info, "headline")}`;
	if (WARNS.test(words) || text(info, "urgency") === "Future") return "warning";
	if (text(info, "certainty") === "Unlikely") return "warning";
	return text(info, "urgency") === "Past" ? "allClear" : "fire";
}

function alertOf(a: Node): CapIn {
	const infos = nodes(a, "info");
	const kinds = infos.map(kindOf);
	// several languages say the same; of what differs the most urgent counts
	const kind = (["fire", "allClear", "warning"] as const).find((k) => kinds.includes(k)) ?? "other";
	const own = infos.filter((_, i) => kinds[i] === kind);
	const areas = own.flatMap((info) => nodes(info, "area"));
	const times = (key: string) => own.map((info) => Date.parse(text(info, key))).filter((t) => !Number.isNaN(t));
	const [from, until] = [[...times("effective"), ...times("onset")], times("expires")];
	const first = own[0] ?? infos[0] ?? {};
	const isOpenEnded = until.length < own.length;
	return {
		identifier: text(a, "identifier"),
		sender: text(a, "sender"),
		sent: Date.parse(text(a, "sent")),
		status: text(a, "status"),
		msgType: text(a, "msgType"),
		references: text(a, "references")
			.split(/\s+/)
			.flatMap((r) => {
				const [sender = "", identifier = ""] = r.split(",");
				return identifier === "" ? [] : [{ sender, identifier }];
			}),
		kind,
		headline: (text(first, "headline") || text(first, "event") || text(a, "note")).slice(0, 200),
		places: onceEach(areas.flatMap(placesOf)),
		geocodes: [...new Set(areas.flatMap((area) => nodes(area, "geocode").map((g) => text(g, "value"))))]
			.filter(isFilled)
			.slice(0, 50),
		...(from.length > 0 ? { effective: Math.min(...from) } : {}),
		...(until.length > 0 && !isOpenEnded ? { expires: Math.max(...until) } : {}),
	};
}

/** More places than a message of one fire has. */
const MOST_PLACES = 20;

function onceEach(places: CapPlace[]): CapPlace[] {
	return [...new Map(places.map((p) => [`${p.lat.toFixed(5)} ${p.lon.toFixed(5)}`, p])).values()].slice(0, MOST_PLACES);
}

/** The middle of each circle and polygon of an area, with the radius that holds it. */
function placesOf(area: Node): CapPlace[] {
	const circles = texts(area, "circle").flatMap((circle): CapPlace[] => {
		const [centre, radius] = circle.split(/\s+/);
		const [point] = pointsOf(centre ?? "");
		return point ? [{ lat: point[0], lon: point[1], errorM: Math.max(100, Number(radius) * 1000) }] : [];
	});
	const polygons = texts(area, "polygon").flatMap((polygon): CapPlace[] => {
		const points = pointsOf(polygon).slice(1);
		if (points.length === 0) return [];
		const lat = points.reduce((s, p) => s + p[0], 0) / points.length;
		const lon = points.reduce((s, p) => s + p[1], 0) / points.length;
		const farthest = Math.max(...points.map(([y, x]) => distanceM({ lat, lon }, { lat: y, lon: x })));
		return [{ lat, lon, errorM: Math.max(100, Math.round(farthest)) }];
	});
	return [...circles, ...polygons];
}

/** As CAP writes a time, and one that there is. */
function isTime(value: string): boolean {
	return TIME.test(value) && !Number.isNaN(Date.parse(value));
}
