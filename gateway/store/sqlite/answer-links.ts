import { createHash, createHmac } from "node:crypto";
import type { Random } from "../../base/random.ts";
import type { AnswerLink, LinkRead, LinkStore } from "../answer-links.ts";
import type { Database, Row } from "./database.ts";

/** A link lives as long as an incident may go unanswered, and no longer. */
const LIFE_MS = 24 * 3_600_000;

/**
 * Links by which people answer without a log-in. They are drawn by lot and count only while their row is there and
 * young; a message sent again carries the same one. A link works once: with the first answer it belongs to the browser
 * that gave it, which may go on to say more, and the next message carries a new one.
 */
export class SqliteLinkStore implements LinkStore {
	readonly #db: Database;
	readonly #secret: string;
	readonly #random: Random;
	/** Of each person and incident the link that is being made, until it is on the disk. */
	readonly #making = new Map<string, Promise<void>>();

	/** `secret`: of the codes, so that a person's code of an incident is the same however often it is sent. */
	constructor(db: Database, secret: string, random: Random) {
		this.#db = db;
		this.#secret = secret;
		this.#random = random;
	}

	/** The link of a person and incident that nobody has answered with; it expires 24 hours after it was last sent. */
	ensure(incidentId: string, personId: string, now: number): Promise<AnswerLink> {
		const key = JSON.stringify([incidentId, personId]);
		// two channels that send at once carry the same link
		const made = (this.#making.get(key) ?? Promise.resolve()).then(() => this.#ensure(incidentId, personId, now));
		const settled = made.then(
			() => {},
			() => {},
		);
		this.#making.set(key, settled);
		void settled.then(() => this.#making.get(key) === settled && this.#making.delete(key));
		return made;
	}

	async #ensure(incidentId: string, personId: string, now: number): Promise<AnswerLink> {
		// the code stays: it counts only from the person's own number
		const mac = createHmac("sha256", this.#secret).update(`link\n${incidentId}\n${personId}`).digest();
		const code = String(mac.readUInt32BE(28) % 1_000_000).padStart(6, "0");
		const unused = await this.#db.get(
			"SELECT slug FROM link WHERE incident=? AND person=? AND code=? AND used_by IS NULL LIMIT 1",
			[incidentId, personId, code],
		);
		const slug = unused ? String(unused["slug"]) : Buffer.from(this.#random.bytes(15)).toString("base64url"); // 120 bits
		const link = { slug, code, incidentId, personId, expiresAt: now + LIFE_MS };
		await this.#db.write([
			{
				sql: "INSERT INTO link (slug, code, incident, person, expires_at) VALUES (?,?,?,?,?) ON CONFLICT (slug) DO UPDATE SET expires_at=excluded.expires_at",
				params: [slug, code, incidentId, personId, link.expiresAt],
			},
		]);
		return link;
	}

	/** Whose link it is, for the browser that holds `key`; undefined when there is none, or it has expired. */
	async read(slug: string, key: string, now: number): Promise<LinkRead | undefined> {
		const row = await this.#db.get("SELECT * FROM link WHERE slug=? AND expires_at>?", [slug.slice(0, 64), now]);
		if (!row) return undefined;
		const usedElsewhere = row["used_by"] !== null && row["used_by"] !== hashed(key);
		return { incidentId: String(row["incident"]), personId: String(row["person"]), usedElsewhere };
	}

	/** Takes a link for the browser that answers with it; false when it is another's. Given again, it is the same. */
	async use(slug: string, key: string, now: number): Promise<boolean> {
		await this.#db.write([
			{
				sql: "UPDATE link SET used_by=? WHERE slug=? AND expires_at>? AND used_by IS NULL",
				params: [hashed(key), slug.slice(0, 64), now],
			},
		]);
		return (await this.read(slug, key, now))?.usedElsewhere === false;
	}

	/** Links with a code, the newest first: a code alone is six digits and opens nothing. */
	async byCode(code: string, now: number): Promise<AnswerLink[]> {
		const rows = await this.#db.all("SELECT * FROM link WHERE code=? AND expires_at>? ORDER BY expires_at DESC", [
			code,
			now,
		]);
		return rows.map(link);
	}

	async retain(now: number): Promise<void> {
		await this.#db.write([{ sql: "DELETE FROM link WHERE expires_at < ?", params: [now - LIFE_MS] }]);
	}
}

function link(row: Row): AnswerLink {
	return {
		slug: String(row["slug"]),
		code: String(row["code"]),
		incidentId: String(row["incident"]),
		personId: String(row["person"]),
		expiresAt: Number(row["expires_at"]),
	};
}

/** The key itself is the browser's alone. */
function hashed(key: string): string {
	return createHash("sha256").update(key).digest("base64url");
}
