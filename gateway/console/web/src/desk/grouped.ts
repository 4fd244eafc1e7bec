import type { LedgerLine } from "../api-types.ts";

const SECOND_MS = 1000;

/** What makes rows read alike: the same was done in the same second, for the same reason, to one person each. */
function alike({ at, what, who, note, takenDownBy, detail: { why } }: LedgerLine): string {
	return JSON.stringify([Math.floor(at / SECOND_MS), what, who, note, takenDownBy, why]);
}

/** Rows of the ledger in their order, those that follow each other and differ in the person alone as one. */
export function grouped(rows: readonly LedgerLine[]): LedgerLine[][] {
	const groups: LedgerLine[][] = [];
	for (const row of rows) {
		const [first] = groups.at(-1) ?? [];
		const isMore = first?.detail.personId !== undefined && row.detail.personId !== undefined;
		if (isMore && alike(first) === alike(row)) groups.at(-1)?.push(row);
		else groups.push([row]);
	}
	return groups;
}
