import { Badge, Button, CopyButton, Group, Modal, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api.ts";
import type { User } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { filled, inWords } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";
import { AuditList } from "./audit.tsx";
import { Tokens } from "./tokens.tsx";
import { UserForm } from "./user-form.tsx";

/** Who may log in and what he may do; tokens of machines; who has looked at what. */
export function UsersPage() {
	const [mayKeep, mayAudit] = [useMay("users"), useMay("audit")];
	return (
		<section className="page">
			{mayKeep && <Users />}
			{mayKeep && <Tokens />}
			{mayAudit && <AuditList />}
		</section>
	);
}

/** A link that somebody must be given, once. */
interface Given {
	name: string;
	url: string;
}

function Users() {
	const { w } = useReader();
	const u = w.usersPage;
	const users = useQuery({ queryKey: ["users"], queryFn: () => call("GET /api/users") });
	const [edited, setEdited] = useState<User | "new" | undefined>();
	const [reset, setReset] = useState<User | undefined>();
	const [given, setGiven] = useState<Given | undefined>();
	const done = () => {
		setEdited(undefined);
		setReset(undefined);
		void users.refetch();
	};
	return (
		<>
			<Group>
				<Title order={1} size="h3">
					{u.title}
				</Title>
				<Button variant="filled" onClick={() => setEdited("new")}>
					{u.add}
				</Button>
			</Group>
			<Table.ScrollContainer minWidth={600}>
				<Table>
					<Table.Thead>
						<Table.Tr>
							{[u.name, u.login, u.roles, u.areas, u.state].map((name) => (
								<Table.Th key={name}>{name}</Table.Th>
							))}
							<Table.Th aria-label={u.edit} />
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{(users.data ?? []).map((user) => (
							<UserRow key={user.id} user={user} onEdit={setEdited} onReset={setReset} />
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
			{edited && (
				<UserForm
					user={edited === "new" ? undefined : edited}
					onClose={() => setEdited(undefined)}
					onDone={(link) => {
						setGiven(link);
						done();
					}}
				/>
			)}
			{reset && <Reset user={reset} onClose={() => setReset(undefined)} onDone={(link) => [setGiven(link), done()]} />}
			{given && <GivenLink given={given} onClose={() => setGiven(undefined)} />}
		</>
	);
}

interface UserRowProps {
	user: User;
	onEdit: (user: User) => void;
	onReset: (user: User) => void;
}

function UserRow({ user, onEdit, onReset }: UserRowProps) {
	const { w } = useReader();
	const u = w.usersPage;
	return (
		<Table.Tr>
			<Table.Td>
				<b>{user.name}</b>
			</Table.Td>
			<Table.Td>{user.login}</Table.Td>
			<Table.Td>{user.roles.map((role) => w.dutyPage.roles[role]).join(" · ")}</Table.Td>
			<Table.Td>{user.areas.join(" ") || "—"}</Table.Td>
			<Table.Td>
				{user.disabledAt !== undefined ? (
					<Badge color="red">{u.disabled}</Badge>
				) : (
					<Badge variant="light">{u.active}</Badge>
				)}{" "}
				{!user.hasPassword && <Badge color="yellow">{u.noPassword}</Badge>}{" "}
				{user.hasSecondFactor && <Badge variant="outline">{u.secondFactor}</Badge>}
			</Table.Td>
			<Table.Td>
				<Group gap="xs" wrap="nowrap">
					<Button size="compact-sm" onClick={() => onEdit(user)}>
						{u.edit}
					</Button>
					<Button size="compact-sm" onClick={() => onReset(user)}>
						{u.reset}
					</Button>
				</Group>
			</Table.Td>
		</Table.Tr>
	);
}

interface ResetProps {
	user: User;
	onClose: () => void;
	onDone: (given: Given) => void;
}

function Reset({ user, onClose, onDone }: ResetProps) {
	const { w } = useReader();
	const [fault, setFault] = useState("");
	const reset = () =>
		call("POST /api/users/{id}/reset", { path: { id: user.id } }).then(
			({ url }) => onDone({ name: user.name, url }),
			(error: Error) => setFault(inWords(w, error.message)),
		);
	return (
		<Modal opened onClose={onClose} title={`${w.usersPage.reset} · ${user.name}`}>
			<Stack>
				<Text>{filled(w, w.usersPage.resetHint, { name: user.name })}</Text>
				<Fault text={fault} />
				<Group justify="flex-end">
					<Button onClick={onClose}>{w.ending.cancel}</Button>
					<Button variant="filled" color="red" onClick={() => void reset()}>
						{w.usersPage.reset}
					</Button>
				</Group>
			</Stack>
		</Modal>
	);
}

function GivenLink({ given, onClose }: { given: Given; onClose: () => void }) {
	const { w } = useReader();
	return (
		<Modal opened onClose={onClose} title={given.name}>
			<Stack>
				<Text>{filled(w, w.usersPage.link, { name: given.name })}</Text>
				<code className="given">{given.url}</code>
				<CopyButton value={given.url}>
					{({ copied, copy }) => (
						<Button variant="filled" onClick={copy}>
							{copied ? w.incidentPage.copied : w.apiPage.copy}
						</Button>
					)}
				</CopyButton>
			</Stack>
		</Modal>
	);
}
