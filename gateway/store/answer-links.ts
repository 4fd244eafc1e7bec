/** A person's key to one incident: `slug` rides in the fragment of a link, `code` in an SMS to be answered. */
export interface AnswerLink {
	slug: string;
	code: string;
	incidentId: string;
	personId: string;
	expiresAt: number;
}

/** What a link is worth to a browser. */
export type LinkRead = { incidentId: string; personId: string; usedElsewhere: boolean };

/**
 * Links by which people answer without a log-in. They are drawn by lot and count only while their row is there and
 * young; a message sent again carries the same one. A link works once: with the first answer it belongs to the browser
 * that gave it, which may go on to say more, and the next message carries a new one.
 */
export interface LinkStore {
	/** The link of a person and incident that nobody has answered with; it expires 24 hours after it was last sent. */
	ensure(incidentId: string, personId: string, now: number): Promise<AnswerLink>;
	/** Whose link it is, for the browser that holds `key`; undefined when there is none, or it has expired. */
	read(slug: string, key: string, now: number): Promise<LinkRead | undefined>;
	/** Takes a link for the browser that answers with it; false when it is another's. Given again, it is the same. */
	use(slug: string, key: string, now: number): Promise<boolean>;
	/** Links with a code, the newest first: a code alone is six digits and opens nothing. */
	byCode(code: string, now: number): Promise<AnswerLink[]>;
	retain(now: number): Promise<void>;
}
