import { parse } from "csv-parse/sync";
import { writeCsv } from "../base/csv.ts";
import type { Language } from "../base/say.ts";
import type { Register } from "../model/register.ts";
import { type Cells, TABLES, type Table } from "../model/register-edit.ts";
import { headingOf, worded } from "./column-words.ts";
import { exportRegister } from "./export.ts";
import { COLUMNS, type RegisterFiles } from "./import.ts";
import type { Columns, TextFile } from "./table.ts";

/** The rows of each table by what names them. */
export type RowTables = Record<Table, Map<string, Cells>>;

/** The columns that name a row. */
const KEY: Record<Table, readonly string[]> = {
	people: ["id"],
	assignments: ["person", "role", "level", "grids", "from", "to"],
	teams: ["id"],
	roster: ["post", "person", "from", "to", "kind"],
	units: ["code"],
	places: ["id"],
	orders: ["id"],
	cards: ["grid"],
	grids: ["code"],
};

/** Of a grid, beside code, name, from and to: its rings as GeoJSON's coordinates of a MultiPolygon. */
const SHAPE = "coordinates";
const GRID_COLUMNS = ["code", "name", "from", "to", SHAPE];

export function columnsOf(table: Table): string[] {
	if (table === "grids") return GRID_COLUMNS;
	const { needed, optional = [] }: Columns = COLUMNS[table];
	return [...needed, ...optional];
}

/** What names a row of such cells; empty where nothing does. */
export function keyOf(table: Table, cells: Cells): string {
	return KEY[table]
		.map((column) => cells[column] ?? "")
		.join("|")
		.replace(/^\|+$/, "");
}

/** A register as rows that its import reads back to the same register. */
export function rowTablesOf(register: Register, timeZone: string): RowTables {
	const files = exportRegister(register, timeZone);
	const rows = (table: Table) => (table === "grids" ? gridRows(files.grids.text) : csvRows(files[table].text));
	return Object.fromEntries(
		TABLES.map((table) => [table, new Map(rows(table).map((cells) => [keyOf(table, cells), cells]))]),
	) as RowTables;
}

/** The same rows as files. */
export function filesOf(tables: RowTables): RegisterFiles {
	const filled = TABLES.filter((table) => tables[table].size > 0);
	return Object.fromEntries(filled.map((table) => [table, fileOf(table, [...tables[table].values()])]));
}

/** Rows of a table as its file: GeoJSON for grids, else CSV. */
export function fileOf(table: Table, rows: Cells[]): TextFile {
	if (table === "grids") return { name: "grids.geojson", text: geoJsonOf(rows) };
	return { name: `${table}.csv`, text: writeCsv(columnsOf(table), rows) };
}

/** The same in the words of a language, as an office keeps a table; its import reads it back. */
export function wordedFileOf(table: Exclude<Table, "grids">, rows: Cells[], language: Language): TextFile {
	const columns = columnsOf(table);
	const heading = (column: string) => headingOf(table, column, language);
	const wordedRow = (cells: Cells) =>
		Object.fromEntries(columns.map((c) => [heading(c), worded(c, cells[c] ?? "", language)]));
	return { name: `${table}.csv`, text: writeCsv(columns.map(heading), rows.map(wordedRow)) };
}

function csvRows(csv: string): Cells[] {
	const rows = parse(csv, { bom: true, columns: true }) as unknown as Record<string, string>[];
	return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, text]) => text !== "")));
}

interface Feature {
	properties: Record<string, string | undefined>;
	geometry: { coordinates: unknown };
}

function gridRows(geoJson: string): Cells[] {
	const { features } = JSON.parse(geoJson) as { features: Feature[] };
	return features.map(({ properties, geometry }) => {
		const named = Object.entries(properties).filter((entry): entry is [string, string] => Boolean(entry[1]));
		return { ...Object.fromEntries(named), [SHAPE]: JSON.stringify(geometry.coordinates) };
	});
}

/** A file of grids with others behind its own; as it stands where it is no collection, which its reading says. */
export function withFeatures(file: TextFile, others: readonly Cells[]): TextFile {
	if (others.length === 0) return file;
	try {
		const collection = JSON.parse(file.text) as { features: unknown[] };
		return {
			...file,
			text: JSON.stringify({ ...collection, features: [...collection.features, ...featuresOf(others)] }),
		};
	} catch {
		return file;
	}
}

function geoJsonOf(rows: Cells[]): string {
	return JSON.stringify({ type: "FeatureCollection", features: featuresOf(rows) });
}

function featuresOf(rows: readonly Cells[]): unknown[] {
	return rows.map(({ [SHAPE]: shape = "[]", ...properties }) => ({
		type: "Feature",
		properties,
		geometry: { type: "MultiPolygon", coordinates: shapeIn(shape) },
	}));
}

/** What is no JSON becomes no rings, which the import refuses in words. */
function shapeIn(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return [];
	}
}
