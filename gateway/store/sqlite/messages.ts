import { createHash } from "node:crypto";
import { LookoutError } from "../../base/errors.ts";
import type { JudgeEvent } from "../../model/event.ts";
import type { LastOf, MessageStore, StoredMessage, StoredPlace } from "../messages.ts";
import type { Database, SqlValue, Statement } from "./database.ts";

interface Waiting {
	message: StoredMessage;
	done: (error?: Error) => void;
}

/** Rows per statement: six values each stay far below SQLite's limit of 32,766. */
const BATCH = 1000;
/** Old messages forgotten at a time. */
const SLICE = 2000;
/**
 * More than this waiting means that the disk does not follow: refuse, so that the node keeps its message and tries
 * again.
 */
const MOST_WAITING = 20_000;
/** Births that may go into the room for alarms while the disk is full: half a MiB of its sixteen. */
const MOST_INTRODUCED = 4_000;

/** Group commit: what arrives while a commit is under way shares the next one. */
export class SqliteMessageStore implements MessageStore {
	readonly #db: Database;
	readonly #waiting: Waiting[] = [];
	#writing = false;
	/** Births taken since the disk was full. */
	#introduced = 0;

	constructor(db: Database) {
		this.#db = db;
	}

	/** Calls back once the message is on the disk. A message already stored counts as stored. */
	add(message: StoredMessage, done: (error?: Error) => void): void {
		if (this.#waiting.length >= MOST_WAITING) {
			done(new LookoutError("LK0003", "the store does not keep up with the sensors; the message is not acknowledged"));
			return;
		}
		if (!this.#db.isShort) this.#introduced = 0;
		// the rest of a full disk is for alarms; a node keeps a reading that is not acknowledged
		if (this.#db.isShort && !message.event && !this.#mayIntroduce(message))
			return done(new LookoutError("LK0203", "the disk is full; readings are not taken"));
		this.#waiting.push({ message, done });
		if (!this.#writing) void this.#drain();
	}

	/**
	 * A birth comes first on each connection, and many clients send nothing behind a message that is not acknowledged: so
	 * that an alarm is not held up by it, some go into the room for alarms.
	 */
	#mayIntroduce(message: StoredMessage): boolean {
		return message.introduces === true && this.#introduced++ < MOST_INTRODUCED;
	}

	async #drain(): Promise<void> {
		this.#writing = true;
		// let the rest of the packets that came in one read join the first commit
		await Promise.resolve();
		while (this.#waiting.length > 0) {
			const batch = this.#waiting.splice(0, BATCH);
			let failure: Error | undefined;
			try {
				await this.#db.write(statementsFor(batch.map((w) => w.message)), { durable: true });
			} catch (error) {
				failure = error as Error;
			}
			for (const { done } of batch) done(failure);
		}
		this.#writing = false;
	}

	/**
	 * Where a node stood when it was last heard: its newest boot, the newest sequence numbers of it, and its newest
	 * message of the given kind among them. Undefined for a node that has never spoken. The time it takes does not depend
	 * on what is stored.
	 */
	async lastOf(node: string, kind: number, count: number): Promise<LastOf | undefined> {
		const row = await this.#db.get("SELECT MAX(boot) AS boot FROM message WHERE node=?", [node]);
		if (row?.["boot"] === null || row?.["boot"] === undefined) return undefined;
		const boot = Number(row["boot"]);
		const newest =
			"SELECT seq, kind, received_at, payload FROM message WHERE node=? AND boot=? ORDER BY seq DESC LIMIT ?";
		const seqs = await this.#db.all(`SELECT seq, received_at FROM (${newest})`, [node, boot, count]);
		const last = await this.#db.get(`SELECT received_at, payload FROM (${newest}) WHERE kind=? LIMIT 1`, [
			node,
			boot,
			count,
			kind,
		]);
		return {
			boot,
			seqs: seqs.map((r) => ({ seq: Number(r["seq"]), at: Number(r["received_at"]) })),
			...(last ? { last: { receivedAt: Number(last["received_at"]), payload: last["payload"] as Buffer } } : {}),
		};
	}

	/**
	 * How many devices have spoken under a node's name before the one with this credential: another password is another
	 * device, which counts anew from one. Kept, so that it stays so over a restart.
	 */
	async deviceOf(node: string, credential: string): Promise<number> {
		const key = `device:${node}`;
		const mark = createHash("sha256").update(credential).digest("hex").slice(0, 16);
		const row = await this.#db.get("SELECT value FROM setting WHERE key=?", [key]);
		const [device = "0", known = mark] = String(row?.["value"] ?? "")
			.split(" ")
			.filter((p) => p !== "");
		if (row && known === mark) return Number(device);
		const next = row ? Number(device) + 1 : 0;
		await this.#db.write([{ sql: "INSERT OR REPLACE INTO setting VALUES (?,?)", params: [key, `${next} ${mark}`] }]);
		return next;
	}

	/**
	 * At most `count` messages of a kind that a node has sent, newest first, by its own order; those before `place` where
	 * it is given.
	 */
	async newest(
		node: string,
		kind: number,
		count: number,
		place: StoredPlace = { boot: Number.MAX_SAFE_INTEGER, seq: 0 },
	): Promise<(StoredPlace & { receivedAt: number; payload: Buffer })[]> {
		const rows = await this.#db.all(
			"SELECT boot, seq, received_at, payload FROM message WHERE node=? AND (boot, seq) < (?, ?) AND kind=? ORDER BY boot DESC, seq DESC LIMIT ?",
			[node, place.boot, place.seq, kind, count],
		);
		return rows.map((r) => ({
			boot: Number(r["boot"]),
			seq: Number(r["seq"]),
			receivedAt: Number(r["received_at"]),
			payload: r["payload"] as Buffer,
		}));
	}

	async count(): Promise<number> {
		return Number((await this.#db.get("SELECT COUNT(*) AS n FROM message"))?.["n"] ?? 0);
	}

	/** Events that were acknowledged to a node and not yet judged. */
	async pending(): Promise<JudgeEvent[]> {
		const rows = await this.#db.all("SELECT event FROM pending ORDER BY at");
		return rows.map((r) => JSON.parse(String(r["event"])) as JudgeEvent);
	}

	/**
	 * Forgets a slice of the messages older than `before`, ms since 1970, so that writers wait only briefly; true while
	 * there are more.
	 */
	async retainSlice(before: number): Promise<boolean> {
		const rows = await this.#db.all(
			"SELECT node, boot, seq FROM message WHERE received_at<? ORDER BY received_at LIMIT ?",
			[before, SLICE],
		);
		if (rows.length === 0) return false;
		const params = rows.flatMap((r): SqlValue[] => [String(r["node"]), Number(r["boot"]), Number(r["seq"])]);
		const sql = `DELETE FROM message WHERE (node, boot, seq) IN (VALUES ${rows.map(() => "(?,?,?)").join(",")})`;
		await this.#db.write([{ sql, params }]);
		return rows.length === SLICE;
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
		if (m.event)
			events.push({
				sql: "INSERT OR IGNORE INTO pending VALUES (?,?,?)",
				params: [m.event.id, m.event.at, JSON.stringify(m.event)],
			});
	}
	return [{ sql, params }, ...events];
}
