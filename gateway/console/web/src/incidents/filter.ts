import { defined } from "../../../../base/omit.ts";
import { KNOWN } from "../../../../model/incident-row.ts";
import { INCIDENT_STATES, type IncidentState } from "../../../../model/incident-states.ts";

/** What is asked of the list; it stands in the page's address, so that it can be sent to somebody. */
export interface Filter {
	/** Days as YYYY-MM-DD, by the tower's clock. */
	from?: string;
	to?: string;
	kind?: (typeof KINDS)[number];
	has?: (typeof KNOWN)[number];
	status?: "actual" | "exercise";
	states?: IncidentState[];
	area?: string;
	source?: string;
	person?: string;
	text?: string;
	slowerThanS?: number;
}

const TEXTS = ["from", "to", "area", "source", "person", "text"] as const;
export const KINDS = ["fire", "fault", "coverageLost", "sensorFault"] as const;
const STATUS = ["actual", "exercise"] as const;

/** Of an address what can be understood of it. */
export function filterIn(search: Record<string, unknown>): Filter {
	const texts = TEXTS.map((name) => [name, textIn(search[name])] as const);
	const states = String(search["states"] ?? "").split(",");
	const known = INCIDENT_STATES.filter((s) => states.includes(s));
	const slower = Number(search["slowerThanS"] ?? Number.NaN);
	return {
		...(defined(Object.fromEntries(texts)) as Filter),
		...defined({
			kind: KINDS.find((k) => k === search["kind"]),
			has: KNOWN.find((k) => k === search["has"]),
			status: STATUS.find((s) => s === search["status"]),
			states: known.length > 0 ? known : undefined,
			slowerThanS: Number.isInteger(slower) && slower >= 0 ? slower : undefined,
		}),
	};
}

function textIn(value: unknown): string | undefined {
	const text = typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
	return text === "" ? undefined : text;
}

/** As it stands in the page's address. */
export function searchOf(filter: Filter): Record<string, string | number> {
	const { states, ...rest } = filter;
	return defined({ ...rest, states: states?.join(",") }) as Record<string, string | number>;
}

/** As the gateway is asked; a day begins and ends by the tower's clock. */
export function queryOf(filter: Filter, timeZone: string | undefined): URLSearchParams {
	const { from, to, ...rest } = filter;
	const query = new URLSearchParams();
	const add = (name: string, value: string | number | undefined) =>
		value !== undefined && query.set(name, String(value));
	add("from", from && startOf(from, timeZone));
	add("to", to && startOf(to, timeZone, 1));
	for (const [name, value] of Object.entries(searchOf(rest))) add(name, value);
	return query;
}

/** When a day begins in a time zone, ms since 1970; `later` days after it. Undefined for what is no day. */
export function startOf(day: string, timeZone: string | undefined, later = 0): number | undefined {
	const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
	if (!match) return undefined;
	const [year, month, date] = match.slice(1).map(Number) as [number, number, number];
	const utc = Date.UTC(year, month - 1, date + later);
	// what the zone's clock shows at that moment of Greenwich is as far off as the zone is
	return utc - offsetAt(utc - offsetAt(utc, timeZone), timeZone);
}

function offsetAt(at: number, timeZone: string | undefined): number {
	const parts = new Intl.DateTimeFormat("en-US", {
		timeZone,
		hourCycle: "h23",
		year: "numeric",
		month: "numeric",
		day: "numeric",
		hour: "numeric",
		minute: "numeric",
		second: "numeric",
	}).formatToParts(at);
	const of = (type: string) => Number(parts.find((p) => p.type === type)?.value ?? 0);
	return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) - at;
}
