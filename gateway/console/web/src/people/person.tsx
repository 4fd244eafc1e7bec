import { Button, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../api.ts";
import type { PersonPage } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock, day, dayAndClock, filled, inWords, postOf, type Words, word } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";
import { postName } from "./cell-words.ts";
import { EnrolSheet } from "./enrol-sheet.tsx";
import { type Cells, useNames, useRows } from "./register.ts";
import { RowForm } from "./row-form.tsx";
import { SuccessorSheet } from "./successor-sheet.tsx";

/** One person: what he answers for, how he is reached, when he was last heard of, when he is on duty. */
export function PersonPageView() {
	const { w } = useReader();
	const { id = "" } = useParams({ strict: false }) as { id?: string };
	const person = useQuery({
		queryKey: ["person", id],
		queryFn: () => call("GET /api/people/{id}", { path: { id } }),
	});
	return (
		<section className="page narrow">
			<Link to="/people">← {w.registerPage.back}</Link>
			<Fault text={person.error ? inWords(w, person.error.message) : ""} />
			{person.data && !person.error && <Shown person={person.data} />}
		</section>
	);
}

function Shown({ person }: { person: PersonPage }) {
	const { w } = useReader();
	const r = w.registerPage;
	const { now } = useDesk();
	const { heardAt, verifiedAt } = person;
	return (
		<Stack>
			<Head person={person} />
			<Posts person={person} />
			<section>
				<Title order={2} size="h4">
					{r.reached}
				</Title>
				<Text>
					{person.channels.length === 0
						? r.unreachable
						: person.channels.map((c) => `${word(w.channels, c.channel)} ${c.address}`).join(" · ")}
				</Text>
				<Text>
					{r.phones}:{person.phones.length === 0 ? r.phonesNone : person.phones.map((p) => phoneLine(w, p)).join(" · ")}
				</Text>
				<Text>{heardAt === undefined ? r.heardNever : filled(w, r.heard, { time: dayAndClock(w, heardAt, now) })}</Text>
				{verifiedAt !== undefined && <Text>{filled(w, r.checked, { day: day(w, verifiedAt) })}</Text>}
			</section>
			<Shifts person={person} />
			<Link to="/incidents" search={{ person: person.id, kind: "fire" } as never}>
				{r.incidents}
			</Link>
		</Stack>
	);
}

type SheetName = "edit" | "successor" | "enrol";

function Head({ person }: { person: PersonPage }) {
	const { w } = useReader();
	const [mayEnrol, mayEdit] = [useMay("enrol"), useMay("register")];
	const [sheet, setSheet] = useState<SheetName | undefined>();
	const rows = useRows("people");
	const row = rows.data?.rows.find(({ key }) => key === person.id)?.cells;
	const [post] = person.posts;
	const sheets: [SheetName, string, boolean][] = [
		["edit", w.registerPage.edit, mayEdit],
		["successor", w.registerPage.successor, mayEdit],
		["enrol", w.enrol, mayEnrol],
	];
	return (
		<Group>
			<Title order={1} size="h2">
				{person.name}
			</Title>
			<Text>{person.title ?? (post && postOf(w, post))}</Text>
			{person.phone && <a href={`tel:${person.phone}`}>{person.phone}</a>}
			{sheets
				.filter(([, , may]) => may)
				.map(([name, text]) => (
					<Button key={name} disabled={row === undefined} onClick={() => setSheet(name)}>
						{text}
					</Button>
				))}
			{row && <OpenSheet sheet={sheet} row={row} person={person} onClose={() => setSheet(undefined)} />}
		</Group>
	);
}

interface OpenSheetProps {
	sheet: SheetName | undefined;
	row: Cells;
	person: PersonPage;
	onClose: () => void;
}

function OpenSheet({ sheet, row, person, onClose }: OpenSheetProps) {
	const nameOf = useNames();
	if (sheet === "edit") return <RowForm table="people" row={row} onClose={onClose} />;
	if (sheet === "successor") return <SuccessorSheet row={row} onClose={onClose} />;
	const where = (person.posts[0]?.grids ?? []).map(nameOf).join("、");
	return sheet === "enrol" ? <EnrolSheet person={person} where={where} onClose={onClose} /> : null;
}

function Posts({ person }: { person: PersonPage }) {
	const { w } = useReader();
	const nameOf = useNames();
	const { now } = useDesk();
	const when = ({ from, to }: { from?: number; to?: number }) =>
		[
			from !== undefined && from > now ? filled(w, w.registerPage.since, { time: dayAndClock(w, from, now) }) : "",
			to === undefined ? "" : filled(w, w.registerPage.until, { time: dayAndClock(w, to, now) }),
		].join(" ");
	return (
		<section>
			<Title order={2} size="h4">
				{w.registerPage.posts}
			</Title>
			<Table>
				<Table.Tbody>
					{person.posts.map((p) => (
						<Table.Tr key={`${p.role} ${p.level} ${p.grids.join()} ${p.from}`}>
							<Table.Td>{postOf(w, p)}</Table.Td>
							<Table.Td>{p.grids.map(nameOf).join("、")}</Table.Td>
							<Table.Td>{when(p)}</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
		</section>
	);
}

function Shifts({ person }: { person: PersonPage }) {
	const { w } = useReader();
	const { now } = useDesk();
	const nameOf = useNames();
	return (
		<section>
			<Title order={2} size="h4">
				{w.registerPage.shifts}
			</Title>
			{person.shifts.length === 0 && <Text c="dimmed">{w.registerPage.shiftsNone}</Text>}
			<ul>
				{person.shifts.map((s) => (
					<li key={`${s.post} ${s.from}`}>
						{postName(w, s.post, nameOf)} · {dayAndClock(w, s.from, now)} – {dayAndClock(w, s.to, now)}
					</li>
				))}
			</ul>
		</section>
	);
}

function phoneLine(w: Words, { device, since }: { device: string; since: number }): string {
	return filled(w, w.registerPage.phoneSince, { device, time: `${day(w, since)} ${clock(w, since)}` });
}
