import { Button, Group, Modal, MultiSelect, NumberInput, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { RIGHTS, type Right } from "../../../../model/user.ts";
import { call } from "../api.ts";
import type { MadeToken, Token } from "../api-types.ts";
import { useReader } from "../context.ts";
import { day, inWords } from "../i18n.ts";
import { useAreas } from "../people/register.ts";
import { Sheet } from "../ui/sheet.tsx";

/** Ways in for machines: what each may do, and until when. */
export function Tokens() {
	const { w } = useReader();
	const t = w.tokensPage;
	const tokens = useQuery({ queryKey: ["tokens"], queryFn: () => call("GET /api/tokens") });
	const [isAdding, setAdding] = useState(false);
	const [made, setMade] = useState<MadeToken | undefined>();
	const end = (id: string) => call("POST /api/tokens/{id}/end", { path: { id } }).finally(() => void tokens.refetch());
	return (
		<>
			<Group mt="xl">
				<Title order={2} size="h4">
					{t.title}
				</Title>
				<Button onClick={() => setAdding(true)}>{t.add}</Button>
			</Group>
			<Table.ScrollContainer minWidth={500}>
				<Table>
					<Table.Tbody>
						{tokens.data?.length === 0 && (
							<Table.Tr>
								<Table.Td>{t.none}</Table.Td>
							</Table.Tr>
						)}
						{(tokens.data ?? []).map((token) => (
							<TokenRow key={token.id} token={token} onEnd={() => void end(token.id)} />
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
			{isAdding && (
				<TokenForm
					onClose={() => setAdding(false)}
					onMade={(token) => {
						setMade(token);
						setAdding(false);
						void tokens.refetch();
					}}
				/>
			)}
			<Modal opened={made !== undefined} onClose={() => setMade(undefined)} title={t.title}>
				<Stack>
					<Text>{t.hint}</Text>
					<code className="given">{made?.token}</code>
				</Stack>
			</Modal>
		</>
	);
}

function TokenRow({ token, onEnd }: { token: Token; onEnd: () => void }) {
	const { w } = useReader();
	const t = w.tokensPage;
	return (
		<Table.Tr>
			<Table.Td>
				<b>{token.name}</b>
			</Table.Td>
			<Table.Td>{token.rights.map((r) => t.right[r]).join(" · ")}</Table.Td>
			<Table.Td>
				{t.by} {token.createdBy}
			</Table.Td>
			<Table.Td>
				{t.ends} {day(w, token.endsAt)}
			</Table.Td>
			<Table.Td>
				<Button size="compact-sm" onClick={onEnd}>
					{t.end}
				</Button>
			</Table.Td>
		</Table.Tr>
	);
}

function TokenForm({ onClose, onMade }: { onClose: () => void; onMade: (made: MadeToken) => void }) {
	const { w } = useReader();
	const t = w.tokensPage;
	const [name, setName] = useState("");
	const [rights, setRights] = useState<Right[]>(["look"]);
	const [days, setDays] = useState(90);
	const [areas, setAreas] = useState<string[]>([]);
	const known = useAreas();
	const [fault, setFault] = useState("");
	const save = () =>
		call("POST /api/tokens", { body: { name: name.trim(), rights, areas, days } }).then(onMade, (error: Error) =>
			setFault(inWords(w, error.message)),
		);
	return (
		<Sheet title={t.add} act={t.add} fault={fault} onAct={() => void save()} onClose={onClose}>
			<TextInput
				label={t.name}
				required
				minLength={2}
				maxLength={60}
				value={name}
				onChange={(e) => setName(e.currentTarget.value)}
				data-autofocus
			/>
			<MultiSelect
				label={t.rights}
				required
				data={RIGHTS.map((r) => ({ value: r, label: t.right[r] }))}
				value={rights}
				onChange={(r) => setRights(r as Right[])}
			/>
			<MultiSelect
				label={w.usersPage.areas}
				description={w.usersPage.areasHint}
				data={known}
				value={areas}
				onChange={setAreas}
				searchable
				limit={40}
			/>
			<NumberInput label={t.days} min={1} max={400} value={days} onChange={(v) => setDays(Number(v) || 90)} />
		</Sheet>
	);
}
