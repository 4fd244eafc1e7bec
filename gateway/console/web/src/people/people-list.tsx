import { Button, Group, Table, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../api.ts";
import type { Person } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { daysOf, inWords, postOf } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";
import { EnrolSheet } from "./enrol-sheet.tsx";
import { useNames } from "./register.ts";
import { RowForm } from "./row-form.tsx";

const MOST = 60;

/** Whether each part of what is looked for stands in what is known: 138 0000 1020 finds 13800001020. */
function isMeant(text: string, known: string): boolean {
	const all = known.replaceAll(/\s/g, "").toLowerCase();
	return text
		.toLowerCase()
		.split(/\s+/)
		.every((part) => all.includes(part));
}

/** People of the register, found by name, telephone, grid or post. */
export function PeopleList() {
	const { w } = useReader();
	const r = w.registerPage;
	const { q } = useSearch({ strict: false }) as { q?: string | number };
	const people = useQuery({ queryKey: ["people"], queryFn: () => call("GET /api/people") });
	const [text, setText] = useState(String(q ?? ""));
	const [mayEnrol, mayEdit] = [useMay("enrol"), useMay("register")];
	const [enrolled, setEnrolled] = useState<Person | undefined>();
	const [isAdding, setAdding] = useState(false);
	const nameOf = useNames();
	const where = (p: Person) => p.grids.map(nameOf).join("、");
	const shown = (people.data ?? [])
		.filter((p) => isMeant(text, `${p.name} ${p.phone ?? ""} ${p.title ?? ""} ${postOf(w, p)} ${where(p)}`))
		.sort((a, b) => Number(a.leftAt !== undefined) - Number(b.leftAt !== undefined));
	return (
		<>
			<Group align="end">
				<TextInput
					label={w.shell.search}
					value={text}
					onChange={(e) => setText(e.currentTarget.value)}
					maw={420}
					type="search"
				/>
				{mayEdit && <Button onClick={() => setAdding(true)}>{w.registerPage.addPerson}</Button>}
			</Group>
			<Text size="sm" c="dimmed">
				{people.data && `${shown.length}/${people.data.length}`}
			</Text>
			<Fault text={people.error ? inWords(w, people.error.message) : ""} />
			<Table.ScrollContainer minWidth={300}>
				<Table className="folds">
					<Table.Thead>
						<Table.Tr>
							{[r.columns.person, r.columns.post, r.columns.grids, r.columns.phone].map((name) => (
								<Table.Th key={name}>{name.replace(/[（(].*$/, "")}</Table.Th>
							))}
							<Table.Th />
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{shown.slice(0, MOST).map((p) => (
							<Row
								key={p.id}
								person={p}
								where={where(p)}
								onEnrol={mayEnrol && p.leftAt === undefined ? () => setEnrolled(p) : undefined}
							/>
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
			{enrolled && <EnrolSheet person={enrolled} where={where(enrolled)} onClose={() => setEnrolled(undefined)} />}
			{isAdding && <RowForm table="people" onClose={() => setAdding(false)} />}
		</>
	);
}

interface RowProps {
	person: Person;
	where: string;
	/** Undefined where nobody may, and for whoever has left. */
	onEnrol: (() => void) | undefined;
}

function Row({ person: p, where, onEnrol }: RowProps) {
	const { w } = useReader();
	return (
		<Table.Tr className={p.leftAt === undefined ? "" : "left"}>
			<Table.Td>
				<Link to="/people/$id" params={{ id: p.id } as never}>
					<b>{p.name || p.id}</b>
				</Link>
			</Table.Td>
			<Table.Td>
				{p.title ?? postOf(w, p)} {daysOf(w, p)}
			</Table.Td>
			<Table.Td>{where}</Table.Td>
			<Table.Td>{p.phone && <a href={`tel:${p.phone}`}>{p.phone}</a>}</Table.Td>
			<Table.Td>
				{onEnrol && (
					<Button size="compact-sm" onClick={onEnrol}>
						{w.enrol}
					</Button>
				)}
			</Table.Td>
		</Table.Tr>
	);
}
