import { Button, Code, CopyButton, Group, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../api.ts";
import { useMay, useReader } from "../context.ts";
import { EXAMPLES, type Example } from "./examples.ts";

interface OpenApi {
	paths: Record<string, Record<string, { summary?: string }>>;
}

/** The interface for those who connect other systems: how to begin, examples, and all there is. */
export function ApiPage() {
	const { w } = useReader();
	const a = w.apiPage;
	const mayKeep = useMay("users");
	return (
		<section className="page">
			<h1>{a.title}</h1>
			<ol>
				<li>
					{a.token} {mayKeep && <Link to="/system/users">{w.systemPage.settings}</Link>}
				</li>
				<li>
					{a.address} <Code>export LOOKOUT={location.origin} TOKEN=…</Code>
				</li>
				<li>{a.limits}</li>
				<li>{a.webhooks}</li>
			</ol>
			<Title order={2} size="h4">
				{a.examples}
			</Title>
			{(Object.keys(EXAMPLES) as Example[]).map((name) => (
				<section key={name}>
					<Group gap="xs" mt="sm">
						<Text>{w.apiPage.example[name]}</Text>
						<CopyButton value={EXAMPLES[name]}>
							{({ copied, copy }) => (
								<Button size="compact-xs" onClick={copy}>
									{copied ? w.incidentPage.copied : a.copy}
								</Button>
							)}
						</CopyButton>
					</Group>
					<Code block>{EXAMPLES[name]}</Code>
				</section>
			))}
			<Operations />
		</section>
	);
}

/** Every operation of the interface's own document. */
function Operations() {
	const { w } = useReader();
	const document = useQuery({
		queryKey: ["openapi"],
		queryFn: () => ask<OpenApi>("/api/openapi.json", {}),
		staleTime: Number.POSITIVE_INFINITY,
	});
	const all = Object.entries(document.data?.paths ?? {}).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, { summary = "" }]) => ({ path, method: method.toUpperCase(), summary })),
	);
	return (
		<>
			<Title order={2} size="h4" mt="lg">
				{w.apiPage.all} · <a href="/api/openapi.json">openapi.json</a>
			</Title>
			<Table.ScrollContainer minWidth={600}>
				<Table>
					<Table.Tbody>
						{all.map(({ path, method, summary }) => (
							<Table.Tr key={`${method} ${path}`}>
								<Table.Td>
									<Code>
										{method} {path}
									</Code>
								</Table.Td>
								<Table.Td lang="en">{summary}</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
		</>
	);
}
