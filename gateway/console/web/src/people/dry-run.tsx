import { Autocomplete, Button, Group, NumberInput, Table, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { localTime, timeAt } from "../../../../base/time-zone.ts";
import { ask, call } from "../api.ts";
import type { DryRun } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock, filled, inWords, postOf, span, word } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";
import { DryRunMap } from "./dry-run-map.tsx";

/** What is asked, as it stands in the address. */
interface Asked {
	grid?: string;
	lat?: number;
	lon?: number;
	/** Local time at the tower, as 2026-12-31T08:00. */
	at?: string;
	confirmed?: number;
}

/** A fire here, then: who would be told, when and how. */
export function DryRunForm() {
	const { w } = useReader();
	const { tower, now } = useDesk();
	const asked = useSearch({ strict: false }) as Asked;
	const at = asked.at === undefined ? now : timeAt(asked.at, tower.timeZone);
	const run = useQuery({
		queryKey: ["register", "dryRun", asked.grid, asked.lat, asked.lon, asked.at, asked.confirmed],
		queryFn: () => load(asked, tower.timeZone),
		enabled: asked.grid !== undefined || asked.lat !== undefined,
	});
	return (
		<>
			<Question asked={asked} />
			<Fault text={run.error ? inWords(w, run.error.message) : ""} />
			{run.data && <Told run={run.data} at={at} />}
		</>
	);
}

function Question({ asked }: { asked: Asked }) {
	const { w } = useReader();
	const r = w.registerPage;
	const { tower, now } = useDesk();
	const navigate = useNavigate();
	const grids = useQuery({ queryKey: ["grids"], queryFn: () => call("GET /api/grids") });
	const options = (grids.data ?? []).map((g) => `${g.name} ${g.code}`);
	const named = grids.data?.find((g) => g.code === asked.grid);
	const [grid, setGrid] = useState<string | undefined>();
	const [at, setAt] = useState(asked.at ?? localTime(now, tower.timeZone).slice(0, 16));
	const [confirmed, setConfirmed] = useState<number | string>(asked.confirmed ?? "");
	const { lat, lon } = asked;
	const here = lat === undefined || lon === undefined ? "" : filled(w, r.tryPlace, { lat, lon });
	const ask = () => {
		const code = grid?.trim().split(" ").at(-1);
		const where = code ? { grid: code } : { grid: asked.grid, lat, lon };
		const search = { tab: "try", ...where, at, ...(typeof confirmed === "number" ? { confirmed } : {}) };
		void navigate({ to: "/people", search: search as never });
	};
	return (
		<form
			onSubmit={(e) => {
				e.preventDefault();
				ask();
			}}
		>
			<Text size="sm">{r.tryHint}</Text>
			<Group align="end" gap="xs" my="sm">
				<Autocomplete
					label={r.tryGrid}
					placeholder={here}
					data={options}
					value={grid ?? (named ? `${named.name} ${named.code}` : "")}
					onChange={setGrid}
					limit={30}
					w={320}
				/>
				<TextInput type="datetime-local" label={r.tryAt} value={at} onChange={(e) => setAt(e.currentTarget.value)} />
				<NumberInput
					label={r.tryConfirmed}
					placeholder={r.tryUnconfirmed}
					min={0}
					max={240}
					value={confirmed}
					onChange={setConfirmed}
				/>
				<Button type="submit" variant="filled">
					{r.tryGo}
				</Button>
			</Group>
		</form>
	);
}

function Told({ run, at }: { run: DryRun; at: number }) {
	const { w } = useReader();
	const r = w.registerPage;
	const people = new Set(run.told.map((t) => t.personId)).size;
	const mute = new Set(run.told.filter((t) => t.channels.length === 0).map((t) => t.personId)).size;
	return (
		<>
			<Text>
				<b>{filled(w, r.tryTold, { people, mute })}</b> ·{" "}
				{run.grids.map((g) => `${g.name} ${Math.round(g.share * 100)} %`).join(" · ")}
			</Text>
			<DryRunMap run={run} />
			<Table.ScrollContainer minWidth={300}>
				<Table className="folds">
					<Table.Thead>
						<Table.Tr>
							{[r.after, r.task, r.tables.people, r.posts, r.columns.phone, r.how].map((name) => (
								<Table.Th key={name}>{name}</Table.Th>
							))}
						</Table.Tr>
					</Table.Thead>
					<Table.Tbody>
						{run.told.map((t) => (
							<Table.Tr key={`${t.personId} ${t.afterS} ${t.task}`}>
								<Table.Td>
									{clock(w, at + t.afterS * 1000).slice(0, 5)} <small>+{span(t.afterS * 1000, w)}</small>
								</Table.Td>
								<Table.Td>{word(w.registerPage.tryTasks, t.task)}</Table.Td>
								<Table.Td>
									<Link to="/people/$id" params={{ id: t.personId } as never}>
										{t.name}
									</Link>
								</Table.Td>
								<Table.Td>{t.title ?? postOf(w, t)}</Table.Td>
								<Table.Td>{t.phone && <a href={`tel:${t.phone}`}>{t.phone}</a>}</Table.Td>
								<Table.Td className={t.channels.length === 0 ? "lacking" : ""}>
									{[
										...t.channels.map((c) => word(w.channels, c)),
										...t.mute.map((c) => filled(w, r.noPhoneFor, { channel: word(w.channels, c) })),
									].join("、") || r.unreachable}
								</Table.Td>
							</Table.Tr>
						))}
					</Table.Tbody>
				</Table>
			</Table.ScrollContainer>
			<Text size="sm" c="dimmed">
				{r.tryEnds}
			</Text>
		</>
	);
}

async function load({ grid, lat, lon, at, confirmed }: Asked, timeZone: string): Promise<DryRun> {
	const when = at === undefined ? Date.now() : timeAt(at, timeZone);
	const where: Record<string, string> =
		grid === undefined ? { lat: String(lat), lon: String(lon) } : { grid: String(grid) };
	const query = new URLSearchParams({ ...where, at: String(when) });
	if (confirmed !== undefined) query.set("confirmedAfterMin", String(confirmed));
	return ask("/api/register/dry-run", query);
}
