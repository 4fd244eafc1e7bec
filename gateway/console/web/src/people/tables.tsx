import { Button, FileButton, Group, Select, Table, Text, TextInput } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useMay, useReader } from "../context.ts";
import { filled, inWords, word } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";
import { cellText } from "./cell-words.ts";
import { ImportSheet } from "./import-sheet.tsx";
import { type Cells, TABLES, type Table as TableName, useNames, useRows } from "./register.ts";
import { RowForm } from "./row-form.tsx";

const MOST = 100;

/** What stands in the address: table and text, or the grid of which a card is to be added. */
interface Asked {
	table?: string;
	q?: string | number;
	add?: string;
}

/** The tables of the register in force: found, changed row by row, taken along, replaced by a file. */
export function Tables() {
	const { w } = useReader();
	const r = w.registerPage;
	const { table: asked, q: meant = "", add } = useSearch({ strict: false }) as Asked;
	// an address that was typed may hold a code as a number
	const q = String(meant);
	const fresh: Cells = add === undefined ? {} : { grid: String(add) };
	const table = TABLES.find((t) => t === asked) ?? "people";
	const navigate = useNavigate();
	const go = (search: object) => void navigate({ to: "/people", search: { tab: "tables", ...search } as never });
	const mayEdit = useMay("register");
	const [edited, setEdited] = useState<Cells | "new" | undefined>(add ? "new" : undefined);
	const [file, setFile] = useState<File | null>(null);
	return (
		<>
			<Toolbar
				table={table}
				text={q}
				onAsk={go}
				onAdd={mayEdit ? () => setEdited("new") : undefined}
				onFile={setFile}
			/>
			{mayEdit && (
				<Text size="sm" c="dimmed">
					{r.importHint}
				</Text>
			)}
			<Rows table={table} text={q} onEdit={mayEdit ? setEdited : undefined} />
			{mayEdit && edited && (
				<RowForm
					table={table}
					{...(edited === "new" ? { start: fresh } : { row: edited })}
					onSaved={(after) => after && q !== "" && go({ table, q: nameIn(after) })}
					onClose={() => setEdited(undefined)}
				/>
			)}
			{file && <ImportSheet table={table} file={file} onClose={() => setFile(null)} />}
		</>
	);
}

/** By which a row that was saved is found, whatever was looked for before. */
function nameIn({ id, code, grid, name, person, post }: Cells): string {
	return id ?? code ?? grid ?? name ?? post ?? person ?? "";
}

interface ToolbarProps {
	table: TableName;
	text: string;
	onAsk: (search: object) => void;
	/** Undefined for whoever may not edit. */
	onAdd: (() => void) | undefined;
	onFile: (file: File | null) => void;
}

function Toolbar({ table, text, onAsk, onAdd, onFile }: ToolbarProps) {
	const { w } = useReader();
	const r = w.registerPage;
	return (
		<Group align="end" gap="xs">
			<Select
				aria-label={r.tabs.tables}
				data={TABLES.map((t) => ({ value: t, label: r.tables[t] }))}
				value={table}
				onChange={(t) => onAsk({ table: t ?? "people" })}
				allowDeselect={false}
				maxDropdownHeight={420}
			/>
			<TextInput
				type="search"
				aria-label={r.filter}
				placeholder={r.filter}
				value={text}
				onChange={(e) => onAsk({ table, q: e.currentTarget.value })}
			/>
			{onAdd && <Button onClick={onAdd}>{r.add}</Button>}
			<Button component="a" href={`/api/register/files/${table}?words=${w.language}`} download>
				{r.download}
			</Button>
			{onAdd && (
				<FileButton onChange={onFile} accept=".csv,.xlsx,.geojson,.json,.txt">
					{(props) => <Button {...props}>{r.import}</Button>}
				</FileButton>
			)}
		</Group>
	);
}

interface RowsProps {
	table: TableName;
	text: string;
	onEdit: ((row: Cells) => void) | undefined;
}

function Rows({ table, text, onEdit }: RowsProps) {
	const { w } = useReader();
	const r = w.registerPage;
	const rows = useRows(table);
	const nameOf = useNames();
	const meant = text.trim().toLowerCase();
	const all = rows.data?.rows ?? [];
	// a column in which nothing stands tells nobody anything
	const columns = (rows.data?.columns ?? []).filter((c) => c !== "coordinates" && all.some(({ cells }) => cells[c]));
	const textOf = (c: string, cells: Cells) => (cells[c] ? cellText(w, table, [c, cells[c]], nameOf) : "");
	const found = all.filter(({ cells }) =>
		columns.some((c) => `${cells[c] ?? ""} ${textOf(c, cells)}`.toLowerCase().includes(meant)),
	);
	return (
		<>
			<Fault text={rows.error ? inWords(w, rows.error.message) : ""} />
			<Text size="sm">{filled(w, r.shown, { shown: found.length, count: all.length })}</Text>
			<Table.ScrollContainer minWidth={700}>
				<Table stickyHeader>
					<Table.Thead>
						<Table.Tr>
							{onEdit && <Table.Th aria-label={r.edit} />}
							{columns.map((c) => (
								<Table.Th key={c}>{word(w.registerPage.columns, c)}</Table.Th>
							))}
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{found.slice(0, MOST).map(({ key, cells }) => (
							<Table.Tr key={key}>
								{onEdit && (
									<Table.Td>
										<Button size="compact-xs" onClick={() => onEdit(cells)}>
											{r.edit}
										</Button>
									</Table.Td>
								)}
								{columns.map((c) => (
									<Table.Td key={c}>{textOf(c, cells)}</Table.Td>
								))}
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
		</>
	);
}
