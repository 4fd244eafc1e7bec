import { Autocomplete, Button, Select, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { localTime, localTimeWithOffset, timeAt } from "../../../../base/time-zone.ts";
import { call } from "../api.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { inWords, type Words, word } from "../i18n.ts";
import { Sheet } from "../ui/sheet.tsx";
import { codesOf, PERSON_COLUMNS, postName } from "./cell-words.ts";
import { type Cells, type Table, usePersonNames, useRegisterChanged, useRows } from "./register.ts";

interface RowFormProps {
	table: Table;
	/** The row as it is; a new one where undefined. */
	row?: Cells;
	/** What a new row begins with. */
	start?: Cells;
	onClose: () => void;
}

/** A row of the register, field by field; the gateway says what is wrong with it, by column. */
export function RowForm({ table, row, start, onClose }: RowFormProps) {
	const { w } = useReader();
	const r = w.registerPage;
	const rows = useRows(table);
	const changed = useRegisterChanged();
	const [cells, setCells] = useState<Cells>({ ...(row ?? start) });
	const [note, setNote] = useState("");
	const [fault, setFault] = useState("");
	const [isRemoving, setRemoving] = useState(false);
	const send = (after: Cells | undefined) => {
		const edit = { table, ...(row ? { before: row } : {}), ...(after ? { after } : {}) };
		return call("POST /api/register/changes", { body: { edits: [edit], note } }).then(
			() => {
				changed();
				onClose();
			},
			(error: Error) => setFault(inWords(w, error.message)),
		);
	};
	const columns = (rows.data?.columns ?? []).filter((column) => column !== "coordinates");
	return (
		<Sheet
			title={`${row ? r.edit : r.add} · ${r.tables[table]}`}
			act={isRemoving ? r.remove : r.save}
			color={isRemoving ? "red" : undefined}
			fault={fault}
			onAct={() => void send(isRemoving ? undefined : cells)}
			onClose={onClose}
		>
			{isRemoving ? (
				<p>{r.removeSure}</p>
			) : (
				columns.map((column) => (
					<Field
						key={column}
						table={table}
						column={column}
						value={cells[column] ?? ""}
						onChange={(value) => setCells((c) => ({ ...c, [column]: value }))}
					/>
				))
			)}
			<TextInput label={r.note} maxLength={300} value={note} onChange={(e) => setNote(e.currentTarget.value)} />
			{row && !isRemoving && (
				<Button color="red" variant="subtle" onClick={() => setRemoving(true)}>
					{r.remove}
				</Button>
			)}
		</Sheet>
	);
}

interface FieldProps {
	table: Table;
	column: string;
	value: string;
	onChange: (value: string) => void;
}

const LIST_COLUMNS = ["grids", "channels"];

function Field({ table, column, value, onChange }: FieldProps) {
	const { w } = useReader();
	const label = word(w.registerPage.columns, column);
	const choices = choicesOf(w, table, column, value);
	if (choices)
		return (
			<Select
				label={label}
				data={choices}
				value={value || null}
				onChange={(v) => onChange(v ?? "")}
				clearable
				searchable
			/>
		);
	if (PERSON_COLUMNS.includes(column)) return <PersonField label={label} value={value} onChange={onChange} />;
	if (LIST_COLUMNS.includes(column))
		return <ListField column={column} label={label} value={value} onChange={onChange} />;
	if (table === "roster" && (column === "from" || column === "to"))
		return <TimeField label={label} value={value} onChange={onChange} />;
	if (column === "post") return <PostField label={label} value={value} onChange={onChange} />;
	if (column === "grid" || (column === "code" && table === "units"))
		return <GridField label={label} value={value} onChange={onChange} />;
	return (
		<TextInput
			label={label}
			description={hintOf(w, column)}
			maxLength={1_000}
			value={value}
			onChange={(e) => onChange(e.currentTarget.value)}
		/>
	);
}

function hintOf({ registerPage: { hints } }: Words, column: string): string | undefined {
	return ["from", "to", "verified", "changed"].includes(column) ? hints.time : undefined;
}

/** What a column may hold, where that is one of a few words; and what it holds, whatever that is. */
function choicesOf(w: Words, table: Table, column: string, value: string) {
	const names = codesOf(w, table, column);
	if (!names) return undefined;
	const all = value === "" || names[value] ? names : { ...names, [value]: value };
	return Object.entries(all).map(([of, label]) => ({ value: of, label }));
}

interface OwnFieldProps {
	label: string;
	value: string;
	onChange: (value: string) => void;
}

function PersonField({ label, value, onChange }: OwnFieldProps) {
	const people = useQuery({ queryKey: ["people"], queryFn: () => call("GET /api/people") });
	return (
		<Select
			label={label}
			data={(people.data ?? []).map((p) => ({ value: p.id, label: `${p.name} · ${p.id}` }))}
			value={value || null}
			onChange={(v) => onChange(v ?? "")}
			searchable
			clearable
			limit={30}
		/>
	);
}

function ListField({ column, label, value, onChange }: OwnFieldProps & { column: string }) {
	const { w } = useReader();
	const grids = useQuery({ queryKey: ["grids"], queryFn: () => call("GET /api/grids") });
	const codes = (grids.data ?? []).map((g) => g.code);
	return (
		<TagsInput
			label={label}
			description={column === "grids" ? w.registerPage.hints.grids : w.registerPage.hints.channels}
			data={column === "grids" ? codes : ["webpush", "sms", "voice"]}
			value={value === "" ? [] : value.split(";")}
			onChange={(list) => onChange(list.join(";"))}
			limit={30}
		/>
	);
}

function GridField({ label, value, onChange }: OwnFieldProps) {
	const grids = useQuery({ queryKey: ["grids"], queryFn: () => call("GET /api/grids") });
	return (
		<Autocomplete
			label={label}
			data={(grids.data ?? []).map((g) => g.code)}
			value={value}
			onChange={onChange}
			limit={30}
		/>
	);
}

/** A moment of a shift, in the tower's time. */
function TimeField({ label, value, onChange }: OwnFieldProps) {
	const { timeZone } = useDesk().tower;
	const at = Date.parse(value);
	return (
		<TextInput
			type="datetime-local"
			label={label}
			required
			value={Number.isNaN(at) ? "" : localTime(at, timeZone).slice(0, 16)}
			onChange={(e) => {
				const next = timeAt(e.currentTarget.value, timeZone);
				onChange(Number.isNaN(next) ? "" : localTimeWithOffset(next, timeZone));
			}}
		/>
	);
}

/** A post: one that has a roster already, or another one by its code. */
function PostField({ label, value, onChange }: OwnFieldProps) {
	const { w } = useReader();
	const nameOf = usePersonNames();
	const rows = useRows("roster");
	const posts = [...new Set((rows.data?.rows ?? []).map(({ cells }) => cells["post"] ?? ""))];
	return (
		<Autocomplete
			label={label}
			description={value === "" ? w.registerPage.hints.post : postName(w, value, nameOf)}
			required
			data={posts}
			value={value}
			onChange={onChange}
			limit={30}
		/>
	);
}
