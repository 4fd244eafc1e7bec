import {
	chmodSync,
	closeSync,
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { LookoutError } from "../../base/errors.ts";
import { MIGRATIONS, OLDEST_READER } from "./migrations.ts";
import { TABLE_NAMES } from "./salvage.ts";
import type { Connection } from "./sqlite.ts";
import * as sqlite from "./sqlite.ts";

/** A store's file: opening it, making a new one, and bringing either to the newest version. */

export interface Disk {
	writer: Connection;
	reader: Connection;
	/** Which files it is: see `filesOf`. */
	files: string;
}

/** How long another program may hold the store for itself before that is a fault: alarms wait meanwhile. */
export const BUSY_MS = 2_000;

/** Names the files of a store as they are on the disk now: others of the same names are others. */
export function filesOf(path: string): string {
	return ["", "-wal"]
		.map((end) => {
			const found = statSync(`${path}${end}`, { throwIfNoEntry: false });
			return found ? `${found.dev}:${found.ino}` : "gone";
		})
		.join(" ");
}

/**
 * A connection that writes and one that reads; migrates. Throws LK0201 for a store of a newer program, else what SQLite
 * says.
 */
export async function openDisk(path: string, onSql: ((sql: string) => void) | undefined): Promise<Disk> {
	// telephone numbers stand in it: nobody else on this machine is to read it
	closeSync(openSync(path, "a", 0o600));
	chmodSync(path, 0o600);
	const writer = await sqlite.connect(path);
	let reader: Connection | undefined;
	try {
		for (const pragma of [
			`busy_timeout=${BUSY_MS}`,
			"journal_mode=WAL",
			"synchronous=FULL",
			"foreign_keys=ON",
			"wal_autocheckpoint=4000",
			"journal_size_limit=67108864",
		]) {
			await sqlite.exec(writer, `PRAGMA ${pragma}`);
		}
		await migrate(writer);
		reader = await sqlite.connect(path);
		// one statement at a time: others would wait for it inside threads that files and name look-ups need too
		reader.serialize();
		await sqlite.exec(reader, "PRAGMA query_only=ON");
		await sqlite.exec(reader, `PRAGMA busy_timeout=${BUSY_MS}`);
		await proveReadable(reader);
		if (onSql) for (const db of [writer, reader]) sqlite.onSql(db, onSql);
		return { writer, reader, files: filesOf(path) };
	} catch (error) {
		await Promise.all([sqlite.close(writer), ...(reader ? [sqlite.close(reader)] : [])]);
		throw error;
	}
}

/** Files in memory on every Linux. */
const IN_MEMORY = "/dev/shm";
const MOST_IN_MEMORY = 512 << 20;

/**
 * Opens a copy of a store and its log in memory: where the disk cannot be written the log cannot be read beside its
 * file once its index is gone, and without its log a store may be empty. Throws where it is too large.
 */
async function openInMemory(path: string): Promise<Connection> {
	const files = ["", "-wal"].filter((end) => existsSync(`${path}${end}`));
	if (files.reduce((sum, end) => sum + statSync(`${path}${end}`).size, 0) > MOST_IN_MEMORY)
		throw new Error("too large to be copied into memory");
	const folder = mkdtempSync(join(IN_MEMORY, "lookout-"));
	try {
		for (const end of files) copyFileSync(`${path}${end}`, join(folder, `store${end}`));
		const connection = await sqlite.connect(join(folder, "store"));
		await sqlite.rowsOf(connection, "SELECT COUNT(*) FROM sqlite_master");
		return connection;
	} finally {
		// what is open stays readable without its name
		rmSync(folder, { recursive: true, force: true });
	}
}

/**
 * Tables without which nobody can be told: they are small, and are looked through at each start. The rest is checked
 * later.
 */
async function proveReadable(db: Connection): Promise<void> {
	const there = new Set(
		(await sqlite.rowsOf(db, "SELECT name FROM sqlite_master WHERE type='table'")).map((r) => String(r["name"])),
	);
	const gone = TABLE_NAMES.find((name) => !there.has(name));
	if (gone) throw Object.assign(new Error(`the table ${gone} is gone`), { code: "SQLITE_CORRUPT" });
	for (const table of [
		"setting",
		"session",
		"subscription",
		"link",
		"pending",
		"mask",
		"danger",
		"area_danger",
		"maintenance",
		"user",
		"token",
	]) {
		const [row] = await sqlite.rowsOf(db, `PRAGMA quick_check(${table})`);
		const found = String(Object.values(row ?? { ok: "ok" })[0]);
		if (found !== "ok") throw Object.assign(new Error(`${table}: ${found}`), { code: "SQLITE_CORRUPT" });
	}
}

/**
 * A file that cannot be written, opened for reading as far as that goes; without its log where even that cannot be
 * opened.
 */
export async function openToRead(path: string): Promise<Connection | undefined> {
	const ways = [
		() => sqlite.connectReadOnly(path, false),
		() => openInMemory(path),
		() => sqlite.connectReadOnly(path, true),
	];
	for (const way of ways) {
		let connection: Connection | undefined;
		try {
			connection = await way();
			await sqlite.rowsOf(connection, "SELECT COUNT(*) FROM sqlite_master");
			return connection;
		} catch {
			if (connection) await sqlite.close(connection); // the next way, or none
		}
	}
	return undefined;
}

/** A copy that cannot be used is as good as none: people must be told without it. */
export async function withCopy(
	find: (() => string | undefined) | undefined,
	use: (copy: Connection) => Promise<unknown>,
): Promise<void> {
	let copy: Connection | undefined;
	try {
		const path = find?.();
		if (!path) return;
		copy = await sqlite.connectReadOnly(path, true);
		await use(copy);
	} catch {
		// what it holds stays missing, and that is said
	} finally {
		if (copy) await sqlite.close(copy);
	}
}

/** Puts a new file in the place of a damaged one, which gets another name; one that was taken away needs none. */
export function replaceFile(path: string, made: string): void {
	const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
	const aside = `${path}.damaged-${mtimeMs.toFixed(0)}`;
	for (const end of ["", "-wal", "-shm"])
		if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${aside}${end}`);
	renameSync(made, path);
}

/** Stands beside a store, so that one that is gone is noticed. */
export class Mark {
	readonly #file: string;

	constructor(storePath: string) {
		this.#file = `${storePath}.exists`;
	}

	get isThere(): boolean {
		return existsSync(this.#file);
	}

	write(): void {
		writeFileSync(this.#file, "A store stands beside this file. If it is gone, that is said.\n", { mode: 0o600 });
	}
}

/** A store of its own in a new file, which gets its name when it is whole and synced. */
export async function writeNew(path: string, fill: (to: Connection) => Promise<unknown>): Promise<void> {
	const part = `${path}.part`;
	for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(`${part}${end}`, { force: true });
	mkdirSync(dirname(path), { recursive: true });
	closeSync(openSync(part, "a", 0o600));
	const to = await sqlite.connect(part);
	try {
		await sqlite.exec(to, "PRAGMA synchronous=FULL");
		await migrate(to);
		await sqlite.exec(to, "BEGIN");
		await fill(to);
		await sqlite.exec(to, "COMMIT");
		await sqlite.close(to);
	} catch (error) {
		await sqlite.close(to);
		// what is not whole must not take the room that alarms need
		for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(`${part}${end}`, { force: true });
		throw error;
	}
	renameSync(part, path);
}

/**
 * Brings a store to the newest version this program knows. Throws LK0201 for one that is newer and names no older
 * reader.
 */
export async function migrate(db: Connection): Promise<void> {
	const [row] = await sqlite.rowsOf(db, "PRAGMA user_version");
	const version = Number(row?.["user_version"] ?? 0);
	if (version > MIGRATIONS.length && (await oldestReader(db)) > MIGRATIONS.length) {
		throw new LookoutError("LK0201", `the store is of version ${version}, this program knows ${MIGRATIONS.length}`, {
			hint: "Start the newer program, or move the store aside.",
		});
	}
	for (let i = version; i < MIGRATIONS.length; i++) {
		await sqlite.exec(db, `BEGIN IMMEDIATE; ${MIGRATIONS[i]}; PRAGMA user_version=${i + 1}; COMMIT`);
	}
	if (version < MIGRATIONS.length)
		await sqlite.run(db, {
			sql: "INSERT OR REPLACE INTO setting VALUES (?,?)",
			params: [OLDEST_READER_KEY, String(OLDEST_READER)],
		});
}

const OLDEST_READER_KEY = "store.oldestReader";

/** The least version that a store asks of whoever opens it; more than any where it does not say. */
async function oldestReader(db: Connection): Promise<number> {
	const rows = await sqlite.rowsOf(db, "SELECT value FROM setting WHERE key=?", [OLDEST_READER_KEY]).catch(() => []);
	return Number(rows[0]?.["value"] ?? Number.POSITIVE_INFINITY);
}
