import { createHash } from "node:crypto";
import { notEmpty } from "../base/omit.ts";
import { DEFAULT_TIME_ZONE } from "../base/time-zone.ts";
import { LEVELS, type Level, type Register } from "../model/register.ts";
import { readAreas, readGrids, readGround } from "./areas.ts";
import { ImportFaults, RegisterError } from "./import-fault.ts";
import type { Row } from "./row.ts";
import { assignment, card, Known, order, person, place, shift, team, unit } from "./rows.ts";
import { type Columns, readRows, type TextFile } from "./table.ts";

/** The parts of a register, each in a file of its own; a missing one is an empty part. */
export const PARTS = [
	"people",
	"grids",
	"teams",
	"assignments",
	"roster",
	"units",
	"places",
	"orders",
	"cards",
	"forest",
	"ground",
] as const;
export type RegisterFiles = Partial<Record<(typeof PARTS)[number], TextFile>>;

export const COLUMNS = {
	people: {
		needed: ["id", "name", "role", "level", "grids", "phone", "channels"],
		optional: ["title", "deputyOf", "condition", "from", "to", "verified", "changed"],
	},
	assignments: { needed: ["person", "role", "level", "grids"], optional: ["deputyOf", "condition", "from", "to"] },
	teams: { needed: ["id", "name", "tier", "lat", "lon", "grids", "leader"], optional: ["strength", "from", "to"] },
	roster: { needed: ["post", "person", "from", "to"], optional: ["kind"] },
	units: { needed: ["code", "name", "level"] },
	places: { needed: ["id", "kind", "name", "lat", "lon"], optional: ["owner", "from", "to"] },
	orders: { needed: ["id", "kind", "grids", "from", "to", "document"], optional: ["lat", "lon", "radiusM"] },
	cards: { needed: ["grid", "access", "water", "key", "hazards", "notes"] },
} satisfies Record<string, Columns>;

/**
 * Reads a register; nothing is half imported. Throws LK0501 with every fault, one per line, as
 * `file:line column: what is wrong, what is allowed`.
 */
export function importRegister(
	files: RegisterFiles,
	levels: readonly Level[] = LEVELS,
	timeZone = DEFAULT_TIME_ZONE,
): Register {
	const faults = new ImportFaults();
	const grids = files.grids ? readGrids(files.grids, faults, timeZone) : [];
	const known = new Known(grids, levels);
	const rows = (part: keyof typeof COLUMNS) => rowsOf(files[part], part, faults, timeZone);
	const units = once(rows("units"), "code").map((row) => unit(row, known));
	known.name([...units, ...grids]);
	const peopleRows = once(rows("people"), "id");
	const people = peopleRows.map((row) => person(row, known));
	known.people = new Set(people.map((p) => p.id));
	for (const row of peopleRows) known.person(row, "deputyOf");
	const teams = once(rows("teams"), "id").map((row) => team(row, known));
	known.teams = new Set(teams.map((t) => t.id));
	const parts = {
		people,
		grids,
		teams,
		assignments: rows("assignments").map((row) => assignment(row, known)),
		shifts: rows("roster").map((row) => shift(row, known)),
		units,
		places: once(rows("places"), "id").map(place),
		orders: once(rows("orders"), "id").map((row) => order(row, known)),
		cards: once(rows("cards"), "grid").map((row) => card(row, known)),
		forest: files.forest ? readAreas(files.forest, faults) : [],
		...(files.ground ? { ground: readGround(files.ground, faults) } : {}),
	};
	if (faults.list.length > 0) throw new RegisterError(faults.list);
	const remarks = Object.values(files).flatMap((f) => f?.remark ?? []);
	const version = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);
	return { version, ...parts, ...notEmpty({ remarks }) };
}

function rowsOf(file: TextFile | undefined, part: keyof typeof COLUMNS, faults: ImportFaults, timeZone: string): Row[] {
	if (!file) return [];
	const before = faults.list.length;
	const rows = readRows(file, COLUMNS[part], faults, timeZone);
	// a list of people that is empty by mistake would leave a county without anybody
	if (part === "people" && rows.length === 0 && faults.list.length === before)
		faults.add(`${file.name}:1 `, "import.holdsNobody");
	return rows;
}

/** Rows of which each has an id of its own. */
function once(rows: Row[], column: string): Row[] {
	const seen = new Map<string, string>();
	for (const row of rows) {
		const id = row.text(column);
		const first = seen.get(id);
		if (id !== "" && first !== undefined) row.fault(column, "import.twice", { text: id, first });
		else seen.set(id, row.at);
	}
	return rows;
}
