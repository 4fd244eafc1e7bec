import type { Clock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import type { JudgeEvent } from "../model/incident.ts";
import type { Database, SqlValue, Statement } from "./database.ts";

/** A message of a node, as it is kept. */
export interface StoredMessage {
	node: string;
	boot: number;
	seq: number;
	kind: number;
	receivedAt: number;
	payload: Uint8Array;
	/** What the judge must see; survives a crash between the acknowledgement and the judgement. */
	event?: JudgeEvent;
}

interface Waiting {
	message: StoredMessage;
	done: (error?: Error) => void;
}

/** Rows per statement: six values each stay far below SQLite's limit of 32,766. */
const BATCH = 1000;
/** More than this waiting means that the disk does not follow: refuse, so that the node keeps its message and tries again. */
const MOST_WAITING = 20_000;

/** Group commit: what arrives while a commit is under way shares the next one. */
export class MessageStore {
	readonly #db: Database;
	readonly #waiting: Waiting[] = [];
	#writing = false;

	constructor(db: Database) {
		this.#db = db;
	}

	/** Calls back once the message is on the disk. A message already stored counts as stored. */
	add(message: StoredMessage, done: (error?: Error) => void): void {
		if (this.#waiting.length >= MOST_WAITING) {
			done(new LookoutError("LK0003", "the store does not keep up with the sensors; the message is not acknowledged"));
			return;
		}
		this.#waiting.push({ message, done });
		if (!this.#writing) void this.#drain();
	}

	async #drain(): Promise<void> {
		this.#writing = true;
		// let the rest of the packets that came in one read join the first commit
		await Promise.resolve();
		while (this.#waiting.length > 0) {
			const batch = this.#waiting.splice(0, BATCH);
			let failure: Error | undefined;
			try {
				await this.#db.write(statementsFor(batch.map((w) => w.message)));
			} catch (error) {
				failure = error as Error;
			}
			for (const { done } of batch) done(failure);
		}
		this.#writing = false;
	}

	/** Sequence numbers already stored of a node's boot, newest first, for recognising repetitions after a restart. */
	async recent(node: string, boot: number, count: number): Promise<number[]> {
		const rows = await this.#db.all("SELECT seq FROM message WHERE node=? AND boot=? ORDER BY seq DESC LIMIT ?", [node, boot, count]);
		return rows.map((r) => Number(r["seq"]));
	}

	/** The newest boot each node has spoken in. */
	async boots(): Promise<Map<string, number>> {
		const rows = await this.#db.all("SELECT node, MAX(boot) AS boot FROM message GROUP BY node");
		return new Map(rows.map((r) => [String(r["node"]), Number(r["boot"])]));
	}

	/** Newest telemetry payload of each node, for showing last values after a restart. */
	async last(kind: number): Promise<{ node: string; receivedAt: number; payload: Buffer }[]> {
		const rows = await this.#db.all(
			"SELECT node, received_at, payload FROM message m WHERE kind=? AND received_at=(SELECT MAX(received_at) FROM message WHERE node=m.node AND kind=?) GROUP BY node",
			[kind, kind],
		);
		return rows.map((r) => ({ node: String(r["node"]), receivedAt: Number(r["received_at"]), payload: r["payload"] as Buffer }));
	}

	async count(): Promise<number> {
		return Number((await this.#db.get("SELECT COUNT(*) AS n FROM message"))?.["n"] ?? 0);
	}

	/** Events that were acknowledged to a node and not yet judged. */
	async pending(): Promise<JudgeEvent[]> {
		const rows = await this.#db.all("SELECT event FROM pending ORDER BY at");
		return rows.map((r) => JSON.parse(String(r["event"])) as JudgeEvent);
	}

	/** Forgets messages older than `days`, a slice at a time so that writers wait only briefly. */
	async retain(clock: Clock, days: number): Promise<void> {
		const before = clock.now() - days * 86_400_000;
		await this.#db.write([
			{
				sql: "DELETE FROM message WHERE (node, boot, seq) IN (SELECT node, boot, seq FROM message WHERE received_at < ? LIMIT 20000)",
				params: [before],
			},
		]);
	}
}

const TUPLE = "(?,?,?,?,?,?)";
const sqlByCount = new Map<number, string>();

function statementsFor(messages: StoredMessage[]): Statement[] {
	let sql = sqlByCount.get(messages.length);
	if (!sql) {
		sql = `INSERT OR IGNORE INTO message (node, boot, seq, kind, received_at, payload) VALUES ${Array(messages.length).fill(TUPLE).join(",")}`;
		sqlByCount.set(messages.length, sql);
	}
	const params: SqlValue[] = [];
	const events: Statement[] = [];
	for (const m of messages) {
		params.push(m.node, m.boot, m.seq, m.kind, m.receivedAt, m.payload);
		if (m.event) events.push({ sql: "INSERT OR IGNORE INTO pending VALUES (?,?,?)", params: [m.event.id, m.event.at, JSON.stringify(m.event)] });
	}
	return [{ sql, params }, ...events];
}
