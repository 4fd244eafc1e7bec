import { XMLParser, XMLValidator } from "fast-xml-parser";
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

export type CapReading = { ok: true; alert: CapIn } | { ok: false; faults: string[] };

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
	if (xml.length > MOST_BYTES) return failed(`larger than ${MOST_BYTES} characters`);
	if (/<!DOCTYPE|<!ENTITY|<!ELEMENT|<!ATTLIST/i.test(xml))
		return failed("a document type or entity declaration is refused");
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

/** The headline of a message; undefined where it has none or cannot be read. */
export function headlineOf(xml: string): string | undefined {
	const reading = readCap(xml);
	return reading.ok && reading.alert.headline !== "" ? reading.alert.headline : undefined;
}

const failed = (fault: string): CapReading => ({ ok: false, faults: [fault] });
const text = (n: Node, key: string) => (typeof n[key] === "string" ? (n[key] as string) : "");
const nodes = (n: Node, key: string) =>
	Array.isArray(n[key]) ? (n[key] as unknown[]).filter((x): x is Node => typeof x === "object" && x !== null) : [];
/** An element without anything in it is as good as none. */
const isFilled = (value: string) => value.trim() !== "";
const texts = (n: Node, key: string) => (Array.isArray(n[key]) ? (n[key] as unknown[]).map(String) : []);

/** What is wrong with a message; nothing of it is an empty list. */
function faultsOf(a: Node): string[] {
	const faults = [
		...["identifier", "sender"].flatMap((key) => nameFault(key, text(a, key))),
		...timeFault(a, "sent", { isNeeded: true }),
		...choiceFault(a, "status", STATUS),
		...choiceFault(a, "msgType", MSG_TYPE),
		...choiceFault(a, "scope", SCOPE),
		...scopeFaults(a),
		...referenceFaults(a),
	];
	const infos = nodes(a, "info").flatMap((info, i) => infoFaults(info).map((fault) => `info[${i}] ${fault}`));
	return [...faults, ...infos];
}

function nameFault(key: string, name: string): string[] {
	if (name === "") return [`${key}: missing`];
	return NO_SEPARATORS.test(name) ? [`${key}: blanks, commas, "<" and "&" are not allowed`] : [];
}

function choiceFault(n: Node, key: string, allowed: string[]): string[] {
	const value = text(n, key);
	return allowed.includes(value) ? [] : [`${key}: "${value}" is not one of ${allowed.join(", ")}`];
}

function timeFault(n: Node, key: string, { isNeeded = false } = {}): string[] {
	const value = text(n, key);
	const isFine = isTime(value) || (value === "" && !isNeeded);
	return isFine ? [] : [`${key}: "${value}" is not like 2026-04-05T14:03:21+08:00`];
}

function scopeFaults(a: Node): string[] {
	const scope = text(a, "scope");
	const faults: string[] = [];
	if (scope === "Private" && text(a, "addresses") === "") faults.push("addresses: missing, and the scope is Private");
	if (scope !== "Restricted" && text(a, "restriction") !== "")
		faults.push("restriction: only where the scope is Restricted");
	return faults;
}

function referenceFaults(a: Node): string[] {
	const [references, type] = [text(a, "references"), text(a, "msgType")];
	if (references === "") {
		const isNeeded = ["Update", "Cancel", "Ack", "Error"].includes(type);
		return isNeeded ? [`references: missing, and the message type is ${type}`] : [];
	}
	const faults: string[] = [];
	const areTriples = references.split(/\s+/).every((r) => /^[^\s,]+,[^\s,]+,[^\s,]+$/.test(r));
	if (!areTriples) faults.push("references: not sender,identifier,sent with blanks between");
	if (references.includes(`${text(a, "sender")},${text(a, "identifier")},`))
		faults.push("references: the message itself");
	return faults;
}

function infoFaults(info: Node): string[] {
	const categories = texts(info, "category");
	const responses = texts(info, "responseType").filter(isFilled);
	const [effective, expires] = [text(info, "effective"), text(info, "expires")];
	return [
		...(categories.length === 0 ? ["category: missing"] : []),
		...categories.filter((c) => !CATEGORY.includes(c)).map((c) => `category: "${c}" is none`),
		...responses.filter((r) => !RESPONSE.includes(r)).map((r) => `responseType: "${r}" is none`),
		...(text(info, "event") === "" ? ["event: missing"] : []),
		...choiceFault(info, "urgency", URGENCY),
		...choiceFault(info, "severity", SEVERITY),
		...choiceFault(info, "certainty", CERTAINTY),
		...["effective", "onset", "expires"].flatMap((key) => timeFault(info, key)),
		// where either is missing or no time, it is before nothing
		...(Date.parse(expires) < Date.parse(effective) ? ["expires: before effective"] : []),
		...nodes(info, "area").flatMap((area, i) => areaFaults(area).map((fault) => `area[${i}] ${fault}`)),
	];
}

function areaFaults(area: Node): string[] {
	const polygons = texts(area, "polygon").filter(isFilled);
	const circles = texts(area, "circle").filter(isFilled);
	return [
		...(text(area, "areaDesc") === "" ? ["areaDesc: missing"] : []),
		...polygons.filter((p) => !isClosed(pointsOf(p))).map(() => "polygon: fewer than four points, or not closed"),
		...circles.filter((c) => !isCircle(c)).map(() => 'circle: not "lat,lon radius"'),
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
