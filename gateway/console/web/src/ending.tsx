import { useEffect, useRef, useState } from "react";
import { defined } from "../../../base/omit.ts";
import { call } from "./api.ts";
import type { Incident } from "./api-types.ts";
import { texts } from "./form.ts";
import { filled, inWords, span, type Words } from "./i18n.ts";

/** Words that end a fire: asked for once more, with what it was and how that is known. */
export const ENDS = ["false", "permitted", "out"] as const;
export type End = (typeof ENDS)[number];

interface EndSheetProps {
	incident: Incident;
	what: End;
	w: Words;
	onEnd: (said: object) => void;
	onClose: () => void;
}

/** Asks what it was, how that is known, and says whom it will tell: nothing has happened until it is confirmed. */
export function EndSheet({ incident, what, w, onEnd, onClose }: EndSheetProps) {
	const dialog = useRef<HTMLDialogElement>(null);
	useEffect(() => dialog.current?.showModal(), []);
	const told = incident.involved.filter((i) => i.task !== "inform" && i.personId !== "duty-desk").length;
	const isNoFire = what !== "out";
	const end = (form: HTMLFormElement) => {
		const [cause = "", note = ""] = texts(form, "cause", "note").map((text) => text.trim());
		onEnd(defined({ cause: cause || undefined, note: note || undefined }));
		dialog.current?.close();
	};
	return (
		<dialog ref={dialog} className="modal" aria-label={`${w.ending.title}: ${w[what]}`} onClose={onClose}>
			<h2>
				{w.ending.title}: {w[what]}
			</h2>
			<p>{incident.grids[0]?.name ?? incident.id}</p>
			<form
				onSubmit={(e) => {
					e.preventDefault();
					end(e.currentTarget);
				}}
			>
				<label>
					{isNoFire ? w.causeOfNone : w.causeOfFire}
					<input name="cause" maxLength={200} list="end-causes" defaultValue={incident.cause} required={isNoFire} />
				</label>
				<datalist id="end-causes">
					{(what === "out" ? w.causes.fire : w.causes[what]).map((s) => (
						<option key={s} value={s} />
					))}
				</datalist>
				<label>
					{w.howKnown}
					<input name="note" maxLength={500} required={isNoFire} />
				</label>
				<p>{filled(w, w.ending.tells, { count: told })}</p>
				<button type="submit" className={what}>
					{w.ending.confirm} {w[what]}
				</button>
				<button type="button" className="quiet" onClick={() => dialog.current?.close()}>
					{w.ending.cancel}
				</button>
			</form>
		</dialog>
	);
}

/** What somebody has ended a moment ago, and may still take back. */
export function Ending({ incident, w, now }: { incident: Incident; w: Words; now: number }) {
	const [fault, setFault] = useState("");
	if (!incident.ending) return null;
	const what = incident.ending.answer.answer as End;
	return (
		<p className="ending" role="status">
			<b>{w[what]}</b> {w.ending.waits} {span(Math.max(0, incident.ending.until - now), w)}{" "}
			<button
				type="button"
				onClick={() =>
					call("POST /api/incidents/{id}/undo", { path: { id: incident.id } }).catch((e: Error) =>
						setFault(inWords(w, e.message)),
					)
				}
			>
				{w.ending.undo}
			</button>
			{fault && <span className="warn">{fault}</span>}
		</p>
	);
}

/** What was ended is opened again, with a name and a reason. */
export function Reopen({ incident, w }: { incident: Incident; w: Words }) {
	const [fault, setFault] = useState("");
	const again = () => {
		const reason = prompt(w.ending.reopenWhy);
		if (reason)
			call("POST /api/incidents/{id}/reopen", { path: { id: incident.id }, body: { reason } }).catch((e: Error) =>
				setFault(inWords(w, e.message)),
			);
	};
	return (
		<p>
			<button type="button" className="quiet" onClick={again}>
				{w.ending.reopen}
			</button>
			{fault && <span className="warn">{fault}</span>}
		</p>
	);
}

/** What people owe for it: the guard of burnt ground. */
export function Tasks({ incident, w, now }: { incident: Incident; w: Words; now: number }) {
	const [fault, setFault] = useState("");
	const open = (incident.tasks ?? []).filter((t) => t.doneAt === undefined);
	if (open.length === 0) return null;
	const release = (id: string) => {
		call("POST /api/incidents/{id}/tasks/{task}/release", { path: { id: incident.id, task: id } }).catch((e: Error) =>
			setFault(inWords(w, e.message)),
		);
	};
	return (
		<section className="tasks">
			{open.map((t) => (
				<p key={t.id} className={t.dueAt < now ? "warn" : ""}>
					<b>{w.guard.title}</b> {t.name || w.desk} · {t.dueAt < now ? w.guard.late : w.guard.due}{" "}
					{span(Math.abs(t.dueAt - now), w)}{" "}
					<button type="button" className="quiet" onClick={() => release(t.id)}>
						{w.guard.release}
					</button>
				</p>
			))}
			{fault && <p className="fault">{fault}</p>}
		</section>
	);
}
