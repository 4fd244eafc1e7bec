import { Button, Modal, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api.ts";
import type { Incident } from "../api-types.ts";
import { useReader } from "../context.ts";
import { inWords } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";
import { useChoices } from "./use-choices.ts";

/** Why somebody was told of an incident, or was not: by whom it goes, what was sent, and what became of it. */
export function WhyTold({ incident }: { incident: Incident }) {
	const { w } = useReader();
	const [isOpen, setOpen] = useState(false);
	return (
		<>
			<Button size="compact-sm" variant="subtle" onClick={() => setOpen(true)}>
				{w.incidentPage.whyTold}
			</Button>
			<Modal opened={isOpen} onClose={() => setOpen(false)} title={w.incidentPage.whyTold}>
				{isOpen && <Asked incident={incident} />}
			</Modal>
		</>
	);
}

function Asked({ incident }: { incident: Incident }) {
	const { w } = useReader();
	const choices = useChoices(incident);
	const [person, setPerson] = useState<string | null>(null);
	const { id } = incident;
	const why = useQuery({
		queryKey: ["why", id, person],
		queryFn: () => call("GET /api/incidents/{id}/why/{person}", { path: { id, person: person ?? "" } }),
		enabled: person !== null,
		gcTime: 0,
	});
	return (
		<Stack>
			<Select
				label={w.say.person}
				data={choices}
				value={person}
				onChange={setPerson}
				searchable
				limit={30}
				data-autofocus
			/>
			<div aria-live="polite">
				{why.data?.reasons.map((reason) => (
					<Text key={reason}>{inWords(w, reason)}</Text>
				))}
				<Fault text={why.error ? inWords(w, why.error.message) : ""} />
			</div>
		</Stack>
	);
}
