/** Something that a named person owes by a time 任务. Kinds to come stand beside `guard`: 看守火场. */
export interface Task {
	id: string;
	kind: "guard";
	/** Who owes it. */
	personId: string;
	name: string;
	since: number;
	/** When the next word is due, and how often it is, ms. */
	dueAt: number;
	everyMs: number;
	/** Until when it is meant to last; it is released by name, and not by time. */
	until: number;
	/**
	 * How far a word that did not come has escalated: groups of the verify ladder that were told of it, one after the
	 * other.
	 */
	groupsNotified: number;
	/** Who else was told that it did not come. */
	notified?: string[];
	doneAt?: number;
	doneBy?: string;
}
