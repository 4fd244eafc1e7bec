import { XMLParser } from "fast-xml-parser";
import { unzipSync } from "fflate";
import { errorMessage } from "../base/errors.ts";
import type { Gap, Phrase } from "../base/phrase.ts";
import { type PhraseCode, phrase } from "../base/say.ts";
import { RegisterError } from "./import-fault.ts";

/** The first visible sheet of a workbook (XLSX), as people see it. */
export interface SheetRows {
	/** The sheet's name, and how many there are that people see; more than one is said. */
	sheet: string;
	sheets: number;
	/** Whether sheets before it are hidden. */
	isHiddenBefore: boolean;
	/** Rows by their own numbers, from 1; cells as text, empty where there is nothing. */
	rows: string[][];
	/** Cells that hold no value, of a file that is called so. */
	faults: (file: string) => Phrase[];
}

/** A workbook is a ZIP: what it says it holds unpacked, at most. */
const MOST_UNPACKED = 256 << 20;
const MOST_FAULTS = 20;

/**
 * Reads a workbook. The library gives values; what it leaves out without a word is looked for beside it: errors,
 * formulas whose value was never calculated, merged cells, hidden sheets. Throws LK0501 when it is no workbook.
 */
export async function readWorkbook(name: string, bytes: Buffer): Promise<SheetRows> {
	try {
		const { path, ...named } = sheetOf(bytes);
		const { readSheet } = await import("read-excel-file/node");
		// long numbers as they stand: a code of 16 digits would lose its end as a number
		const rows = (await readSheet(bytes, named.sheet, {
			parseNumber: (text: string) => text,
			trim: false,
		})) as unknown[][];
		const part = partOf(bytes, path);
		const timed = timedIn(part, bytes);
		return {
			...named,
			rows: rows.map((row, r) => row.map((cell, c) => textOf(cell, timed.has(`${letters(c)}${r + 1}`)))),
			faults: (file) => faultsIn(part).map(({ cell, code, gaps }) => phrase(code, { at: `${file} ${cell}`, ...gaps })),
		};
	} catch (cause) {
		if (cause instanceof RegisterError) throw cause;
		throw new RegisterError([phrase("sheet.unreadable", { file: name, why: errorMessage(cause) })], cause);
	}
}

function partOf(bytes: Buffer, path: string): string {
	let size = 0;
	const parts = unzipSync(bytes, {
		filter: (file) => {
			if (file.name !== path) return false;
			size = file.originalSize;
			if (size > MOST_UNPACKED) throw new Error(`${path} holds more than ${MOST_UNPACKED >> 20} MiB`);
			return true;
		},
	});
	const part = parts[path];
	if (!part) throw new Error(`it lacks ${path}`);
	return Buffer.from(part).toString("utf8");
}

interface Sheet {
	name: string;
	state?: string;
	id: string;
}

/** The first sheet that people see, by what the workbook says of its sheets. */
function sheetOf(bytes: Buffer): { sheet: string; sheets: number; isHiddenBefore: boolean; path: string } {
	const xml = new XMLParser({
		ignoreAttributes: false,
		removeNSPrefix: true,
		attributeNamePrefix: "",
		isArray: (n) => ["sheet", "Relationship"].includes(n),
	});
	const book = xml.parse(partOf(bytes, "xl/workbook.xml")) as { workbook?: { sheets?: { sheet?: Sheet[] } } };
	const relations = xml.parse(partOf(bytes, "xl/_rels/workbook.xml.rels")) as {
		Relationships?: { Relationship?: { Id: string; Target: string }[] };
	};
	const all = book.workbook?.sheets?.sheet ?? [];
	const visible = all.filter((s) => s.state === undefined || s.state === "visible");
	const [first] = visible;
	if (!first) throw new Error("it has no sheet that can be seen");
	const target = relations.Relationships?.Relationship?.find((r) => r.Id === first.id)?.Target ?? "";
	const path = target.startsWith("/") ? target.slice(1) : `xl/${target}`;
	return { sheet: String(first.name), sheets: visible.length, isHiddenBefore: all.indexOf(first) > 0, path };
}

interface CellFault {
	/** As `D5`. */
	cell: string;
	code: PhraseCode;
	gaps?: Record<string, Gap | undefined>;
}

const CELL = /<(?:\w+:)?c\b([^>]*?)(?:\/>|>(.*?)<\/(?:\w+:)?c>)/gs;
const MERGED = /<(?:\w+:)?mergeCell\b[^>]*\bref="(([A-Z]+\d+):([A-Z]+\d+))"/g;

/** Cells whose value is none, and areas in which one value stands for many. */
function faultsIn(sheet: string): CellFault[] {
	const faults: CellFault[] = [];
	for (const [, attributes = "", inside = ""] of sheet.matchAll(CELL)) {
		const found = faultOf(attributes, inside);
		if (found) faults.push(found);
		if (faults.length === MOST_FAULTS) return faults;
	}
	const merged = [...sheet.matchAll(MERGED)].map(
		([, cell = "", , last = ""]): CellFault => ({ cell, code: "sheet.merged", gaps: { last } }),
	);
	return [...faults, ...merged].slice(0, MOST_FAULTS);
}

function faultOf(attributes: string, inside: string): CellFault | undefined {
	const cell = /\br="([A-Z]+\d+)"/.exec(attributes)?.[1] ?? "?";
	const type = /\bt="(\w+)"/.exec(attributes)?.[1] ?? "n";
	const value = /<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</.exec(inside)?.[1];
	if (type === "e") return { cell, code: "sheet.failed", gaps: { text: value ?? "?" } };
	const isBare = value === undefined || (value === "" && type !== "str");
	if (isBare && /<(?:\w+:)?f[\s>/]/.test(inside)) return { cell, code: "sheet.neverCalculated" };
	const hasLost = type === "n" && /^\d{16,}$/.test(value ?? "");
	return hasLost ? { cell, code: "sheet.lostDigits" } : undefined;
}

const XML = {
	ignoreAttributes: false,
	removeNSPrefix: true,
	attributeNamePrefix: "",
	isArray: (n: string) => n === "xf" || n === "numFmt",
};
/** Built-in formats that show a time of day (ECMA-376, 18.8.30; those of 32 to 35 in Chinese). */
const TIMED = new Set([18, 19, 20, 21, 22, 32, 33, 34, 35, 45, 46, 47]);

/** Cells that show a time of day: midnight there is a moment, and not the whole day. */
function timedIn(sheet: string, bytes: Buffer): Set<string> {
	interface Styles {
		styleSheet?: {
			numFmts?: { numFmt?: { numFmtId: string; formatCode: string }[] };
			cellXfs?: { xf?: { numFmtId?: string }[] };
		};
	}
	let styles: Styles["styleSheet"];
	try {
		styles = (new XMLParser(XML).parse(partOf(bytes, "xl/styles.xml")) as Styles).styleSheet;
	} catch {
		return new Set(); // without styles no cell is a date
	}
	const { numFmt = [] } = styles?.numFmts ?? {};
	const { xf = [] } = styles?.cellXfs ?? {};
	const own = new Map(numFmt.map((f) => [Number(f.numFmtId), f.formatCode]));
	const isTimed = xf.map(({ numFmtId = "0" }) => {
		const code = own.get(Number(numFmtId));
		return code === undefined ? TIMED.has(Number(numFmtId)) : showsTime(code);
	});
	const timed = new Set<string>();
	for (const [, attributes = ""] of sheet.matchAll(/<(?:\w+:)?c\b([^>]*)>/g)) {
		const [, at] = /\br="([A-Z]+\d+)"/.exec(attributes) ?? [];
		const [, style = "0"] = /\bs="(\d+)"/.exec(attributes) ?? [];
		if (at !== undefined && isTimed[Number(style)]) timed.add(at);
	}
	return timed;
}

/** What stands in quotes or behind a backslash is text, in brackets a colour or a language. */
function showsTime(format: string): boolean {
	return /h/i.test(format.replace(/"[^"]*"|\\.|\[(?!h)[^\]]*\]/gi, ""));
}

/** The name of a column by its place, from 0: A, B … Z, AA. */
function letters(column: number): string {
	return (column >= 26 ? letters(Math.floor(column / 26) - 1) : "") + String.fromCharCode(65 + (column % 26));
}

function textOf(cell: unknown, isTimed: boolean): string {
	if (cell === null || cell === undefined) return "";
	if (cell instanceof Date) return dateText(cell, isTimed);
	return String(cell).replace(/^(-?\d+)\.0+$/, "$1");
}

const DAY_MS = 86_400_000;
/** Before this a date is a time of day without one: spreadsheets count days from 1900. */
const FIRST_DATE = Date.UTC(1901, 0, 1);

/**
 * A sheet's date has no zone: what stands there is the local time of whoever wrote it. It is kept as parts of a day,
 * and comes out a hair beside the second.
 */
function dateText(date: Date, isTimed: boolean): string {
	const ms = Math.round(date.getTime() / 1000) * 1000;
	const text = new Date(ms).toISOString();
	if (ms < FIRST_DATE) return text.slice(11, 19);
	return ms % DAY_MS === 0 && !isTimed ? text.slice(0, 10) : text.slice(0, 19);
}
