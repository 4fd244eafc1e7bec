import { TagsInput, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { localTime, localTimeWithOffset, timeAt } from "../../../../base/time-zone.ts";
import { call } from "../api.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { filled, inWords } from "../i18n.ts";
import { Sheet } from "../ui/sheet.tsx";
import { type Cells, useRegisterChanged, useRows } from "./register.ts";
import { saySaved } from "./saved.tsx";
import { handedOver } from "./successor.ts";

/** Channels that most people have. */
const USUAL = ["webpush", "sms", "voice"];

/** Tables in which people are named. */
function useTablesOfPeople() {
	return {
		people: useRows("people").data?.rows,
		assignments: useRows("assignments").data?.rows,
		teams: useRows("teams").data?.rows,
		roster: useRows("roster").data?.rows,
	};
}

/** Somebody new takes a post over: one form, one change that can be taken back. */
export function SuccessorSheet({ row, onClose }: { row: Cells; onClose: () => void }) {
	const { w } = useReader();
	const r = w.registerPage;
	const { tower, now } = useDesk();
	const { timeZone } = tower;
	const navigate = useNavigate();
	const changed = useRegisterChanged();
	const tables = useTablesOfPeople();
	const [name, setName] = useState("");
	const [phone, setPhone] = useState("");
	const [channels, setChannels] = useState<string[]>(["webpush"]);
	const [from, setFrom] = useState(localTime(now, timeZone).slice(0, 16));
	const [fault, setFault] = useState("");
	const isReady = name.trim() !== "" && from !== "" && Object.values(tables).every((rows) => rows !== undefined);
	const hand = () => {
		const at = localTimeWithOffset(timeAt(from, timeZone), timeZone);
		const next = { name: name.trim(), phone: phone.trim(), channels: channels.join(";"), at };
		const edits = handedOver(row, next, tables as Parameters<typeof handedOver>[2]);
		const note = filled(w, r.successorNote, { old: row["name"] ?? "", name: next.name });
		call("POST /api/register/changes", { body: { edits, note } }).then(
			({ n }) => {
				changed();
				saySaved(n);
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
			isDisabled={!isReady}
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
			<TextInput
				label={r.successorFrom}
				type="datetime-local"
				required
				value={from}
				onChange={(e) => setFrom(e.currentTarget.value)}
			/>
			<Reach {...{ phone, channels }} onPhone={setPhone} onChannels={setChannels} />
		</Sheet>
	);
}

interface ReachProps {
	phone: string;
	channels: string[];
	onPhone: (phone: string) => void;
	onChannels: (channels: string[]) => void;
}

/** How whoever comes is reached. */
function Reach({ phone, channels, onPhone, onChannels }: ReachProps) {
	const r = useReader().w.registerPage;
	return (
		<>
			<TextInput label={r.columns.phone} type="tel" value={phone} onChange={(e) => onPhone(e.currentTarget.value)} />
			<TagsInput
				label={r.columns.channels}
				description={r.hints.channels}
				data={USUAL}
				value={channels}
				onChange={onChannels}
			/>
		</>
	);
}
