import { Autocomplete, NumberInput, Select, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { defined } from "../../../../base/omit.ts";
import type { Incident } from "../api-types.ts";
import { useReader } from "../context.ts";
import { filled } from "../i18n.ts";
import { Sheet } from "../ui/sheet.tsx";
import type { Answer } from "./answer.ts";
import { toldOfEnd } from "./told.ts";
import { useChoices } from "./use-choices.ts";

const SAYS = ["going", "onScene", "confirmed", "controlled", "out", "notMe", "false", "permitted"] as const;
/** Words that end a fire: with what it was, and how that is known. */
const ENDING: readonly string[] = ["out", "false", "permitted"];
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
	const [cause, setCause] = useState("");
	const take = () => {
		if (who === null) return;
		const etaMinutes = says === "going" ? eta : undefined;
		const of = ENDING.includes(says) ? cause.trim() || undefined : undefined;
		onSay({ answer: says, for: who, ...defined({ etaMinutes, cause: of, note: note.trim() || undefined }) });
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
			{ENDING.includes(says) && <Cause says={says} value={cause} onChange={setCause} />}
			<Textarea
				label={says === "false" || says === "permitted" ? w.howKnown : w.note}
				value={note}
				onChange={(e) => setNote(e.currentTarget.value)}
				maxLength={500}
				required={says === "false" || says === "permitted"}
				autosize
			/>
			{ENDING.includes(says) && <Text>{filled(w, w.ending.tells, { count: toldOfEnd(incident) })}</Text>}
		</Sheet>
	);
}

/** What it was, as whoever telephones puts it. */
function Cause({ says, value, onChange }: { says: Says; value: string; onChange: (cause: string) => void }) {
	const { w } = useReader();
	const isFire = says === "out";
	const known = isFire ? w.causes.fire : says === "false" ? w.causes.false : w.causes.permitted;
	return (
		<Autocomplete
			label={isFire ? w.causeOfFire : w.causeOfNone}
			data={[...known]}
			value={value}
			onChange={onChange}
			maxLength={200}
			required={!isFire}
		/>
	);
}
