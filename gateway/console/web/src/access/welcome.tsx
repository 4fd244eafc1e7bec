import { Button, PasswordInput, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../api.ts";
import { texts } from "../form.ts";
import { inWords, type Words } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";
import { type AccessProps, Door } from "./login.tsx";

const LEAST = 15;
const MOST = 200;

/** The token of a link in the page's address, which is in no request and in no log. */
export function welcomeToken(): string | undefined {
	return /^#welcome=([\w-]{8,200})$/.exec(location.hash)?.[1];
}

/** By a link that works once somebody sets his password; whoever comes first names himself too. */
export function Welcome({ token, onDone, ...access }: AccessProps & { token: string }) {
	const { w } = access;
	const [fault, setFault] = useState("");
	const link = useQuery({
		queryKey: ["welcome", token],
		queryFn: () => call("POST /api/welcome", { body: { token } }),
		retry: false,
		staleTime: Number.POSITIVE_INFINITY,
	});
	const leave = () => {
		history.replaceState(null, "", "/");
		onDone();
	};
	const set = (e: FormEvent<HTMLFormElement>) => {
		e.preventDefault();
		const [name = "", login = "", password = "", again = ""] = texts(e.currentTarget, "name", "user", "fresh", "again");
		if (password !== again) return setFault(w.accountPage.differ);
		const own = link.data?.isFirst ? { name: name.trim(), login: login.trim() } : {};
		call("POST /api/welcome/take", { body: { token, password, ...own } }).then(leave, (error: Error) =>
			setFault(inWords(w, error.message)),
		);
	};
	const { data } = link;
	return (
		<Door {...access} onSubmit={set}>
			<Fault text={fault || (link.error ? inWords(w, link.error.message) : "")} />
			{link.error && <Button onClick={leave}>{w.login}</Button>}
			{data && <Text>{data.isFirst ? w.access.first : `${data.name} (${data.login})`}</Text>}
			{data?.isFirst && <OwnName w={w} />}
			{data && <NewPassword w={w} />}
			{data && (
				<Button type="submit" variant="filled">
					{w.access.set}
				</Button>
			)}
		</Door>
	);
}

function OwnName({ w }: { w: Words }) {
	return (
		<>
			<TextInput name="name" label={w.access.name} minLength={2} maxLength={60} required autoComplete="name" />
			<TextInput
				name="user"
				label={w.user}
				minLength={2}
				maxLength={40}
				pattern="\S+"
				required
				autoComplete="username"
			/>
		</>
	);
}

function NewPassword({ w }: { w: Words }) {
	return (
		<>
			<PasswordInput
				name="fresh"
				label={w.password}
				description={w.accountPage.hint}
				minLength={LEAST}
				maxLength={MOST}
				required
				autoComplete="new-password"
			/>
			<PasswordInput
				name="again"
				label={w.accountPage.again}
				minLength={LEAST}
				maxLength={MOST}
				required
				autoComplete="new-password"
			/>
		</>
	);
}
