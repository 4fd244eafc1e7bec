import type { CommandStore, StoredCommand } from "../commands.ts";
import type { Database } from "./database.ts";

/** Which nodes wait for commands while they are away, and the commands that wait for them: both outlive a restart. */
export class SqliteCommandStore implements CommandStore {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	async subscriptions(): Promise<{ node: string; qos: number }[]> {
		const rows = await this.#db.all("SELECT node, qos FROM node_subscription ORDER BY node");
		return rows.map((r) => ({ node: String(r["node"]), qos: Number(r["qos"]) }));
	}

	/** Oldest first. */
	async waiting(): Promise<StoredCommand[]> {
		const rows = await this.#db.all("SELECT id, node, at, payload FROM command ORDER BY at, id");
		return rows.map((r) => ({
			id: String(r["id"]),
			node: String(r["node"]),
			at: Number(r["at"]),
			payload: r["payload"] as Buffer,
		}));
	}

	subscribe(node: string, qos: number): Promise<void> {
		return this.#db.write([{ sql: "INSERT OR REPLACE INTO node_subscription VALUES (?,?)", params: [node, qos] }]);
	}

	/** What waits for the node goes with its subscription. */
	unsubscribe(node: string): Promise<void> {
		return this.#db.write([
			{ sql: "DELETE FROM node_subscription WHERE node=?", params: [node] },
			{ sql: "DELETE FROM command WHERE node=?", params: [node] },
		]);
	}

	add({ id, node, at, payload }: StoredCommand): Promise<void> {
		return this.#db.write([{ sql: "INSERT OR IGNORE INTO command VALUES (?,?,?,?)", params: [id, node, at, payload] }]);
	}

	remove(id: string): Promise<void> {
		return this.#db.write([{ sql: "DELETE FROM command WHERE id=?", params: [id] }]);
	}
}
