import { Button, Stack, Text, Title } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useWords } from "../context.ts";
import { useKnown } from "../feed/use-feed.ts";
import { inWords } from "../i18n.ts";
import { NotLoaded } from "../ui/loading.ts";

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
	useLoadedLater(error instanceof NotLoaded);
	return (
		<Stack align="center" p="xl" role="alert">
			<Title order={1} size="h3">
				{w.shell.failed}
			</Title>
			<Text c="dimmed" size="sm">
				{error instanceof Error ? inWords(w, error.message) : String(error)}
			</Text>
			<Button onClick={error instanceof NotLoaded ? () => location.reload() : reset}>{w.shell.again}</Button>
		</Stack>
	);
}

/** When the page was last loaded anew for such a part: one that is not there at all is not asked for without end. */
const RELOADED = "reloadedAt";
const AGAIN_MS = 30_000;

/** A part that could not be fetched is there once the gateway is: a browser does not ask twice within one page. */
function useLoadedLater(isMissing: boolean): void {
	const { isConnected } = useKnown();
	useEffect(() => {
		const last = Number(sessionStorage.getItem(RELOADED));
		if (!isMissing || !isConnected || Date.now() - last < AGAIN_MS) return;
		sessionStorage.setItem(RELOADED, String(Date.now()));
		location.reload();
	}, [isMissing, isConnected]);
}
