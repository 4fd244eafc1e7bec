import { useState } from "react";
import { phrase } from "../../../base/say.ts";
import { call } from "./api.ts";
import { texts } from "./form.ts";
import { inWords, type Language, type Words } from "./i18n.ts";

/** What the gateway says where the password is right and the second factor is missing. */
const CODE_NEEDED = phrase("api.codeNeeded");

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
	const [needsCode, setNeedsCode] = useState(false);
	return (
		<main className="empty">
			<form
				className="login"
				onSubmit={(e) => {
					e.preventDefault();
					const [user = "", password = "", code = ""] = texts(e.currentTarget, "user", "password", "code");
					setBusy(true);
					call("POST /api/login", { body: { user, password, ...(code === "" ? {} : { code }) } })
						.then(onDone, (error: Error) => {
							setNeedsCode((needs) => needs || error.message === CODE_NEEDED);
							setFault(error.message === CODE_NEEDED ? "" : `${w.wrong}: ${inWords(w, error.message)}`);
						})
						.finally(() => setBusy(false));
				}}
			>
				<h1>{w.title}</h1>
				<label>
					{w.user}
					<input name="user" autoComplete="username" required />
				</label>
				<label>
					{w.password}
					<input name="password" type="password" autoComplete="current-password" required />
				</label>
				{needsCode && (
					<label>
						{w.access.code}
						<input name="code" autoComplete="one-time-code" inputMode="numeric" required />
					</label>
				)}
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
