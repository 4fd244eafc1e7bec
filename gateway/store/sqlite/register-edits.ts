import type { LedgerEntry } from "../../model/ledger.ts";
import type { RegisterEdit, RowChange } from "../../model/register-edit.ts";
import type { RegisterEditStore } from "../register-edits.ts";
import type { Database, Statement } from "./database.ts";
import { type Read, SqliteLedger } from "./ledger.ts";

export class SqliteRegisterEditStore implements RegisterEditStore {
	readonly #db: Database;
	readonly #ledger: SqliteLedger;

	constructor(db: Database) {
		this.#db = db;
		this.#ledger = new SqliteLedger(db);
	}

	async all(): Promise<RegisterEdit[]> {
		return (await this.#db.all("SELECT * FROM register_edit ORDER BY n")).map((r) => ({
			n: Number(r["n"]),
			at: Number(r["at"]),
			by: String(r["who"]),
			name: String(r["name"]),
			note: String(r["note"]),
			changes: JSON.parse(String(r["changes"])) as RowChange[],
			...(r["undoes"] === null ? {} : { undoes: Number(r["undoes"]) }),
		}));
	}

	async add(edit: Omit<RegisterEdit, "n">, after: number, entry: LedgerEntry): Promise<number | undefined> {
		const { at, by, name, note, changes, undoes = null } = edit;
		const isNext = async (read: Read) =>
			Number((await read("SELECT coalesce(max(n), 0) AS n FROM register_edit"))?.["n"]) === after;
		const n = after + 1;
		const sql = "INSERT INTO register_edit (n, at, who, name, note, changes, undoes) VALUES (?,?,?,?,?,?,?)";
		const params = [n, at, by, name, note, JSON.stringify(changes), undoes];
		return (await this.#ledger.writeIf(isNext, [{ sql, params }], [entry])) ? n : undefined;
	}
}

/**
 * What of edits names a person is taken out of them. Whoever was taken out of the register by an edit stays out: the
 * files may still have the row.
 */
export function editsWithout(edits: readonly RegisterEdit[], personId: string): Statement[] {
	const ofPerson = ({ table, key, before, after }: RowChange) =>
		(table === "people" && key === personId) || [before, after].some((cells) => cells?.["person"] === personId);
	const last = edits.flatMap((e) => e.changes.map((change) => ({ n: e.n, change })));
	const removed = last.findLast(({ change }) => change.table === "people" && change.key === personId);
	return edits.flatMap(({ n, changes }) => {
		const left = changes.filter((change) => !ofPerson(change));
		if (left.length === changes.length) return [];
		const staysOut = removed?.n === n && removed.change.after === undefined;
		if (staysOut) left.push({ table: "people", key: personId, before: {} });
		return [{ sql: "UPDATE register_edit SET changes=? WHERE n=?", params: [JSON.stringify(left), n] }];
	});
}
