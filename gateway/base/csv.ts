import { stringify } from "csv-stringify/sync";

/** CSV for offices: with a mark, so that a spreadsheet takes it for UTF-8, and with formulas made harmless. */
export function writeCsv(columns: readonly string[], rows: Record<string, string | number | undefined>[]): string {
	const table = rows.map((row) => columns.map((c) => harmless(String(row[c] ?? ""))));
	return `\ufeff${stringify(table, { header: true, columns: [...columns] })}`;
}

/**
 * A name like "=cmd|..." would run in the spreadsheet of whoever opens the file; numbers and telephone numbers stay as
 * they are.
 */
export function harmless(cell: string): string {
	return /^[=@]/.test(cell) || (/^[+-]/.test(cell) && !/^[+-][\d .-]*$/.test(cell)) ? `'${cell}` : cell;
}
