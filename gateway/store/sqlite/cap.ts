import type { CapRow, CapStore } from "../cap.ts";
import type { Database, Row } from "./database.ts";

export class SqliteCapStore implements CapStore {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	/** Keeps a message; false when one of its identifier is there already. */
	async add(row: CapRow): Promise<boolean> {
		if (await this.byIdentifier(row.identifier)) return false;
		await this.#db.write([
			{
				sql: "INSERT OR IGNORE INTO cap VALUES (?,?,?,?,?,?)",
				params: [row.identifier, row.incident ?? null, row.sent, row.origin, row.saying, row.xml],
			},
		]);
		return true;
	}

	/** Own messages of an incident, oldest first. */
	async ofIncident(incident: string): Promise<CapRow[]> {
		return (await this.#db.all("SELECT * FROM cap WHERE incident=? AND origin='own' ORDER BY sent", [incident])).map(
			capRow,
		);
	}

	/** The newest own messages, newest first: what the feed shows. */
	async feed(limit: number): Promise<CapRow[]> {
		return (await this.#db.all("SELECT * FROM cap WHERE origin='own' ORDER BY sent DESC LIMIT ?", [limit])).map(capRow);
	}

	async byIdentifier(identifier: string): Promise<CapRow | undefined> {
		const row = await this.#db.get("SELECT * FROM cap WHERE identifier=?", [identifier]);
		return row && capRow(row);
	}
}

function capRow(row: Row): CapRow {
	return {
		identifier: String(row["identifier"]),
		...(row["incident"] === null ? {} : { incident: String(row["incident"]) }),
		sent: Number(row["sent"]),
		origin: String(row["origin"]),
		saying: String(row["saying"]),
		xml: String(row["xml"]),
	};
}
