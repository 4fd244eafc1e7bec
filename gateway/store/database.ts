import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import sqlite3 from "sqlite3";
import { LookoutError, messageOf } from "../base/errors.ts";
import { MIGRATIONS, OLDEST_READER } from "./migrations.ts";

export type SqlValue = string | number | null | Uint8Array;
export interface Statement {
	sql: string;
	params?: SqlValue[];
}
export type Row = Record<string, string | number | null | Buffer>;

/**
 * One SQLite file: a connection that writes, behind a queue, and one that reads. What `write` resolves for is on
 * the disk (WAL, synchronous=FULL: the log is synced at each commit).
 */
export class Database {
	readonly #writer: sqlite3.Database;
	readonly #reader: sqlite3.Database;
	#tail: Promise<unknown> = Promise.resolve();
	#closed = false;

	private constructor(writer: sqlite3.Database, reader: sqlite3.Database) {
		this.#writer = writer;
		this.#reader = reader;
	}

	/** Opens and migrates; `onSql` hears of each statement. Throws LK0201 when the file cannot be opened or is newer than this program. */
	static async open(path: string, onSql?: (sql: string) => void): Promise<Database> {
		try {
			mkdirSync(dirname(path), { recursive: true });
			// telephone numbers stand in it: nobody else on this machine is to read it
			closeSync(openSync(path, "a", 0o600));
			chmodSync(path, 0o600);
			const writer = await connect(path);
			for (const pragma of ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "wal_autocheckpoint=4000"]) {
				await exec(writer, `PRAGMA ${pragma}`);
			}
			await migrate(writer);
			const reader = await connect(path);
			// one statement at a time: others would wait for it inside threads that files and name look-ups need too
			reader.serialize();
			await exec(reader, "PRAGMA query_only=ON");
			await exec(reader, "PRAGMA busy_timeout=5000");
			// prepared statements as they were written, before their parameters are put in
			if (onSql) for (const db of [writer, reader]) heard.set(db, onSql);
			return new Database(writer, reader);
		} catch (cause) {
			if (cause instanceof LookoutError) throw cause;
			throw new LookoutError("LK0201", `the store ${path} cannot be opened: ${messageOf(cause)}`, {
				cause,
				hint: "Check that the folder can be written and that the disk has room.",
			});
		}
	}

	/** Runs all statements in one transaction; resolves after the sync. Throws LK0202 and leaves nothing behind on failure. */
	write(statements: Statement[]): Promise<void> {
		return this.#exclusive(async () => {
			if (statements.length === 1 && statements[0]) {
				await run(this.#writer, statements[0]); // a single statement is its own transaction
				return;
			}
			await this.#transaction(async () => statements);
		});
	}

	/** The same for statements that depend on what stands in the store: `read` sees it as it is inside the transaction. */
	writeAfterReading(build: (read: (sql: string, params?: SqlValue[]) => Promise<Row | undefined>) => Promise<Statement[]>): Promise<void> {
		return this.#exclusive(() => this.#transaction(() => build(async (sql, params = []) => (await rowsOf(this.#writer, sql, params))[0])));
	}

	async #transaction(build: () => Promise<Statement[]>): Promise<void> {
		await exec(this.#writer, "BEGIN IMMEDIATE");
		try {
			for (const statement of await build()) await run(this.#writer, statement);
			await exec(this.#writer, "COMMIT");
		} catch (error) {
			await exec(this.#writer, "ROLLBACK").catch(() => {});
			throw error;
		}
	}

	all(sql: string, params: SqlValue[] = []): Promise<Row[]> {
		return rowsOf(this.#reader, sql, params);
	}

	async get(sql: string, params: SqlValue[] = []): Promise<Row | undefined> {
		return (await this.all(sql, params))[0];
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		await this.#tail.catch(() => {});
		await Promise.all([close(this.#reader), close(this.#writer)]);
	}

	#exclusive<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#tail.then(work, work);
		this.#tail = result.catch(() => {});
		return result;
	}
}

async function migrate(db: sqlite3.Database): Promise<void> {
	const version = await new Promise<number>((resolve, reject) => {
		db.get("PRAGMA user_version", (error, row) => (error ? reject(error) : resolve((row as { user_version: number }).user_version)));
	});
	if (version > MIGRATIONS.length && (await oldestReader(db)) > MIGRATIONS.length) {
		throw new LookoutError("LK0201", `the store is of version ${version}, this program knows ${MIGRATIONS.length}`, {
			hint: "Start the newer program, or move the store aside.",
		});
	}
	for (let i = version; i < MIGRATIONS.length; i++) {
		await exec(db, `BEGIN IMMEDIATE; ${MIGRATIONS[i]}; PRAGMA user_version=${i + 1}; COMMIT`);
	}
	if (version < MIGRATIONS.length)
		await run(db, { sql: "INSERT OR REPLACE INTO setting VALUES (?,?)", params: [OLDEST_READER_KEY, String(OLDEST_READER)] });
}

const OLDEST_READER_KEY = "store.oldestReader";

/** The least version that a store asks of whoever opens it; more than any where it does not say. */
async function oldestReader(db: sqlite3.Database): Promise<number> {
	const rows = await rowsOf(db, "SELECT value FROM setting WHERE key=?", [OLDEST_READER_KEY]).catch(() => []);
	return Number(rows[0]?.["value"] ?? Number.POSITIVE_INFINITY);
}

function connect(path: string): Promise<sqlite3.Database> {
	return new Promise((resolve, reject) => {
		const db: sqlite3.Database = new sqlite3.Database(path, (error) => (error ? reject(error) : resolve(db)));
	});
}

function exec(db: sqlite3.Database, sql: string): Promise<void> {
	return new Promise((resolve, reject) => db.exec(sql, (error) => (error ? reject(refused(error, sql)) : resolve())));
}

/** Who wants to hear of a connection's statements. */
const heard = new WeakMap<sqlite3.Database, (sql: string) => void>();

function run(db: sqlite3.Database, { sql, params = [] }: Statement): Promise<void> {
	heard.get(db)?.(sql);
	return new Promise((resolve, reject) => db.run(sql, params, (error) => (error ? reject(refused(error, sql)) : resolve())));
}

function rowsOf(db: sqlite3.Database, sql: string, params: SqlValue[]): Promise<Row[]> {
	heard.get(db)?.(sql);
	return new Promise((resolve, reject) => db.all(sql, params, (error, rows) => (error ? reject(refused(error, sql)) : resolve(rows as Row[]))));
}

function close(db: sqlite3.Database): Promise<void> {
	return new Promise((resolve) => db.close(() => resolve()));
}

function refused(error: Error, sql: string): LookoutError {
	return new LookoutError("LK0202", `the store refused "${sql.slice(0, 60)}": ${error.message}`, { cause: error });
}
