import type { IncidentFilter, IncidentRow } from "../model/incident-row.ts";

/** All incidents there ever were, as rows that can be searched. */
export interface IncidentList {
	/** Newest first, those that opened before `before` (a row's time and id) where that is given. */
	find(filter: IncidentFilter, limit: number, before?: { openedAt: number; id: string }): Promise<IncidentRow[]>;
	/** How many there are, counted up to `most`. */
	count(filter: IncidentFilter, most: number): Promise<number>;
}
