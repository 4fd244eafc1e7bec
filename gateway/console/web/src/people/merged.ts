import type { Cells } from "./register.ts";

/** A row as somebody has typed it, over what another has made of it since: each column as the one who changed it. */
export function merged(seen: Cells, now: Cells, typed: Cells): Cells {
	const columns = new Set([...Object.keys(seen), ...Object.keys(now), ...Object.keys(typed)]);
	const of = (column: string) => {
		const own = typed[column] ?? "";
		return own === (seen[column] ?? "") ? (now[column] ?? "") : own;
	};
	return Object.fromEntries([...columns].map((column) => [column, of(column)]));
}

/** The columns that both have changed, and differently. */
export function conflictsOf(seen: Cells, now: Cells, typed: Cells): string[] {
	const is = (cells: Cells, column: string) => cells[column] ?? "";
	return [...new Set([...Object.keys(now), ...Object.keys(typed)])].filter((column) => {
		const [was, theirs, yours] = [is(seen, column), is(now, column), is(typed, column)];
		return theirs !== was && yours !== was && theirs !== yours;
	});
}
