import { Badge, Button, Group, Menu, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { IncidentListRow, IncidentPage } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { dayAndClock, filled, inWords, span, type Words, word } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";
import { type Filter, filterIn, queryOf, searchOf } from "./filter.ts";
import { Filters } from "./filters.tsx";
import { listed } from "./listed.ts";

const PAGE = 100;
/** Up to this the gateway counts. */
const COUNTED = 10_000;

/** All incidents that ever were: filters that stand in the address, a page at a time, and the same to take along. */
export function IncidentsPage() {
	const { w } = useReader();
	const { tower } = useDesk();
	const navigate = useNavigate();
	const search = useSearch({ strict: false }) as Record<string, unknown>;
	const filter = useMemo(() => filterIn(search), [search]);
	const query = queryOf(filter, tower.timeZone);
	const pages = useInfiniteQuery({
		queryKey: ["incidents", query.toString()],
		queryFn: ({ pageParam }) => load(query, pageParam),
		initialPageParam: undefined as string | undefined,
		getNextPageParam: ({ rows, isMore }) => {
			const last = rows.at(-1);
			return isMore && last ? `${last.openedAt}~${last.id}` : undefined;
		},
		placeholderData: (before) => before,
	});
	const set = (next: Filter) => void navigate({ to: "/incidents", search: searchOf(next) as never });
	const rows = pages.data?.pages.flatMap((p) => p.rows) ?? [];
	const total = pages.data?.pages[0]?.total ?? 0;
	return (
		<section className="page" aria-busy={pages.isFetching}>
			<Group justify="space-between">
				<h1>{w.list.title}</h1>
				<Export query={query} />
			</Group>
			<Filters filter={filter} onFilter={set} />
			<Text size="sm" c="dimmed" role="status">
				{pages.data && filled(w, total >= COUNTED ? w.list.countMore : w.list.count, { total })}
			</Text>
			<Fault text={pages.error ? inWords(w, pages.error.message) : ""} />
			{pages.data && (rows.length === 0 ? <p>{w.list.none}</p> : <Rows rows={rows} />)}
			{pages.hasNextPage && (
				<Group justify="center">
					<Button loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
						{w.list.more}
					</Button>
				</Group>
			)}
		</section>
	);
}

async function load(query: URLSearchParams, before: string | undefined): Promise<IncidentPage> {
	return listed({ ...Object.fromEntries(query), limit: String(PAGE), ...(before === undefined ? {} : { before }) });
}

function Export({ query }: { query: URLSearchParams }) {
	const { w } = useReader();
	return (
		<Menu>
			<Menu.Target>
				<Button>{w.list.export}</Button>
			</Menu.Target>
			<Menu.Dropdown>
				{["xlsx", "csv", "geojson"].map((format) => (
					<Menu.Item
						key={format}
						component="a"
						href={`/api/incidents/export?${new URLSearchParams([...query, ["format", format]])}`}
						download
					>
						{format.toUpperCase()}
					</Menu.Item>
				))}
			</Menu.Dropdown>
		</Menu>
	);
}

function Rows({ rows }: { rows: IncidentListRow[] }) {
	const { w } = useReader();
	const c = w.list.columns;
	return (
		<Table.ScrollContainer minWidth={760}>
			<Table stickyHeader highlightOnHover>
				<Table.Thead>
					<Table.Tr>
						{[c.opened, c.place, c.kind, c.state, c.cause, w.list.answered, w.list.onScene].map((name) => (
							<Table.Th key={name}>{name}</Table.Th>
						))}
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{rows.map((row) => (
						<Row key={row.id} row={row} />
					))}
				</Table.Tbody>
			</Table>
		</Table.ScrollContainer>
	);
}

function Row({ row }: { row: IncidentListRow }) {
	const { w } = useReader();
	const { now } = useDesk();
	return (
		<Table.Tr>
			<Table.Td>{dayAndClock(w, row.openedAt, now)}</Table.Td>
			<Table.Td>
				<Link to="/incidents/$id" params={{ id: row.id }}>
					<b>{row.place}</b>
				</Link>
			</Table.Td>
			<Table.Td>
				{w.kinds[row.kind]} {row.status === "exercise" && <Badge color="violet">{w.exercise}</Badge>}
			</Table.Td>
			<Table.Td>
				<span className={`state ${row.state}`}>{word(w.states, row.state)}</span>
			</Table.Td>
			<Table.Td>{row.cause}</Table.Td>
			<Table.Td>{took(row.openedAt, row.answeredAt, w)}</Table.Td>
			<Table.Td>{took(row.openedAt, row.onSceneAt, w)}</Table.Td>
		</Table.Tr>
	);
}

function took(from: number, at: number | undefined, w: Words): string {
	return at === undefined ? "—" : span(at - from, w);
}
