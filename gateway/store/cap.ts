/** A CAP message as it went out or came in. */
export interface CapRow {
	identifier: string;
	/** The incident it is of; of messages from outside, the one it led to. */
	incident?: string;
	sent: number;
	/** `own`, or who sent it. */
	origin: string;
	/** What it said, in short, so that the same is not said twice. */
	saying: string;
	xml: string;
}

export interface CapStore {
	/** Keeps a message; false when one of its identifier is there already. */
	add(row: CapRow): Promise<boolean>;
	/** Own messages of an incident, oldest first. */
	ofIncident(incident: string): Promise<CapRow[]>;
	/** The newest own messages, newest first: what the feed shows. */
	feed(limit: number): Promise<CapRow[]>;
	byIdentifier(identifier: string): Promise<CapRow | undefined>;
}
