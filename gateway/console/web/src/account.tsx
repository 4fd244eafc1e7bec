import { useEffect, useRef, useState } from "react";
import { call } from "./api.ts";
import type { Session } from "./api-types.ts";
import { texts } from "./form.ts";
import { clock, inWords, type Words } from "./i18n.ts";

/** The desk's password, and who is logged in. */
export function Account({ w, onClose }: { w: Words; onClose: () => void }) {
	const dialog = useRef<HTMLDialogElement>(null);
	const [sessions, setSessions] = useState<Session[]>([]);
	const [said, setSaid] = useState("");
	const load = () => call("GET /api/sessions").then(setSessions, (error: Error) => setSaid(inWords(w, error.message)));
	useEffect(() => {
		dialog.current?.showModal();
		call("GET /api/sessions").then(setSessions, (error: Error) => setSaid(inWords(w, error.message)));
	}, [w]);
	const a = w.accountPage;
	const change = (form: HTMLFormElement) => {
		const [old = "", fresh = "", again = ""] = texts(form, "old", "fresh", "again");
		if (fresh !== again) return setSaid(a.differ);
		call("POST /api/password", { body: { old, fresh } }).then(
			() => {
				setSaid(a.changed);
				form.reset();
				void load();
			},
			(error: Error & { status?: number }) => setSaid(error.status === 403 ? a.wrongOld : inWords(w, error.message)),
		);
	};
	return (
		<dialog ref={dialog} className="modal" aria-label={a.title} onClose={onClose}>
			<h2>{a.title}</h2>
			<form
				onSubmit={(e) => {
					e.preventDefault();
					change(e.currentTarget);
				}}
			>
				{(["old", "fresh", "again"] as const).map((name) => (
					<label key={name}>
						{a[name]}
						<input
							name={name}
							type="password"
							required
							minLength={name === "old" ? 1 : 15}
							maxLength={200}
							autoComplete={name === "old" ? "current-password" : "new-password"}
						/>
					</label>
				))}
				<small>{a.hint}</small>
				<button type="submit">{a.change}</button>
			</form>
			{said && <p role="status">{said}</p>}
			<h3>{a.sessions}</h3>
			<ul className="sessions">
				{sessions.map((s) => (
					<li key={s.id}>
						<b>{s.user}</b> {s.at !== undefined && clock(s.at)} {s.origin} <small>{s.agent}</small>{" "}
						{s.isOwn ? (
							<span className="badge">{a.own}</span>
						) : (
							<button
								type="button"
								className="quiet"
								onClick={() => call("POST /api/sessions/{id}/end", { path: { id: s.id } }).finally(load)}
							>
								{a.end}
							</button>
						)}
					</li>
				))}
			</ul>
			<button type="button" className="quiet" onClick={() => dialog.current?.close()}>
				{w.close}
			</button>
		</dialog>
	);
}
