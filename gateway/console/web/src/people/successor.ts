import type { Body } from "../api.ts";
import type { RegisterRows } from "../api-types.ts";
import type { Cells, Table } from "./register.ts";

type Edits = Body<"POST /api/register/changes">["edits"];
type Rows = RegisterRows["rows"];

/** Whoever takes a post over, and when, as the register writes a moment. */
export interface Successor {
	name: string;
	phone: string;
	channels: string;
	at: string;
}

/** Tables in which somebody is named by his id, and in which column. */
const NAMED: readonly { table: Table; column: string }[] = [
	{ table: "people", column: "deputyOf" },
	{ table: "assignments", column: "person" },
	{ table: "assignments", column: "deputyOf" },
	{ table: "teams", column: "leader" },
	{ table: "roster", column: "person" },
];

/**
 * A post changes hands: the one who leaves holds it until then and no longer, the one who comes has all of it from then
 * on, under an id of his own (nobody gets another's phone, or answers for what another did), and whatever named the
 * first names the second. Shifts that are over stay as they were.
 */
export function handedOver(old: Cells, next: Successor, tables: Partial<Record<Table, Rows>>): Edits {
	const { name, phone, channels, at } = next;
	const id = freeId(old["id"] ?? "", tables.people ?? []);
	const came: Cells = {
		...old,
		id,
		name,
		phone,
		channels,
		from: at,
		changed: at,
		verified: at,
		title: old["title"] ?? "",
	};
	const moved = NAMED.flatMap(({ table, column }) =>
		(tables[table] ?? [])
			.filter(({ cells }) => cells[column] === old["id"] && !isOver(table, cells, at))
			.map(({ cells }) => ({ table, before: cells, after: { ...cells, [column]: id } })),
	);
	return [{ table: "people", before: old, after: { ...old, to: at } }, { table: "people", after: came }, ...moved];
}

function isOver(table: Table, { to = "" }: Cells, at: string): boolean {
	return table === "roster" && Date.parse(to) <= Date.parse(at);
}

/** The id of the one before with a number behind it that nobody has: chief-31, chief-31.2, chief-31.3. */
function freeId(old: string, people: Rows): string {
	const base = old.replace(/\.\d+$/, "");
	const taken = new Set(people.map(({ key }) => key));
	for (let n = 2; ; n++) if (!taken.has(`${base}.${n}`)) return `${base}.${n}`;
}
