import { Badge } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { IncidentSummary } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock, filled, span, type Words, word } from "../i18n.ts";
import { Crop } from "../ui/crop.tsx";
import { LongList } from "../ui/long-list.tsx";
import { openFaults, type Row, rowsOf } from "./bands.ts";
import { useSourceName } from "./source-name.ts";
import { whereOf } from "./where.ts";

/** Heights of the rows before they are measured, px. */
const HEIGHT = { band: 34, area: 40, card: 82 };

/** What is to be done, the worst first: only the rows that are seen are there, however many wait. */
export function Queue({ selected }: { selected: string | undefined }) {
	const { w } = useReader();
	const { incidents, cameras, sensors, now } = useDesk();
	const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
	const rows = useMemo(() => rowsOf(incidents, unfolded, selected), [incidents, unfolded, selected]);
	const fold = (key: string) =>
		setUnfolded((all) => new Set(all.has(key) ? [...all].filter((k) => k !== key) : [...all, key]));
	const faults = openFaults(incidents);
	const isWell = cameras.every((c) => !c.blind) && sensors.every((s) => !s.silent);
	const hasFires = rows.some((r) => r.is === "band" && r.band !== "recent");
	return (
		<nav className="queue" aria-label={w.open}>
			{!hasFires && (
				<p className="calm">
					{w.queue.calm}
					<small>{isWell ? w.queue.calmHint : w.queue.calmBut}</small>
				</p>
			)}
			<LongList className="scroll" items={rows} keyOf={keyOf} heightOf={(row) => HEIGHT[row.is]}>
				{(row) => <QueueRow row={row} selected={selected} now={now} onFold={fold} />}
			</LongList>
			{faults.length > 0 && <Faults faults={faults} selected={selected} />}
		</nav>
	);
}

function keyOf(row: Row): string {
	if (row.is === "card") return row.incident.id;
	return row.is === "area" ? row.key : row.band;
}

interface RowProps {
	row: Row;
	selected: string | undefined;
	now: number;
	onFold: (key: string) => void;
}

function QueueRow({ row, selected, now, onFold }: RowProps) {
	const { w } = useReader();
	if (row.is === "band")
		return (
			<h2 className={`band ${row.band}`}>
				{w.queue[row.band]} <Badge size="sm">{row.count}</Badge>
			</h2>
		);
	if (row.is === "card") return <Card incident={row.incident} isSelected={row.incident.id === selected} now={now} />;
	const Icon = row.isUnfolded ? IconChevronDown : IconChevronRight;
	const area = row.worst.grids[0]?.name ?? w.queue.elsewhere;
	return (
		<button type="button" className="area" aria-expanded={row.isUnfolded} onClick={() => onFold(row.key)}>
			<Icon size={16} aria-hidden /> {filled(w, w.queue.area, { count: row.count, area })}
		</button>
	);
}

interface CardProps {
	incident: IncidentSummary;
	isSelected: boolean;
	now: number;
}

/** One incident of the queue: its picture, where, since when, who has answered, and what happens next by itself. */
export function Card({ incident, isSelected, now }: CardProps) {
	const { w } = useReader();
	const nameOf = useSourceName();
	const { picture, place, openedAt, state, kind, status, source, sources } = incident;
	return (
		<Link
			to="/desk/$id"
			params={{ id: incident.id }}
			className={`card ${kind} ${state}`}
			aria-current={isSelected ? "true" : undefined}
		>
			<Crop picture={picture} alt="" />
			<span className="text">
				<b>{whereOf(incident, nameOf)}</b>
				<span className="facts">
					<span className={`state ${state}`}>{word(w.states, state)}</span>
					{status === "exercise" && <span className="exercise">{w.exercise}</span>}
					{sources > 1 && <span>{filled(w, w.queue.sources, { count: sources })}</span>}
					{kind === "fire" && source.kind !== "camera" && <span>{word(w.alarms, source.what)}</span>}
					{place.bearingDeg !== undefined && <span>{Math.round(place.bearingDeg)}°</span>}
					{place.distanceM !== undefined && <span>{(place.distanceM / 1000).toFixed(1)} km</span>}
				</span>
				{source.note && <span className="said">“{source.note.split(" · ")[0]}”</span>}
				<span className="facts">
					<time>{clock(w, openedAt).slice(0, 5)}</time>
					<span>{span(now - openedAt, w)}</span>
					{peopleFacts(incident, w).map(({ text, isBad }) => (
						<span key={text} className={isBad ? "bad" : ""}>
							{text}
						</span>
					))}
					<NextFact incident={incident} now={now} />
				</span>
			</span>
		</Link>
	);
}

/** What happens by itself, and in how long. */
function NextFact({ incident: { ending, nextAt }, now }: { incident: IncidentSummary; now: number }) {
	const { w } = useReader();
	if (ending) return <span>{filled(w, w.queue.ending, { span: span(ending.until - now, w) })}</span>;
	if (nextAt === undefined) return null;
	return <span>{filled(w, w.queue.next, { span: span(nextAt - now, w) })}</span>;
}

/** States in which nobody has seen to it yet. */
const NEW: readonly IncidentSummary["state"][] = ["detected", "verifying"];

function peopleFacts({ kind, people, state }: IncidentSummary, w: Words): { text: string; isBad: boolean }[] {
	if (kind !== "fire" || people.told === 0) return [];
	const { told, answered, notReached, onScene, going, late } = people;
	if (notReached === told) return [{ text: w.queue.nobodyReached, isBad: true }];
	return [
		onScene > 0
			? { text: filled(w, w.queue.onScene, { count: onScene }), isBad: false }
			: going > 0
				? { text: filled(w, w.queue.going, { count: going }), isBad: false }
				: { text: filled(w, w.queue.answered, { answered, told }), isBad: answered === 0 && NEW.includes(state) },
		...(late > 0 ? [{ text: filled(w, w.queue.late, { count: late }), isBad: true }] : []),
	];
}

/** Devices that do not work: one line at the foot, however many. */
function Faults({ faults, selected }: { faults: IncidentSummary[]; selected: string | undefined }) {
	const { w } = useReader();
	const { now } = useDesk();
	const [isOpen, setOpen] = useState(false);
	const cameras = faults.filter((f) => f.kind === "coverageLost").length;
	const text = filled(w, w.queue.faults, { count: faults.length, cameras, sensors: faults.length - cameras });
	return (
		<details className="faults" onToggle={(e) => setOpen(e.currentTarget.open)}>
			<summary>{text}</summary>
			{isOpen && (
				<LongList className="few" items={faults} keyOf={({ id }) => id} heightOf={() => HEIGHT.card}>
					{(f) => <Card incident={f} isSelected={f.id === selected} now={now} />}
				</LongList>
			)}
		</details>
	);
}
