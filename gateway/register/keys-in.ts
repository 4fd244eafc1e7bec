import type { Table } from "../model/register-edit.ts";
import { COLUMNS } from "./import.ts";
import { ImportFaults } from "./import-fault.ts";
import { columnsOf, keyOf } from "./row-tables.ts";
import { readRows, type TextFile } from "./table.ts";

/** What names the rows of a file: ids and codes as the register has them. What is wrong with it is said elsewhere. */
export function keysIn(table: Table, file: TextFile, timeZone: string): Set<string> {
	if (table === "grids") return new Set(gridCodes(file));
	const columns = columnsOf(table);
	const rows = readRows(file, COLUMNS[table], new ImportFaults(), timeZone);
	return new Set(rows.map((row) => keyOf(table, Object.fromEntries(columns.map((c) => [c, row.text(c)])))));
}

function gridCodes({ text }: TextFile): string[] {
	try {
		const { features = [] } = JSON.parse(text) as { features?: { properties?: { code?: unknown } }[] };
		return features.map((f) => String(f.properties?.code ?? ""));
	} catch {
		return [];
	}
}
