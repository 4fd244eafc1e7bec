import { type FormEvent, useEffect, useState } from "react";
import { call } from "./api.ts";
import type { Welcome as Link } from "./api-types.ts";
import { texts } from "./form.ts";
import { inWords, type Words } from "./i18n.ts";

/** The token of a link in the page's address, which is in no request and in no log. */
export function welcomeToken(): string | undefined {
	return /^#welcome=([\w-]{8,200})$/.exec(location.hash)?.[1];
}

/** By a link that works once somebody sets his password; whoever comes first names himself too. */
export function Welcome({ token, w, onDone }: { token: string; w: Words; onDone: () => void }) {
	const [link, setLink] = useState<Link | undefined>();
	const [fault, setFault] = useState("");
	const a = w.access;
	useEffect(() => {
		call("POST /api/welcome", { body: { token } }).then(setLink, (e: Error) => setFault(inWords(w, e.message)));
	}, [token, w]);
	const set = (e: FormEvent<HTMLFormElement>) => {
		e.preventDefault();
		const [name = "", login = "", password = "", again = ""] = texts(e.currentTarget, "name", "user", "fresh", "again");
		if (password !== again) return setFault(w.accountPage.differ);
		const own = link?.isFirst ? { name: name.trim(), login: login.trim() } : {};
		call("POST /api/welcome/take", { body: { token, password, ...own } }).then(
			() => {
				history.replaceState(null, "", location.pathname);
				onDone();
			},
			(error: Error) => setFault(inWords(w, error.message)),
		);
	};
	return (
		<main className="empty">
			<form className="login" onSubmit={set}>
				<h1>{w.title}</h1>
				{link && <p>{link.isFirst ? a.first : `${link.name} (${link.login})`}</p>}
				{link?.isFirst && (
					<>
						<label>
							{a.name}
							<input name="name" minLength={2} maxLength={60} required autoComplete="name" />
						</label>
						<label>
							{w.user}
							<input name="user" minLength={2} maxLength={40} pattern="\S+" required autoComplete="username" />
						</label>
					</>
				)}
				{link && (
					<>
						<label>
							{w.password}
							<input name="fresh" type="password" minLength={15} maxLength={200} required autoComplete="new-password" />
						</label>
						<label>
							{w.accountPage.again}
							<input name="again" type="password" minLength={15} maxLength={200} required autoComplete="new-password" />
						</label>
						<small>{w.accountPage.hint}</small>
					</>
				)}
				{fault && (
					<p className="fault" role="alert">
						{fault}
					</p>
				)}
				{link && <button type="submit">{a.set}</button>}
			</form>
		</main>
	);
}
