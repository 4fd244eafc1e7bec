import { Autocomplete, NumberInput, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { defined } from "../../../../base/omit.ts";
import { isNoFire } from "../../../../model/incident-states.ts";
import type { Incident } from "../api-types.ts";
import { useReader } from "../context.ts";
import { filled } from "../i18n.ts";
import { Sheet } from "../ui/sheet.tsx";
import type { Answer, End } from "./answer.ts";
import { gridsOf } from "./facts.tsx";
import { toldOfEnd } from "./told.ts";

interface EndSheetProps {
	incident: Incident;
	what: End;
	onSay: (said: Answer) => void;
	onClose: () => void;
}

/** Asks what it was, how that is known, and says whom it will tell: nothing has happened until it is confirmed. */
export function EndSheet({ incident, what, onSay, onClose }: EndSheetProps) {
	const { w } = useReader();
	const [cause, setCause] = useState(incident.cause ?? "");
	const [note, setNote] = useState("");
	const [sizeHa, setSize] = useState<number | undefined>(incident.sizeHa);
	const name = what === "close" ? w.closeIncident : w[what];
	const isNone = what === "false" || what === "permitted" || (what === "close" && isNoFire(incident.state));
	const end = () => {
		const said = { cause: cause.trim() || undefined, note: note.trim() || undefined, sizeHa };
		onSay({ answer: what, ...defined(said) });
	};
	return (
		<Sheet
			title={`${w.ending.title}: ${name} · ${gridsOf(incident)}`}
			act={`${w.ending.confirm}: ${name}`}
			color={isNone ? "orange" : undefined}
			onAct={end}
			onClose={onClose}
		>
			<Autocomplete
				label={isNone ? w.causeOfNone : w.causeOfFire}
				data={[...causesOf(what, incident, w)]}
				value={cause}
				onChange={setCause}
				maxLength={200}
				required={what !== "out"}
				data-autofocus
				name="cause"
			/>
			<Textarea
				label={isNone ? w.howKnown : w.note}
				value={note}
				onChange={(e) => setNote(e.currentTarget.value)}
				maxLength={500}
				required={isNone}
				autosize
				name="note"
			/>
			{!isNone && (
				<NumberInput
					label={w.ending.hectares}
					value={sizeHa ?? ""}
					onChange={(v) => setSize(typeof v === "number" ? v : undefined)}
					min={0}
					max={1_000_000}
					decimalScale={2}
				/>
			)}
			{what !== "close" && <Text>{filled(w, w.ending.tells, { count: toldOfEnd(incident) })}</Text>}
		</Sheet>
	);
}

function causesOf(what: End, { state }: Incident, w: ReturnType<typeof useReader>["w"]): readonly string[] {
	const as = what === "close" ? state : what;
	return as === "false" ? w.causes.false : as === "permitted" ? w.causes.permitted : w.causes.fire;
}
