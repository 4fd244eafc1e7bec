import type { Delivery, Message } from "../model/incident.ts";
import type { Database, Row } from "./database.ts";
import { insertDelivery } from "./judgement.ts";

export type DeliveryState = "queued" | "trying" | "accepted" | "failed" | "stopped";

/** A delivery with where it stands. */
export interface QueuedDelivery extends Delivery {
	state: DeliveryState;
	attempts: number;
	nextAt: number;
	settledAt?: number;
}

export interface Attempt {
	at: number;
	outcome: string;
	detail: string;
	tookMs: number;
}

/** The durable outbox: rows are written with the judgement and leave this state only with a recorded outcome. */
export class OutboxStore {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	/** After a restart: what was being sent when the process ended is sent again (at most one duplicate). */
	async recover(): Promise<void> {
		await this.#db.write([{ sql: "UPDATE outbox SET state='queued' WHERE state='trying'" }]);
	}

	/** Due deliveries, alarms first, oldest first. */
	async due(now: number, limit: number): Promise<QueuedDelivery[]> {
		const rows = await this.#db.all("SELECT * FROM outbox WHERE state='queued' AND next_at<=? ORDER BY lane, created_at LIMIT ?", [now, limit]);
		return rows.map(delivery);
	}

	/** When the next queued delivery is due, or undefined when none waits. */
	async nextDue(): Promise<number | undefined> {
		const row = await this.#db.get("SELECT MIN(next_at) AS t FROM outbox WHERE state='queued'");
		return row?.["t"] === null || row?.["t"] === undefined ? undefined : Number(row["t"]);
	}

	async claim(id: string): Promise<void> {
		await this.#db.write([{ sql: "UPDATE outbox SET state='trying' WHERE id=? AND state='queued'", params: [id] }]);
	}

	async state(id: string): Promise<DeliveryState | undefined> {
		const row = await this.#db.get("SELECT state FROM outbox WHERE id=?", [id]);
		return row ? (String(row["state"]) as DeliveryState) : undefined;
	}

	/** Records an attempt and where the delivery stands after it; a delivery stopped meanwhile stays stopped. */
	async settle(id: string, state: DeliveryState, nextAt: number, attempt: Attempt): Promise<void> {
		await this.#db.write([
			{
				sql: "INSERT INTO attempt (delivery, at, outcome, detail, took_ms) VALUES (?,?,?,?,?)",
				params: [id, attempt.at, attempt.outcome, attempt.detail.slice(0, 500), Math.round(attempt.tookMs)],
			},
			{
				sql: "UPDATE outbox SET state=CASE WHEN state='stopped' AND ?<>'accepted' THEN state ELSE ? END, attempts=attempts+1, next_at=?, settled_at=? WHERE id=?",
				params: [state, state, nextAt, state === "queued" ? null : attempt.at, id],
			},
		]);
	}

	async add(d: Delivery): Promise<void> {
		await this.#db.write([insertDelivery(d)]);
	}

	async ofIncident(incidentId: string): Promise<(QueuedDelivery & { tries: Attempt[] })[]> {
		const rows = await this.#db.all("SELECT * FROM outbox WHERE incident=? ORDER BY created_at, id", [incidentId]);
		const tries = await this.#db.all("SELECT a.* FROM attempt a JOIN outbox o ON o.id=a.delivery WHERE o.incident=? ORDER BY a.n", [incidentId]);
		return rows.map((r) => ({
			...delivery(r),
			tries: tries
				.filter((t) => t["delivery"] === r["id"])
				.map((t) => ({ at: Number(t["at"]), outcome: String(t["outcome"]), detail: String(t["detail"]), tookMs: Number(t["took_ms"]) })),
		}));
	}
}

function delivery(row: Row): QueuedDelivery {
	return {
		id: String(row["id"]),
		key: String(row["key"]),
		incidentId: String(row["incident"]),
		...(row["person"] === null ? {} : { personId: String(row["person"]) }),
		channel: String(row["channel"]),
		address: String(row["address"]),
		lane: String(row["lane"]) as Delivery["lane"],
		message: JSON.parse(String(row["message"])) as Message,
		createdAt: Number(row["created_at"]),
		state: String(row["state"]) as DeliveryState,
		attempts: Number(row["attempts"]),
		nextAt: Number(row["next_at"]),
		...(row["settled_at"] === null ? {} : { settledAt: Number(row["settled_at"]) }),
	};
}
