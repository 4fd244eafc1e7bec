import type { Incident } from "../../model/incident.ts";
import type { Retention } from "../retention.ts";
import { KEEPING, type Keeping } from "../retention.ts";
import type { Database, Row, SqlValue, Statement } from "./database.ts";
import { bodyOf, incidentIn } from "./incident-body.ts";
import { AWAITS_CLOSING, CLOSED } from "./judgement.ts";

/** Rows changed in one transaction: an acknowledgement waits no longer than for one of these. */
const SLICE = 200;
/** Incidents are read a few at a time: a wedge of points is 28 KB. */
const INCIDENTS = 20;

/**
 * Takes out of the store what has had its time, a slice at a call, so that the memory it needs and the wait it causes
 * do not grow with what is stored. Each slice finds its rows by an index.
 */
export class SqliteRetention implements Retention {
	readonly #db: Database;
	readonly #keeping: Keeping;

	constructor(db: Database, keeping: Keeping = KEEPING) {
		this.#db = db;
		this.#keeping = keeping;
	}

	/** One slice of everything; true while there is more. `now`: ms since 1970. */
	async slice(now: number): Promise<boolean> {
		const { judgedMs, capMs, auditMs, averagesMs } = this.#keeping;
		const more = [
			await this.#take("judged", "id", "at", now - judgedMs),
			await this.#take("cap", "identifier", "sent", now - capMs),
			await this.#take("audit", "n", "at", now - auditMs),
			await this.#take("reading_average", "rowid", "at", now - averagesMs),
			await this.#reduce(now),
		];
		return more.includes(true);
	}

	/** Rows of a table that are older than a time, oldest first. */
	async #take(table: string, key: string, column: string, before: number): Promise<boolean> {
		const rows = await this.#db.all(`SELECT ${key} AS k FROM ${table} WHERE ${column}<? ORDER BY ${column} LIMIT ?`, [
			before,
			SLICE,
		]);
		if (rows.length > 0)
			await this.#db.write([{ sql: `DELETE FROM ${table} WHERE ${key} IN (${marks(rows)})`, params: keysOf(rows) }]);
		return rows.length === SLICE;
	}

	/** Incidents that ended long ago, or are too many, become a short row; what was sent of them goes. */
	async #reduce(now: number): Promise<boolean> {
		const { wholeMs, wholeIncidents } = this.#keeping;
		const total = Number((await this.#db.get("SELECT COUNT(*) AS n FROM incident WHERE whole=1"))?.["n"] ?? 0);
		const limit = Math.min(INCIDENTS, Math.max(0, total - wholeIncidents));
		const old = await this.#whole("AND changed_at<?", [now - wholeMs], INCIDENTS);
		const rows = old.length > 0 || limit === 0 ? old : await this.#whole("", [], limit);
		for (const row of rows) await this.#reduceOne(String(row["id"]), incidentIn(row));
		return rows.length === INCIDENTS;
	}

	/**
	 * Whole incidents that are over, closed ones first, then those whose file nobody has closed; the oldest of each
	 * first.
	 */
	async #whole(also: string, params: SqlValue[], limit: number): Promise<Row[]> {
		const of = (open: number, most: number) =>
			this.#db.all(`SELECT id, body FROM incident WHERE whole=1 AND open=? ${also} ORDER BY changed_at LIMIT ?`, [
				open,
				...params,
				most,
			]);
		const closed = await of(CLOSED, limit);
		return closed.length === limit ? closed : [...closed, ...(await of(AWAITS_CLOSING, limit - closed.length))];
	}

	async #reduceOne(id: string, incident: Incident): Promise<void> {
		for (;;) {
			const rows = await this.#db.all("SELECT id AS k FROM outbox WHERE incident=? LIMIT ?", [id, SLICE]);
			if (rows.length === 0) break;
			const of = { params: keysOf(rows), list: marks(rows) };
			const gone = ["attempt WHERE delivery", "receipt WHERE delivery", "outbox WHERE id"];
			await this.#db.write(
				gone.map((from): Statement => ({ sql: `DELETE FROM ${from} IN (${of.list})`, params: of.params })),
			);
		}
		await this.#db.write([
			{ sql: "UPDATE incident SET body=?, whole=0 WHERE id=?", params: [bodyOf(reduced(incident)), id] },
		]);
	}
}

/** What stays of an incident for ever: at most 2 KB. Who was told what, and when, stands in the ledger. */
export function reduced(incident: Incident): Incident {
	const {
		id,
		towerName,
		kind,
		status,
		state,
		openedAt,
		changedAt,
		decisiveAt,
		firstSeenAt,
		place,
		grids,
		sources,
		registerVersion,
	} = incident;
	const { confirmedAt, confirmedBy, sizeHa, cause, closedBy, closedAt, primaryId } = incident;
	const { method, best, errorM, bearingDeg, distanceM } = place;
	const rest = { verify: { done: [], rounds: 0 }, suppress: { done: [], rounds: 0 } };
	const kept: Incident = {
		id,
		towerName,
		kind,
		status,
		state,
		openedAt,
		changedAt,
		decisiveAt,
		firstSeenAt,
		registerVersion,
		evidence: [],
		place: { method, points: [], best, errorM, bearingDeg, distanceM } as Incident["place"],
		grids: grids.slice(0, 5).map(({ code, name, share }) => ({ code, name: name.slice(0, 40), share })),
		missing: [],
		involved: [],
		ladder: { plan: [], stepsForward: 0, why: [], ...rest },
		confirmedAt,
		confirmedBy,
		sizeHa,
		cause: cause?.slice(0, 200),
		closedBy,
		closedAt,
		primaryId,
		sources: sources.slice(0, 10).map((s) => s.slice(0, 64)),
	} as Incident;
	// undefined values vanish with the JSON
	return JSON.parse(JSON.stringify(kept)) as Incident;
}

const marks = (rows: Row[]) => rows.map(() => "?").join(",");
const keysOf = (rows: Row[]): SqlValue[] => rows.map((r) => String(r["k"]));
