/** A command that a node has not acknowledged yet. */
export interface StoredCommand {
	/** Unique over restarts. */
	id: string;
	node: string;
	/** When it was given, ms since 1970. */
	at: number;
	payload: Uint8Array;
}

/** Which nodes wait for commands while they are away, and the commands that wait for them: both outlive a restart. */
export interface CommandStore {
	subscriptions(): Promise<{ node: string; qos: number }[]>;
	/** Oldest first. */
	waiting(): Promise<StoredCommand[]>;
	subscribe(node: string, qos: number): Promise<void>;
	/** What waits for the node goes with its subscription. */
	unsubscribe(node: string): Promise<void>;
	add(command: StoredCommand): Promise<void>;
	remove(id: string): Promise<void>;
}
