import { Button, Modal, Stack, Table, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { call } from "../api.ts";
import type { Enrolment, Person } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { inWords, postOf } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";

const MOST = 60;

/** People of the register: found by name, telephone, grid or post; how a phone is enrolled. */
export function PeoplePage() {
	const { w } = useReader();
	const { q } = useSearch({ strict: false }) as { q?: string };
	const people = useQuery({ queryKey: ["people"], queryFn: () => call("GET /api/people") });
	const grids = useQuery({ queryKey: ["grids"], queryFn: () => call("GET /api/grids") });
	const [text, setText] = useState(q ?? "");
	const mayEnrol = useMay("enrol");
	const [enrolled, setEnrolled] = useState<Person | undefined>();
	const names = useMemo(() => new Map((grids.data ?? []).map((g) => [g.code, g.name])), [grids.data]);
	const where = (p: Person) => p.grids.map((code) => names.get(code) ?? code).join("、");
	const meant = text.trim().toLowerCase();
	const shown = (people.data ?? []).filter((p) =>
		`${p.name} ${p.phone ?? ""} ${p.title ?? postOf(w, p)} ${where(p)}`.toLowerCase().includes(meant),
	);
	return (
		<section className="page">
			<h1>{w.nav.people}</h1>
			<TextInput
				label={w.shell.search}
				value={text}
				onChange={(e) => setText(e.currentTarget.value)}
				maw={420}
				type="search"
			/>
			<Text size="sm" c="dimmed">
				{shown.length}/{people.data?.length ?? 0}
			</Text>
			<Table.ScrollContainer minWidth={500}>
				<Table>
					<Table.Tbody>
						{shown.slice(0, MOST).map((p) => (
							<Table.Tr key={p.id}>
								<Table.Td>
									<b>{p.name}</b>
								</Table.Td>
								<Table.Td>{p.title ?? postOf(w, p)}</Table.Td>
								<Table.Td>{where(p)}</Table.Td>
								<Table.Td>{p.phone && <a href={`tel:${p.phone}`}>{p.phone}</a>}</Table.Td>
								<Table.Td>
									{mayEnrol && (
										<Button size="compact-sm" onClick={() => setEnrolled(p)}>
											{w.enrol}
										</Button>
									)}
								</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
			{enrolled && <EnrolSheet person={enrolled} onClose={() => setEnrolled(undefined)} />}
		</section>
	);
}

/** A link for one person's phone, as a picture to scan. */
function EnrolSheet({ person, onClose }: { person: Person; onClose: () => void }) {
	const { w } = useReader();
	const [link, setLink] = useState<Enrolment | undefined>();
	const [fault, setFault] = useState("");
	const make = () =>
		call("POST /api/people/{id}/enrol", { path: { id: person.id } }).then(setLink, (error: Error) =>
			setFault(inWords(w, error.message)),
		);
	return (
		<Modal opened onClose={onClose} title={`${w.enrol} · ${person.name} · ${person.title ?? postOf(w, person)}`}>
			<Stack align="center">
				{link ? (
					<>
						<img className="qr" src={`data:image/svg+xml;utf8,${encodeURIComponent(link.qr)}`} alt={link.url} />
						<code className="given">{link.url}</code>
					</>
				) : (
					<Button variant="filled" onClick={() => void make()}>
						{w.enrol}: {person.name} {person.phone}
					</Button>
				)}
				<Text size="sm">{w.enrolHint}</Text>
				<Fault text={fault} />
			</Stack>
		</Modal>
	);
}
