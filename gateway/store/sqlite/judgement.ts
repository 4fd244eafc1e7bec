import { CHANNELS, type ChannelName, traitsOf } from "../../model/channel.ts";
import { AS_TOLD, type Delivery } from "../../model/delivery.ts";
import type { Incident } from "../../model/incident.ts";
import { isEnd } from "../../model/incident-states.ts";
import type { Judgement, JudgementStore } from "../judgement.ts";
import type { Database, Statement } from "./database.ts";
import { bodyOf, incidentIn } from "./incident-body.ts";
import { keepingRow } from "./incident-list.ts";
import { SqliteLedger } from "./ledger.ts";

/** Times that deadlines are made of. */
const DEADLINES = [
	"UPDATE outbox SET next_at=next_at+?1, created_at=created_at+?1 WHERE state IN ('queued','trying')",
	// who was reached is reckoned from all messages of an open incident
	"UPDATE outbox SET created_at=created_at+?1 WHERE state NOT IN ('queued','trying') AND incident IN (SELECT id FROM incident WHERE open=1)",
	...["session", "enrolment", "link", "user_link"].map((table) => `UPDATE ${table} SET expires_at=expires_at+?1`),
	"UPDATE mask SET until=until+?1 WHERE ended_by IS NULL",
	"UPDATE maintenance SET until=until+?1 WHERE ended_by IS NULL",
	"UPDATE danger SET until=until+?1 WHERE n=(SELECT MAX(n) FROM danger)",
	"UPDATE area_danger SET until=until+?1 WHERE n IN (SELECT MAX(n) FROM area_danger GROUP BY area)",
];

const ALL_CLEARS =
	"state='queued' AND lane='state' AND person IS NOT NULL AND json_extract(message,'$.task')='standDown'";

/** Messages and the links in them, of some people, from one incident (?2) to another (?1). */
const REHOMED = [
	"UPDATE outbox SET incident=?1, message=json_set(message,'$.incidentId',?1) WHERE incident=?2 AND person IN (SELECT value FROM json_each(?3))",
	"UPDATE link SET incident=?1 WHERE incident=?2 AND person IN (SELECT value FROM json_each(?3))",
];

/** Incidents, the hash-chained ledger and the outbox rows that a judgement writes. */
export class SqliteJudgementStore implements JudgementStore {
	readonly #db: Database;
	readonly ledger: SqliteLedger;

	constructor(db: Database) {
		this.#db = db;
		this.ledger = new SqliteLedger(db);
	}

	async wasJudged(eventId: string): Promise<boolean> {
		return (await this.#db.get("SELECT 1 AS x FROM judged WHERE id=?", [eventId])) !== undefined;
	}

	/** Commits one judgement. After it, nothing of it can be lost; before it, nothing of it has happened. */
	async commit(j: Judgement): Promise<void> {
		const statements: Statement[] = [
			{ sql: "INSERT OR IGNORE INTO judged VALUES (?,?)", params: [j.eventId, j.at] },
			{ sql: "DELETE FROM pending WHERE id=?", params: [j.eventId] },
			...j.incidents.flatMap((incident) => [keeping(incident, j.at), keepingRow(incident)]),
			...(j.rehomes ?? []).flatMap(rehoming),
			// before what is under way is stopped: who may have heard of it hears that it is over
			...j.deliveries.filter((d) => d.ifNotified).map(insertDelivery),
			...(j.holds ?? []).map(({ incidentId, until }) => holding(incidentId, until, j.at)),
			...j.stops.map((stop) => stopping(stop, j.at)),
			...j.deliveries.filter((d) => !d.ifNotified).map(insertDelivery),
			...shifting(j.shiftMs),
		];
		await this.ledger.write(statements, j.ledger, j.at);
	}

	async openIncidents(): Promise<Incident[]> {
		return (await this.#db.all("SELECT body FROM incident WHERE open=? ORDER BY opened_at", [OPEN])).map(incidentIn);
	}

	/** The incident, if it is over and its file is not closed yet, and what else is so of the same fire. */
	async awaitingClosing(id: string): Promise<Incident[]> {
		const row = await this.#db.get("SELECT body FROM incident WHERE id=? AND open=?", [id, AWAITS_CLOSING]);
		if (!row) return [];
		const own = incidentIn(row);
		const primary = own.primaryId === undefined ? own : await this.incident(own.primaryId);
		const ids = [...(primary ? [primary.id] : []), ...(primary?.linkedIncidents ?? []).map((w) => w.incidentId)].filter(
			(other) => other !== id,
		);
		const others = await Promise.all(
			ids.map((other) => this.#db.get("SELECT body FROM incident WHERE id=? AND open=?", [other, AWAITS_CLOSING])),
		);
		return [own, ...others.flatMap((r) => (r ? [incidentIn(r)] : []))];
	}

	/** Incidents that are over and changed at this time (ms since 1970) or later. */
	async endedSince(at: number): Promise<Incident[]> {
		const sql = "SELECT body FROM incident WHERE whole=1 AND open IN (?,?) AND changed_at>=?";
		const rows = await this.#db.all(sql, [CLOSED, AWAITS_CLOSING, at]);
		return rows.map(incidentIn).sort((a, b) => a.openedAt - b.openedAt);
	}

	/** Incidents that opened in a time, oldest first, ms since 1970. */
	async openedBetween(from: number, to: number): Promise<Incident[]> {
		return (
			await this.#db.all("SELECT body FROM incident WHERE opened_at>=? AND opened_at<? ORDER BY opened_at", [from, to])
		).map(incidentIn);
	}

	/** The newest, and as many of those that are open or whose file is; newest first. */
	async recentIncidents(limit: number): Promise<Incident[]> {
		const newest = "SELECT id FROM incident ORDER BY opened_at DESC LIMIT ?";
		const unclosed = "SELECT id FROM incident WHERE open=? ORDER BY opened_at DESC LIMIT ?";
		const ids = [newest, unclosed, unclosed].map((select) => `SELECT id FROM (${select})`).join(" UNION ");
		const sql = `SELECT body FROM incident WHERE id IN (${ids}) ORDER BY opened_at DESC`;
		return (await this.#db.all(sql, [limit, OPEN, limit, AWAITS_CLOSING, limit])).map(incidentIn);
	}

	async incident(id: string): Promise<Incident | undefined> {
		const row = await this.#db.get("SELECT body FROM incident WHERE id=?", [id]);
		return row && incidentIn(row);
	}
}

/** Values of the column `open`. */
export const [CLOSED, OPEN, AWAITS_CLOSING] = [0, 1, 2] as const;

export function isOpen(incident: Incident): boolean {
	return !isEnd(incident.state);
}

function openness(incident: Incident): number {
	if (isOpen(incident)) return OPEN;
	return incident.kind === "fire" && incident.closedAt === undefined ? AWAITS_CLOSING : CLOSED;
}

/** `at`: when it was written here. By what another machine's clock says nothing is kept, and nothing goes. */
function keeping(i: Incident, at: number): Statement {
	return {
		sql: "INSERT OR REPLACE INTO incident (id, opened_at, open, body, changed_at) VALUES (?,?,?,?,?)",
		params: [i.id, i.openedAt, openness(i), bodyOf(i), at],
	};
}

function rehoming({ from, to, people }: { from: string; to: string; people: string[] }): Statement[] {
	return REHOMED.map((sql) => ({ sql, params: [to, from, JSON.stringify(people)] }));
}

/** What is under way is let go on: who has heard that it is over hears that it burns again after it. */
function stopping({ incidentId, personId, of }: Judgement["stops"][number], at: number): Statement {
	const which = of === "allClear" ? ALL_CLEARS : "state IN ('queued','trying') AND lane='alarm'";
	const stopped = `UPDATE outbox SET state='stopped', settled_at=? WHERE incident=? AND ${which}`;
	if (personId === undefined) return { sql: stopped, params: [at, incidentId] };
	return { sql: `${stopped} AND person=?`, params: [at, incidentId, personId] };
}

function shifting(byMs: number | undefined): Statement[] {
	return byMs === undefined ? [] : DEADLINES.map((sql) => ({ sql, params: [Math.round(byMs)] }));
}

export function insertDelivery(d: Delivery): Statement {
	const values = [
		d.id,
		d.key,
		d.incidentId,
		d.personId ?? null,
		d.channel,
		d.address,
		d.lane,
		JSON.stringify(d.message),
		d.createdAt,
		d.createdAt,
	];
	if (!d.ifNotified)
		return { sql: "INSERT OR IGNORE INTO outbox VALUES (?,?,?,?,?,?,?,?,?,'queued',0,?,NULL)", params: values };
	if (d.channel === AS_TOLD) return asTold(d);
	return {
		sql: `INSERT OR IGNORE INTO outbox SELECT ?,?,?,?,?,?,?,?,?,'queued',0,?,NULL WHERE EXISTS (
			SELECT 1 FROM outbox WHERE incident IN (SELECT value FROM json_each(?)) AND person=? AND lane='alarm'
			AND (state IN ('accepted','trying') OR attempts>0))`,
		params: [...values, JSON.stringify(d.ifNotified), d.personId ?? ""],
	};
}

/** One message for each address that has had an alarm of it, but sirens, and telephones where it is to be silent. */
function asTold({ id, key, incidentId, personId, lane, message, createdAt, ifNotified }: Delivery): Statement {
	const isLeftOut = (channel: ChannelName) => {
		const { rings } = traitsOf(channel);
		return rings === "everybody" || (message.silent && rings);
	};
	const leftOut = JSON.stringify(CHANNELS.filter(isLeftOut));
	return {
		sql: `INSERT OR IGNORE INTO outbox
			SELECT ?1||'-'||min(id), ?2||'|'||min(id), ?3, ?4, channel, address, ?5, ?6, ?7, 'queued', 0, ?7, NULL FROM outbox
			WHERE incident IN (SELECT value FROM json_each(?8)) AND person=?4 AND lane='alarm'
			AND (state IN ('accepted','trying') OR attempts>0) AND channel NOT IN (SELECT value FROM json_each(?9))
			GROUP BY channel, address`,
		params: [
			id,
			key,
			incidentId,
			personId ?? "",
			lane,
			JSON.stringify(message),
			createdAt,
			JSON.stringify(ifNotified),
			leftOut,
		],
	};
}

function holding(incidentId: string, until: number | undefined, now: number): Statement {
	const of = "WHERE incident=? AND state='queued' AND lane='alarm'";
	if (until === undefined) return { sql: `UPDATE outbox SET next_at=? ${of}`, params: [now, incidentId] };
	return { sql: `UPDATE outbox SET next_at=max(next_at, ?) ${of}`, params: [until, incidentId] };
}
