import { Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { call } from "../api.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { dayAndClock, word } from "../i18n.ts";

/** Looks at personal data, newest first. */
export function AuditList() {
	const { w } = useReader();
	const { now } = useDesk();
	const a = w.auditPage;
	const rows = useQuery({ queryKey: ["audit"], queryFn: () => call("GET /api/audit") });
	return (
		<>
			<Title order={2} size="h4" mt="xl">
				{a.title}
			</Title>
			<Text size="sm" c="dimmed">
				{a.hint}
			</Text>
			<Table.ScrollContainer minWidth={400} mah={400}>
				<Table>
					<Table.Thead>
						<Table.Tr>
							<Table.Th>{a.at}</Table.Th>
							<Table.Th>{a.who}</Table.Th>
							<Table.Th>{a.what}</Table.Th>
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{(rows.data ?? []).map((r) => (
							<Table.Tr key={`${r.at} ${r.who} ${r.what} ${r.of}`}>
								<Table.Td>{dayAndClock(w, r.at, now)}</Table.Td>
								<Table.Td>{r.name}</Table.Td>
								<Table.Td>
									{word(w.auditPage.looks, r.what)}{" "}
									{word({ ...w.registerPage.tables, edits: w.registerPage.tabs.changes }, r.of)}
								</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
		</>
	);
}
