import { useState } from "react";
import { call } from "./api.ts";
import { texts } from "./form.ts";
import { inWords, type Language, type Words } from "./i18n.ts";

export function Login({
	w,
	language,
	onLanguage,
	onDone,
}: {
	w: Words;
	language: Language;
	onLanguage: (l: Language) => void;
	onDone: () => void;
}) {
	const [fault, setFault] = useState("");
	const [busy, setBusy] = useState(false);
	return (
		<main className="empty">
			<form
				className="login"
				onSubmit={(e) => {
					e.preventDefault();
					const [user = "", password = ""] = texts(e.currentTarget, "user", "password");
					setBusy(true);
					call("POST /api/login", { body: { user, password } })
						.then(onDone, (error: Error) => setFault(`${w.wrong}: ${inWords(w, error.message)}`))
						.finally(() => setBusy(false));
				}}
			>
				<h1>{w.title}</h1>
				<label>
					{w.user}
					<input name="user" defaultValue="duty" autoComplete="username" required />
				</label>
				<label>
					{w.password}
					<input name="password" type="password" autoComplete="current-password" required />
				</label>
				{fault && (
					<p className="fault" role="alert">
						{fault}
					</p>
				)}
				<button type="submit" disabled={busy}>
					{w.login}
				</button>
				<button type="button" className="quiet" onClick={() => onLanguage(language === "zh" ? "en" : "zh")}>
					{language === "zh" ? "English" : "中文"}
				</button>
			</form>
		</main>
	);
}
