import { parse } from "csv-parse/sync";
import { LookoutError, messageOf } from "../base/errors.ts";
import { didYouMean } from "../base/text.ts";
import { DEFAULT_TIME_ZONE, localTimeWithOffset, timeAt } from "../base/time-zone.ts";
import { isZip, refuseOthers, separatorFault } from "./formats.ts";
import { readWorkbook } from "./workbook.ts";

/** One file of a register: its text, or the rows of a workbook; `name` is what errors call it. */
export interface TextFile {
	name: string;
	text: string;
	/** Of a workbook: the rows by their own numbers, from 1, and what is wrong with cells of it. */
	rows?: string[][];
	faults?: string[];
	/** What a person should know who has handed it over: which sheet is read. */
	remark?: string;
}

/** A row with its place in the file, cells by column. */
export interface Line {
	at: string;
	/** Of times that name no zone themselves. */
	timeZone: string;
	cells: Record<string, string>;
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
	if (bytes.length > MOST_BYTES) throw new LookoutError("LK0501", `${name} is larger than ${MOST_BYTES} bytes`);
	refuseOthers(name, bytes);
	if (isZip(bytes)) {
		const { sheet, sheets, isHiddenBefore, rows, faults } = await readWorkbook(name, bytes);
		const isOne = sheets === 1 && !isHiddenBefore;
		const called = isOne ? name : `${name}[${sheet}]`;
		const remark = `${name}: the sheet "${sheet}" is read, the first of ${sheets} that can be seen${isHiddenBefore ? "; one before it is hidden" : ""}`;
		return { name: called, text: "", rows, faults: faults.map((f) => `${called} ${f}`), ...(isOne ? {} : { remark }) };
	}
	for (const encoding of ["utf-8", "gb18030"]) {
		try {
			return { name, text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
		} catch {
			// not this one
		}
	}
	throw new LookoutError("LK0501", `${name} is neither UTF-8 nor GBK`, { hint: "Save it as CSV in UTF-8." });
}

/**
 * The rows of a table that hold anything. Unknown, missing and repeated columns, cells beyond the last and what is no
 * CSV become faults.
 */
export function readRows(file: TextFile, columns: Columns, faults: string[], timeZone = DEFAULT_TIME_ZONE): Line[] {
	const tooMuch = tooMuchIn(file.text);
	if (tooMuch) {
		faults.push(`${file.name}:${tooMuch.line} : ${tooMuch.why}`);
		return [];
	}
	faults.push(...(file.faults ?? []));
	if (/^\ufeff?\s*[[{]/.test(file.text)) {
		faults.push(`${file.name}:1 : is JSON; a table is CSV in UTF-8 with commas, or XLSX`);
		return [];
	}
	const read = file.rows ?? csvRows(file, faults);
	if (!read) return [];
	const rows = read.map((row) => row.map(clean));
	const first = rows.findIndex((row) => row.some((cell) => cell !== ""));
	if (first < 0) {
		faults.push(`${file.name}:1 : holds nothing; the first row names the columns: ${columns.needed.join(",")}`);
		return [];
	}
	// before blanks are made of tabs
	const raw = read[first] ?? [];
	const separated =
		raw.length === 1 ? separatorFault(raw[0] ?? "", [...columns.needed, ...(columns.optional ?? [])]) : undefined;
	if (separated) {
		faults.push(`${file.name}:${first + 1} : ${separated}`);
		return [];
	}
	const header = headerOf(file.name, rows, first, columns, faults);
	if (!header) return [];
	return rows.flatMap((row, i): Line[] => {
		if (i <= first || row.every((cell) => cell === "")) return [];
		const at = `${file.name}:${i + 1}`;
		const beyond = row.findIndex((cell, c) => cell !== "" && (header[c] ?? "") === "");
		if (beyond >= 0)
			faults.push(`${at} : "${row[beyond]?.slice(0, 40)}" stands in column ${beyond + 1}, which has no name`);
		if (!file.rows && row.length < header.length)
			faults.push(`${at} : has ${row.length} cells, the header ${header.length}; is a comma missing?`);
		const cells = Object.fromEntries(
			header.flatMap((column, c) => (column === "" ? [] : [[column, meant(column, row[c] ?? "")]])),
		);
		for (const [column, cell] of Object.entries(cells)) {
			if (ERROR.test(cell))
				faults.push(`${at} ${column}: ${cell}; the spreadsheet shows an error or has no room for the value`);
			if (!NUMBERS.has(column)) sayIfScientific(at, column, cell, faults);
		}
		return [{ at, cells, timeZone }];
	});
}

/** A province's people are 50,000 rows: what is more would hold up alarms while it is read. */
const MOST_TEXT = 16 << 20;
const MOST_LINES = 300_000;
const LONGEST_RECORD = 100_000;

function tooMuchIn(text: string): { line: number; why: string } | undefined {
	if (text.length > MOST_TEXT)
		return { line: 1, why: `has ${text.length} characters; a table has ${MOST_TEXT} at most` };
	let line = 1;
	for (let from = 0; from <= text.length; line++) {
		const end = text.indexOf("\n", from);
		const to = end < 0 ? text.length : end;
		if (to - from > LONGEST_RECORD)
			return { line, why: `has ${to - from} characters; a row has ${LONGEST_RECORD} at most` };
		if (line > MOST_LINES) return { line, why: `more than ${MOST_LINES} lines` };
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
	return CODES.has(column) ? plain.replace(/(?<=^|[;、])(\s*\d+)\.0+(?=\s*(?:$|[;、]))/g, "$1") : plain;
}

/** Columns that hold numbers; in all others a number that a spreadsheet has shortened is no value any more. */
const NUMBERS = new Set(["lat", "lon", "radiusM", "strength", "sizeHa"]);

function sayIfScientific(at: string, column: string, cell: string, faults: string[]): void {
	const bad = cell.split(/[;、]/).find((part) => /^\d(?:[.,]\d+)?E\+?\d+$/i.test(part.trim()));
	if (bad !== undefined)
		faults.push(`${at} ${column}: "${bad}" is what a spreadsheet makes of a long code; format the column as text`);
}

/**
 * A cell without what nobody sees: marks of direction and width, blanks of other kinds; and without the mark that keeps
 * a formula from running.
 */
function clean(cell: string): string {
	return cell
		.replace(/[\p{Cf}\p{Cc}]/gu, (c) => (c === "\n" || c === "\r" || c === "\t" ? " " : ""))
		.replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, " ")
		.trim()
		.replace(/^'(?=[=@+-])/, "");
}

/**
 * Rows of a CSV as a spreadsheet numbers them: a cell with line breaks makes no further row, and an empty line is one.
 */
function csvRows(file: TextFile, faults: string[]): string[][] | undefined {
	try {
		return parse(file.text, {
			bom: true,
			relax_column_count: true,
			skip_empty_lines: false,
			max_record_size: LONGEST_RECORD,
		}) as unknown as string[][];
	} catch (error) {
		faults.push(`${file.name}:${(error as { lines?: number }).lines ?? 1} : ${messageOf(error)}`);
		return undefined;
	}
}

/**
 * The names of the columns by their place, empty where a column has none; undefined when they are not those of this
 * table.
 */
function headerOf(
	name: string,
	rows: string[][],
	first: number,
	{ needed, optional = [] }: Columns,
	faults: string[],
): string[] | undefined {
	const header = (rows[first] ?? []).map((c) => c.normalize("NFKC"));
	const allowed = [...needed, ...optional];
	const before = faults.length;
	const later = rows.findIndex(
		(row, i) =>
			i > first && i < first + 10 && needed.filter((c) => row.includes(c)).length >= Math.min(2, needed.length),
	);
	if (later > 0 && !header.some((c) => allowed.includes(c)))
		faults.push(`${name}:${first + 1} : the names of the columns stand in row ${later + 1}; delete the rows above it`);
	if (faults.length > before) return undefined;
	for (const column of new Set(header)) {
		const places = header.flatMap((c, i) => (c === column ? [i + 1] : []));
		if (column !== "" && places.length > 1)
			faults.push(`${name}:${first + 1} ${column}: stands twice, in columns ${places.join(" and ")}`);
		if (column === "" || allowed.includes(column)) continue;
		const guess = didYouMean(column, allowed);
		faults.push(
			`${name}:${first + 1} ${column}: unknown column; ${guess ? `did you mean "${guess}"? ` : ""}allowed: ${allowed.join(", ")}`,
		);
	}
	for (const column of needed)
		if (!header.includes(column)) faults.push(`${name}:${first + 1} ${column}: the column is missing`);
	return faults.length > before ? undefined : header;
}

/** The same table as a workbook with one sheet of texts, so that no code becomes a number. */
export async function xlsxOf(csv: string): Promise<Buffer> {
	const rows = parse(csv, { bom: true }) as unknown as string[][];
	const { default: writeXlsx } = await import("write-excel-file/node");
	return writeXlsx(rows.map((row) => row.map((value) => ({ value, type: String })))).toBuffer();
}

/** Characters of an id or a name. */
const LONGEST = 120;

export function required({ at, cells }: Line, key: string, faults: string[]): string {
	const value = cells[key] ?? "";
	if (value === "") faults.push(`${at} ${key}: empty`);
	if (value.length > LONGEST)
		faults.push(`${at} ${key}: "${value.slice(0, 40)}…" has ${value.length} characters; ${LONGEST} at most`);
	return value;
}

export function oneOf<T extends string>({ at, cells }: Line, key: string, allowed: readonly T[], faults: string[]): T {
	const value = cells[key] ?? "";
	if (!(allowed as readonly string[]).includes(value)) {
		const guess = didYouMean(value, allowed);
		faults.push(
			`${at} ${key}: "${value}" is not one of ${allowed.join(", ")}${guess ? `; did you mean "${guess}"?` : ""}`,
		);
	}
	return value as T;
}

/** A number within bounds; undefined where the cell is empty. */
export function numberIn(
	{ at, cells }: Line,
	key: string,
	[least, most]: [number, number],
	faults: string[],
): number | undefined {
	const text = cells[key] ?? "";
	if (text === "") return undefined;
	const value = /^[+-]?\d+(?:\.\d*)?$/.test(text) ? Number(text) : Number.NaN;
	if (Number.isFinite(value) && value >= least && value <= most) return value;
	faults.push(`${at} ${key}: "${text}" is no number from ${least} to ${most}`);
	return undefined;
}

/** Degrees of latitude or longitude; needed. */
export function degrees(line: Line, key: "lat" | "lon", faults: string[]): number {
	const most = key === "lat" ? 90 : 180;
	if ((line.cells[key] ?? "") === "") faults.push(`${line.at} ${key}: not degrees within ±${most}`);
	return numberIn(line, key, [-most, most], faults) ?? 0;
}

export function list(cell: string | undefined): string[] {
	return (cell ?? "")
		.split(/[;；、]/)
		.map((c) => c.trim())
		.filter((c) => c !== "");
}

const DAY_MS = 86_400_000;

/**
 * A moment: `2026-04-05` or `2026-04-05T14:30` is of the register's time zone unless another stands there. A bare date as an end
 * includes its day. Undefined where the cell is empty.
 */
export function moment({ at, cells, timeZone }: Line, key: string, faults: string[], end = false): number | undefined {
	const text = cells[key] ?? "";
	if (text === "") return undefined;
	// spreadsheets write 2026/4/5 8:00
	const plain = text
		.replace(
			/^(\d{4})[/.](\d{1,2})[/.](\d{1,2})/,
			(_, y, m, d) => `${y}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`,
		)
		.replace(/([T ])(\d):/, "$10$2:");
	const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(plain);
	// a day that the month does not have is taken for one of the next by the language
	const day = match ? Date.parse(`${match[1]}T00:00:00Z`) : Number.NaN;
	const isDay = !Number.isNaN(day) && new Date(day).toISOString().startsWith(match?.[1] as string);
	const local = `${match?.[1]}T${match?.[2] ?? "00:00"}`;
	const zone = match?.[3];
	const value = !isDay ? Number.NaN : zone === undefined ? timeAt(local, timeZone) : Date.parse(`${local}${zone}`);
	if (Number.isNaN(value)) {
		faults.push(`${at} ${key}: "${text}" is no date; write 2026-04-05 or 2026-04-05T14:30`);
		return undefined;
	}
	return end && match?.[2] === undefined ? value + DAY_MS : value;
}

/** The same moment as text, for exports. */
export function momentText(ms: number | undefined, timeZone: string): string {
	return ms === undefined ? "" : localTimeWithOffset(ms, timeZone);
}

/** From and to of a row, where the columns are there. */
export function validity(line: Line, faults: string[]): { from?: number; to?: number } {
	const [from, to] = [moment(line, "from", faults), moment(line, "to", faults, true)];
	if (from !== undefined && to !== undefined && to <= from) faults.push(`${line.at} to: not after from`);
	return { from, to };
}
