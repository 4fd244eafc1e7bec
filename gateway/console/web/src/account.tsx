import { useCallback, useEffect, useRef, useState } from "react";
import { call } from "./api.ts";
import type { Session } from "./api-types.ts";
import { texts } from "./form.ts";
import { clock, inWords, type Words } from "./i18n.ts";

/** The desk's password, and who is logged in. */
export function Account({ w, onClose }: { w: Words; onClose: () => void }) {
	const dialog = useRef<HTMLDialogElement>(null);
	const [sessions, setSessions] = useState<Session[]>([]);
	const [said, setSaid] = useState("");
	const load = useCallback(
		() => call("GET /api/sessions").then(setSessions, (error: Error) => setSaid(inWords(w, error.message))),
		[w],
	);
	useEffect(() => {
		dialog.current?.showModal();
		void load();
	}, [load]);
	const a = w.accountPage;
	return (
		<dialog ref={dialog} className="modal" aria-label={a.title} onClose={onClose}>
			<h2>{a.title}</h2>
			<PasswordForm w={w} onSaid={setSaid} onChanged={() => void load()} />
			{said && <p role="status">{said}</p>}
			<h3>{a.sessions}</h3>
			<ul className="sessions">
				{sessions.map((s) => (
					<li key={s.id}>
						<SessionLine session={s} w={w} onEnded={load} />
					</li>
				))}
			</ul>
			<button type="button" className="quiet" onClick={() => dialog.current?.close()}>
				{w.close}
			</button>
		</dialog>
	);
}

interface PasswordFormProps {
	w: Words;
	onSaid: (words: string) => void;
	onChanged: () => void;
}

function PasswordForm({ w, onSaid, onChanged }: PasswordFormProps) {
	const a = w.accountPage;
	const change = (form: HTMLFormElement) => {
		const [old = "", fresh = "", again = ""] = texts(form, "old", "fresh", "again");
		if (fresh !== again) return onSaid(a.differ);
		call("POST /api/password", { body: { old, fresh } }).then(
			() => {
				onSaid(a.changed);
				form.reset();
				onChanged();
			},
			(error: Error & { status?: number }) => onSaid(error.status === 403 ? a.wrongOld : inWords(w, error.message)),
		);
	};
	return (
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
	);
}

function SessionLine({ session, w, onEnded }: { session: Session; w: Words; onEnded: () => void }) {
	const { id, user, at, origin, agent, isOwn } = session;
	const end = () => call("POST /api/sessions/{id}/end", { path: { id } }).finally(onEnded);
	return (
		<>
			<b>{user}</b> {at !== undefined && clock(w, at)} {origin} <small>{agent}</small>{" "}
			{isOwn ? (
				<span className="badge">{w.accountPage.own}</span>
			) : (
				<button type="button" className="quiet" onClick={end}>
					{w.accountPage.end}
				</button>
			)}
		</>
	);
}
