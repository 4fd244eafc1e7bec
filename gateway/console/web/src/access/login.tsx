import { Button, Paper, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { phrase } from "../../../../base/say.ts";
import { call } from "../api.ts";
import { texts } from "../form.ts";
import { inWords, type Language, type Words } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";

/** What the gateway says where the password is right and the second factor is missing. */
const CODE_NEEDED = phrase("api.codeNeeded");

export interface AccessProps {
	w: Words;
	language: Language;
	onLanguage: (l: Language) => void;
	onDone: () => void;
}

export function Login({ onDone, ...access }: AccessProps) {
	const { w } = access;
	const [fault, setFault] = useState(() => refusedIn(w));
	const ways = useQuery({ queryKey: ["ways"], queryFn: () => call("GET /api/login") });
	const [busy, setBusy] = useState(false);
	const [needsCode, setNeedsCode] = useState(false);
	const send = (e: FormEvent<HTMLFormElement>) => {
		e.preventDefault();
		const [user = "", password = "", code = ""] = texts(e.currentTarget, "user", "password", "code");
		setBusy(true);
		call("POST /api/login", { body: { user, password, ...(code === "" ? {} : { code }) } })
			.then(onDone, (error: Error) => {
				setNeedsCode((needs) => needs || error.message === CODE_NEEDED);
				setFault(error.message === CODE_NEEDED ? "" : `${w.wrong}: ${inWords(w, error.message)}`);
			})
			.finally(() => setBusy(false));
	};
	return (
		<Door {...access} onSubmit={send}>
			<TextInput name="user" label={w.user} autoComplete="username" required autoFocus />
			<PasswordInput name="password" label={w.password} autoComplete="current-password" required />
			{needsCode && (
				<TextInput
					name="code"
					label={w.access.code}
					autoComplete="one-time-code"
					inputMode="numeric"
					required
					autoFocus
				/>
			)}
			<Fault text={fault} />
			<Button type="submit" variant="filled" loading={busy}>
				{w.login}
			</Button>
			{ways.data?.oidc && (
				<Button component="a" href="/api/oidc/start">
					{ways.data.oidc}
				</Button>
			)}
		</Door>
	);
}

/** Why somebody who comes back from the provider was not let in: one of its own reasons, and no other text. */
function refusedIn(w: Words): string {
	const [, reason = ""] = /^#refused=(.{1,600})$/.exec(location.hash) ?? [];
	const said = decodeURIComponent(reason);
	if (!said.startsWith("api.oidc")) return "";
	history.replaceState(null, "", location.pathname);
	return inWords(w, said);
}

interface DoorProps {
	w: Words;
	language: Language;
	onLanguage: (l: Language) => void;
	onSubmit: (e: FormEvent<HTMLFormElement>) => void;
	children: ReactNode;
}

/** The page before the pages: a form in the middle, in either language. */
export function Door({ w, language, onLanguage, onSubmit, children }: DoorProps) {
	return (
		<main className="door">
			<Paper withBorder p="xl" className="form">
				<form onSubmit={onSubmit}>
					<Stack>
						<Title order={1} size="h3">
							{w.title} Lookout
						</Title>
						{children}
						<Button variant="subtle" onClick={() => onLanguage(language === "zh" ? "en" : "zh")}>
							{w.shell.language}
						</Button>
					</Stack>
				</form>
			</Paper>
		</main>
	);
}
