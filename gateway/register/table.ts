import { parse } from "csv-parse/sync";
import { errorMessage } from "../base/errors.ts";
import type { Phrase } from "../base/phrase.ts";
import { phrase } from "../base/say.ts";
import { didYouMean } from "../base/text.ts";
import type { Cells } from "../model/register-edit.ts";
import { coded, columnNamed } from "./column-words.ts";
import { isZip, refuseOthers, separatorOf } from "./formats.ts";
import { guessed, ImportFaults, RegisterError } from "./import-fault.ts";
import { Row } from "./row.ts";
import { readWorkbook } from "./workbook.ts";

/** One file of a register: its text, or the rows of a workbook; `name` is what errors call it. */
export interface TextFile {
	name: string;
	text: string;
	/** Of a workbook: the rows by their own numbers, from 1, and what is wrong with cells of it. */
	rows?: string[][];
	faults?: Phrase[];
	/** What a person should know who has handed it over: which sheet is read. */
	remark?: Phrase;
}

export interface Columns {
	needed: readonly string[];
	optional?: readonly string[];
}

export const MOST_BYTES = 64 << 20;

/**
 * A file as offices hand it over: UTF-8 with or without a mark, GBK (GB 18030) where the bytes are no UTF-8, or the
 * first visible sheet of an XLSX. Throws LK0501 when it is another format, which is named, or larger than 64 MiB.
 */
export async function decodeFile(name: string, bytes: Buffer): Promise<TextFile> {
	if (bytes.length > MOST_BYTES) throw new RegisterError([phrase("file.tooLarge", { file: name, most: MOST_BYTES })]);
	refuseOthers(name, bytes);
	if (isZip(bytes)) return workbookFile(name, bytes);
	for (const encoding of ["utf-8", "gb18030"]) {
		try {
			return { name, text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
		} catch {
			// not this one
		}
	}
	throw new RegisterError([phrase("file.encoding", { file: name })]);
}

async function workbookFile(file: string, bytes: Buffer): Promise<TextFile> {
	const { sheet, sheets, isHiddenBefore, rows, faults } = await readWorkbook(file, bytes);
	if (sheets === 1 && !isHiddenBefore) return { name: file, text: "", rows, faults: faults(file) };
	const name = `${file}[${sheet}]`;
	const remark = phrase(isHiddenBefore ? "sheet.readBehindHidden" : "sheet.read", { file, sheet, sheets });
	return { name, text: "", rows, faults: faults(name), remark };
}

/**
 * The rows of a table that hold anything. Unknown, missing and repeated columns, cells beyond the last and what is no
 * CSV become faults.
 */
export function readRows(file: TextFile, columns: Columns, faults: ImportFaults, timeZone: string): Row[] {
	const tooMuch = tooMuchIn(file);
	if (tooMuch) {
		faults.list.push(tooMuch);
		return [];
	}
	faults.list.push(...(file.faults ?? []));
	if (/^\ufeff?\s*[[{]/.test(file.text)) {
		faults.add(`${file.name}:1 `, "import.isJson");
		return [];
	}
	const read = file.rows ?? csvRows(file, faults);
	const header = read && headerIn(file.name, read, columns, faults);
	if (!header) return [];
	const rows = read.map((cells) => cells.map(clean));
	return rows.flatMap((cells, i) => {
		if (i <= header.row || cells.every((cell) => cell === "")) return [];
		const at = `${file.name}:${i + 1}`;
		if (!file.rows && cells.length < header.names.length)
			faults.add(`${at} `, "import.fewerCells", { cells: cells.length, header: header.names.length });
		return [rowOf(cells, header.names, { at, timeZone, faults })];
	});
}

function rowOf(
	cells: string[],
	header: string[],
	{ at, timeZone, faults }: { at: string; timeZone: string; faults: ImportFaults },
): Row {
	const beyond = cells.findIndex((cell, c) => cell !== "" && (header[c] ?? "") === "");
	if (beyond >= 0) {
		const text = cells[beyond]?.slice(0, 40);
		faults.add(`${at} `, "import.noColumnName", { text, column: beyond + 1 });
	}
	const named = header.map((column, c): [string, string] => [column, meant(column, cells[c] ?? "")]);
	const own = named.filter(([column]) => column !== "");
	const row = new Row(at, Object.fromEntries(own), timeZone, faults);
	for (const [column, text] of own) {
		if (ERROR.test(text)) row.fault(column, "import.errorCell", { text });
		const short = NUMBERS.has(column) ? undefined : scientificIn(text);
		if (short !== undefined) row.fault(column, "import.scientific", { text: short });
	}
	return row;
}

/** A province's people are 50,000 rows: what is more would hold up alarms while it is read. */
const MOST_TEXT = 16 << 20;
const MOST_LINES = 300_000;
const LONGEST_RECORD = 100_000;

function tooMuchIn({ name, text }: TextFile): Phrase | undefined {
	if (text.length > MOST_TEXT)
		return phrase("import.tooLong", { at: `${name}:1 `, count: text.length, most: MOST_TEXT });
	let line = 1;
	for (let from = 0; from <= text.length; line++) {
		const end = text.indexOf("\n", from);
		const to = end < 0 ? text.length : end;
		const at = `${name}:${line} `;
		if (to - from > LONGEST_RECORD) return phrase("import.rowTooLong", { at, count: to - from, most: LONGEST_RECORD });
		if (line > MOST_LINES) return phrase("import.tooManyLines", { at, most: MOST_LINES });
		from = to + 1;
	}
	return undefined;
}

/**
 * Columns of words for people, which stay as they are written; all others hold ids, codes, words of a list, numbers and
 * times.
 */
const PROSE = new Set(["name", "title", "document", "access", "water", "key", "hazards", "notes"]);
const CODES = new Set(["grids", "grid", "code"]);
/** What a spreadsheet writes out for a formula that has failed, or a column that is too narrow. */
const ERROR =
	/^(?:#(?:N\/A|REF!|NAME\?|VALUE!|DIV\/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|BUSY!|UNKNOWN!|BLOCKED!|CONNECT!|GETTING_DATA)|#{3,})$/;

/**
 * A cell as it is meant: full-width letters and digits are as good as narrow ones, and 500101.0 is how tables of
 * numbers write a code.
 */
function meant(column: string, cell: string): string {
	if (PROSE.has(column)) return cell;
	const plain = cell.normalize("NFKC").replace(/^'(?=\d)/, "");
	if (!CODES.has(column)) return coded(column, plain);
	return plain.replace(/(?<=^|[;、])(\s*\d+)\.0+(?=\s*(?:$|[;、]))/g, "$1");
}

/** Columns that hold numbers; in all others a number that a spreadsheet has shortened is no value any more. */
const NUMBERS = new Set(["lat", "lon", "radiusM", "strength", "sizeHa"]);

/** A part of a cell that was a long number once. */
export function scientificIn(cell: string): string | undefined {
	return cell.split(/[;、]/).find((part) => /^\d(?:[.,]\d+)?E\+?\d+$/i.test(part.trim()));
}

/**
 * A cell without what nobody sees: marks of direction and width, blanks of other kinds; and without the mark that keeps
 * a formula from running.
 */
function clean(cell: string): string {
	return cell
		.replace(/[\n\r\t\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, " ")
		.replace(/[\p{Cf}\p{Cc}]/gu, "")
		.trim()
		.replace(/^'(?=[=@+-])/, "");
}

/**
 * Rows of a CSV as a spreadsheet numbers them: a cell with line breaks makes no further row, and an empty line is one.
 */
function csvRows(file: TextFile, faults: ImportFaults): string[][] | undefined {
	try {
		return parse(file.text, {
			bom: true,
			relax_column_count: true,
			skip_empty_lines: false,
			max_record_size: LONGEST_RECORD,
		}) as unknown as string[][];
	} catch (error) {
		const { lines = 1 } = error as { lines?: number };
		faults.add(`${file.name}:${lines} `, "import.unreadable", { why: errorMessage(error) });
		return undefined;
	}
}

/** The row that names the columns, by its place from 0; a name is empty where a column has none. */
interface Header {
	row: number;
	names: string[];
}

/** Undefined when the names of the columns are not those of this table. */
function headerIn(name: string, read: string[][], columns: Columns, faults: ImportFaults): Header | undefined {
	const row = read.findIndex((cells) => cells.some((cell) => clean(cell) !== ""));
	const before = faults.list.length;
	const at = `${name}:${Math.max(0, row) + 1} `;
	// before blanks are made of tabs
	const raw = read[row] ?? [];
	const known = [...columns.needed, ...(columns.optional ?? [])];
	const separator = raw.length === 1 ? separatorOf(raw[0] ?? "", known) : undefined;
	const names = raw.map((cell) => columnNamed(clean(cell).normalize("NFKC"), known));
	const later = laterHeader(read, row, columns.needed);
	if (row < 0) faults.add(at, "import.holdsNothing", { columns: columns.needed.join(",") });
	else if (separator !== undefined) faults.add(at, "import.separated", { by: [separator] });
	else if (later > 0 && !names.some((c) => known.includes(c))) faults.add(at, "import.headerLater", { row: later + 1 });
	else nameFaults(at, names, { ...columns, known }, faults);
	return faults.list.length > before ? undefined : { row, names };
}

/** A row further down that looks like the names of the columns; -1 where there is none. */
function laterHeader(read: string[][], first: number, needed: readonly string[]): number {
	const enough = Math.min(2, needed.length);
	return read.findIndex((cells, i) => {
		if (i <= first || i >= first + 10) return false;
		const names = cells.map((cell) => columnNamed(clean(cell), needed));
		return needed.filter((c) => names.includes(c)).length >= enough;
	});
}

function nameFaults(
	at: string,
	names: string[],
	{ needed, known }: { needed: readonly string[]; known: string[] },
	faults: ImportFaults,
): void {
	for (const column of new Set(names.filter((c) => c !== ""))) {
		const [first, ...others] = names.flatMap((c, i) => (c === column ? [i + 1] : []));
		if (others.length > 0) faults.add(`${at}${column}`, "import.columnTwice", { first, others: others.join(", ") });
		if (known.includes(column)) continue;
		const guess = guessed(didYouMean(column, known));
		faults.add(`${at}${column}`, "import.unknownColumn", { guess, allowed: known.join(", ") });
	}
	for (const column of needed) if (!names.includes(column)) faults.add(`${at}${column}`, "import.columnMissing");
}

/**
 * A file with rows of others behind its own, which keep their numbers; with all columns that these need. As it stands
 * where it holds no rows: what is wrong with it is said when it is read.
 */
export function withRows(file: TextFile, others: readonly Cells[]): TextFile {
	const known = [...new Set(others.flatMap((cells) => Object.keys(cells)))];
	const { rows, header, names } = headed(file, known);
	if (others.length === 0 || names.length === 0) return file;
	const more = known.filter((column) => !names.includes(column));
	const all = [...names, ...more];
	const own = rows.map((cells) => (cells === header ? [...cells, ...more] : cells));
	return { ...file, text: "", rows: [...own, ...others.map((cells) => all.map((column) => cells[column] ?? ""))] };
}

/** Which of the columns of a table a file has. */
export function columnsIn(file: TextFile, known: readonly string[]): string[] {
	return headed(file, known).names.filter((column) => known.includes(column));
}

/** Rows as they stand, the first of them that is not empty, and the columns that it names. */
function headed(file: TextFile, known: readonly string[]): { rows: string[][]; header: string[]; names: string[] } {
	const rows = file.rows ?? csvRows(file, new ImportFaults()) ?? [];
	const header = rows.find((cells) => cells.some((cell) => clean(cell) !== "")) ?? [];
	return { rows, header, names: header.map((cell) => columnNamed(clean(cell).normalize("NFKC"), known)) };
}

/** The same table as a workbook with one sheet of texts, so that no code becomes a number. */
export async function xlsxOf(csv: string): Promise<Buffer> {
	const rows = parse(csv, { bom: true }) as unknown as string[][];
	const { default: writeXlsx } = await import("write-excel-file/node");
	return writeXlsx(rows.map((row) => row.map((value) => ({ value, type: String })))).toBuffer();
}
