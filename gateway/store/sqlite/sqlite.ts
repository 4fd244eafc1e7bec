import sqlite3 from "sqlite3";
import { LookoutError } from "../../base/errors.ts";
import type { DiskTrouble } from "../fault.ts";

/** The calls of the SQLite driver as promises, and what its errors mean to us. */

export type Connection = sqlite3.Database;
export type SqlValue = string | number | null | Uint8Array;
export interface Statement {
	sql: string;
	params?: SqlValue[];
}
export type Row = Record<string, string | number | null | Buffer>;
/** Gives the statements of a transaction, and may read what it depends on. */
export type Build = (db: Connection) => Promise<Statement[]>;

const TROUBLES: [RegExp, DiskTrouble][] = [
	[/^SQLITE_FULL|ENOSPC|EDQUOT/, "full"],
	[/^SQLITE_READONLY|EROFS|EACCES|EPERM/, "readOnly"],
	[/^SQLITE_(CORRUPT|NOTADB)|^SQLITE_ERROR: no such table/, "damaged"],
	[/^SQLITE_(BUSY|LOCKED)/, "locked"],
	[/^SQLITE_(IOERR|CANTOPEN)|EIO/, "failing"],
];

/** What an error says of the disk; undefined where the statement itself was wrong. */
export function diskTroubleIn(error: unknown): DiskTrouble | undefined {
	for (let at = error as { code?: unknown; cause?: unknown } | undefined; at; at = at.cause as typeof at) {
		const { code = "", message = "" } = at as { code?: string; message?: string };
		// a table that is gone has no code of its own: only the words tell it from a statement that is wrong
		const said = code === "SQLITE_ERROR" ? message : code;
		const found = TROUBLES.find(([pattern]) => pattern.test(said));
		if (found) return found[1];
	}
	return undefined;
}

/** Who wants to hear of a connection's statements. */
const heard = new WeakMap<Connection, (sql: string) => void>();

export function onSql(db: Connection, listener: (sql: string) => void): void {
	heard.set(db, listener);
}

export function connect(path: string, flags = sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE): Promise<Connection> {
	return new Promise((resolve, reject) => {
		const db: Connection = new sqlite3.Database(path, flags, (error) => (error ? reject(error) : resolve(db)));
	});
}

export function connectReadOnly(path: string, immutable: boolean): Promise<Connection> {
	const address = `file:${encodeURI(path).replaceAll("?", "%3f").replaceAll("#", "%23")}?mode=ro${immutable ? "&immutable=1" : ""}`;
	return connect(address, sqlite3.OPEN_READONLY | sqlite3.OPEN_URI);
}

export function exec(db: Connection, sql: string): Promise<void> {
	return new Promise((resolve, reject) => db.exec(sql, (error) => (error ? reject(refused(error, sql)) : resolve())));
}

export function run(db: Connection, { sql, params = [] }: Statement): Promise<void> {
	heard.get(db)?.(sql);
	return new Promise((resolve, reject) =>
		db.run(sql, params, (error) => (error ? reject(refused(error, sql)) : resolve())),
	);
}

export function rowsOf(db: Connection, sql: string, params: SqlValue[] = []): Promise<Row[]> {
	heard.get(db)?.(sql);
	return new Promise((resolve, reject) =>
		db.all(sql, params, (error, rows) => (error ? reject(refused(error, sql)) : resolve(rows as Row[]))),
	);
}

export function close(db: Connection): Promise<void> {
	return new Promise((resolve) => db.close(() => resolve()));
}

/** Runs what `build` gives in one transaction; nothing of it is left behind when it fails. */
export async function transaction(db: Connection, build: () => Promise<Statement[]>): Promise<void> {
	await exec(db, "BEGIN IMMEDIATE");
	try {
		for (const statement of await build()) await run(db, statement);
		await exec(db, "COMMIT");
	} catch (error) {
		await exec(db, "ROLLBACK").catch(() => {});
		throw error;
	}
}

function refused(error: Error, sql: string): LookoutError {
	return new LookoutError("LK0202", `the store refused "${sql.slice(0, 60)}": ${error.message}`, { cause: error });
}
