export const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export interface Table {
	columns: string[];
	rows: Record<string, string | number | undefined>[];
}

/** A workbook with a sheet for each table: numbers as numbers, all else as text, so that no code becomes one. */
export async function workbookOf(tables: readonly (Table & { name: string })[]): Promise<Buffer> {
	const { default: writeXlsx } = await import("write-excel-file/node");
	const cell = (value: string | number | undefined) =>
		typeof value === "number" ? { value, type: Number } : { value: value ?? "", type: String };
	const sheets = tables.map(({ name, columns, rows }) => ({
		sheet: name.slice(0, LONGEST_NAME),
		data: [
			columns.map((value) => ({ value, type: String, fontWeight: "bold" as const })),
			...rows.map((row) => columns.map((column) => cell(row[column]))),
		],
	}));
	return writeXlsx(sheets).toBuffer();
}

/** Characters of a sheet's name, by the format. */
const LONGEST_NAME = 31;
