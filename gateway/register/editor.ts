import type { Clock } from "../base/clock.ts";
import { defined } from "../base/omit.ts";
import type { Phrase } from "../base/phrase.ts";
import { type Language, phrase } from "../base/say.ts";
import type { Register } from "../model/register.ts";
import type {
	Cells,
	Editor,
	EditResult,
	RegisterEdit,
	RowChange,
	RowDifference,
	RowEdit,
	Table,
} from "../model/register-edit.ts";
import type { RegisterEditStore } from "../store/register-edits.ts";
import { changed, changesBetween, type Reading, sameCells, withEdits } from "./edits.ts";
import { importRegister } from "./import.ts";
import { linesOf, RegisterError } from "./import-fault.ts";
import { keysIn } from "./keys-in.ts";
import { RowAreas } from "./row-areas.ts";
import { columnsOf, fileOf, filesOf, keyOf, rowTablesOf, withFeatures, wordedFileOf } from "./row-tables.ts";
import { columnsIn, decodeFile, withRows } from "./table.ts";

export interface EditorDeps {
	store: RegisterEditStore;
	clock: Clock;
	reading: Reading;
	/** The register in force. */
	register: () => Register;
	/** Puts edits and files together anew. */
	renew: () => void;
}

/** Faults of an edit that are listed. */
const MOST_LISTED = 12;
/** Edits that a page is shown. */
const MOST_SHOWN = 100;

/**
 * What people change in the register beside its files. Each edit is a version of its own with a name, made of whole
 * rows: whoever has seen another row than the one in force is told, and nothing of his is taken.
 */
export class RegisterEditor {
	readonly #deps: EditorDeps;
	#edits: RegisterEdit[] = [];
	#areas: { of: Register; areas: RowAreas } | undefined;
	#differences: RowDifference[] = [];

	constructor(deps: EditorDeps) {
		this.#deps = deps;
	}

	async load(): Promise<void> {
		this.#edits = await this.#deps.store.all();
	}

	/** Rows of which files and edits say different things; of whoever is for some areas, those of his. */
	differences(areas: readonly string[]): readonly RowDifference[] {
		return this.#differences.filter(({ table, file, edited }) =>
			this.areas.mayChange(areas, { table, ...defined({ before: file, after: edited }) }),
		);
	}

	/** The newest edits first; of whoever is for some areas, those that changed rows of his, with these rows. */
	edits(areas: readonly string[]): readonly RegisterEdit[] {
		const own = (edit: RegisterEdit): RegisterEdit[] => {
			const changes = edit.changes.filter((change) => this.areas.mayChange(areas, change));
			return changes.length > 0 ? [{ ...edit, changes }] : [];
		};
		return this.#edits.toReversed().flatMap(own).slice(0, MOST_SHOWN);
	}

	/** Of which areas the rows in force are. */
	get areas(): RowAreas {
		const of = this.#deps.register();
		if (this.#areas?.of !== of) this.#areas = { of, areas: new RowAreas(of) };
		return this.#areas.areas;
	}

	/** A table in force, with what names each row; of whoever is for some areas, the rows of those. */
	rows(table: Table, areas: readonly string[]): { columns: string[]; rows: { key: string; cells: Cells }[] } {
		const { register, reading } = this.#deps;
		const rows = [...rowTablesOf(register(), reading.timeZone)[table]];
		const own = rows.filter(([, cells]) => this.areas.isWithin(areas, table, cells));
		return { columns: columnsOf(table), rows: own.map(([key, cells]) => ({ key, cells })) };
	}

	/** The same as a file: with the names of columns and the codes of the format, or in the words of a language. */
	file(table: Table, areas: readonly string[], language?: Language): { name: string; text: string } {
		const rows = this.rows(table, areas).rows.map(({ cells }) => cells);
		return language && table !== "grids" ? wordedFileOf(table, rows, language) : fileOf(table, rows);
	}

	/**
	 * The register of the files with all edits in it, and those rows that the files have come to have. Throws LK0501 when
	 * both together make none.
	 */
	apply(files: Register): { register: Register; absorbed: RowChange[] } {
		const { register, differences, absorbed } = withEdits(files, this.#edits, this.#deps.reading);
		this.#differences = differences;
		return { register, absorbed };
	}

	/** Notes that files say by themselves what was edited: should they change again, they count. */
	async absorb(changes: RowChange[]): Promise<void> {
		if (changes.length > 0) await this.#keep(changes, { id: "rule", name: "" }, { note: "" });
	}

	/** Changes rows. In force when it resolves with a number. */
	async change(edits: readonly RowEdit[], by: Editor, note: string): Promise<EditResult> {
		const changes = edits.flatMap(changesOf);
		const unnamed = edits.find(({ table, before, after }) => keyOf(table, after ?? before ?? {}) === "");
		if (unnamed) return { refused: phrase("register.rowUnnamed", { table: unnamed.table }) };
		return this.#take(changes, by, { note });
	}

	/** Takes an edit back, as an edit of its own; refused where a row has been changed since. */
	async undo(n: number, by: Editor): Promise<EditResult> {
		const edit = this.#edits.find((e) => e.n === n);
		if (!edit) return { refused: phrase("register.noEdit") };
		const back = edit.changes.map(({ before, after, ...row }) => ({
			...row,
			...defined({ before: after, after: before }),
		}));
		return this.#take(back, by, { note: "", undoes: n });
	}

	/** Decides of a row whether what the files say counts, or what was edited. */
	async settle(table: Table, key: string, take: "file" | "edit", by: Editor): Promise<EditResult> {
		const found = this.#differences.find((d) => d.table === table && d.key === key);
		if (!found) return { refused: phrase("register.noDifference") };
		const { file, edited } = found;
		if (!this.areas.mayChange(by.areas, { table, ...defined({ before: file, after: edited }) }))
			return { refused: phrase("register.otherArea") };
		const kept = take === "file" ? file : edited;
		return this.#keep([{ table, key, ...defined({ before: file, after: kept }) }], by, { note: "" });
	}

	/**
	 * What a file would change of a table, and whether the register would hold. The file of whoever is for some areas
	 * takes the place of the rows of those alone; one that is a part, of the rows that it has. Throws LK0501 with what is
	 * wrong.
	 */
	async preview(table: Table, file: TableFile, areas: readonly string[]): Promise<RowChange[]> {
		const { register, reading } = this.#deps;
		const now = register();
		const rows = rowTablesOf(now, reading.timeZone);
		const read = { ...(await decodeFile(file.name, file.bytes)), name: file.name };
		const own = file.isPart ? keysIn(table, read, reading.timeZone) : undefined;
		// they stand behind the file's own so that it can be read as a register; nothing of them changes
		const others = new Map(
			[...rows[table]].filter(([key, cells]) => !(own?.has(key) ?? this.areas.isWithin(areas, table, cells))),
		);
		const behind = [...others.values()];
		const merged = table === "grids" ? withFeatures(read, behind) : withRows(read, behind);
		const files = { ...filesOf(rows), [table]: merged };
		const after = importRegister(files, reading.levels, reading.timeZone);
		const changes = changesBetween(now, after, reading.timeZone, [table]);
		const kept = changes.filter(
			({ key, before }) => !others.has(key) && (!before || this.areas.isWithin(areas, table, before)),
		);
		return file.isPart && table !== "grids" ? kept.flatMap(withColumnsOf(columnsIn(read, columnsOf(table)))) : kept;
	}

	/** That somebody has changed rows since they were seen, and who. */
	#stale(changes: readonly RowChange[]): Phrase {
		const rows = changes.slice(0, MOST_LISTED).map(({ table, key, before, after }) => {
			const last = this.#edits.findLast((e) => e.changes.some((c) => c.table === table && c.key === key));
			const by = last && last.by !== "rule" ? last.name : "files";
			return phrase("register.staleRow", { table, row: (before ?? after)?.["name"] ?? key, by });
		});
		return phrase("register.stale", { rows });
	}

	async #take(changes: RowChange[], by: Editor, note: Note): Promise<EditResult> {
		const { register, reading } = this.#deps;
		const rows = rowTablesOf(register(), reading.timeZone);
		const stale = changes.filter(({ table, key, before }) => !sameCells(rows[table].get(key), before));
		if (stale.length > 0) return { refused: this.#stale(stale) };
		const areHis = (all: RowChange[]) => all.every((change) => this.areas.mayChange(by.areas, change));
		const real = areHis(changes) ? this.#read(changes) : { refused: phrase("register.otherArea") };
		if ("refused" in real) return real;
		// codes are written in several ways: what counts is what was read
		if (!areHis(real)) return { refused: phrase("register.otherArea") };
		if (real.length === 0) return { refused: phrase("register.nothingChanged") };
		return this.#keep(real, by, note);
	}

	/** Changes as the register writes them: a telephone number has one way of being written, a date too. */
	#read(changes: RowChange[]): RowChange[] | { refused: Phrase } {
		const { register, reading } = this.#deps;
		try {
			const after = changed(register(), changes, reading);
			const tables = [...new Set(changes.map(({ table }) => table))];
			return changesBetween(register(), after, reading.timeZone, tables);
		} catch (error) {
			if (!(error instanceof RegisterError)) throw error;
			return { refused: phrase("register.editFaults", { lines: linesOf(error.faults).slice(1, 1 + MOST_LISTED) }) };
		}
	}

	async #keep(changes: RowChange[], by: Omit<Editor, "areas">, note: Note): Promise<EditResult> {
		const { store, clock, renew } = this.#deps;
		const at = clock.now();
		const { n: last = 0 } = this.#edits.at(-1) ?? {};
		const edit = { at, by: by.id, name: by.name, ...note, changes };
		const detail = { edit: last + 1, rows: changes.length };
		const entry = { at, incidentId: "", what: "register:edited" as const, who: by.id, detail };
		const n = await store.add(edit, last, { ...entry, ...(by.name ? { personal: { name: by.name } } : {}) });
		if (n === undefined) return { refused: this.#stale(changes) };
		this.#edits = [...this.#edits, { n, ...edit }];
		renew();
		return { n };
	}
}

/** Of a file that is a part: columns that it does not have stay; a row of which nothing else changes does, too. */
const withColumnsOf =
	(has: readonly string[]) =>
	(change: RowChange): RowChange[] => {
		const { before, after } = change;
		if (!before || !after) return [change];
		const kept = Object.entries(before).filter(([column]) => !has.includes(column));
		const next = { ...Object.fromEntries(kept), ...after };
		return sameCells(before, next) ? [] : [{ ...change, after: next }];
	};

/** A file of a table; `isPart`: rows that it does not have stay. */
type TableFile = { name: string; bytes: Buffer; isPart?: boolean };

/** Why rows are changed, and which edit that takes back. */
type Note = Pick<RegisterEdit, "note" | "undoes">;

/** A row that gets another name goes, and another one comes. */
function changesOf({ table, before, after }: RowEdit): RowChange[] {
	const rows = { before: before && plain(before), after: after && plain(after) };
	const keys = { before: keyOf(table, rows.before ?? {}), after: keyOf(table, rows.after ?? {}) };
	if (before && after && keys.before === keys.after) return [{ table, key: keys.after, ...defined(rows) }];
	const one = (side: "before" | "after"): RowChange[] =>
		rows[side] ? [{ table, key: keys[side], [side]: rows[side] }] : [];
	return [...one("before"), ...one("after")];
}

/** Without columns in which nothing stands. */
function plain(cells: Cells): Cells {
	const given = Object.entries(cells).map(([column, text]) => [column, text.trim()]);
	return Object.fromEntries(given.filter(([, text]) => text !== ""));
}
