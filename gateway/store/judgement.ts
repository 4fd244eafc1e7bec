import { createHash } from "node:crypto";
import type { Delivery, Incident, LedgerEntry } from "../model/incident.ts";
import type { Database, Row, Statement } from "./database.ts";

/** What one judgement changes; all of it is committed together or not at all. */
export interface Judgement {
	eventId: string;
	at: number;
	incidents: Incident[];
	ledger: LedgerEntry[];
	deliveries: Delivery[];
	stops: { incidentId: string; personId?: string; why: string }[];
}

export interface LedgerRow extends LedgerEntry {
	n: number;
	hash: string;
}

const GENESIS = "0".repeat(64);

/** Incidents, the hash-chained ledger and the outbox rows that a judgement writes. */
export class JudgementStore {
	readonly #db: Database;
	#lastHash: string | undefined;
	#lastN = 0;

	constructor(db: Database) {
		this.#db = db;
	}

	async wasJudged(eventId: string): Promise<boolean> {
		return (await this.#db.get("SELECT 1 AS x FROM judged WHERE id=?", [eventId])) !== undefined;
	}

	/** Commits one judgement. After it, nothing of it can be lost; before it, nothing of it has happened. */
	async commit(j: Judgement): Promise<void> {
		if (this.#lastHash === undefined) await this.#loadTail();
		let hash = this.#lastHash ?? GENESIS;
		let n = this.#lastN;
		const statements: Statement[] = [
			{ sql: "INSERT OR IGNORE INTO judged VALUES (?,?)", params: [j.eventId, j.at] },
			{ sql: "DELETE FROM pending WHERE id=?", params: [j.eventId] },
		];
		for (const i of j.incidents) {
			const open = isOpen(i) ? 1 : 0;
			statements.push({ sql: "INSERT OR REPLACE INTO incident VALUES (?,?,?,?)", params: [i.id, i.openedAt, open, JSON.stringify(i)] });
		}
		for (const entry of j.ledger) {
			n++;
			hash = chain(hash, n, entry);
			statements.push({
				sql: "INSERT INTO ledger VALUES (?,?,?,?,?,?,?)",
				params: [n, entry.at, entry.incidentId, entry.what, entry.who, JSON.stringify(entry.detail), hash],
			});
		}
		for (const stop of j.stops) {
			const person = stop.personId === undefined ? "" : " AND person=?";
			statements.push({
				sql: `UPDATE outbox SET state='stopped', settled_at=? WHERE incident=? AND state IN ('queued','trying') AND lane='alarm'${person}`,
				params: [j.at, stop.incidentId, ...(stop.personId === undefined ? [] : [stop.personId])],
			});
		}
		for (const d of j.deliveries) statements.push(insertDelivery(d));
		await this.#db.write(statements);
		this.#lastHash = hash;
		this.#lastN = n;
	}

	async openIncidents(): Promise<Incident[]> {
		return (await this.#db.all("SELECT body FROM incident WHERE open=1 ORDER BY opened_at")).map(body);
	}

	/** Incidents that are over and changed at this time (ms since 1970) or later. */
	async endedSince(at: number): Promise<Incident[]> {
		// an incident that was open for more than a month is not worth a look through all of them
		const rows = await this.#db.all("SELECT body FROM incident WHERE open=0 AND opened_at>? ORDER BY opened_at", [at - 30 * 86_400_000]);
		return rows.map(body).filter((i) => i.changedAt >= at);
	}

	/** Newest first. */
	async recentIncidents(limit: number): Promise<Incident[]> {
		return (await this.#db.all("SELECT body FROM incident ORDER BY opened_at DESC LIMIT ?", [limit])).map(body);
	}

	async incident(id: string): Promise<Incident | undefined> {
		const row = await this.#db.get("SELECT body FROM incident WHERE id=?", [id]);
		return row && body(row);
	}

	async ledger(incidentId: string): Promise<LedgerRow[]> {
		return (await this.#db.all("SELECT * FROM ledger WHERE incident=? ORDER BY n", [incidentId])).map(ledgerRow);
	}

	/** The number of the first entry whose hash does not follow from the one before, or undefined when the chain is whole. */
	async verifyLedger(): Promise<number | undefined> {
		let hash = GENESIS;
		for (const row of (await this.#db.all("SELECT * FROM ledger ORDER BY n")).map(ledgerRow)) {
			hash = chain(hash, row.n, row);
			if (hash !== row.hash) return row.n;
		}
		return undefined;
	}

	/** Judged ids are only needed as long as an event can come again. */
	async retain(now: number): Promise<void> {
		await this.#db.write([{ sql: "DELETE FROM judged WHERE at < ?", params: [now - 30 * 86_400_000] }]);
	}

	async #loadTail(): Promise<void> {
		const row = await this.#db.get("SELECT n, hash FROM ledger ORDER BY n DESC LIMIT 1");
		this.#lastN = Number(row?.["n"] ?? 0);
		this.#lastHash = String(row?.["hash"] ?? GENESIS);
	}
}

export function isOpen(incident: Incident): boolean {
	return !["false", "permitted", "closed"].includes(incident.state);
}

export function insertDelivery(d: Delivery): Statement {
	return {
		sql: "INSERT OR IGNORE INTO outbox VALUES (?,?,?,?,?,?,?,?,?,'queued',0,?,NULL)",
		params: [d.id, d.key, d.incidentId, d.personId ?? null, d.channel, d.address, d.lane, JSON.stringify(d.message), d.createdAt, d.createdAt],
	};
}

function chain(before: string, n: number, e: LedgerEntry): string {
	const text = JSON.stringify([before, n, e.at, e.incidentId, e.what, e.who, e.detail]);
	return createHash("sha256").update(text).digest("hex");
}

function body(row: Row): Incident {
	return JSON.parse(String(row["body"])) as Incident;
}

function ledgerRow(row: Row): LedgerRow {
	return {
		n: Number(row["n"]),
		at: Number(row["at"]),
		incidentId: String(row["incident"]),
		what: String(row["what"]),
		who: String(row["who"]),
		detail: JSON.parse(String(row["detail"])) as Record<string, unknown>,
		hash: String(row["hash"]),
	};
}
