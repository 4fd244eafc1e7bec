import { type Connection, type Row, rowsOf, run, type SqlValue } from "./sqlite.ts";

/**
 * Takes rows over from one store into another of the same version, as far as they can be read: into memory when the
 * disk cannot be written, into a new file when the old one is damaged, and into the daily copy. Readings stay behind.
 */

/** Rows that are read at a time. */
const PAGE = 500;
/** Rows of a table that are taken over into memory. */
const MOST_IN_MEMORY = 20_000;

interface Table {
	name: string;
	/** The columns of its key, by which it is read in pages. */
	key: string[];
	/** Which of its rows people need now. */
	now: string;
}

const OPEN = "SELECT id FROM incident WHERE open IN (1,2)";
/** What people are waiting for first. */
const TABLES: Table[] = [
	{ name: "setting", key: ["key"], now: "1" },
	{
		name: "incident",
		key: ["id"],
		now: "open IN (1,2) OR id IN (SELECT id FROM incident ORDER BY opened_at DESC LIMIT 100)",
	},
	{ name: "incident_row", key: ["id"], now: `id IN (${OPEN})` },
	{ name: "outbox", key: ["id"], now: `state IN ('queued','trying') OR incident IN (${OPEN})` },
	{ name: "link", key: ["slug"], now: "1" },
	{ name: "pending", key: ["id"], now: "1" },
	{ name: "session", key: ["token_hash"], now: "1" },
	{ name: "session_origin", key: ["token_hash"], now: "1" },
	{ name: "user", key: ["id"], now: "1" },
	{ name: "user_link", key: ["token_hash"], now: "1" },
	{ name: "token", key: ["token_hash"], now: "1" },
	{ name: "duty_shift", key: ["id"], now: "ended_at IS NULL" },
	{ name: "enrolment", key: ["token_hash"], now: "1" },
	{ name: "subscription", key: ["endpoint"], now: "1" },
	{ name: "node_subscription", key: ["node"], now: "1" },
	{ name: "command", key: ["id"], now: "1" },
	{ name: "register_edit", key: ["n"], now: "1" },
	{ name: "mask", key: ["id"], now: "1" },
	{ name: "maintenance", key: ["id"], now: "1" },
	{ name: "danger", key: ["n"], now: "1" },
	{ name: "area_danger", key: ["n"], now: "1" },
	{ name: "reading_average", key: ["node", "quantity", "at"], now: "0" },
	// the last number with it: what is counted on in memory must not meet what stands on the disk
	{
		name: "attempt",
		key: ["n"],
		now: `n=(SELECT MAX(n) FROM attempt) OR delivery IN (SELECT id FROM outbox WHERE incident IN (${OPEN}))`,
	},
	{
		name: "receipt",
		key: ["delivery", "what"],
		now: `delivery IN (SELECT id FROM outbox WHERE incident IN (${OPEN}))`,
	},
	{ name: "ledger", key: ["n"], now: `n=(SELECT MAX(n) FROM ledger) OR incident IN (${OPEN})` },
	{ name: "personal", key: ["hash"], now: `at>=(SELECT MIN(opened_at) FROM incident WHERE open IN (1,2))` },
	{ name: "audit", key: ["n"], now: "n=(SELECT MAX(n) FROM audit)" },
	{ name: "judged", key: ["id"], now: "id IN (SELECT id FROM judged ORDER BY at DESC LIMIT 5000)" },
	{ name: "cap", key: ["identifier"], now: "identifier IN (SELECT identifier FROM cap ORDER BY sent DESC LIMIT 200)" },
];

/** Every table of a store. */
export const TABLE_NAMES = [...TABLES.map((t) => t.name), "message"];

/**
 * What people need now, for as long as the disk cannot be written. Answers with the tables that could not be read
 * whole.
 */
export async function takeWhatIsNeeded(from: Connection, to: Connection): Promise<string[]> {
	const damaged: string[] = [];
	for (const table of TABLES) {
		const rows = await rowsOf(from, `SELECT * FROM ${table.name} WHERE ${table.now} LIMIT ${MOST_IN_MEMORY}`).catch(
			() => undefined,
		);
		if (rows) await insert(to, table.name, rows);
		else {
			damaged.push(table.name);
			await takeTable(from, to, table);
		}
	}
	return damaged;
}

/** Everything but readings. Answers with the tables that could not be read whole. */
export async function takeAll(from: Connection, to: Connection, existing: Existing = "IGNORE"): Promise<string[]> {
	const damaged: string[] = [];
	for (const table of TABLES) if (!(await takeTable(from, to, table, existing))) damaged.push(table.name);
	return damaged;
}

/** What becomes of rows that are there already: they are newer and stay, or older and give way. */
type Existing = "IGNORE" | "REPLACE";

/** From both ends towards what cannot be read; true when nothing is missing. */
async function takeTable(
	from: Connection,
	to: Connection,
	table: Table,
	existing: Existing = "IGNORE",
): Promise<boolean> {
	const fill = (rows: Row[]) => insert(to, table.name, rows, existing);
	if (await takePages(from, table, "ASC", fill)) return true;
	await takePages(from, table, "DESC", fill);
	return false;
}

async function takePages(
	from: Connection,
	{ name, key }: Table,
	direction: "ASC" | "DESC",
	fill: (rows: Row[]) => Promise<void>,
): Promise<boolean> {
	const order = key.map((k) => `${k} ${direction}`).join(",");
	const after = `WHERE (${key.join(",")})${direction === "ASC" ? ">" : "<"}(${key.map(() => "?").join(",")})`;
	let last: SqlValue[] | undefined;
	for (;;) {
		const rows = await page(from, `SELECT * FROM ${name} ${last ? after : ""} ORDER BY ${order}`, last);
		if (!rows) return false;
		if (rows.length === 0) return true;
		await fill(rows);
		const next = key.map((k) => rows.at(-1)?.[k] as SqlValue);
		// in a damaged tree the way may lead back to where it came from
		if (last && !isBeyond(next, last, direction)) return false;
		last = next;
	}
}

/** The next rows, undefined where they cannot be read. Of a page that cannot be read whole the first may be there. */
async function page(from: Connection, select: string, after: SqlValue[] = []): Promise<Row[] | undefined> {
	const first = (rows: number) => rowsOf(from, `${select} LIMIT ${rows}`, after);
	return first(PAGE).catch(() => first(1).catch(() => undefined));
}

/** Whether a key comes after another, as SQLite orders numbers and text. */
function isBeyond(key: SqlValue[], last: SqlValue[], direction: "ASC" | "DESC"): boolean {
	for (const [i, value] of key.entries()) {
		const before = last[i];
		const order =
			typeof value === "number" && typeof before === "number"
				? value - before
				: Buffer.compare(Buffer.from(String(value)), Buffer.from(String(before)));
		if (order !== 0) return direction === "ASC" ? order > 0 : order < 0;
	}
	return false;
}

async function insert(to: Connection, table: string, rows: Row[], existing: Existing = "IGNORE"): Promise<void> {
	for (const row of rows) {
		const columns = Object.keys(row);
		const sql = `INSERT OR ${existing} INTO ${table} (${columns.join(",")}) VALUES (${columns.map(() => "?").join(",")})`;
		await run(to, { sql, params: columns.map((c) => row[c] as SqlValue) });
	}
}
