import { Badge, Button, Group, Paper, PasswordInput, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../api.ts";
import type { SecondFactor, Session } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { texts } from "../form.ts";
import { dayAndClock, inWords } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";

/** One's own password, second factor, and where one is logged in. */
export function AccountPage() {
	const { w, me } = useReader();
	return (
		<section className="page narrow">
			<h1>
				{w.shell.account} · {me.name} <small>{me.login}</small>
			</h1>
			<PasswordForm />
			<SecondFactorPart />
			<Sessions />
		</section>
	);
}

function PasswordForm() {
	const { w } = useReader();
	const a = w.accountPage;
	const [said, setSaid] = useState("");
	const [fault, setFault] = useState("");
	const change = (e: FormEvent<HTMLFormElement>) => {
		e.preventDefault();
		const form = e.currentTarget;
		const [old = "", fresh = "", again = ""] = texts(form, "old", "fresh", "again");
		setSaid("");
		setFault("");
		if (fresh !== again) return setFault(a.differ);
		call("POST /api/password", { body: { old, fresh } }).then(
			() => {
				setSaid(a.changed);
				form.reset();
			},
			(error: Error & { status?: number }) => setFault(error.status === 403 ? a.wrongOld : inWords(w, error.message)),
		);
	};
	return (
		<Paper withBorder p="md">
			<form onSubmit={change}>
				<Stack>
					<Title order={2} size="h4">
						{a.change}
					</Title>
					{(["old", "fresh", "again"] as const).map((name) => (
						<PasswordInput
							key={name}
							name={name}
							label={a[name]}
							description={name === "fresh" ? a.hint : undefined}
							required
							minLength={name === "old" ? 1 : 15}
							maxLength={200}
							autoComplete={name === "old" ? "current-password" : "new-password"}
						/>
					))}
					<Fault text={fault} />
					{said && <p role="status">{said}</p>}
					<Group>
						<Button type="submit" variant="filled">
							{a.change}
						</Button>
					</Group>
				</Stack>
			</form>
		</Paper>
	);
}

/** A code of an authenticator app beside the password, for whoever wants it. */
function SecondFactorPart() {
	const { w, me, onMe } = useReader();
	const s = w.secondFactor;
	const [begun, setBegun] = useState<SecondFactor | undefined>();
	const [text, setText] = useState("");
	const [fault, setFault] = useState("");
	const failed = (error: Error) => setFault(inWords(w, error.message));
	const done = () => {
		setBegun(undefined);
		setText("");
		setFault("");
		onMe();
	};
	const send = (e: FormEvent) => {
		e.preventDefault();
		const asked = begun
			? call("POST /api/second-factor/confirm", { body: { code: text } })
			: call("POST /api/second-factor/end", { body: { password: text } });
		asked.then(done, failed);
	};
	return (
		<Paper withBorder p="md">
			<form onSubmit={send}>
				<Stack>
					<Title order={2} size="h4">
						{s.title}
					</Title>
					<Text>{me.hasSecondFactor ? s.on : s.off}</Text>
					{begun && <Scan factor={begun} />}
					{begun && <Code value={text} onChange={setText} />}
					{me.hasSecondFactor && (
						<PasswordInput label={s.password} value={text} onChange={(e) => setText(e.currentTarget.value)} required />
					)}
					<Fault text={fault} />
					<Group>
						{!me.hasSecondFactor && !begun && (
							<Button onClick={() => void call("POST /api/second-factor/begin").then(setBegun, failed)}>
								{s.begin}
							</Button>
						)}
						{begun && (
							<Button type="submit" variant="filled">
								{s.confirm}
							</Button>
						)}
						{me.hasSecondFactor && <Button type="submit">{s.end}</Button>}
					</Group>
				</Stack>
			</form>
		</Paper>
	);
}

function Code({ value, onChange }: { value: string; onChange: (text: string) => void }) {
	const { w } = useReader();
	return (
		<TextInput
			label={w.access.code}
			value={value}
			onChange={(e) => onChange(e.currentTarget.value)}
			inputMode="numeric"
			autoComplete="one-time-code"
			required
		/>
	);
}

function Scan({ factor }: { factor: SecondFactor }) {
	const { w } = useReader();
	const picture = `data:image/svg+xml;utf8,${encodeURIComponent(factor.qr)}`;
	return (
		<>
			<Text size="sm">{w.secondFactor.scan}</Text>
			<img className="qr" src={picture} alt={factor.uri} />
			<Text size="sm">
				{w.secondFactor.secret} <code>{factor.secret}</code>
			</Text>
		</>
	);
}

/** Where somebody is logged in: of oneself, and of all for whoever keeps the users. */
function Sessions() {
	const { w } = useReader();
	const a = w.accountPage;
	const sessions = useQuery({ queryKey: ["sessions"], queryFn: () => call("GET /api/sessions") });
	return (
		<Paper withBorder p="md">
			<Title order={2} size="h4">
				{a.sessions}
			</Title>
			<Table.ScrollContainer minWidth={400}>
				<Table>
					<Table.Tbody>
						{(sessions.data ?? []).map((s) => (
							<SessionRow key={s.id} session={s} onEnded={() => void sessions.refetch()} />
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
		</Paper>
	);
}

function SessionRow({ session, onEnded }: { session: Session; onEnded: () => void }) {
	const { w } = useReader();
	const { now } = useDesk();
	const { id, user, at, origin, agent, isOwn } = session;
	const end = () => call("POST /api/sessions/{id}/end", { path: { id } }).finally(onEnded);
	return (
		<Table.Tr>
			<Table.Td>
				<b>{user}</b>
			</Table.Td>
			<Table.Td>{at !== undefined && dayAndClock(w, at, now)}</Table.Td>
			<Table.Td>
				{origin} <small>{agent}</small>
			</Table.Td>
			<Table.Td>
				{isOwn ? (
					<Badge>{w.accountPage.own}</Badge>
				) : (
					<Button size="compact-sm" onClick={() => void end()}>
						{w.accountPage.end}
					</Button>
				)}
			</Table.Td>
		</Table.Tr>
	);
}
