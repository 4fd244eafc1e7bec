import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { LookoutError, messageOf } from "../base/errors.ts";
import { didYouMean } from "../base/text.ts";

/** One file of a register as text; `name` is what errors call it. */
export interface TextFile {
	name: string;
	text: string;
}

/** A row with its place in the file, cells by column. */
export interface Line {
	at: string;
	cells: Record<string, string>;
}

export interface Columns {
	needed: readonly string[];
	optional?: readonly string[];
}

export const MOST_BYTES = 64 << 20;

/**
 * The text of a file as offices hand it over: UTF-8 with or without a mark, GBK (GB 18030) where the bytes are no
 * UTF-8, and the first sheet of an XLSX as CSV. Throws LK0501 when it is none of these or larger than 64 MiB.
 */
export async function decodeFile(name: string, bytes: Buffer): Promise<TextFile> {
	if (bytes.length > MOST_BYTES) throw new LookoutError("LK0501", `${name} is larger than ${MOST_BYTES} bytes`);
	if (bytes.subarray(0, 4).toString("latin1") === "PK\u0003\u0004") return { name, text: await csvOfXlsx(name, bytes) };
	for (const encoding of ["utf-8", "gb18030"]) {
		try {
			return { name, text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
		} catch {
			// not this one
		}
	}
	throw new LookoutError("LK0501", `${name} is neither UTF-8 nor GBK`, { hint: "Save it as CSV in UTF-8." });
}

async function csvOfXlsx(name: string, bytes: Buffer): Promise<string> {
	try {
		// loaded when there is a spreadsheet: each start would pay for it otherwise
		const { readSheet } = await import("read-excel-file/node");
		const rows = (await readSheet(bytes)) as unknown[][];
		return stringify(rows.map((row) => row.map((cell) => (cell instanceof Date ? dateCell(cell) : cell))));
	} catch (cause) {
		throw new LookoutError("LK0501", `${name} cannot be read as XLSX: ${messageOf(cause)}`, { cause, hint: "Save the sheet as CSV." });
	}
}

/** A sheet's date has no zone: what stands there is the local time of whoever wrote it. */
function dateCell(date: Date): string {
	const text = date.toISOString();
	return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text.slice(0, 16);
}

/** The rows of a CSV. Unknown and missing columns, and what is no CSV, become faults. */
export function readRows(file: TextFile, columns: Columns, faults: string[]): Line[] {
	if (file.text.length > MOST_BYTES) {
		faults.push(`${file.name}:1 : larger than ${MOST_BYTES} bytes`);
		return [];
	}
	try {
		const parsed = parse(file.text, {
			columns: (header: string[]) => checkHeader(file.name, header, columns, faults),
			bom: true,
			trim: true,
			skip_empty_lines: true,
			info: true,
		}) as unknown as { info: { lines: number }; record: Record<string, string> }[];
		return parsed.map(({ info, record }) => {
			const cells = Object.fromEntries(Object.entries(record).map(([column, cell]) => [column, cell.replace(/^'(?=[=@+-])/, "")]));
			return { at: `${file.name}:${info.lines}`, cells };
		});
	} catch (error) {
		faults.push(`${file.name}:${(error as { lines?: number }).lines ?? 1} : ${messageOf(error)}`);
		return [];
	}
}

function checkHeader(name: string, header: string[], { needed, optional = [] }: Columns, faults: string[]): string[] {
	const allowed = [...needed, ...optional];
	for (const column of header) {
		if (allowed.includes(column)) continue;
		const guess = didYouMean(column, allowed);
		faults.push(`${name}:1 ${column}: unknown column; ${guess ? `did you mean "${guess}"? ` : ""}allowed: ${allowed.join(", ")}`);
	}
	for (const column of needed) if (!header.includes(column)) faults.push(`${name}:1 ${column}: the column is missing`);
	return header;
}

/** CSV for offices: with a mark, so that a spreadsheet takes it for UTF-8, and with formulas made harmless. */
export function writeCsv(columns: readonly string[], rows: Record<string, string | number | undefined>[]): string {
	const table = rows.map((row) => columns.map((c) => harmless(String(row[c] ?? ""))));
	return `\ufeff${stringify(table, { header: true, columns: [...columns] })}`;
}

/** The same table as a workbook with one sheet of texts, so that no code becomes a number. */
export async function xlsxOf(csv: string): Promise<Buffer> {
	const rows = parse(csv, { bom: true }) as unknown as string[][];
	const { default: writeXlsx } = await import("write-excel-file/node");
	return writeXlsx(rows.map((row) => row.map((value) => ({ value, type: String })))).toBuffer();
}

/** A name like "=cmd|..." would run in the spreadsheet of whoever opens the file; numbers and telephone numbers stay as they are. */
function harmless(cell: string): string {
	return /^[=@]/.test(cell) || (/^[+-]/.test(cell) && !/^[+-][\d .-]*$/.test(cell)) ? `'${cell}` : cell;
}

export function required({ at, cells }: Line, key: string, faults: string[]): string {
	const value = cells[key] ?? "";
	if (value === "") faults.push(`${at} ${key}: empty`);
	return value;
}

export function oneOf<T extends string>({ at, cells }: Line, key: string, allowed: readonly T[], faults: string[]): T {
	const value = cells[key] ?? "";
	if (!(allowed as readonly string[]).includes(value)) {
		const guess = didYouMean(value, allowed);
		faults.push(`${at} ${key}: "${value}" is not one of ${allowed.join(", ")}${guess ? `; did you mean "${guess}"?` : ""}`);
	}
	return value as T;
}

/** A number within bounds; undefined where the cell is empty. */
export function numberIn({ at, cells }: Line, key: string, [least, most]: [number, number], faults: string[]): number | undefined {
	const text = cells[key] ?? "";
	if (text === "") return undefined;
	const value = Number(text);
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
		.split(/[;；]/)
		.map((c) => c.trim())
		.filter((c) => c !== "");
}

const DAY_MS = 86_400_000;

/**
 * A moment: `2026-04-05` or `2026-04-05T14:30` is Beijing time unless a zone stands there. A bare date as an end
 * includes its day. Undefined where the cell is empty.
 */
export function moment({ at, cells }: Line, key: string, faults: string[], end = false): number | undefined {
	const text = cells[key] ?? "";
	if (text === "") return undefined;
	// spreadsheets write 2026/4/5 8:00
	const plain = text
		.replace(/^(\d{4})[/.](\d{1,2})[/.](\d{1,2})/, (_, y, m, d) => `${y}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`)
		.replace(/([T ])(\d):/, "$10$2:");
	const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(plain);
	// a day that the month does not have is taken for one of the next by the language
	const isDay = match !== null && new Date(`${match[1]}T00:00:00Z`).toISOString().startsWith(match[1] as string);
	const value = match && isDay ? Date.parse(`${match[1]}T${match[2] ?? "00:00"}${match[3] ?? "+08:00"}`) : Number.NaN;
	if (Number.isNaN(value)) {
		faults.push(`${at} ${key}: "${text}" is no date; write 2026-04-05 or 2026-04-05T14:30`);
		return undefined;
	}
	return end && match?.[2] === undefined ? value + DAY_MS : value;
}

/** The same moment as text, for exports. */
export function momentText(ms: number | undefined): string {
	return ms === undefined ? "" : `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}

/** From and to of a row, where the columns are there. */
export function validity(line: Line, faults: string[]): { from?: number; to?: number } {
	const [from, to] = [moment(line, "from", faults), moment(line, "to", faults, true)];
	if (from !== undefined && to !== undefined && to <= from) faults.push(`${line.at} to: not after from`);
	return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
