import type { JudgeEvent } from "../model/event.ts";

/** A message of a node, as it is kept. */
export interface StoredMessage {
	node: string;
	boot: number;
	seq: number;
	kind: number;
	receivedAt: number;
	payload: Uint8Array;
	/** It opens a node's boot. */
	introduces?: boolean;
	/** What the judge must see; survives a crash between the acknowledgement and the judgement. */
	event?: JudgeEvent;
}

/** Where a message stands among those of its node. */
export type StoredPlace = Pick<StoredMessage, "boot" | "seq">;

/** Where a node stood when it was last heard. */
export interface LastOf {
	boot: number;
	/** Newest first, each with when it came, ms since 1970. */
	seqs: { seq: number; at: number }[];
	last?: { receivedAt: number; payload: Buffer };
}

/** Group commit: what arrives while a commit is under way shares the next one. */
export interface MessageStore {
	/** Calls back once the message is on the disk. A message already stored counts as stored. */
	add(message: StoredMessage, done: (error?: Error) => void): void;
	/**
	 * Where a node stood when it was last heard: its newest boot, the newest sequence numbers of it, and its newest
	 * message of the given kind among them. Undefined for a node that has never spoken. The time it takes does not depend
	 * on what is stored.
	 */
	lastOf(node: string, kind: number, count: number): Promise<LastOf | undefined>;
	/**
	 * How many devices have spoken under a node's name before the one with this credential: another password is another
	 * device, which counts anew from one. Kept, so that it stays so over a restart.
	 */
	deviceOf(node: string, credential: string): Promise<number>;
	/**
	 * At most `count` messages of a kind that a node has sent, newest first, by its own order; those before `place` where
	 * it is given.
	 */
	newest(
		node: string,
		kind: number,
		count: number,
		place?: StoredPlace,
	): Promise<(StoredPlace & { receivedAt: number; payload: Buffer })[]>;
	count(): Promise<number>;
	/** Events that were acknowledged to a node and not yet judged. */
	pending(): Promise<JudgeEvent[]>;
	/**
	 * Forgets a slice of the messages older than `before`, ms since 1970, so that writers wait only briefly; true while
	 * there are more.
	 */
	retainSlice(before: number): Promise<boolean>;
}
