import { atMost, phrase } from "../../base/say.ts";
import type { Delivery, Message } from "../../model/delivery.ts";
import type { LedgerEntry } from "../../model/ledger.ts";
import type { Attempt, DeliveryState, OutboxStore, QueuedDelivery, Receipt } from "../outbox.ts";
import type { Database, Row, Statement } from "./database.ts";
import { insertDelivery } from "./judgement.ts";
import { SqliteLedger } from "./ledger.ts";

interface Settled {
	delivery: QueuedDelivery;
	state: DeliveryState;
	nextAt: number;
	attempt: Attempt;
	done: (error?: Error) => void;
}

/**
 * The durable outbox: rows are written with the judgement and leave this state only with a recorded outcome. Every
 * attempt and receipt stands in the ledger too. What settles while a commit is under way shares the next one.
 */
export class SqliteOutboxStore implements OutboxStore {
	readonly #db: Database;
	readonly #ledger: SqliteLedger;
	readonly #settled: Settled[] = [];
	#writing = false;
	readonly #claims: { id: string; done: (outcome: boolean | Error) => void }[] = [];
	#claiming = false;

	constructor(db: Database) {
		this.#db = db;
		this.#ledger = new SqliteLedger(db);
	}

	/**
	 * After a restart: what was being sent when the process ended is sent again (at most one duplicate), and the ledger
	 * says why.
	 */
	async recover(now: number): Promise<void> {
		const rows = (await this.#db.all("SELECT * FROM outbox WHERE state='trying'")).map(delivery);
		const attempt: Attempt = { at: now, outcome: "unsure", detail: phrase("attempt.gatewayEnded"), tookMs: 0 };
		await this.#ledger.write(
			rows.flatMap((d) => [
				{ sql: "UPDATE outbox SET state='queued', attempts=attempts+1 WHERE id=?", params: [d.id] },
				attemptRow(d.id, attempt),
			]),
			rows.map((d) => attemptEntry(d, attempt)),
		);
	}

	/**
	 * Due deliveries outside the lanes that are full (a channel, or `channel:address`): alarms first, first tries before
	 * others, oldest first.
	 */
	async due(now: number, limit: number, full: string[] = []): Promise<QueuedDelivery[]> {
		const names = full.map(() => "?").join(",");
		const others =
			full.length === 0 ? "" : ` AND channel NOT IN (${names}) AND channel||':'||address NOT IN (${names})`;
		const rows = await this.#db.all(
			`SELECT * FROM outbox WHERE state='queued' AND next_at<=?${others} ORDER BY lane, attempts>0, created_at LIMIT ?`,
			[now, ...full, ...full, limit],
		);
		return rows.map(delivery);
	}

	/** What waits for one person on one address, oldest first; for all of them where a group has it in common. */
	async waiting({ personId, channel, address }: Delivery, now: number, forAll = false): Promise<QueuedDelivery[]> {
		const rows = await this.#db.all(
			// what somebody is just about to end is heard of by nobody, and not in another's message either
			`SELECT * FROM outbox o WHERE state='queued' AND (person=? OR (? AND person IS NOT NULL)) AND channel=? AND address=?
			AND (lane='state' OR NOT EXISTS (SELECT 1 FROM incident i WHERE i.id=o.incident AND json_extract(i.body,'$.ending.until')>?))
			ORDER BY created_at LIMIT 500`,
			[personId ?? null, forAll ? 1 : 0, channel, address, now],
		);
		return rows.map(delivery);
	}

	/** Not before then, ms since 1970; no try is counted. */
	async postpone(all: { id: string; nextAt: number }[]): Promise<void> {
		await this.#db.write(
			all.map(({ id, nextAt }) => ({
				sql: "UPDATE outbox SET next_at=? WHERE id=? AND state='queued'",
				params: [nextAt, id],
			})),
		);
	}

	/** Messages to people that were sent since a time, and when; those that went together with another are not. */
	async sentSince(since: number): Promise<{ delivery: QueuedDelivery; at: number; isUnsure: boolean }[]> {
		const rows = await this.#db.all(
			`SELECT o.*, a.at AS sent_at, a.outcome AS sent_as FROM attempt a JOIN outbox o ON o.id=a.delivery
			WHERE a.at>? AND a.outcome IN ('accepted','unsure') AND o.person IS NOT NULL ORDER BY a.at`,
			[since],
		);
		return rows.map((r) => ({ delivery: delivery(r), at: Number(r["sent_at"]), isUnsure: r["sent_as"] === "unsure" }));
	}

	/** Puts back what is marked as being sent and is not among those under way. */
	async release(underWay: string[]): Promise<void> {
		const marks = underWay.map(() => "?").join(",");
		await this.#db.write([
			{ sql: `UPDATE outbox SET state='queued' WHERE state='trying' AND id NOT IN (${marks})`, params: underWay },
		]);
	}

	/** What was claimed and is not sent after all waits again; no try is counted. */
	async letGo(ids: string[]): Promise<void> {
		const sql = "UPDATE outbox SET state='queued' WHERE state='trying' AND id IN (SELECT value FROM json_each(?))";
		await this.#db.write([{ sql, params: [JSON.stringify(ids)] }]);
	}

	/** When the next queued delivery is due, or undefined when none waits. */
	async nextDue(): Promise<number | undefined> {
		const row = await this.#db.get("SELECT MIN(next_at) AS t FROM outbox WHERE state='queued'");
		return row?.["t"] === null || row?.["t"] === undefined ? undefined : Number(row["t"]);
	}

	/**
	 * Marks a delivery as being sent; false when an answer has stopped it meanwhile. What is claimed while a commit is
	 * under way shares the next one.
	 */
	claim(id: string): Promise<boolean> {
		return new Promise((resolve, reject) => {
			this.#claims.push({ id, done: (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)) });
			if (!this.#claiming) void this.#drainClaims();
		});
	}

	async #drainClaims(): Promise<void> {
		this.#claiming = true;
		// let what is claimed in the same turn join
		await Promise.resolve();
		while (this.#claims.length > 0) {
			const batch = this.#claims.splice(0, 500);
			const marks = batch.map(() => "?").join(",");
			const ids = batch.map((c) => c.id);
			try {
				await this.#db.write([
					{ sql: `UPDATE outbox SET state='trying' WHERE id IN (${marks}) AND state='queued'`, params: ids },
				]);
				const rows = await this.#db.all(`SELECT id FROM outbox WHERE id IN (${marks}) AND state='trying'`, ids);
				const claimed = new Set(rows.map((r) => String(r["id"])));
				for (const { id, done } of batch) done(claimed.has(id));
			} catch (error) {
				for (const { done } of batch) done(error as Error);
			}
		}
		this.#claiming = false;
	}

	/** Attempts after which nobody knew whether the message had arrived. */
	async unsureAttempts(id: string): Promise<number> {
		const row = await this.#db.get("SELECT COUNT(*) AS n FROM attempt WHERE delivery=? AND outcome='unsure'", [id]);
		return Number(row?.["n"] ?? 0);
	}

	/**
	 * People of whose messages about an incident none was accepted within a time, or all have failed: created since
	 * `from` and not answered by `now - patienceMs`; ms since 1970.
	 */
	async notReached(from: number, now: number, patienceMs: number): Promise<{ incidentId: string; personId: string }[]> {
		const rows = await this.#db.all(
			`SELECT incident, person FROM outbox INDEXED BY outbox_created
			WHERE person IS NOT NULL AND address<>'erased' AND created_at>=? AND lane='alarm' GROUP BY incident, person
			HAVING SUM(state='accepted')=0 AND SUM(state='stopped')=0 AND (MIN(created_at)<=? OR SUM(state<>'failed')=0)`,
			[from, now - patienceMs],
		);
		return rows.map((r) => ({ incidentId: String(r["incident"]), personId: String(r["person"]) }));
	}

	async state(id: string): Promise<DeliveryState | undefined> {
		const row = await this.#db.get("SELECT state FROM outbox WHERE id=?", [id]);
		return row ? (String(row["state"]) as DeliveryState) : undefined;
	}

	/** Whether nobody knows if the newest attempt arrived: the provider is asked before it is sent again. */
	async isUnsure(id: string): Promise<boolean> {
		const row = await this.#db.get("SELECT outcome FROM attempt WHERE delivery=? ORDER BY n DESC LIMIT 1", [id]);
		return row?.["outcome"] === "unsure";
	}

	/** Attempts of a channel (and of one address on it) that may have cost something since a time. */
	async spent(channel: string, address: string | undefined, since: number): Promise<number> {
		const one = address === undefined ? "" : " AND o.address=?";
		const row = await this.#db.get(
			`SELECT COUNT(*) AS c FROM attempt a JOIN outbox o ON o.id=a.delivery WHERE a.at>? AND a.outcome IN ('accepted','unsure') AND o.channel=?${one}`,
			[since, channel, ...(address === undefined ? [] : [address])],
		);
		return Number(row?.["c"] ?? 0);
	}

	/**
	 * Records an attempt and where the delivery stands after it; a delivery stopped meanwhile stays stopped. On the disk
	 * when it resolves.
	 */
	settle(d: QueuedDelivery, state: DeliveryState, nextAt: number, attempt: Attempt): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#settled.push({ delivery: d, state, nextAt, attempt, done: (error) => (error ? reject(error) : resolve()) });
			if (!this.#writing) void this.#drain();
		});
	}

	async #drain(): Promise<void> {
		this.#writing = true;
		while (this.#settled.length > 0) {
			const batch = this.#settled.splice(0, 500);
			let failure: Error | undefined;
			try {
				await this.#ledger.write(
					batch.flatMap(settledRows),
					batch.map(({ delivery: d, attempt }) => attemptEntry(d, attempt)),
				);
			} catch (error) {
				failure = error as Error;
			}
			for (const { done } of batch) done(failure);
		}
		this.#writing = false;
	}

	async add(d: Delivery): Promise<void> {
		await this.#db.write([insertDelivery(d)]);
	}

	async delivery(id: string): Promise<QueuedDelivery | undefined> {
		const row = await this.#db.get("SELECT * FROM outbox WHERE id=?", [id]);
		return row && delivery(row);
	}

	/** A receipt, whenever it comes and however often; false when the delivery is not known or the receipt is. */
	async receipt(deliveryId: string, r: Receipt): Promise<boolean> {
		const d = await this.delivery(deliveryId);
		if (!d || (await this.#db.get("SELECT 1 AS x FROM receipt WHERE delivery=? AND what=?", [deliveryId, r.what])))
			return false;
		const entry: LedgerEntry = {
			at: r.at,
			incidentId: d.incidentId,
			what: `receipt:${r.what}`,
			who: `channel:${d.channel}`,
			detail: { delivery: d.id, personId: d.personId },
			personal: { detail: atMost(500, r.detail) },
			personalOf: d.personId ?? "",
		};
		await this.#ledger.write(
			[
				{
					sql: "INSERT OR IGNORE INTO receipt VALUES (?,?,?,?)",
					params: [deliveryId, r.what, r.at, atMost(500, r.detail)],
				},
			],
			[entry],
		);
		return true;
	}

	/** When each person last answered, or a phone of theirs last confirmed anything, ms since 1970. */
	async lastHeard(): Promise<Map<string, number>> {
		const receipts = await this.#db.all(
			"SELECT o.person AS person, MAX(r.at) AS at FROM receipt r JOIN outbox o ON o.id=r.delivery WHERE o.person IS NOT NULL GROUP BY o.person",
		);
		const answers = await this.#db.all(
			"SELECT who AS person, MAX(at) AS at FROM ledger WHERE what LIKE 'answer:%' GROUP BY who",
		);
		const heard = new Map<string, number>();
		for (const r of [...receipts, ...answers])
			heard.set(String(r["person"]), Math.max(heard.get(String(r["person"])) ?? 0, Number(r["at"])));
		return heard;
	}

	async channelCounts(
		from: number,
		to: number,
		status: "actual" | "exercise",
	): Promise<{ channel: string; all: number; accepted: number; failed: number }[]> {
		const rows = await this.#db.all(
			`SELECT channel, COUNT(*) AS n, SUM(state='accepted') AS accepted, SUM(state='failed') AS failed FROM outbox
			WHERE person IS NOT NULL AND created_at>=? AND created_at<? AND json_extract(message, '$.status')=?
			GROUP BY channel ORDER BY n DESC`,
			[from, to, status],
		);
		return rows.map((r) => ({
			channel: String(r["channel"]),
			all: Number(r["n"]),
			accepted: Number(r["accepted"]),
			failed: Number(r["failed"]),
		}));
	}

	async ofIncident(incidentId: string): Promise<(QueuedDelivery & { tries: Attempt[]; receipts: Receipt[] })[]> {
		const rows = await this.#db.all("SELECT * FROM outbox WHERE incident=? ORDER BY created_at, id", [incidentId]);
		const tries = await this.#db.all(
			"SELECT a.* FROM attempt a JOIN outbox o ON o.id=a.delivery WHERE o.incident=? ORDER BY a.n",
			[incidentId],
		);
		const receipts = await this.#db.all(
			"SELECT r.* FROM receipt r JOIN outbox o ON o.id=r.delivery WHERE o.incident=? ORDER BY r.at",
			[incidentId],
		);
		return rows.map((r) => ({
			...delivery(r),
			tries: tries
				.filter((t) => t["delivery"] === r["id"])
				.map((t) => ({
					at: Number(t["at"]),
					outcome: String(t["outcome"]),
					detail: String(t["detail"]),
					tookMs: Number(t["took_ms"]),
				})),
			receipts: receipts
				.filter((x) => x["delivery"] === r["id"])
				.map((x) => ({ what: String(x["what"]), at: Number(x["at"]), detail: String(x["detail"]) })),
		}));
	}
}

function settledRows({ delivery: d, state, nextAt, attempt }: Settled): Statement[] {
	return [
		attemptRow(d.id, attempt),
		{
			sql: "UPDATE outbox SET state=CASE WHEN state='stopped' AND ?<>'accepted' THEN state ELSE ? END, attempts=attempts+1, next_at=?, settled_at=? WHERE id=?",
			params: [state, state, nextAt, state === "queued" ? null : attempt.at, d.id],
		},
	];
}

function attemptRow(deliveryId: string, a: Attempt): Statement {
	return {
		sql: "INSERT INTO attempt (delivery, at, outcome, detail, took_ms) VALUES (?,?,?,?,?)",
		params: [deliveryId, a.at, a.outcome, atMost(500, a.detail), Math.round(a.tookMs)],
	};
}

/** The attempt as the ledger keeps it: whom and over what, without the address, which is personal and can be erased. */
function attemptEntry(d: QueuedDelivery, a: Attempt): LedgerEntry {
	return {
		at: a.at,
		incidentId: d.incidentId,
		what: `attempt:${a.outcome}`,
		who: `channel:${d.channel}`,
		detail: { delivery: d.id, personId: d.personId },
		// a provider may repeat the number or address it refuses
		personal: { detail: atMost(500, a.detail) },
		personalOf: d.personId ?? "",
	};
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
