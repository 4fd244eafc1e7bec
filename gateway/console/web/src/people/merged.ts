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
