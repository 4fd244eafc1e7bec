import { mkdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errorMessage, LookoutError } from "../../base/errors.ts";
import type { DiskTrouble, StoreFault } from "../fault.ts";
import { BUSY_MS, type Disk, filesOf, Mark, openDisk, openToRead, replaceFile, withCopy, writeNew } from "./file.ts";
import { InMemory } from "./in-memory.ts";
import { Reserve } from "./reserve.ts";
import { takeAll, takeWhatIsNeeded } from "./salvage.ts";
import type { Build, Row, SqlValue, Statement } from "./sqlite.ts";
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
	readonly #reserve: Reserve;
	readonly #mark: Mark;
	#tail: Promise<unknown> = Promise.resolve();
	#closed = false;
	/** Transactions handed to the disk so far, and whether it still has the last one. */
	#begun = 0;
	#isWriting = false;

	private constructor(path: string, options: DatabaseOptions) {
		this.#path = path;
		this.#options = options;
		this.#reserve = new Reserve(path, options.reserveBytes ?? 0);
		this.#mark = new Mark(path);
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
			await this.#mend();
		} catch (error) {
			const trouble = sqlite.diskTroubleIn(error);
			if (trouble === undefined) throw error; // nothing that more room or another disk would mend: it must be heard of
			// what has kept it in memory was not all that is wrong: the file itself cannot be used
			if (this.#memory && trouble === "damaged") this.#tell({ why: "damaged", state: "memory" });
		}
		return this.#memory === undefined && this.#fault === undefined;
	}

	async #mend(): Promise<void> {
		const why = this.#fault?.why;
		if (this.#memory && (why === "damaged" || why === "lost")) await this.#replace();
		else if (this.#memory) await this.#exclusive(() => this.#returnToDisk());
		else if (this.isShort && this.#reserve.make()) this.#tell(undefined);
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
			.catch((error) => [{ quick_check: errorMessage(error) }]);
		await sqlite.close(from);
		if (row && row["quick_check"] !== "ok") await this.#exclusive(() => this.#goToMemory("damaged"));
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		await this.#tail.catch(() => {});
		if (this.#memory) await this.#returnToDisk().catch(() => {});
		await this.#closeDisk();
		await this.#memory?.close();
	}

	async #open(): Promise<void> {
		try {
			await this.#openOnDisk();
		} catch (cause) {
			const trouble = sqlite.diskTroubleIn(cause);
			const isNewer = cause instanceof LookoutError && cause.code === "LK0201";
			if (isNewer) throw cause;
			await this.#closeDisk();
			if (!trouble || !this.#options.onFault)
				throw new LookoutError("LK0201", `the store ${this.#path} cannot be opened: ${errorMessage(cause)}`, {
					cause,
					hint: "Check that the folder can be written and that the disk has room.",
				});
			await this.#goToMemory(trouble);
			if (trouble === "damaged") await this.#replace().catch(() => {});
		}
	}

	async #openOnDisk(): Promise<void> {
		const wasThere = this.#mark.isThere;
		mkdirSync(dirname(this.#path), { recursive: true });
		const isGone = wasThere && (statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0) === 0;
		if (isGone) await this.#restoreCopy();
		this.#disk = await this.#openWithRoom();
		if (!wasThere) this.#mark.write();
		if (isGone) this.#tell({ why: "lost", state: "replaced" });
		this.#reserve.make();
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
			if ((trouble !== "full" && trouble !== "failing") || !this.#reserve.isOnDisk) throw error;
			this.#reserve.remove();
			const disk = await openDisk(this.#path, this.#options.onSql);
			this.#tell({ why: "full", state: "reserve" });
			return disk;
		}
	}

	/** The daily copy in the place of a store that is gone. */
	async #restoreCopy(): Promise<void> {
		await withCopy(this.#options.copy, async (copy) => {
			for (const end of ["", "-wal", "-shm"]) rmSync(`${this.#path}${end}`, { force: true });
			await writeNew(this.#path, (to) => takeAll(copy, to));
		});
	}

	#read(sql: string, params: SqlValue[]): Promise<Row[]> {
		const connection = this.#memory?.connection ?? this.#disk?.reader;
		return connection
			? sqlite.rowsOf(connection, sql, params)
			: Promise.reject(new LookoutError("LK0202", "the store is closed"));
	}

	async #write(build: Build, { durable, single }: { durable: boolean; single: boolean }): Promise<void> {
		const trouble = this.#memory || !this.#disk ? undefined : await this.#commit(this.#disk, build, single);
		if (trouble === "none") return;
		if (trouble) await this.#goToMemory(trouble);
		if (durable) throw new LookoutError("LK0203", "the disk cannot be written; this is not kept");
		if (!this.#memory) throw new LookoutError("LK0202", "the store is closed");
		await this.#memory.write(build);
	}

	/** Writes to the disk; what is wrong with it where it cannot, once the room for alarms is used up too. */
	async #commit(disk: Disk, build: Build, single: boolean): Promise<DiskTrouble | "none"> {
		const first = await this.#tryCommit(disk, build, single);
		if (first !== "full" || !this.#giveUpReserve()) return first;
		return this.#tryCommit(disk, build, single);
	}

	async #tryCommit({ writer }: Disk, build: Build, single: boolean): Promise<DiskTrouble | "none"> {
		this.#begun++;
		this.#isWriting = true;
		try {
			// a single statement is its own transaction
			if (single) await sqlite.run(writer, (await build(writer))[0] as Statement);
			else await sqlite.transaction(writer, () => build(writer));
			return "none";
		} catch (error) {
			const trouble = sqlite.diskTroubleIn(error);
			if (!trouble || !this.#options.onFault) throw error;
			return trouble;
		} finally {
			this.#isWriting = false;
		}
	}

	/** From here on everything happens in memory, on what can be read of what people need now. */
	async #goToMemory(why: StoreFault["why"]): Promise<void> {
		if (this.#memory) return;
		const memory = await InMemory.open(this.#options.mostUnwrittenBytes);
		const from = this.#disk?.reader ?? (await openToRead(this.#path));
		const missing = from ? await takeWhatIsNeeded(from, memory.connection) : ["all"];
		if (from && from !== this.#disk?.reader) await sqlite.close(from);
		if (missing.length > 0) await withCopy(this.#options.copy, (copy) => takeWhatIsNeeded(copy, memory.connection));
		this.#memory = memory;
		this.#tell({ why, state: "memory", ...(missing.length > 0 ? { missing } : {}) });
	}

	async #lose(): Promise<void> {
		if (this.#memory) this.#tell({ why: "lost", state: "memory" });
		else await this.#goToMemory("lost");
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
			await memory.replay(this.#disk.writer, { also: [proof] });
		} finally {
			if (this.#disk) await sqlite.exec(this.#disk.writer, `PRAGMA busy_timeout=${BUSY_MS}`);
		}
		this.#memory = undefined;
		await memory.close();
		this.#tell(this.#reserve.makeAnew() ? undefined : { why: "full", state: "reserve" });
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
		const from = open ?? (await openToRead(this.#path));
		const missing: string[] = [];
		// meanwhile the damaged file is not written any more, and what happens stands in memory
		await writeNew(made, async (to) => {
			missing.push(...(from ? await takeAll(from, to) : ["all"]));
			if (missing.length > 0) await withCopy(this.#options.copy, (copy) => takeAll(copy, to));
		});
		if (from && from !== open) await sqlite.close(from);
		await this.#exclusive(async () => {
			const memory = this.#memory;
			if (!memory) return;
			const to = await sqlite.connect(made);
			// what came into memory while the file was damaged is newer than anything in it
			try {
				// of a file that could not be read at all memory holds the only rows there are
				await memory.replay(to, { whole: !from });
			} finally {
				await sqlite.close(to);
			}
			await this.#closeDisk();
			replaceFile(this.#path, made);
			// from here on the file holds all that memory does: should it not open now, it is only opened again
			memory.isWritten();
			this.#tell({ why: "failing", state: "memory" });
			this.#disk = await openDisk(this.#path, this.#options.onSql);
			this.#memory = undefined;
			await memory.close();
			this.#mark.write();
			this.#reserve.makeAnew();
			this.#tell({ why, state: "replaced", ...(missing.length > 0 ? { missing } : {}) });
		});
	}

	#giveUpReserve(): boolean {
		if (!this.#reserve.giveUp()) return false;
		this.#tell({ why: "full", state: "reserve" });
		return true;
	}

	#tell(fault: StoreFault | undefined): void {
		if (fault?.state === this.#fault?.state && fault?.why === this.#fault?.why) return;
		this.#fault = fault;
		this.#options.onFault?.(fault);
	}

	async #closeDisk(): Promise<void> {
		const disk = this.#disk;
		this.#disk = undefined;
		if (!disk) return;
		// the last one to close takes the log into the file: of two that close at once it may be neither
		await sqlite.close(disk.reader);
		await sqlite.close(disk.writer);
	}

	#exclusive<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#tail.then(work, work);
		this.#tail = result.catch(() => {});
		return result;
	}
}
