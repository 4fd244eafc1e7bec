import { Button, TextInput } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { decodePhrase } from "../../../../base/phrase.ts";
import { call } from "../api.ts";
import { useReader } from "../context.ts";
import { filled, inWords, word } from "../i18n.ts";
import { Sheet } from "../ui/sheet.tsx";
import { conflictsOf, merged } from "./merged.ts";
import { type Cells, type Table, useRegisterChanged, useRows } from "./register.ts";
import { Field } from "./row-fields.tsx";
import { saySaved } from "./saved.tsx";

const OutlineField = lazy(() => import("./outline-field.tsx").then((m) => ({ default: m.OutlineField })));

interface RowFormProps {
	table: Table;
	/** The row as it is; a new one where undefined. */
	row?: Cells;
	/** What a new row begins with. */
	start?: Cells;
	/** The row as it was saved; nothing where it was removed. */
	onSaved?: (after: Cells | undefined) => void;
	onClose: () => void;
}

/**
 * A row of the register, field by field; the gateway says what is wrong with it, by column. Where somebody else has
 * changed the row meanwhile, his words are taken in, what was typed here stays, and it is sent once more.
 */
export function RowForm({ table, row, start, onSaved = () => {}, onClose }: RowFormProps) {
	const { w } = useReader();
	const r = w.registerPage;
	const rows = useRows(table);
	const changed = useRegisterChanged();
	// as it was when the form was opened: what comes in meanwhile was not seen by whoever types
	const [seen, setSeen] = useState(row);
	const [cells, setCells] = useState<Cells>({ ...(row ?? start) });
	const [note, setNote] = useState("");
	const [fault, setFault] = useState("");
	const [isRemoving, setRemoving] = useState(false);
	const refused = async (error: Error) => {
		setFault(inWords(w, error.message));
		if (!seen || decodePhrase(error.message).code !== "register.stale") return;
		const now = (await rows.refetch()).data?.rows.find(({ cells: c }) => sameRow(table, c, seen))?.cells;
		if (!now) return;
		setCells(merged(seen, now, cells));
		setSeen(now);
		const both = conflictsOf(seen, now, cells).map(
			(column) =>
				`${word(r.columns, column)}: ${filled(w, r.bothChanged, { theirs: now[column] ?? "", yours: cells[column] ?? "" })}`,
		);
		setFault([inWords(w, error.message), r.mergedHint, ...both].join("\n"));
	};
	const send = async (after: Cells | undefined) => {
		const edit = { table, ...(seen ? { before: seen } : {}), ...(after ? { after } : {}) };
		try {
			const { n } = await call("POST /api/register/changes", { body: { edits: [edit], note } });
			changed();
			saySaved(n);
			onSaved(after);
			onClose();
		} catch (error) {
			await refused(error as Error);
		}
	};
	const set = (column: string, value: string) => setCells((c) => ({ ...c, [column]: value }));
	const columns = (rows.data?.columns ?? []).filter((column) => column !== "coordinates");
	return (
		<Sheet
			title={`${row ? r.edit : r.add} · ${r.tables[table]}`}
			act={isRemoving ? r.remove : r.save}
			color={isRemoving ? "red" : undefined}
			fault={fault}
			isWide={table === "grids"}
			onAct={() => void send(isRemoving ? undefined : cells)}
			onClose={onClose}
		>
			{isRemoving && <p>{r.removeSure}</p>}
			{!isRemoving && <Fields table={table} columns={columns} cells={cells} code={row?.["code"]} onSet={set} />}
			<TextInput label={r.note} maxLength={300} value={note} onChange={(e) => setNote(e.currentTarget.value)} />
			{row && !isRemoving && (
				<Button color="red" variant="subtle" onClick={() => setRemoving(true)}>
					{r.remove}
				</Button>
			)}
		</Sheet>
	);
}

interface FieldsProps {
	table: Table;
	columns: readonly string[];
	cells: Cells;
	/** Of a grid that is there already. */
	code: string | undefined;
	onSet: (column: string, value: string) => void;
}

function Fields({ table, columns, cells, code, onSet }: FieldsProps) {
	return (
		<>
			{columns.map((column) => (
				<Field key={column} table={table} column={column} cells={cells} onChange={(value) => onSet(column, value)} />
			))}
			{table === "grids" && (
				<Suspense fallback={<section aria-busy="true" />}>
					<OutlineField code={code} value={cells["coordinates"]} onChange={(value) => onSet("coordinates", value)} />
				</Suspense>
			)}
		</>
	);
}

/** What names a row of a table that has names for its rows. */
const NAME: Partial<Record<Table, string>> = { units: "code", cards: "grid", grids: "code" };

function sameRow(table: Table, a: Cells, b: Cells): boolean {
	const column = NAME[table] ?? "id";
	return a[column] !== undefined && a[column] === b[column];
}
