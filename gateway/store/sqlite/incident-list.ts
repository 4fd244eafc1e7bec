import { defined } from "../../base/omit.ts";
import type { Incident } from "../../model/incident.ts";
import { type IncidentFilter, type IncidentRow, rowOf } from "../../model/incident-row.ts";
import type { IncidentList } from "../incident-list.ts";
import type { Database, Row, SqlValue, Statement } from "./database.ts";

/** Lists stand in a text with a space before and behind each entry: one of them is found by these. */
const listed = (all: readonly string[]) => (all.length === 0 ? "" : ` ${all.join(" ")} `);
const unlisted = (text: unknown) =>
	String(text)
		.split(" ")
		.filter((s) => s !== "");
/** Names of callers have spaces: in a list they are of another kind. */
const spaceless = (text: string) => text.replaceAll(" ", "\u00a0");
/** Text that stands for itself in LIKE. */
const literally = (text: string) => text.replace(/[\\%_]/g, (c) => `\\${c}`);

const COLUMNS = [
	"id",
	"opened_at",
	"kind",
	"status",
	"state",
	"grids",
	"place",
	"sources",
	"people",
	"cause",
	"size_ha",
	"confirmed_at",
	"answered_at",
	"on_scene_at",
	"closed_at",
	"lat",
	"lon",
	"error_m",
	"primary_id",
	"first_seen_at",
];
/** What was first is not made later by what comes after it. */
const FIRST = ["answered_at", "on_scene_at", "first_seen_at"];
const CHANGES = COLUMNS.slice(1).map((c) =>
	FIRST.includes(c) ? `${c}=coalesce(incident_row.${c}, excluded.${c})` : `${c}=excluded.${c}`,
);
const KEEP = `INSERT INTO incident_row (${COLUMNS.join(",")}) VALUES (${COLUMNS.map(() => "?").join(",")})
	ON CONFLICT(id) DO UPDATE SET ${CHANGES.join(",")}`;

/** Keeps the row of an incident, in the transaction that keeps the incident itself. */
export function keepingRow(incident: Incident): Statement {
	const r = rowOf(incident);
	const params: SqlValue[] = [
		r.id,
		r.openedAt,
		r.kind,
		r.status,
		r.state,
		listed(r.grids),
		r.place,
		listed(r.sources.map(spaceless)),
		listed(r.people),
		r.cause ?? null,
		r.sizeHa ?? null,
		r.confirmedAt ?? null,
		r.answeredAt ?? null,
		r.onSceneAt ?? null,
		r.closedAt ?? null,
		r.lat ?? null,
		r.lon ?? null,
		r.errorM ?? null,
		r.primaryId ?? null,
		r.firstSeenAt ?? null,
	];
	return { sql: KEEP, params };
}

export class SqliteIncidentList implements IncidentList {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	async find(filter: IncidentFilter, limit: number, before?: { openedAt: number; id: string }): Promise<IncidentRow[]> {
		const { where, params } = conditionOf(filter);
		const older = before ? " AND (opened_at<? OR (opened_at=? AND id<?))" : "";
		const from = before ? [before.openedAt, before.openedAt, before.id] : [];
		const sql = `SELECT * FROM incident_row WHERE ${where}${older} ORDER BY opened_at DESC, id DESC LIMIT ?`;
		return (await this.#db.all(sql, [...params, ...from, limit])).map(rowIn);
	}

	async count(filter: IncidentFilter, most: number): Promise<number> {
		const { where, params } = conditionOf(filter);
		const sql = `SELECT COUNT(*) AS n FROM (SELECT 1 FROM incident_row WHERE ${where} LIMIT ?)`;
		return Number((await this.#db.get(sql, [...params, most]))?.["n"] ?? 0);
	}
}

/** A condition in SQL, and what stands in it. */
function conditionOf(filter: IncidentFilter): { where: string; params: SqlValue[] } {
	const all = [...plain(filter), ...searched(filter)];
	return {
		where: all.length === 0 ? "1" : all.map(([sql]) => sql).join(" AND "),
		params: all.flatMap(([, ...params]) => params),
	};
}

type Condition = [sql: string, ...params: SqlValue[]];

function plain({ from, to, kind, status, states, slowerThanS, has }: IncidentFilter): Condition[] {
	const is = (sql: string, value: SqlValue | undefined): Condition[] => (value === undefined ? [] : [[sql, value]]);
	return [
		...is("opened_at>=?", from),
		...is("opened_at<?", to),
		...(kind === "fault" ? [["kind<>'fire'"] satisfies Condition] : is("kind=?", kind)),
		...(has === undefined ? [] : [[HAS[has]] satisfies Condition]),
		...is("status=?", status),
		...is("state IN (SELECT value FROM json_each(?))", states && JSON.stringify(states)),
		...is("coalesce(answered_at-opened_at>=?*1000, 1)", slowerThanS),
	];
}

const HAS = {
	answer: "answered_at IS NOT NULL",
	scene: "on_scene_at IS NOT NULL",
	confirmed: "confirmed_at IS NOT NULL",
	noCause: "coalesce(cause,'')=''",
};

const LIKE = "LIKE ? ESCAPE '\\'";

function searched({ area, source, person, text, within = [] }: IncidentFilter): Condition[] {
	const all: Condition[] = [];
	if (area !== undefined) all.push([`grids ${LIKE}`, `% ${literally(area)}%`]);
	if (source !== undefined) all.push([`sources ${LIKE}`, `% ${literally(spaceless(source))} %`]);
	if (person !== undefined) all.push([`people ${LIKE}`, `% ${literally(person)} %`]);
	if (text !== undefined) {
		const like = `%${literally(text)}%`;
		all.push([`(place ${LIKE} OR cause ${LIKE} OR id ${LIKE})`, like, like, like]);
	}
	if (within.length > 0) {
		const own = within.map(() => `grids ${LIKE}`).join(" OR ");
		all.push([`(grids='' OR ${own})`, ...within.map((code) => `% ${literally(code)}%`)]);
	}
	return all;
}

function rowIn(r: Row): IncidentRow {
	const number = (column: string) => (r[column] === null ? undefined : Number(r[column]));
	const text = (column: string) => (r[column] === null ? undefined : String(r[column]));
	return {
		id: String(r["id"]),
		openedAt: Number(r["opened_at"]),
		kind: String(r["kind"]) as IncidentRow["kind"],
		status: String(r["status"]) as IncidentRow["status"],
		state: String(r["state"]) as IncidentRow["state"],
		grids: unlisted(r["grids"]),
		place: String(r["place"]),
		sources: unlisted(r["sources"]).map((s) => s.replaceAll("\u00a0", " ")),
		people: unlisted(r["people"]),
		...defined({
			cause: text("cause"),
			sizeHa: number("size_ha"),
			confirmedAt: number("confirmed_at"),
			answeredAt: number("answered_at"),
			onSceneAt: number("on_scene_at"),
			closedAt: number("closed_at"),
			lat: number("lat"),
			lon: number("lon"),
			errorM: number("error_m"),
			primaryId: text("primary_id"),
			firstSeenAt: number("first_seen_at"),
		}),
	};
}
