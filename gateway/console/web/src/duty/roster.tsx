import { Button, Group, Text, Title } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { type PointerEvent, useRef, useState } from "react";
import { localTime, localTimeWithOffset } from "../../../../base/time-zone.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { day, dayAndClock, filled, inWords } from "../i18n.ts";
import { postName } from "../people/cell-words.ts";
import { type Cells, useNames, useRows } from "../people/register.ts";
import { RowForm } from "../people/row-form.tsx";
import { Fault } from "../ui/fault.tsx";
import { type Bar, type Lane, lanesOf, midnight, spanDrawn } from "./lanes.ts";
import "./roster.css";

const DAYS = 14;

/** What the form begins with: a row that is there, or one that is new. */
interface Edited {
	row?: Cells;
	start?: Cells;
}

const DAY_MS = 86_400_000;

/** The roster as a calendar of two weeks: a line for each post, red where nobody is on it. */
export function Roster() {
	const { w } = useReader();
	const p = w.rosterPage;
	const { tower, now } = useDesk();
	const { timeZone } = tower;
	const { post: asked, at } = useSearch({ strict: false }) as { post?: string; at?: number };
	const mayEdit = useMay("register");
	const [offset, setOffset] = useState(() => (at === undefined ? 0 : Math.max(0, Math.floor((at - now) / DAY_MS))));
	const [edited, setEdited] = useState<Edited | undefined>();
	const rows = useRows("roster");
	const window = { from: midnight(now, timeZone, offset), to: midnight(now, timeZone, offset + DAYS) };
	const lanes = lanesOf(rows.data?.rows ?? [], window, now);
	const onBar = (bar: Bar) => {
		const cells = rows.data?.rows.find(({ key }) => key === bar.key)?.cells;
		if (cells) setEdited({ row: cells });
	};
	const onDrawn = (post: string, span: { from: number; to: number }, isOverride: boolean) =>
		setEdited({
			start: {
				post,
				from: localTimeWithOffset(span.from, timeZone),
				to: localTimeWithOffset(span.to, timeZone),
				kind: isOverride ? "override" : "shift",
			},
		});
	return (
		<section>
			<Head
				offset={offset}
				month={localTime(window.from, timeZone).slice(0, 7)}
				onOffset={setOffset}
				onAdd={mayEdit ? () => setEdited({ start: { kind: "shift" } }) : undefined}
			/>
			<Fault text={rows.error ? inWords(w, rows.error.message) : ""} />
			{mayEdit && (
				<Text size="sm" c="dimmed">
					{p.hint}
				</Text>
			)}
			{rows.data?.rows.length === 0 && <p>{p.none}</p>}
			<section className="roster" aria-label={p.title}>
				<Days from={window.from} />
				{lanes.map((lane) => (
					<LaneRow
						key={lane.post}
						lane={lane}
						window={window}
						isAsked={lane.post === asked}
						onBar={mayEdit ? onBar : undefined}
						onDrawn={mayEdit ? onDrawn : undefined}
					/>
				))}
			</section>
			{edited && <RowForm table="roster" {...edited} onClose={() => setEdited(undefined)} />}
		</section>
	);
}

interface HeadProps {
	offset: number;
	/** Which is printed: `2026-12`. */
	month: string;
	onOffset: (days: number) => void;
	onAdd: (() => void) | undefined;
}

/** Which two weeks are shown, and how a shift is added without a mouse. */
function Head({ offset, month, onOffset, onAdd }: HeadProps) {
	const { w } = useReader();
	const p = w.rosterPage;
	return (
		<Group gap="xs" mt="lg">
			<Title order={2} size="h4">
				{p.title}
			</Title>
			<Button size="compact-sm" onClick={() => onOffset(offset - 7)}>
				← {p.before}
			</Button>
			<Button size="compact-sm" onClick={() => onOffset(0)}>
				{p.today}
			</Button>
			<Button size="compact-sm" onClick={() => onOffset(offset + 7)}>
				{p.after} →
			</Button>
			<Button component="a" size="compact-sm" href={`/api/duty/print?month=${month}`} target="_blank" rel="noreferrer">
				{w.incidentPage.print} {month}
			</Button>
			{onAdd && (
				<Button size="compact-sm" variant="filled" onClick={onAdd}>
					{p.add}
				</Button>
			)}
		</Group>
	);
}

function Days({ from }: { from: number }) {
	const { w } = useReader();
	const { tower } = useDesk();
	const weekday = new Intl.DateTimeFormat(w.language === "zh" ? "zh-CN" : "en-GB", {
		weekday: "short",
		day: "numeric",
		timeZone: tower.timeZone,
	});
	return (
		<div className="lane days">
			<span className="post" />
			<div className="hours">
				{Array.from({ length: DAYS }, (_, i) => midnight(from, tower.timeZone, i)).map((at) => (
					<span key={at} className="day" title={day(w, at)}>
						{weekday.format(at)}
					</span>
				))}
			</div>
		</div>
	);
}

interface LaneRowProps {
	lane: Lane;
	window: { from: number; to: number };
	isAsked: boolean;
	onBar: ((bar: Bar) => void) | undefined;
	onDrawn: ((post: string, span: { from: number; to: number }, isOverride: boolean) => void) | undefined;
}

function LaneRow({ lane, window, isAsked, onBar, onDrawn }: LaneRowProps) {
	const { w } = useReader();
	const { now } = useDesk();
	const nameOf = useNames();
	const share = (at: number) => (at - window.from) / (window.to - window.from);
	const place = (from: number, to: number) => {
		const left = Math.max(0, share(from));
		return { left: `${left * 100}%`, width: `${(Math.min(1, share(to)) - left) * 100}%` };
	};
	const said = (from: number, to: number) => `${dayAndClock(w, from, now)} – ${dayAndClock(w, to, now)}`;
	const drawing = useDrawing((ends, isOverride) => onDrawn?.(lane.post, spanDrawn(ends, window), isOverride));
	return (
		<div className={isAsked ? "lane asked" : "lane"}>
			<span className="post">{postName(w, lane.post, nameOf)}</span>
			<div className="hours" {...(onDrawn ? drawing.handlers : {})}>
				{drawing.ends && <i className="drawn" style={drawnPlace(drawing.ends)} />}
				{lane.gaps.map((g) => (
					<button
						key={g.from}
						type="button"
						className="gap"
						style={place(g.from, g.to)}
						title={filled(w, w.rosterPage.gap, { from: dayAndClock(w, g.from, now), to: dayAndClock(w, g.to, now) })}
						aria-label={filled(w, w.rosterPage.gap, {
							from: dayAndClock(w, g.from, now),
							to: dayAndClock(w, g.to, now),
						})}
						disabled={!onDrawn}
						onClick={() => !drawing.wasDrawn() && onDrawn?.(lane.post, g, false)}
					/>
				))}
				{lane.bars.map((bar) => (
					<button
						key={bar.key}
						type="button"
						className={bar.isOverride ? "bar override" : "bar"}
						style={place(bar.from, bar.to)}
						title={`${nameOf(bar.person)} ${said(bar.from, bar.to)}`}
						disabled={!onBar}
						onClick={() => onBar?.(bar)}
					>
						{nameOf(bar.person)}
						{bar.isOverride && ` (${w.rosterPage.override})`}
					</button>
				))}
				{share(now) >= 0 && share(now) <= 1 && <i className="now" style={{ left: `${share(now) * 100}%` }} />}
			</div>
		</div>
	);
}

/** What is being drawn over a line, as shares of its width. The lower half of a line is for those who stand in. */
function useDrawing(onDrawn: (ends: [number, number], isOverride: boolean) => void) {
	const [ends, setEnds] = useState<[number, number] | undefined>();
	const isLower = useRef(false);
	const wasDrawn = useRef(false);
	const at = (e: PointerEvent<HTMLElement>) => {
		const box = e.currentTarget.getBoundingClientRect();
		return { x: (e.clientX - box.left) / box.width, y: (e.clientY - box.top) / box.height };
	};
	return {
		ends,
		/** Whether what has just ended was a stretch, and no click. */
		wasDrawn: () => wasDrawn.current,
		handlers: {
			onPointerDown: (e: PointerEvent<HTMLElement>) => {
				// over a shift the shift is meant; over a gap a stretch of it may be drawn
				if (e.target !== e.currentTarget && !(e.target as Element).matches(".gap")) return;
				const { x, y } = at(e);
				isLower.current = y > 0.5;
				wasDrawn.current = false;
				setEnds([x, x]);
			},
			onPointerMove: (e: PointerEvent<HTMLElement>) => {
				if (!ends) return;
				e.currentTarget.setPointerCapture(e.pointerId);
				setEnds([ends[0], at(e).x]);
			},
			onPointerUp: () => {
				wasDrawn.current = ends !== undefined && Math.abs(ends[1] - ends[0]) > 0.004;
				if (ends && wasDrawn.current) onDrawn(ends, isLower.current);
				setEnds(undefined);
			},
			onPointerCancel: () => setEnds(undefined),
		},
	};
}

function drawnPlace([a, b]: [number, number]) {
	return { left: `${Math.min(a, b) * 100}%`, width: `${Math.abs(b - a) * 100}%` };
}
