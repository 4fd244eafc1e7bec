/** A broker and how one logs in there; the password may name a file or a variable. */
export interface BrokerLogin {
	url: string;
	username?: string | undefined;
	password?: string | undefined;
}

/** What the link between a tower and its centre needs of a configuration. */
export interface LinkSettings {
	tower: { id: string };
	/** A tower's centre, with its public key. */
	reach: { timeoutS: number; centre?: (BrokerLogin & { key?: string | undefined }) | undefined };
	/** A centre's towers, with their public keys by id. */
	centre?: (BrokerLogin & { towers: string[]; keys: Record<string, string> }) | undefined;
}
