import { useState } from "react";
import { isNoFire } from "../../../../model/incident-states.ts";
import type { Incident } from "../api-types.ts";
import type { Words } from "../i18n.ts";
import { isOpen } from "../states.ts";

/**
 * Whether its file can be closed now: a fire that is out, a false or permitted one whose cause nobody has given, or a
 * fault.
 */
export function mayClose(i: Pick<Incident, "kind" | "state" | "closedAt">): boolean {
	if (!isOpen(i)) return i.kind === "fire" && i.closedAt === undefined;
	return i.kind !== "fire" || i.state === "out";
}

interface Closing {
	incident: Pick<Incident, "kind" | "state" | "cause">;
	w: Words;
	onClose: (said: { cause: string; note?: string }) => void;
}

/** Closes a file 结案: what it was, and, where it was no fire, how that is known. */
export function ClosingForm({ incident, w, onClose }: Closing) {
	const [cause, setCause] = useState(incident.cause ?? "");
	const [note, setNote] = useState("");
	const isNone = isNoFire(incident.state);
	const suggestions =
		incident.state === "false" ? w.causes.false : incident.state === "permitted" ? w.causes.permitted : w.causes.fire;
	return (
		<form
			className="closing"
			onSubmit={(e) => {
				e.preventDefault();
				onClose({ cause: cause.trim(), ...(note.trim() ? { note: note.trim() } : {}) });
			}}
		>
			<label>
				{isNone ? w.causeOfNone : w.causeOfFire}
				<input
					required
					maxLength={200}
					pattern=".*\S.*"
					list="causes"
					value={cause}
					onChange={(e) => setCause(e.target.value)}
				/>
			</label>
			<datalist id="causes">
				{suggestions.map((s) => (
					<option key={s} value={s} />
				))}
			</datalist>
			<label>
				{isNone ? w.howKnown : w.note}
				<input required={isNone} maxLength={500} value={note} onChange={(e) => setNote(e.target.value)} />
			</label>
			<button type="submit">{w.closeIncident}</button>
		</form>
	);
}
