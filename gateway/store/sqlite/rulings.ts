import type { Mask } from "../../model/camera.ts";
import type { Danger } from "../../model/danger.ts";
import type { Maintenance } from "../../model/maintenance.ts";
import type { RulingStore } from "../rulings.ts";
import type { Database, Row } from "./database.ts";

/**
 * What people have laid down for the judge: masks, and the danger level of the day. Nothing is deleted: it is a record.
 */
export class SqliteRulingStore implements RulingStore {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	async masks(now: number): Promise<Mask[]> {
		return (await this.#db.all("SELECT * FROM mask WHERE until>? ORDER BY created_at", [now])).map(mask);
	}

	async addMask(m: Mask): Promise<void> {
		const params = [m.id, m.cameraId, m.preset, JSON.stringify(m.box), m.author, m.reason, m.createdAt, m.until];
		await this.#db.write([{ sql: "INSERT INTO mask VALUES (?,?,?,?,?,?,?,?,NULL)", params }]);
	}

	async endMask(id: string, by: string, now: number): Promise<void> {
		await this.#db.write([
			{ sql: "UPDATE mask SET until=?, ended_by=? WHERE id=? AND until>?", params: [now, by, id, now] },
		]);
	}

	/** Ends all masks of a camera. */
	async endMasksOf(cameraId: string, by: string, now: number): Promise<void> {
		await this.#db.write([
			{ sql: "UPDATE mask SET until=?, ended_by=? WHERE camera=? AND until>?", params: [now, by, cameraId, now] },
		]);
	}

	/** What somebody works on now. */
	async maintenance(now: number): Promise<Maintenance[]> {
		return (await this.#db.all("SELECT * FROM maintenance WHERE until>? ORDER BY until", [now])).map((r) => ({
			id: String(r["id"]),
			devices: JSON.parse(String(r["devices"])) as string[],
			by: String(r["by"]),
			reason: String(r["reason"]),
			at: Number(r["at"]),
			until: Number(r["until"]),
		}));
	}

	async addMaintenance({ id, devices, by, reason, at, until }: Maintenance): Promise<void> {
		await this.#db.write([
			{
				sql: "INSERT INTO maintenance VALUES (?,?,?,?,?,?,NULL)",
				params: [id, JSON.stringify(devices), by, reason, at, until],
			},
		]);
	}

	/** False when there is none of that id that goes on. */
	async endMaintenance(id: string, by: string, now: number): Promise<boolean> {
		if (!(await this.maintenance(now)).some((m) => m.id === id)) return false;
		await this.#db.write([
			{ sql: "UPDATE maintenance SET until=?, ended_by=? WHERE id=? AND until>?", params: [now, by, id, now] },
		]);
		return true;
	}

	/** The level in force; undefined when none was declared, or the last one is over. */
	async danger(now: number): Promise<Danger | undefined> {
		const row = await this.#db.get("SELECT * FROM danger ORDER BY n DESC LIMIT 1");
		if (!row || Number(row["until"]) <= now) return undefined;
		return danger(row);
	}

	async areaDangers(now: number): Promise<Danger[]> {
		const rows = await this.#db.all("SELECT * FROM area_danger WHERE until>? ORDER BY n", [now]);
		const newest = new Map(rows.map((row) => [String(row["area"]), { ...danger(row), area: String(row["area"]) }]));
		return [...newest.values()];
	}

	async declareDanger({ level, area, by, at, until }: Danger): Promise<void> {
		const params = [level, by, at, until];
		if (area !== undefined) {
			const sql = "INSERT INTO area_danger (area, level, by, at, until) VALUES (?,?,?,?,?)";
			await this.#db.write([{ sql, params: [area, ...params] }]);
			return;
		}
		await this.#db.write([
			{ sql: "INSERT INTO danger (level, by, at, until) VALUES (?,?,?,?)", params },
			{ sql: "UPDATE area_danger SET until=? WHERE until>?", params: [at, at] },
		]);
	}
}

function danger(row: Row): Danger {
	return {
		level: Number(row["level"]) as Danger["level"],
		by: String(row["by"]),
		at: Number(row["at"]),
		until: Number(row["until"]),
	};
}

function mask(row: Row): Mask {
	return {
		id: String(row["id"]),
		cameraId: String(row["camera"]),
		preset: String(row["preset"]),
		box: JSON.parse(String(row["box"])) as Mask["box"],
		author: String(row["author"]),
		reason: String(row["reason"]),
		createdAt: Number(row["created_at"]),
		until: Number(row["until"]),
	};
}
