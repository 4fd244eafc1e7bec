import { useReader } from "../context.ts";
import { filled, word } from "../i18n.ts";
import { cellText } from "./cell-words.ts";
import { type Cells, type Table, useNames } from "./register.ts";

const MOST = 30;

interface ChangeListProps {
	changes: readonly { table: Table; key: string; before?: Cells; after?: Cells }[];
}

/** Rows that were added, removed, or changed, with what was and what is in each column. */
export function ChangeList({ changes }: ChangeListProps) {
	const { w } = useReader();
	const r = w.registerPage;
	const nameOf = useNames();
	const said = (table: Table, column: string, text: string) => short(cellText(w, table, [column, text], nameOf));
	return (
		<ul className="changes">
			{changes.slice(0, MOST).map(({ table, key, before, after }) => (
				<li key={`${table} ${key}`}>
					<b>
						{r.tables[table]} {(after ?? before)?.["name"] ?? (table === "roster" ? "" : key)}
					</b>{" "}
					{columnsOf(before, after).map((column) => (
						<span key={column} className="cell">
							{word(w.registerPage.columns, column)}:{" "}
							{before?.[column] && <del>{said(table, column, before[column])}</del>}{" "}
							{after?.[column] && <ins>{said(table, column, after[column])}</ins>}
						</span>
					))}
				</li>
			))}
			{changes.length > MOST && <li>{filled(w, r.more, { count: changes.length - MOST })}</li>}
		</ul>
	);
}

/** Columns in which the two differ. */
function columnsOf(before: Cells = {}, after: Cells = {}): string[] {
	const all = new Set([...Object.keys(before), ...Object.keys(after)]);
	return [...all].filter((c) => (before[c] ?? "") !== (after[c] ?? ""));
}

const short = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
