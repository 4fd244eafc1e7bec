import { defined } from "../base/omit.ts";
import { decodePhrase, encodePhrase, type Phrase } from "../base/phrase.ts";
import type { Level, Register } from "../model/register.ts";
import type { Cells, RegisterEdit, RowChange, RowDifference, Table } from "../model/register-edit.ts";
import { importRegister } from "./import.ts";
import { RegisterError } from "./import-fault.ts";
import { filesOf, type RowTables, rowTablesOf } from "./row-tables.ts";

/** What the edits of one row come to: the row that they began with, and the one that they ended with. */
interface Edited {
	table: Table;
	key: string;
	from: Cells | undefined;
	to: Cells | undefined;
}

/** How a register is read: its levels, and the zone of its times. */
export interface Reading {
	levels: readonly Level[];
	timeZone: string;
}

/** A register with its edits, and where its files say something else by now. */
export interface WithEdits {
	register: Register;
	differences: RowDifference[];
	/** Rows of which the files have come to say what was edited: their edits are done with. */
	absorbed: RowChange[];
}

/**
 * The register of the files with what people have changed since. A row that nobody has edited counts as the files have
 * it; of one that was edited the edit counts, until the files say the same or a person decides. Throws LK0501 when
 * rows of both together make no register; faults name the row by its table and key.
 */
export function withEdits(files: Register, edits: readonly RegisterEdit[], reading: Reading): WithEdits {
	const edited = foldEdits(edits);
	if (edited.length === 0) return { register: files, differences: [], absorbed: [] };
	const tables = rowTablesOf(files, reading.timeZone);
	const differences: RowDifference[] = [];
	const absorbed: RowChange[] = [];
	for (const { table, key, from, to } of edited) {
		const file = tables[table].get(key);
		if (sameCells(file, to)) absorbed.push({ table, key, ...defined({ before: to, after: to }) });
		else if (!sameCells(file, from)) differences.push({ table, key, ...defined({ file, edited: to }) });
		put(tables, { table, key, ...defined({ after: to }) });
	}
	const { forest, ground, remarks } = files;
	const register = { ...registerOf(tables, reading), forest, ...defined({ ground, remarks }) };
	return { register, differences, absorbed };
}

/**
 * What becomes of a register by changes of rows. Throws LK0501 when that is none.
 */
export function changed(register: Register, changes: readonly RowChange[], reading: Reading): Register {
	const tables = rowTablesOf(register, reading.timeZone);
	for (const change of changes) put(tables, change);
	const { forest, ground } = register;
	return { ...registerOf(tables, reading), forest, ...defined({ ground }) };
}

function put(tables: RowTables, { table, key, after }: Omit<RowChange, "before">): void {
	if (after) tables[table].set(key, after);
	else tables[table].delete(key);
}

function registerOf(tables: RowTables, { levels, timeZone }: Reading): Register {
	try {
		return importRegister(filesOf(tables), levels, timeZone);
	} catch (error) {
		if (!(error instanceof RegisterError)) throw error;
		throw new RegisterError(error.faults.map((fault) => byKey(fault, tables)));
	}
}

/** A fault with the row that it is of instead of a line: nobody has a file in which it is the seventeenth. */
function byKey(fault: Phrase, tables: RowTables): Phrase {
	const { code, gaps } = decodePhrase(fault);
	const [, table, line, column = ""] = /^(\w+)\.csv:(\d+) (.*)$/.exec(String(gaps["at"] ?? "")) ?? [];
	if (table === undefined) return fault;
	const key = [...(tables[table as Table]?.keys() ?? [])][Number(line) - 2];
	return key === undefined ? fault : encodePhrase(code, { ...gaps, at: `${table} ${key} ${column}` });
}

/** What edits come to, row by row; those that lead back to where they began are gone. */
function foldEdits(edits: readonly RegisterEdit[]): Edited[] {
	const rows = new Map<string, Edited>();
	for (const { changes } of edits) {
		for (const { table, key, before, after } of changes) {
			const at = `${table} ${key}`;
			const last = rows.get(at);
			// an edit that begins elsewhere has been made over what the files said then
			const from = last && sameCells(last.to, before) && !sameCells(before, after) ? last.from : before;
			if (sameCells(from, after)) rows.delete(at);
			else rows.set(at, { table, key, from, to: after });
		}
	}
	return [...rows.values()];
}

export function sameCells(a: Cells | undefined, b: Cells | undefined): boolean {
	if (!a || !b) return a === b;
	const columns = new Set([...Object.keys(a), ...Object.keys(b)]);
	return [...columns].every((column) => (a[column] ?? "") === (b[column] ?? ""));
}

/** The changes that make of one register another. */
export function changesBetween(
	before: Register,
	after: Register,
	timeZone: string,
	only: readonly Table[],
): RowChange[] {
	const [old, fresh] = [rowTablesOf(before, timeZone), rowTablesOf(after, timeZone)];
	return only.flatMap((table) => {
		const keys = new Set([...old[table].keys(), ...fresh[table].keys()]);
		return [...keys].flatMap((key): RowChange[] => {
			const [was, is] = [old[table].get(key), fresh[table].get(key)];
			if (sameCells(was, is)) return [];
			return [{ table, key, ...defined({ before: was, after: is }) }];
		});
	});
}
