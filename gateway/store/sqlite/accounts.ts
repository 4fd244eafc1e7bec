import type { Random } from "../../base/random.ts";
import type { AccountStore, Subscription } from "../accounts.ts";
import type { Database } from "./database.ts";

const FORGOTTEN_ORIGINS = {
	sql: "DELETE FROM session_origin WHERE token_hash NOT IN (SELECT token_hash FROM session)",
	params: [],
};

/** Settings, sessions, enrolments and push subscriptions. Tokens are kept as hashes only. */
export class SqliteAccountStore implements AccountStore {
	readonly #db: Database;

	constructor(db: Database) {
		this.#db = db;
	}

	async setting(key: string): Promise<string | undefined> {
		const row = await this.#db.get("SELECT value FROM setting WHERE key=?", [key]);
		return row ? String(row["value"]) : undefined;
	}

	/** A secret of this gateway's own: made at its first use, and kept. */
	async secret(key: string, random: Random): Promise<string> {
		const kept = await this.setting(key);
		if (kept) return kept;
		const made = Buffer.from(random.bytes(32)).toString("base64url");
		await this.setSetting(key, made);
		return made;
	}

	async setSetting(key: string, value: string): Promise<void> {
		await this.#db.write([{ sql: "INSERT OR REPLACE INTO setting VALUES (?,?)", params: [key, value] }]);
	}

	async addSession(tokenHash: string, user: string, personId: string | undefined, expiresAt: number): Promise<void> {
		await this.#db.write([
			{ sql: "INSERT INTO session VALUES (?,?,?,?)", params: [tokenHash, user, personId ?? null, expiresAt] },
		]);
	}

	async session(tokenHash: string, now: number): Promise<{ user: string; personId?: string } | undefined> {
		const row = await this.#db.get("SELECT * FROM session WHERE token_hash=? AND expires_at>?", [tokenHash, now]);
		if (!row) return undefined;
		return { user: String(row["user"]), ...(row["person"] === null ? {} : { personId: String(row["person"]) }) };
	}

	/** Where and when a session was begun. */
	async describeSession(
		tokenHash: string,
		{ at, origin, agent }: { at: number; origin: string; agent: string },
	): Promise<void> {
		await this.#db.write([
			{ sql: "INSERT OR REPLACE INTO session_origin VALUES (?,?,?,?)", params: [tokenHash, at, origin, agent] },
		]);
	}

	/** Sessions that hold, the newest first. */
	async sessions(now: number): Promise<{ hash: string; user: string; at?: number; origin?: string; agent?: string }[]> {
		const sql = `SELECT s.token_hash, s.user, o.at, o.origin, o.agent FROM session s LEFT JOIN session_origin o ON o.token_hash=s.token_hash
			WHERE s.expires_at>? ORDER BY s.expires_at DESC LIMIT 500`;
		return (await this.#db.all(sql, [now])).map((r) => ({
			hash: String(r["token_hash"]),
			user: String(r["user"]),
			...(r["at"] === null ? {} : { at: Number(r["at"]), origin: String(r["origin"]), agent: String(r["agent"]) }),
		}));
	}

	async extendSession(tokenHash: string, expiresAt: number): Promise<void> {
		const sql = "UPDATE session SET expires_at=max(expires_at,?) WHERE token_hash=?";
		await this.#db.write([{ sql, params: [expiresAt, tokenHash] }]);
	}

	async endSession(tokenHash: string): Promise<void> {
		await this.#db.write(
			["session", "session_origin"].map((t) => ({ sql: `DELETE FROM ${t} WHERE token_hash=?`, params: [tokenHash] })),
		);
	}

	/** Ends all sessions of a user but one. */
	async endSessions(user: string, but = ""): Promise<void> {
		await this.#db.write([
			{ sql: "DELETE FROM session WHERE user=? AND token_hash<>?", params: [user, but] },
			FORGOTTEN_ORIGINS,
		]);
	}

	async addEnrolment(tokenHash: string, personId: string, expiresAt: number): Promise<void> {
		await this.#db.write([{ sql: "INSERT INTO enrolment VALUES (?,?,?)", params: [tokenHash, personId, expiresAt] }]);
	}

	async enrolment(tokenHash: string, now: number): Promise<string | undefined> {
		const row = await this.#db.get("SELECT person FROM enrolment WHERE token_hash=? AND expires_at>?", [
			tokenHash,
			now,
		]);
		return row ? String(row["person"]) : undefined;
	}

	/** An enrolment link works once. */
	async consumeEnrolment(tokenHash: string): Promise<void> {
		await this.#db.write([{ sql: "DELETE FROM enrolment WHERE token_hash=?", params: [tokenHash] }]);
	}

	async addSubscription(s: Subscription): Promise<void> {
		await this.#db.write([
			{
				sql: "INSERT OR REPLACE INTO subscription VALUES (?,?,?,?,?,?)",
				params: [s.endpoint, s.personId, s.p256dh, s.auth, s.createdAt, s.device],
			},
		]);
	}

	async removeSubscription(endpoint: string): Promise<void> {
		await this.#db.write([{ sql: "DELETE FROM subscription WHERE endpoint=?", params: [endpoint] }]);
	}

	async subscriptions(personId?: string): Promise<Subscription[]> {
		const rows = await this.#db.all(
			`SELECT * FROM subscription${personId === undefined ? "" : " WHERE person=?"} ORDER BY created_at`,
			personId === undefined ? [] : [personId],
		);
		return rows.map((r) => ({
			endpoint: String(r["endpoint"]),
			personId: String(r["person"]),
			p256dh: String(r["p256dh"]),
			auth: String(r["auth"]),
			createdAt: Number(r["created_at"]),
			device: String(r["device"]),
		}));
	}

	async forgetExpired(now: number): Promise<void> {
		await this.#db.write([
			{ sql: "DELETE FROM session WHERE expires_at<=?", params: [now] },
			{ sql: "DELETE FROM enrolment WHERE expires_at<=?", params: [now] },
			{ sql: "DELETE FROM user_link WHERE expires_at<=?", params: [now] },
			FORGOTTEN_ORIGINS,
		]);
	}
}
