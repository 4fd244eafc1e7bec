import { createHmac } from "node:crypto";
import type { Database, Row } from "./database.ts";

/** A person's key to one incident: `slug` rides in the fragment of a link, `code` in an SMS to be answered. */
export interface AnswerLink {
	slug: string;
	code: string;
	incidentId: string;
	personId: string;
	expiresAt: number;
}

/** A link lives as long as an incident may go unanswered, and no longer. */
const LIFE_MS = 24 * 3_600_000;

/**
 * Links by which people answer without a log-in. They are made from a secret of this gateway, so that a message sent
 * again carries the same one, and count only while their row is there and young.
 */
export class LinkStore {
	readonly #db: Database;
	readonly #secret: string;

	constructor(db: Database, secret: string) {
		this.#db = db;
		this.#secret = secret;
	}

	/** The link of a person and incident; it expires 24 hours after it was last sent. */
	async ensure(incidentId: string, personId: string, now: number): Promise<AnswerLink> {
		const mac = createHmac("sha256", this.#secret).update(`link\n${incidentId}\n${personId}`).digest();
		const slug = mac.toString("base64url").slice(0, 20); // 120 bits
		const code = String(mac.readUInt32BE(28) % 1_000_000).padStart(6, "0");
		await this.#db.write([
			{
				sql: "INSERT INTO link VALUES (?,?,?,?,?) ON CONFLICT (slug) DO UPDATE SET expires_at=excluded.expires_at",
				params: [slug, code, incidentId, personId, now + LIFE_MS],
			},
		]);
		return (await this.bySlug(slug, now)) ?? { slug, code, incidentId, personId, expiresAt: now };
	}

	async bySlug(slug: string, now: number): Promise<AnswerLink | undefined> {
		const row = await this.#db.get("SELECT * FROM link WHERE slug=? AND expires_at>?", [slug.slice(0, 64), now]);
		return row && link(row);
	}

	/** Links with a code, of these people: a code alone is six digits and opens nothing. */
	async byCode(code: string, personIds: string[], now: number): Promise<AnswerLink[]> {
		const rows = await this.#db.all("SELECT * FROM link WHERE code=? AND expires_at>?", [code, now]);
		return rows.map(link).filter((l) => personIds.includes(l.personId));
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
