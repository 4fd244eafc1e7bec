import { Button, Stack, Text, Title } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { useWords } from "../context.ts";

export function NotFound() {
	const w = useWords();
	return (
		<Stack align="center" p="xl">
			<Title order={1} size="h3">
				{w.shell.notFound}
			</Title>
			<Button component={Link} to="/desk">
				{w.shell.toDesk}
			</Button>
		</Stack>
	);
}

/** A part of the page that fails takes nothing else along: the frame with its alarm stays. */
export function Failed({ error, reset }: ErrorComponentProps) {
	const w = useWords();
	return (
		<Stack align="center" p="xl" role="alert">
			<Title order={1} size="h3">
				{w.shell.failed}
			</Title>
			<Text c="dimmed" size="sm">
				{error instanceof Error ? error.message : String(error)}
			</Text>
			<Button onClick={reset}>{w.shell.again}</Button>
		</Stack>
	);
}
