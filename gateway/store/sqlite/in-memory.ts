import { migrate } from "./file.ts";
import { takeAll } from "./salvage.ts";
import type { Build, Connection, SqlValue, Statement } from "./sqlite.ts";
import * as sqlite from "./sqlite.ts";

/** Bytes of statements that wait to be written; beyond it the tables in memory are what is written. */
const MOST_UNWRITTEN_BYTES = 256 << 20;

/** The store in memory while the disk cannot be written, and the transactions that the disk has not seen. */
export class InMemory {
	readonly connection: Connection;
	readonly #mostBytes: number;
	#log: Statement[][] = [];
	#bytes = 0;
	/** Not every transaction is in the log any more. */
	#overflowed = false;

	private constructor(connection: Connection, mostBytes: number) {
		this.connection = connection;
		this.#mostBytes = mostBytes;
	}

	/** Empty tables. */
	static async open(mostBytes = MOST_UNWRITTEN_BYTES): Promise<InMemory> {
		const connection = await sqlite.connect(":memory:");
		await migrate(connection);
		return new InMemory(connection, mostBytes);
	}

	async write(build: Build): Promise<void> {
		let statements: Statement[] = [];
		await sqlite.transaction(this.connection, async () => {
			statements = await build(this.connection);
			return statements;
		});
		// beyond the limit the tables themselves are written later, in place of what led to them
		this.#overflowed ||= this.#bytes > this.#mostBytes;
		if (this.#overflowed) return;
		this.#log.push(statements);
		for (const { sql, params = [] } of statements)
			this.#bytes += sql.length + params.reduce((n: number, p) => n + sizeOf(p), 0);
	}

	/**
	 * Writes what has happened here to another store, in one transaction: all of it is there then, or none. `whole`: not
	 * what has happened, but all that the tables hold.
	 */
	async replay(to: Connection, { also = [], whole = false }: { also?: Statement[]; whole?: boolean }): Promise<void> {
		await sqlite.exec(to, "BEGIN IMMEDIATE");
		try {
			const log = whole ? [] : this.#log.flat();
			for (const statement of [...log, ...also]) await sqlite.run(to, statement);
			if (whole || this.#overflowed) await takeAll(this.connection, to, "REPLACE");
			await sqlite.exec(to, "COMMIT");
		} catch (error) {
			await sqlite.exec(to, "ROLLBACK").catch(() => {});
			throw error;
		}
	}

	/** A file holds all that stands here. */
	isWritten(): void {
		this.#log = [];
		this.#bytes = 0;
		this.#overflowed = false;
	}

	close(): Promise<void> {
		return sqlite.close(this.connection);
	}
}

function sizeOf(value: SqlValue): number {
	if (typeof value === "string") return value.length;
	return value instanceof Uint8Array ? value.byteLength : 8;
}
