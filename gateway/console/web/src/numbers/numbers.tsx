import { Button, Group, Paper, SegmentedControl, Select, Table, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { omit } from "../../../../base/omit.ts";
import { ask } from "../api.ts";
import type { Numbers, Spread } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { filled, inWords, span, type Words, word } from "../i18n.ts";
import { type Filter, filterIn, searchOf, startOf } from "../incidents/filter.ts";
import { useAreas } from "../people/register.ts";
import { Fault } from "../ui/fault.tsx";
import { dayOf, quarterOf, yearOf } from "./periods.ts";

const BY = ["byMonth", "byArea", "byCamera", "byCause"] as const;

/** A time in numbers, each with what it rests on; every one of them leads to the incidents behind it. */
export function NumbersPage() {
	const { w } = useReader();
	const { tower, now } = useDesk();
	const navigate = useNavigate();
	const asked = filterIn(useSearch({ strict: false }) as Record<string, unknown>);
	const today = dayOf(now, tower.timeZone);
	const { from, to } = { ...quarterOf(today), ...asked };
	const { area, status = tower.exercise ? "exercise" : "actual" } = asked;
	const period: Filter = { from, to, status, ...(area === undefined ? {} : { area }) };
	const set = (next: Filter) => void navigate({ to: "/numbers", search: searchOf(next) as never });
	const numbers = useQuery({
		queryKey: ["numbers", from, to, area, status],
		queryFn: () => ask<Numbers>("/api/numbers", queryOf(period, tower.timeZone)),
		placeholderData: (before) => before,
	});
	const n = w.numbersPage;
	const areas = useAreas();
	const seesPeople = useMay("personal");
	return (
		<section className="page" aria-busy={numbers.isFetching}>
			<h1>{w.nav.numbers}</h1>
			<Group align="end" gap="xs" className="screen">
				<TextInput
					type="date"
					label={n.from}
					value={from}
					onChange={(e) => set({ ...period, from: e.currentTarget.value })}
				/>
				<TextInput
					type="date"
					label={n.to}
					value={to}
					onChange={(e) => set({ ...period, to: e.currentTarget.value })}
				/>
				<Select
					label={w.list.area}
					data={areas}
					value={area ?? null}
					onChange={(code) => set({ ...omit(period, "area"), ...(code === null ? {} : { area: code }) })}
					searchable
					clearable
					limit={40}
				/>
				<SegmentedControl
					data={(["actual", "exercise"] as const).map((of) => ({ value: of, label: w.list.status[of] }))}
					value={status}
					onChange={(of) => set({ ...period, status: of as "actual" | "exercise" })}
				/>
				<Button onClick={() => set({ ...period, ...quarterOf(today) })}>{n.quarter}</Button>
				<Button onClick={() => set({ ...period, ...yearOf(today) })}>{n.year}</Button>
				{seesPeople && <Papers query={queryOf(period, tower.timeZone)} />}
			</Group>
			<Fault text={numbers.error ? inWords(w, numbers.error.message) : ""} />
			{numbers.data && <Figures numbers={numbers.data} period={period} />}
		</section>
	);
}

/** The same as an office files it: on paper, and as a workbook. */
function Papers({ query }: { query: URLSearchParams }) {
	const n = useReader().w.numbersPage;
	return (
		<>
			<Button component="a" href={`/api/numbers/print?${query}`} target="_blank" rel="noreferrer">
				{n.print}
			</Button>
			<Button component="a" href={`/api/numbers/report?${query}`} download>
				{n.report}
			</Button>
		</>
	);
}

function queryOf({ from = "", to = "", area, status = "actual" }: Filter, timeZone: string): URLSearchParams {
	return new URLSearchParams({
		from: String(startOf(from, timeZone) ?? 0),
		to: String(startOf(to, timeZone, 1) ?? 0),
		status,
		...(area === undefined ? {} : { area }),
	});
}

function Figures({ numbers, period }: { numbers: Numbers; period: Filter }) {
	const { w } = useReader();
	const n = w.numbersPage;
	const { fires, falsePerCameraDay: rate } = numbers;
	const fire: Filter = { ...period, kind: "fire" };
	return (
		<>
			<div className="figures">
				<Figure name={n.fires} value={String(fires.all)} to={fire} note={`${n.open} ${fires.open}`} />
				<Figure name={n.confirmed} value={String(numbers.confirmed)} to={{ ...fire, has: "confirmed" }} />
				<Figure name={n.false} value={String(fires.false)} to={{ ...fire, states: ["false"] }} />
				<Figure name={n.permitted} value={String(fires.permitted)} to={{ ...fire, states: ["permitted"] }} />
				<Figure name={n.closed} value={String(fires.closed)} to={{ ...fire, states: ["closed"] }} />
				<Figure
					name={n.falseRate}
					value={rate.cameraDays < 1 ? n.nothing : rate.rate.toPrecision(2)}
					note={
						rate.cameraDays < 1
							? ""
							: `${filled(w, n.ofCameraDays, { count: rate.count, days: Math.round(rate.cameraDays) })}; ${filled(w, n.interval, { low: rate.low.toPrecision(2), high: rate.high.toPrecision(2) })}`
					}
					to={{ ...fire, states: ["false"] }}
				/>
				<SpreadFigure name={n.toAlarm} spread={numbers.toAlarm} to={fire} />
				<SpreadFigure name={n.toAnswer} spread={numbers.toAnswer} to={{ ...fire, has: "answer" }} />
				<SpreadFigure name={n.toScene} spread={numbers.toScene} to={{ ...fire, has: "scene" }} />
				<Figure name={n.unanswered} value={String(numbers.unanswered)} to={{ ...fire, slowerThanS: 1_000_000 }} />
				<Figure name={n.faults} value={String(numbers.faults)} to={{ ...period, kind: "fault" }} />
				<Figure name={n.drills} value={String(numbers.drills)} to={{ ...period, status: "exercise" }} />
				<Paper withBorder p="sm" component={Link} to="/duty" className="figure">
					<Text size="sm">{n.unattended}</Text>
					<b>{numbers.unattended.hours.toFixed(1)}</b>
					<small>{filled(w, n.ofHours, { hours: numbers.unattended.ofHours.toFixed(1) })}</small>
				</Paper>
			</div>
			{BY.map((by) => (
				<GroupTable key={by} by={by} groups={numbers[by]} period={fire} />
			))}
			<ChannelTable of={numbers.byChannel} />
			<ChiefTable of={numbers.byChief} period={period} />
		</>
	);
}

interface FigureProps {
	name: string;
	value: string;
	note?: string;
	to: Filter;
}

function Figure({ name, value, note, to }: FigureProps) {
	return (
		<Paper withBorder p="sm" component={Link} to="/incidents" search={searchOf(to) as never} className="figure">
			<Text size="sm">{name}</Text>
			<b>{value}</b>
			{note && <small>{note}</small>}
		</Paper>
	);
}

function SpreadFigure({ name, spread, to }: { name: string; spread: Spread; to: Filter }) {
	const { w } = useReader();
	const n = w.numbersPage;
	return <Figure name={name} value={secondsIn(spread.medianS, w)} note={noteOf(spread, n, w)} to={to} />;
}

function secondsIn(seconds: number | undefined, w: Words): string {
	return seconds === undefined ? w.numbersPage.nothing : span(seconds * 1000, w);
}

function noteOf({ count, p90S, lowS, highS }: Spread, n: Words["numbersPage"], w: Words): string {
	const parts = [filled(w, n.rests, { count })];
	if (p90S !== undefined) parts.push(filled(w, n.p90, { span: secondsIn(p90S, w) }));
	if (lowS !== undefined) parts.push(filled(w, n.interval, { low: secondsIn(lowS, w), high: secondsIn(highS, w) }));
	return parts.join("; ");
}

/** False alarms of a camera a day, with the interval; of less than a day nothing is said. */
function rateIn(rate: Numbers["falsePerCameraDay"] | undefined, w: Words): string {
	if (!rate || rate.cameraDays < 1) return w.numbersPage.nothing;
	const [low, high] = [rate.low.toPrecision(2), rate.high.toPrecision(2)];
	return `${rate.rate.toPrecision(2)}; ${filled(w, w.numbersPage.interval, { low, high })}`;
}

interface GroupTableProps {
	by: (typeof BY)[number];
	groups: Numbers["byMonth"];
	period: Filter;
}

/** The same by month, township, camera or cause; a bar for how many, and the way to them. */
function GroupTable({ by, groups, period }: GroupTableProps) {
	const { w } = useReader();
	const n = w.numbersPage;
	if (groups.length === 0) return null;
	const rates = by === "byCamera" ? [n.falseADay] : [];
	const most = Math.max(...groups.map((g) => g.all));
	return (
		<Table.ScrollContainer minWidth={560}>
			<Table captionSide="top">
				<Table.Caption>
					<h2>{n.by[by]}</h2>
				</Table.Caption>
				<Table.Thead>
					<Table.Tr>
						{[n.name, n.fires, n.false, ...rates, n.permitted, n.closed, n.toAnswer].map((name) => (
							<Table.Th key={name}>{name}</Table.Th>
						))}
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{groups.map((g) => (
						<Table.Tr key={g.name}>
							<Table.Td>
								<Link to="/incidents" search={searchOf({ ...period, ...filterOf(by, g.name) }) as never}>
									{g.label ?? (g.name || n.unknown)}
								</Link>
							</Table.Td>
							<Table.Td>
								<meter min={0} max={most} value={g.all} aria-hidden /> {g.all}
							</Table.Td>
							<Table.Td>{g.false}</Table.Td>
							{by === "byCamera" && <Table.Td>{rateIn(g.falsePerCameraDay, w)}</Table.Td>}
							<Table.Td>{g.permitted}</Table.Td>
							<Table.Td>{g.closed}</Table.Td>
							<Table.Td>
								{secondsIn(g.toAnswer.medianS, w)} <small>{noteOf(g.toAnswer, n, w)}</small>
							</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
		</Table.ScrollContainer>
	);
}

/** What became of messages to people, by channel. */
function ChannelTable({ of }: { of: Numbers["byChannel"] }) {
	const { w } = useReader();
	const n = w.numbersPage;
	if (of.length === 0) return null;
	return (
		<Table captionSide="top">
			<Table.Caption>
				<h2>{n.byChannel}</h2>
			</Table.Caption>
			<Table.Thead>
				<Table.Tr>
					{[n.name, n.sent, n.accepted, n.failed].map((name) => (
						<Table.Th key={name}>{name}</Table.Th>
					))}
				</Table.Tr>
			</Table.Thead>
			<Table.Tbody>
				{of.map((c) => (
					<Table.Tr key={c.channel}>
						<Table.Td>{word(w.channels, c.channel)}</Table.Td>
						<Table.Td>{c.all}</Table.Td>
						<Table.Td>{c.accepted}</Table.Td>
						<Table.Td>{c.failed}</Table.Td>
					</Table.Tr>
				))}
			</Table.Tbody>
		</Table>
	);
}

/** Of how many fires and drills each chief was told, and the way to them. */
function ChiefTable({ of, period }: { of: Numbers["byChief"]; period: Filter }) {
	const n = useReader().w.numbersPage;
	if (of.length === 0) return null;
	return (
		<Table captionSide="top">
			<Table.Caption>
				<h2>{n.byChief}</h2>
			</Table.Caption>
			<Table.Thead>
				<Table.Tr>
					{[n.name, n.told, n.drills].map((name) => (
						<Table.Th key={name}>{name}</Table.Th>
					))}
				</Table.Tr>
			</Table.Thead>
			<Table.Tbody>
				{of.map((c) => (
					<Table.Tr key={c.personId}>
						<Table.Td>
							<Link to="/incidents" search={searchOf({ ...period, kind: "fire", person: c.personId }) as never}>
								{c.name}
							</Link>
						</Table.Td>
						<Table.Td>{c.told}</Table.Td>
						<Table.Td>
							<Link
								to="/incidents"
								search={searchOf({ ...period, kind: "fire", person: c.personId, status: "exercise" }) as never}
							>
								{c.drills}
							</Link>
						</Table.Td>
					</Table.Tr>
				))}
			</Table.Tbody>
		</Table>
	);
}

/** What finds the incidents of a row again. */
function filterOf(by: GroupTableProps["by"], name: string): Filter {
	if (name === "") return by === "byCause" ? { has: "noCause" } : {};
	if (by === "byMonth") return { from: `${name}-01`, to: lastDayOf(name) };
	if (by === "byArea") return { area: name };
	return by === "byCamera" ? { source: name } : { text: name };
}

function lastDayOf(month: string): string {
	const [year = 0, number = 0] = month.split("-").map(Number);
	return `${month}-${String(new Date(Date.UTC(year, number, 0)).getUTCDate()).padStart(2, "0")}`;
}
