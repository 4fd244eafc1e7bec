/** What is kept, and for how long. Ledger, settings and a short row of each incident stay for ever. */
export interface Keeping {
	/** Whole incidents with their messages, attempts and receipts; ms after their last change, and how many at most. */
	wholeMs: number;
	wholeIncidents: number;
	/** Marks of judged events: as long as an event can come again. */
	judgedMs: number;
	/** CAP messages, ms after they were sent. */
	capMs: number;
	/** Who has looked at what of people; ms. */
	auditMs: number;
	/** Averages of what sensors measured; ms. */
	averagesMs: number;
}

const DAY_MS = 86_400_000;

export const KEEPING: Keeping = {
	wholeMs: 90 * DAY_MS,
	wholeIncidents: 10_000,
	judgedMs: 30 * DAY_MS,
	capMs: 400 * DAY_MS,
	auditMs: 400 * DAY_MS,
	averagesMs: 400 * DAY_MS,
};

/**
 * Takes out of the store what has had its time, a slice at a call, so that the memory it needs and the wait it causes
 * do not grow with what is stored. Each slice finds its rows by an index.
 */
export interface Retention {
	/** One slice of everything; true while there is more. `now`: ms since 1970. */
	slice(now: number): Promise<boolean>;
}
