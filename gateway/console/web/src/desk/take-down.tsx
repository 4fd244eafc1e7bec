import { NumberInput, Select, Text, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { defined } from "../../../../base/omit.ts";
import { call } from "../api.ts";
import type { Incident } from "../api-types.ts";
import { useReader } from "../context.ts";
import { postOf } from "../i18n.ts";
import { useNames } from "../people/register.ts";
import { Sheet } from "../ui/sheet.tsx";
import type { Answer } from "./answer.ts";

const SAYS = ["going", "onScene", "confirmed", "controlled", "notMe"] as const;
type Says = (typeof SAYS)[number];

interface TakeDownProps {
	incident: Incident;
	onSay: (said: Answer) => void;
	onClose: () => void;
}

/** Somebody says by telephone what he would have tapped: taken down as his word. Whoever was told stands first. */
export function TakeDown({ incident, onSay, onClose }: TakeDownProps) {
	const { w } = useReader();
	const choices = useChoices(incident);
	const [who, setWho] = useState<string | null>(null);
	const [says, setSays] = useState<Says>("going");
	const [eta, setEta] = useState<number | undefined>();
	const [note, setNote] = useState("");
	const take = () => {
		if (who === null) return;
		const etaMinutes = says === "going" ? eta : undefined;
		onSay({ answer: says, for: who, ...defined({ etaMinutes, note: note.trim() || undefined }) });
	};
	return (
		<Sheet title={w.say.takeDown} act={w.say.take} isDisabled={who === null} onAct={take} onClose={onClose}>
			<Text size="sm" c="dimmed">
				{w.say.takeDownHint}
			</Text>
			<Select
				label={w.say.person}
				data={choices}
				value={who}
				onChange={setWho}
				searchable
				limit={30}
				required
				data-autofocus
			/>
			<Select
				label={w.say.says}
				data={SAYS.map((s) => ({ value: s, label: w[s] }))}
				value={says}
				onChange={(v) => setSays((v as Says | null) ?? "going")}
				allowDeselect={false}
			/>
			{says === "going" && (
				<NumberInput
					label={w.say.eta}
					value={eta ?? ""}
					onChange={(v) => setEta(typeof v === "number" ? v : undefined)}
					min={1}
					max={600}
				/>
			)}
			<Textarea label={w.note} value={note} onChange={(e) => setNote(e.currentTarget.value)} maxLength={500} autosize />
		</Sheet>
	);
}

/** People of the register to choose from: whoever was told stands first. */
function useChoices({ involved }: Incident): { value: string; label: string }[] {
	const { w } = useReader();
	const nameOf = useNames();
	const people = useQuery({ queryKey: ["people"], queryFn: () => call("GET /api/people") });
	return useMemo(() => {
		const told = new Set(involved.map((i) => i.personId));
		const all = [...(people.data ?? [])].sort((a, b) => Number(told.has(b.id)) - Number(told.has(a.id)));
		return all.map((p) => ({
			value: p.id,
			label: `${p.name} · ${p.title ?? postOf(w, p)} · ${nameOf(p.grids[0] ?? "")} · ${p.phone ?? ""}`,
		}));
	}, [people.data, involved, w, nameOf]);
}
