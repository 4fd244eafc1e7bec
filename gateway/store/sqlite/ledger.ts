import { createHash } from "node:crypto";
import { omit } from "../../base/omit.ts";
import type { RowCode } from "../../base/say.ts";
import type { LedgerEntry } from "../../model/ledger.ts";
import type { Ledger, LedgerRow } from "../ledger.ts";
import type { Database, Row, SqlValue, Statement } from "./database.ts";

const GENESIS = "0".repeat(64);

export type Read = (sql: string, params?: SqlValue[]) => Promise<Row | undefined>;

/**
 * The append-only ledger: each row's hash covers the row and the hash before it (SHA-256), so that no row can be
 * changed, taken out or put in without every later hash telling. The tail is read inside the transaction that
 * writes: however many parts of the gateway append, there is one chain.
 */
export class SqliteLedger implements Ledger {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	append(entries: LedgerEntry[], keptFrom?: number): Promise<void> {
		return this.write([], entries, keptFrom);
	}

	/**
	 * Commits statements and ledger entries together. `keptFrom`, ms since 1970: from when what belongs to people is
	 * kept; an entry's own time may be that of another machine.
	 */
	async write(statements: Statement[], entries: LedgerEntry[], keptFrom?: number): Promise<void> {
		if (entries.length === 0) return this.#db.write(statements);
		await this.#db.writeAfterReading(async (read) => [...statements, ...(await rowsOf(read, entries, keptFrom))]);
	}

	/**
	 * The same where something holds, as `isSo` reads it inside the transaction; false, and nothing written, where it
	 * does not.
	 */
	async writeIf(
		isSo: (read: Read) => Promise<boolean>,
		statements: Statement[],
		entries: LedgerEntry[] = [],
	): Promise<boolean> {
		let does = false;
		await this.#db.writeAfterReading(async (read) => {
			does = await isSo(read);
			return does ? [...statements, ...(await rowsOf(read, entries))] : [];
		});
		return does;
	}

	async ofIncident(incidentId: string): Promise<LedgerRow[]> {
		const rows = (await this.#db.all("SELECT * FROM ledger WHERE incident=? ORDER BY n", [incidentId])).map(ledgerRow);
		return Promise.all(rows.map((row) => this.#withPersonal(row)));
	}

	/** What belongs to people beside an entry, while it is kept and is what the chain says. */
	async #withPersonal(row: LedgerRow): Promise<LedgerRow> {
		const hash = row.detail["personal"];
		if (typeof hash !== "string") return row;
		const kept = await this.#db.get("SELECT body FROM personal WHERE hash=?", [hash]);
		const body = kept && String(kept["body"]);
		if (!body || createHash("sha256").update(body).digest("hex") !== hash) return row;
		const personal = omit(JSON.parse(body) as Record<string, unknown>, "salt");
		return { ...row, personal };
	}

	/** Entries of a time, oldest first, ms since 1970. */
	async between(from: number, to: number): Promise<LedgerRow[]> {
		return (await this.#db.all("SELECT * FROM ledger WHERE at>=? AND at<? ORDER BY n", [from, to])).map(ledgerRow);
	}

	/**
	 * The number of the first entry whose hash does not follow from the one before, or undefined when the chain is
	 * whole.
	 */
	async firstBroken(): Promise<number | undefined> {
		let [hash, before] = [GENESIS, 0];
		for (;;) {
			const rows = (await this.#db.all("SELECT * FROM ledger WHERE n>? ORDER BY n LIMIT 5000", [before])).map(
				ledgerRow,
			);
			if (rows.length === 0) return undefined;
			for (const row of rows) {
				hash = chain(hash, row.n, row);
				if (hash !== row.hash || row.n !== before + 1) return row.n;
				before = row.n;
			}
		}
	}

	/** Whether an entry of this number and hash, as `N:HASH`, is there. */
	async has(entry: string): Promise<boolean> {
		const [n = "", hash = ""] = entry.split(":");
		return (await this.#db.get("SELECT 1 AS x FROM ledger WHERE n=? AND hash=?", [Number(n), hash])) !== undefined;
	}

	/** Number and hash of the newest entry: what somebody outside keeps, so that a ledger cut short is noticed. */
	async since(): Promise<number | undefined> {
		const row = await this.#db.get("SELECT at FROM ledger ORDER BY n LIMIT 1");
		return row && Number(row["at"]);
	}

	async tail(): Promise<{ n: number; hash: string }> {
		const row = await this.#db.get("SELECT n, hash FROM ledger ORDER BY n DESC LIMIT 1");
		return { n: Number(row?.["n"] ?? 0), hash: String(row?.["hash"] ?? GENESIS) };
	}
}

function chain(before: string, n: number, e: LedgerEntry): string {
	const text = JSON.stringify([before, n, e.at, e.incidentId, e.what, e.who, e.detail]);
	return createHash("sha256").update(text).digest("hex");
}

function ledgerRow(row: Row): LedgerRow {
	return {
		n: Number(row["n"]),
		at: Number(row["at"]),
		incidentId: String(row["incident"]),
		// of a newer program it may be another: said as it stands
		what: String(row["what"]) as RowCode,
		who: String(row["who"]),
		detail: JSON.parse(String(row["detail"])) as Record<string, unknown>,
		hash: String(row["hash"]),
	};
}

/** Entries as they are written behind the newest row. */
async function rowsOf(read: Read, entries: LedgerEntry[], keptFrom?: number): Promise<Statement[]> {
	if (entries.length === 0) return [];
	const tail = await read("SELECT n, hash FROM ledger ORDER BY n DESC LIMIT 1");
	let n = Number(tail?.["n"] ?? 0);
	let hash = String(tail?.["hash"] ?? GENESIS);
	const rows: Statement[] = [];
	for (const e of entries) {
		n++;
		let detail = e.detail;
		if (e.personal) {
			// salted, or a hash of few words could be guessed back
			const salt = String((await read("SELECT hex(randomblob(16)) AS salt"))?.["salt"]);
			const body = JSON.stringify({ salt, ...e.personal });
			const personal = createHash("sha256").update(body).digest("hex");
			detail = { ...detail, personal };
			rows.push({
				sql: "INSERT INTO personal VALUES (?,?,?,?)",
				params: [personal, e.personalOf ?? e.who, keptFrom ?? e.at, body],
			});
		}
		hash = chain(hash, n, { ...e, detail });
		rows.push({
			sql: "INSERT INTO ledger VALUES (?,?,?,?,?,?,?)",
			params: [n, e.at, e.incidentId, e.what, e.who, JSON.stringify(detail), hash],
		});
	}
	return rows;
}
