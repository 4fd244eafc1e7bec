import type { Phrase } from "../base/phrase.ts";

/**
 * Parts of a register that are edited row by row, as their files have them. Forest is a picture of the ground and comes
 * as a file only.
 */
export const TABLES = [
	"people",
	"assignments",
	"teams",
	"roster",
	"units",
	"places",
	"orders",
	"cards",
	"grids",
] as const;
export type Table = (typeof TABLES)[number];

/** A row as its file has it: texts by column; a column without a value is not there. */
export type Cells = Readonly<Record<string, string>>;

/** A row that takes the place of another; added where nothing was before, removed where nothing comes after. */
export interface RowChange {
	table: Table;
	/** What names the row among those of its table: its id, or all of it where it has none. */
	key: string;
	before?: Cells;
	after?: Cells;
}

/** What a person has changed in one go. */
export interface RegisterEdit {
	/** From 1, rising. */
	n: number;
	/** ms since 1970. */
	at: number;
	/** Id and name of whoever did it; `rule` where the files have come to say the same. */
	by: string;
	name: string;
	note: string;
	changes: RowChange[];
	/** Number of the edit that it takes back. */
	undoes?: number;
}

/** A row that files and an edit say different things of; what was edited counts until a person decides. */
export interface RowDifference {
	table: Table;
	key: string;
	/** As the file has it now, and as it was edited; undefined where it is not there. */
	file?: Cells;
	edited?: Cells;
}

/** Whoever edits, and where he may; everywhere where `areas` is empty. */
export interface Editor {
	id: string;
	name: string;
	areas: readonly string[];
}

/** A row as it was seen and as it should be; without one of both it is added or removed. */
export interface RowEdit {
	table: Table;
	before?: Cells | undefined;
	after?: Cells | undefined;
}

/** What became of an edit: its number, or why it was not taken. */
export type EditResult = { n: number } | { refused: Phrase };
