import { existsSync, mkdirSync, renameSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { LookoutError, messageOf } from "../../base/errors.ts";
import type { StoreFault } from "../fault.ts";
import { BUSY_MS, type Disk, filesOf, migrate, openDisk, openInMemory, writeNew } from "./file.ts";
import { takeAll, takeWhatIsNeeded } from "./salvage.ts";
import type { Connection, Row, SqlValue, Statement } from "./sqlite.ts";
import * as sqlite from "./sqlite.ts";

export type { Row, SqlValue, Statement } from "./sqlite.ts";

export interface DatabaseOptions {
	/**
	 * Told of each change of what is wrong. Without it a disk that cannot be used is an error: a command would answer
	 * from nothing.
	 */
	onFault?: (fault: StoreFault | undefined) => void;
	onSql?: (sql: string) => void;
	/** A daily copy that may take the place of a store that is gone. */
	copy?: () => string | undefined;
	/** Bytes kept for alarms beside the store; none without it. */
	reserveBytes?: number;
	/** Bytes of statements that may wait in memory; beyond it the tables are what is written later. */
	mostUnwrittenBytes?: number;
}

/** Gives the statements of a transaction, and may read what it depends on. */
type Build = (db: Connection) => Promise<Statement[]>;

/** The store in memory while the disk cannot be written, and the transactions that the disk has not seen. */
interface InMemory {
	connection: Connection;
	log: Statement[][];
	bytes: number;
	/** Not every transaction is in the log any more. */
	overflowed: boolean;
}

/** Statements that wait to be written; beyond it the tables in memory are what is written. */
const MOST_UNWRITTEN_BYTES = 256 << 20;
/** A reserve is made again when the disk has this many times its size free. */
const ROOM_FACTOR = 4;

/**
 * One SQLite file: a connection that writes, behind a queue, and one that reads. What `write` resolves for is on the
 * disk (WAL, synchronous=FULL: the log is synced at each commit) as long as `isDurable`; where the disk cannot be
 * written it is in memory, and goes to the disk in the same order when that is possible again. A damaged file is set
 * aside, and what can be read of it goes into a new one.
 */
export class Database {
	readonly #path: string;
	readonly #options: DatabaseOptions;
	#disk: Disk | undefined;
	#memory: InMemory | undefined;
	#fault: StoreFault | undefined;
	#hasReserve = false;
	#tail: Promise<unknown> = Promise.resolve();
	#closed = false;
	/** Transactions handed to the disk so far, and whether it still has the last one. */
	#begun = 0;
	#isWriting = false;

	private constructor(path: string, options: DatabaseOptions) {
		this.#path = path;
		this.#options = options;
	}

	/**
	 * Opens and migrates. Throws LK0201 when the file is newer than this program; a disk that cannot be used is a fault,
	 * and no error.
	 */
	static async open(path: string, options: DatabaseOptions = {}): Promise<Database> {
		const db = new Database(path, options);
		await db.#open();
		return db;
	}

	get path(): string {
		return this.#path;
	}

	get fault(): StoreFault | undefined {
		return this.#fault;
	}

	/**
	 * The number of the transaction that the disk has now, undefined while it has none: one that stays the same shows a
	 * disk that hangs.
	 */
	get writing(): number | undefined {
		return this.#isWriting ? this.#begun : undefined;
	}

	/** Whether what is written now is on the disk when `write` resolves. */
	get isDurable(): boolean {
		return this.#memory === undefined;
	}

	/** The disk is full and the rest of it is kept for alarms. */
	get isShort(): boolean {
		return this.#fault?.state === "reserve";
	}

	/**
	 * Runs all statements in one transaction; resolves after the sync. Throws LK0202 and leaves nothing behind on
	 * failure. With `durable` throws LK0203 instead of keeping them in memory.
	 */
	write(statements: Statement[], how: { durable?: boolean } = {}): Promise<void> {
		return this.#exclusive(() =>
			this.#write(async () => statements, { durable: how.durable ?? false, single: statements.length === 1 }),
		);
	}

	/**
	 * The same for statements that depend on what stands in the store: `read` sees it as it is inside the transaction.
	 */
	writeAfterReading(
		build: (read: (sql: string, params?: SqlValue[]) => Promise<Row | undefined>) => Promise<Statement[]>,
	): Promise<void> {
		const inside: Build = (db) => build(async (sql, params = []) => (await sqlite.rowsOf(db, sql, params))[0]);
		return this.#exclusive(() => this.#write(inside, { durable: false, single: false }));
	}

	async all(sql: string, params: SqlValue[] = []): Promise<Row[]> {
		try {
			return await this.#read(sql, params);
		} catch (error) {
			if (this.#memory || !this.#options.onFault || sqlite.diskTroubleIn(error) !== "damaged") throw error;
			await this.#exclusive(() => this.#goToMemory("damaged"));
			return this.#read(sql, params);
		}
	}

	async get(sql: string, params: SqlValue[] = []): Promise<Row | undefined> {
		return (await this.all(sql, params))[0];
	}

	/**
	 * Tries to get out of what is wrong: writes to the disk what is in memory, puts a new file in the place of a damaged
	 * one, makes the reserve again. True when nothing is wrong any more. To be called now and then.
	 */
	async mend(): Promise<boolean> {
		if (this.#closed) return false;
		try {
			// what is written goes into files that nobody will find again
			if (this.#disk && filesOf(this.#path) !== this.#disk.files) await this.#exclusive(() => this.#lose());
			if (this.#memory && (this.#fault?.why === "damaged" || this.#fault?.why === "lost")) await this.#replace();
			else if (this.#memory) await this.#exclusive(() => this.#returnToDisk());
			else if (this.isShort && this.#makeReserve()) this.#tell(undefined);
		} catch (error) {
			const trouble = sqlite.diskTroubleIn(error);
			if (trouble === undefined) throw error; // nothing that more room or another disk would mend: it must be heard of
			// what has kept it in memory was not all that is wrong: the file itself cannot be used
			if (this.#memory && trouble === "damaged") this.#tell({ why: "damaged", state: "memory" });
		}
		return this.#memory === undefined && this.#fault === undefined;
	}

	/** That another file has taken the place of the one that was is known now. */
	acknowledge(): void {
		if (this.#fault?.state === "replaced") this.#tell(undefined);
	}

	/** Copies everything but readings into another file, which appears when it is whole. */
	async copyTo(path: string): Promise<void> {
		if (!this.#disk || this.#memory) return;
		const from = await sqlite.connectReadOnly(this.#path, false);
		try {
			await writeNew(path, (to) => takeAll(from, to));
		} finally {
			await sqlite.close(from);
		}
	}

	/** Whether the file is whole, as far as SQLite can tell; reads all of it, so not before people are served. */
	async check(): Promise<void> {
		if (!this.#disk || this.#memory) return;
		const from = await sqlite.connectReadOnly(this.#path, false);
		const [row] = await sqlite
			.rowsOf(from, "PRAGMA quick_check(1)")
			.catch((error) => [{ quick_check: messageOf(error) }]);
		await sqlite.close(from);
		if (row && row["quick_check"] !== "ok") await this.#exclusive(() => this.#goToMemory("damaged"));
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		await this.#tail.catch(() => {});
		if (this.#memory) await this.#returnToDisk().catch(() => {});
		await this.#closeDisk();
		if (this.#memory) await sqlite.close(this.#memory.connection);
	}

	async #open(): Promise<void> {
		const wasThere = existsSync(mark(this.#path));
		try {
			mkdirSync(dirname(this.#path), { recursive: true });
			const isGone = wasThere && (!existsSync(this.#path) || statSync(this.#path).size === 0);
			if (isGone) await this.#restoreCopy();
			this.#disk = await this.#openWithRoom();
			if (!wasThere) writeMark(this.#path);
			if (isGone) this.#tell({ why: "lost", state: "replaced" });
			this.#makeReserve();
		} catch (cause) {
			if (cause instanceof LookoutError && cause.code === "LK0201") throw cause;
			const trouble = sqlite.diskTroubleIn(cause);
			if (!trouble || !this.#options.onFault) {
				await this.#closeDisk();
				throw new LookoutError("LK0201", `the store ${this.#path} cannot be opened: ${messageOf(cause)}`, {
					cause,
					hint: "Check that the folder can be written and that the disk has room.",
				});
			}
			await this.#closeDisk();
			await this.#goToMemory(trouble);
			if (trouble === "damaged") await this.#replace().catch(() => {});
		}
	}

	/**
	 * Opening takes room for the index of the log, which a power cut takes along: on a full disk the reserve is there for
	 * it.
	 */
	async #openWithRoom(): Promise<Disk> {
		try {
			return await openDisk(this.#path, this.#options.onSql);
		} catch (error) {
			const trouble = sqlite.diskTroubleIn(error);
			if ((trouble !== "full" && trouble !== "failing") || !existsSync(reserve(this.#path))) throw error;
			rmSync(reserve(this.#path), { force: true });
			const disk = await openDisk(this.#path, this.#options.onSql);
			this.#tell({ why: "full", state: "reserve" });
			return disk;
		}
	}

	/** The daily copy in the place of a store that is gone. */
	async #restoreCopy(): Promise<void> {
		await this.#withCopy(async (copy) => {
			for (const end of ["", "-wal", "-shm"]) rmSync(`${this.#path}${end}`, { force: true });
			await writeNew(this.#path, (to) => takeAll(copy, to));
		});
	}

	/** A copy that cannot be used is as good as none: people must be told without it. */
	async #withCopy(use: (copy: Connection) => Promise<unknown>): Promise<void> {
		let copy: Connection | undefined;
		try {
			const path = this.#options.copy?.();
			if (!path) return;
			copy = await sqlite.connectReadOnly(path, true);
			await use(copy);
		} catch {
			// what it holds stays missing, and that is said
		} finally {
			if (copy) await sqlite.close(copy);
		}
	}

	#read(sql: string, params: SqlValue[]): Promise<Row[]> {
		const connection = this.#memory?.connection ?? this.#disk?.reader;
		return connection
			? sqlite.rowsOf(connection, sql, params)
			: Promise.reject(new LookoutError("LK0202", "the store is closed"));
	}

	async #write(build: Build, { durable, single }: { durable: boolean; single: boolean }): Promise<void> {
		if (!this.#memory && this.#disk) {
			const { writer } = this.#disk;
			// a single statement is its own transaction
			const commit = async () => {
				this.#begun++;
				this.#isWriting = true;
				try {
					if (single) await sqlite.run(writer, (await build(writer))[0] as Statement);
					else await sqlite.transaction(writer, () => build(writer));
				} finally {
					this.#isWriting = false;
				}
			};
			try {
				return await commit();
			} catch (error) {
				let trouble = sqlite.diskTroubleIn(error);
				if (!trouble || !this.#options.onFault) throw error;
				if (trouble === "full" && this.#giveUpReserve()) {
					try {
						return await commit();
					} catch (again) {
						trouble = sqlite.diskTroubleIn(again);
						if (!trouble) throw again;
					}
				}
				await this.#goToMemory(trouble);
			}
		}
		if (durable) throw new LookoutError("LK0203", "the disk cannot be written; this is not kept");
		await this.#inMemory(build);
	}

	async #inMemory(build: Build): Promise<void> {
		const memory = this.#memory;
		if (!memory) throw new LookoutError("LK0202", "the store is closed");
		let statements: Statement[] = [];
		await sqlite.transaction(memory.connection, async () => {
			statements = await build(memory.connection);
			return statements;
		});
		// beyond the limit the tables themselves are written later, in place of what led to them
		memory.overflowed ||= memory.bytes > (this.#options.mostUnwrittenBytes ?? MOST_UNWRITTEN_BYTES);
		if (memory.overflowed) return;
		memory.log.push(statements);
		for (const { sql, params = [] } of statements)
			memory.bytes += sql.length + params.reduce((n: number, p) => n + sizeOf(p), 0);
	}

	/** From here on everything happens in memory, on what can be read of what people need now. */
	async #goToMemory(why: StoreFault["why"]): Promise<void> {
		if (this.#memory) return;
		const connection = await sqlite.connect(":memory:");
		await migrate(connection);
		const from = this.#disk?.reader ?? (await this.#openToRead());
		const missing = from ? await takeWhatIsNeeded(from, connection) : ["all"];
		if (from && from !== this.#disk?.reader) await sqlite.close(from);
		if (missing.length > 0) await this.#withCopy((copy) => takeWhatIsNeeded(copy, connection));
		this.#memory = { connection, log: [], bytes: 0, overflowed: false };
		this.#tell({ why, state: "memory", ...(missing.length > 0 ? { missing } : {}) });
	}

	async #lose(): Promise<void> {
		if (this.#memory) this.#tell({ why: "lost", state: "memory" });
		else await this.#goToMemory("lost");
	}

	/**
	 * A file that cannot be written, opened for reading as far as that goes; without its log where even that cannot be
	 * opened.
	 */
	async #openToRead(): Promise<Connection | undefined> {
		const ways = [
			() => sqlite.connectReadOnly(this.#path, false),
			() => openInMemory(this.#path),
			() => sqlite.connectReadOnly(this.#path, true),
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

	/** Writes what memory holds in one transaction: all of it is on the disk, or none. */
	async #returnToDisk(): Promise<void> {
		const memory = this.#memory;
		if (!memory) return;
		this.#disk ??= await openDisk(this.#path, this.#options.onSql);
		// a transaction that writes nothing would succeed on any disk
		const proof = { sql: "INSERT OR REPLACE INTO setting VALUES ('store.written', strftime('%s','now'))" };
		// alarms wait for this: whoever still holds the store is asked again later
		await sqlite.exec(this.#disk.writer, "PRAGMA busy_timeout=0");
		try {
			await replay(memory, this.#disk.writer, [proof]);
		} finally {
			if (this.#disk) await sqlite.exec(this.#disk.writer, `PRAGMA busy_timeout=${BUSY_MS}`);
		}
		this.#memory = undefined;
		await sqlite.close(memory.connection);
		this.#hasReserve = false;
		this.#tell(this.#makeReserve() || !this.#options.reserveBytes ? undefined : { why: "full", state: "reserve" });
	}

	/**
	 * A new file with what can be read of the damaged or lost one and what has happened since; a damaged one is set
	 * aside.
	 */
	async #replace(): Promise<void> {
		const made = `${this.#path}.new`;
		const why = this.#fault?.why ?? "damaged";
		// an open connection still sees what has been taken away under its name
		const open = this.#disk?.reader;
		const from = open ?? (await this.#openToRead());
		const missing: string[] = [];
		// meanwhile the damaged file is not written any more, and what happens stands in memory
		await writeNew(made, async (to) => {
			missing.push(...(from ? await takeAll(from, to) : ["all"]));
			if (missing.length > 0) await this.#withCopy((copy) => takeAll(copy, to));
		});
		if (from && from !== open) await sqlite.close(from);
		await this.#exclusive(async () => {
			const memory = this.#memory;
			if (!memory) return;
			const to = await sqlite.connect(made);
			// what came into memory while the file was damaged is newer than anything in it
			try {
				// of a file that could not be read at all memory holds the only rows there are
				await replay(from ? memory : { ...memory, log: [], overflowed: true }, to, []);
			} finally {
				await sqlite.close(to);
			}
			await this.#closeDisk();
			// a file that somebody has taken away need not be set aside
			const aside = `${this.#path}.damaged-${(statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? 0).toFixed(0)}`;
			for (const end of ["", "-wal", "-shm"])
				if (existsSync(`${this.#path}${end}`)) renameSync(`${this.#path}${end}`, `${aside}${end}`);
			renameSync(made, this.#path);
			// from here on the file holds all that memory does: should it not open now, it is only opened again
			Object.assign(memory, { log: [], bytes: 0, overflowed: false });
			this.#tell({ why: "failing", state: "memory" });
			this.#disk = await openDisk(this.#path, this.#options.onSql);
			this.#memory = undefined;
			await sqlite.close(memory.connection);
			writeMark(this.#path);
			this.#hasReserve = false;
			this.#makeReserve();
			this.#tell({ why, state: "replaced", ...(missing.length > 0 ? { missing } : {}) });
		});
	}

	#giveUpReserve(): boolean {
		if (!this.#hasReserve) return false;
		this.#hasReserve = false;
		rmSync(reserve(this.#path), { force: true });
		this.#tell({ why: "full", state: "reserve" });
		return true;
	}

	/** True when the room for alarms is there. */
	#makeReserve(): boolean {
		const { reserveBytes } = this.#options;
		if (!reserveBytes || this.#hasReserve) return true;
		try {
			const file = reserve(this.#path);
			if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) < reserveBytes) {
				// it must not be the reserve that fills the disk
				const { bavail, bsize } = statfsSync(dirname(file));
				if (bavail * bsize < reserveBytes * ROOM_FACTOR) return false;
				writeFileSync(file, Buffer.alloc(reserveBytes), { mode: 0o600 });
			}
			this.#hasReserve = true;
			return true;
		} catch {
			rmSync(reserve(this.#path), { force: true });
			return false;
		}
	}

	#tell(fault: StoreFault | undefined): void {
		if (fault?.state === this.#fault?.state && fault?.why === this.#fault?.why) return;
		this.#fault = fault;
		this.#options.onFault?.(fault);
	}

	async #closeDisk(): Promise<void> {
		const disk = this.#disk;
		this.#disk = undefined;
		if (disk) await Promise.all([sqlite.close(disk.reader), sqlite.close(disk.writer)]);
	}

	#exclusive<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#tail.then(work, work);
		this.#tail = result.catch(() => {});
		return result;
	}
}

/** What has happened in memory, in one transaction: all of it is in the other store, or none. */
async function replay({ log, overflowed, connection }: InMemory, to: Connection, also: Statement[]): Promise<void> {
	await sqlite.exec(to, "BEGIN IMMEDIATE");
	try {
		for (const statement of [...log.flat(), ...also]) await sqlite.run(to, statement);
		if (overflowed) await takeAll(connection, to, "REPLACE");
		await sqlite.exec(to, "COMMIT");
	} catch (error) {
		await sqlite.exec(to, "ROLLBACK").catch(() => {});
		throw error;
	}
}

const mark = (path: string) => `${path}.exists`;
const writeMark = (path: string) =>
	writeFileSync(mark(path), "A store stands beside this file. If it is gone, that is said.\n", { mode: 0o600 });
const reserve = (path: string) => `${path}.reserve`;

function sizeOf(value: SqlValue): number {
	return typeof value === "string" ? value.length : value instanceof Uint8Array ? value.byteLength : 8;
}
