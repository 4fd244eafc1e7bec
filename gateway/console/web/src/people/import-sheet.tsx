import { Button, Group, Modal, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { defined } from "../../../../base/omit.ts";
import { call } from "../api.ts";
import { useReader } from "../context.ts";
import { filled, inWords } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";
import { ChangeList } from "./change-list.tsx";
import { type Table, useRegisterChanged } from "./register.ts";
import { saySaved } from "./saved.tsx";

interface ImportSheetProps {
	table: Table;
	file: File;
	onClose: () => void;
}

/** What a file would change of a table, before any of it counts. */
export function ImportSheet({ table, file, onClose }: ImportSheetProps) {
	const { w } = useReader();
	const r = w.registerPage;
	const changed = useRegisterChanged();
	const [note, setNote] = useState(file.name);
	const [fault, setFault] = useState("");
	// a roster's row is named by its times: another time is another row
	const canBePart = table !== "roster" && table !== "assignments";
	const [isPart, setPart] = useState(canBePart);
	const preview = useQuery({
		queryKey: ["preview", table, file.name, file.lastModified, file.size, isPart],
		queryFn: async () => {
			const body = { table, name: file.name, isPart, content: await base64Of(file) };
			return call("POST /api/register/preview", { body });
		},
		gcTime: 0,
	});
	const { changes = [], faults = [] } = preview.data ?? {};
	const accept = () => {
		const edits = changes.map(({ table: of, before, after }) => ({ table: of, ...defined({ before, after }) }));
		call("POST /api/register/changes", { body: { edits, note } }).then(
			({ n }) => {
				changed();
				saySaved(n);
				onClose();
			},
			(error: Error) => setFault(inWords(w, error.message)),
		);
	};
	return (
		<Modal opened onClose={onClose} size="xl" title={`${r.import} · ${r.tables[table]} · ${file.name}`}>
			<Stack aria-busy={preview.isLoading}>
				{canBePart && <Part isPart={isPart} onPart={setPart} />}
				<Fault text={preview.error ? inWords(w, preview.error.message) : ""} />
				<Fault
					text={faults
						.slice(0, 20)
						.map((f) => inWords(w, f))
						.join("\n")}
				/>
				{preview.data && faults.length === 0 && (
					<Text>
						<b>{changes.length === 0 ? r.previewNone : filled(w, r.preview, countsOf(changes))}</b>
					</Text>
				)}
				<ChangeList changes={changes} />
				<TextInput label={r.note} maxLength={300} value={note} onChange={(e) => setNote(e.currentTarget.value)} />
				<Fault text={fault} />
				<Group justify="flex-end">
					<Button onClick={onClose}>{w.ending.cancel}</Button>
					<Button variant="filled" disabled={changes.length === 0} onClick={accept}>
						{r.accept}
					</Button>
				</Group>
			</Stack>
		</Modal>
	);
}

/** Whether a file updates the rows that it has, or takes the table's place. */
function Part({ isPart, onPart }: { isPart: boolean; onPart: (is: boolean) => void }) {
	const r = useReader().w.registerPage;
	return (
		<SegmentedControl
			data={[
				{ value: "part", label: r.importPart },
				{ value: "whole", label: r.importWhole },
			]}
			value={isPart ? "part" : "whole"}
			onChange={(v) => onPart(v === "part")}
		/>
	);
}

function countsOf(changes: readonly { before?: object; after?: object }[]) {
	return {
		added: changes.filter((c) => !c.before).length,
		changed: changes.filter((c) => c.before && c.after).length,
		removed: changes.filter((c) => !c.after).length,
	};
}

function base64Of(file: File): Promise<string> {
	return new Promise((resolve, reject) => {
		const reader = new FileReader();
		reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
		reader.onerror = () => reject(reader.error);
		reader.readAsDataURL(file);
	});
}
