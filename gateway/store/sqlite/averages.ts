import type { Average, AverageStore } from "../averages.ts";
import type { Database } from "./database.ts";

/** Rows of a statement: ten values each stay far below SQLite's limit. */
const BATCH = 500;

export class SqliteAverageStore implements AverageStore {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	async add(averages: readonly Average[]): Promise<void> {
		for (let i = 0; i < averages.length; i += BATCH) {
			const rows = averages.slice(i, i + BATCH);
			const sql = `INSERT OR REPLACE INTO reading_average VALUES ${rows.map(() => "(?,?,?,?,?,?,?,?,?,?)").join(",")}`;
			const params = rows.flatMap((a) => [
				a.node,
				a.quantity,
				a.at,
				a.unit,
				a.count,
				a.sum,
				a.least,
				a.most,
				a.east,
				a.north,
			]);
			await this.#db.write([{ sql, params }]);
		}
	}

	async newest(node: string): Promise<number | undefined> {
		const at = (await this.#db.get("SELECT MAX(at) AS at FROM reading_average WHERE node=?", [node]))?.["at"];
		return at === null || at === undefined ? undefined : Number(at);
	}

	async of(node: string, from: number, to: number): Promise<Average[]> {
		const sql = "SELECT * FROM reading_average WHERE node=? AND at>=? AND at<? ORDER BY at";
		return (await this.#db.all(sql, [node, from, to])).map((r) => ({
			node,
			quantity: String(r["quantity"]),
			unit: String(r["unit"]),
			at: Number(r["at"]),
			count: Number(r["count"]),
			sum: Number(r["sum"]),
			least: Number(r["least"]),
			most: Number(r["most"]),
			east: Number(r["east"]),
			north: Number(r["north"]),
		}));
	}
}
