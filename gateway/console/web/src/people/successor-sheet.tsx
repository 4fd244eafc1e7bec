import { TagsInput, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { localTimeWithOffset } from "../../../../base/time-zone.ts";
import { call } from "../api.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { filled, inWords } from "../i18n.ts";
import { Sheet } from "../ui/sheet.tsx";
import { type Cells, useRegisterChanged, useRows } from "./register.ts";
import { handedOver } from "./successor.ts";

/** Somebody new takes a post over: one form, one change that can be taken back. */
export function SuccessorSheet({ row, onClose }: { row: Cells; onClose: () => void }) {
	const { w } = useReader();
	const r = w.registerPage;
	const { tower, now } = useDesk();
	const navigate = useNavigate();
	const changed = useRegisterChanged();
	const tables = {
		people: useRows("people").data?.rows,
		assignments: useRows("assignments").data?.rows,
		teams: useRows("teams").data?.rows,
		roster: useRows("roster").data?.rows,
	};
	const [name, setName] = useState("");
	const [phone, setPhone] = useState("");
	const [channels, setChannels] = useState<string[]>(["webpush"]);
	const [fault, setFault] = useState("");
	const isLoaded = Object.values(tables).every((rows) => rows !== undefined);
	const hand = () => {
		const at = localTimeWithOffset(now, tower.timeZone);
		const next = { name: name.trim(), phone: phone.trim(), channels: channels.join(";"), at };
		const edits = handedOver(row, next, tables as Parameters<typeof handedOver>[2]);
		const note = filled(w, r.successorNote, { old: row["name"] ?? "", name: next.name });
		call("POST /api/register/changes", { body: { edits, note } }).then(
			() => {
				changed();
				onClose();
				void navigate({ to: "/people/$id", params: { id: edits[1]?.after?.["id"] ?? "" } as never });
			},
			(error: Error) => setFault(inWords(w, error.message)),
		);
	};
	return (
		<Sheet
			title={`${r.successor} · ${row["name"] ?? ""}`}
			act={r.save}
			isDisabled={!isLoaded || name.trim() === ""}
			fault={fault}
			onAct={hand}
			onClose={onClose}
		>
			<Text size="sm">{r.successorHint}</Text>
			<TextInput
				label={r.columns.name}
				required
				maxLength={120}
				value={name}
				onChange={(e) => setName(e.currentTarget.value)}
				data-autofocus
			/>
			<TextInput label={r.columns.phone} type="tel" value={phone} onChange={(e) => setPhone(e.currentTarget.value)} />
			<TagsInput
				label={r.columns.channels}
				description={r.hints.channels}
				data={["webpush", "sms", "voice"]}
				value={channels}
				onChange={setChannels}
			/>
		</Sheet>
	);
}
