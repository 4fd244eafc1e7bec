import { Button, Group, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api.ts";
import type { RegisterEdits } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { dayAndClock, filled, inWords } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { ChangeList } from "./change-list.tsx";
import { useRegisterChanged } from "./register.ts";

type Edit = RegisterEdits["edits"][number];
type Difference = RegisterEdits["differences"][number];

/** Who has changed what of the register, and where its files say something else by now. */
export function Changes() {
	const { w } = useReader();
	const r = w.registerPage;
	const { now } = useDesk();
	const edits = useQuery({ queryKey: ["register", "edits"], queryFn: () => call("GET /api/register/edits") });
	const mayEdit = useMay("register");
	const all = edits.data?.edits ?? [];
	const [undone, setUndone] = useState<Edit | undefined>();
	return (
		<>
			<Fault text={edits.error ? inWords(w, edits.error.message) : ""} />
			{(edits.data?.differences.length ?? 0) > 0 && <Differences of={edits.data?.differences ?? []} />}
			{edits.data?.edits.length === 0 && <p>{r.none}</p>}
			{edits.data?.edits.map((edit) => (
				<section key={edit.n} className="edit">
					<Group gap="xs">
						<b>#{edit.n}</b> {edit.by === "rule" ? r.byFiles : edit.name} · {dayAndClock(w, edit.at, now)}
						{edit.undoes !== undefined && <Text span>· {`${r.undo} #${edit.undoes}`}</Text>}
						{edit.note !== "" && <Text span>· {edit.note}</Text>}
						{undoneBy(edit, all) && <Text span>· {r.undone}</Text>}
						<Text span>· {filled(w, r.rows, { count: edit.changes.length })}</Text>
						{mayEdit && edit.by !== "rule" && !undoneBy(edit, all) && (
							<Button size="compact-xs" onClick={() => setUndone(edit)}>
								{r.undo}
							</Button>
						)}
					</Group>
					{edit.by !== "rule" && <ChangeList changes={edit.changes} />}
				</section>
			))}
			{undone && <UndoSheet edit={undone} onClose={() => setUndone(undefined)} />}
		</>
	);
}

/** Whether a change has been taken back, and that not in turn. */
function undoneBy({ n }: Edit, all: readonly Edit[]): boolean {
	const undo = all.find(({ undoes }) => undoes === n);
	return undo !== undefined && !all.some(({ undoes }) => undoes === undo.n);
}

function UndoSheet({ edit, onClose }: { edit: Edit; onClose: () => void }) {
	const { w } = useReader();
	const r = w.registerPage;
	const changed = useRegisterChanged();
	const [fault, setFault] = useState("");
	const undo = () =>
		call("POST /api/register/edits/{n}/undo", { path: { n: String(edit.n) } }).then(
			() => {
				changed();
				onClose();
			},
			(error: Error) => setFault(inWords(w, error.message)),
		);
	return (
		<Sheet title={`${r.undo} · #${edit.n}`} act={r.undo} fault={fault} onAct={() => void undo()} onClose={onClose}>
			<p>{filled(w, r.undoSure, { n: edit.n, count: edit.changes.length })}</p>
			<ChangeList changes={edit.changes.map(({ before, after, ...row }) => swapped(row, before, after))} />
		</Sheet>
	);
}

function swapped<T extends object>(row: T, before: Edit["changes"][number]["before"], after: typeof before) {
	return { ...row, ...(after ? { before: after } : {}), ...(before ? { after: before } : {}) };
}

function Differences({ of }: { of: readonly Difference[] }) {
	const { w } = useReader();
	const r = w.registerPage;
	const changed = useRegisterChanged();
	const mayEdit = useMay("register");
	const [fault, setFault] = useState("");
	const settle = ({ table, key }: Difference, take: "file" | "edit") =>
		call("POST /api/register/settle", { body: { table, key, take } }).then(changed, (error: Error) =>
			setFault(inWords(w, error.message)),
		);
	return (
		<section className="edit lacking">
			<Title order={2} size="h4">
				{r.differences} ({of.length})
			</Title>
			<Text size="sm">{r.differencesHint}</Text>
			<Fault text={fault} />
			{of.map((d) => (
				<div key={`${d.table} ${d.key}`}>
					<ChangeList changes={[{ table: d.table, key: d.key, ...asChange(d) }]} />
					<Text size="sm">
						<del>{r.fileSays}</del> · <ins>{r.editSays}</ins>
					</Text>
					{mayEdit && (
						<Group gap="xs">
							<Button size="compact-sm" onClick={() => void settle(d, "file")}>
								{r.takeFile}
							</Button>
							<Button size="compact-sm" onClick={() => void settle(d, "edit")}>
								{r.takeEdit}
							</Button>
						</Group>
					)}
				</div>
			))}
		</section>
	);
}

function asChange({ file, edited }: Difference) {
	return { ...(file ? { before: file } : {}), ...(edited ? { after: edited } : {}) };
}
