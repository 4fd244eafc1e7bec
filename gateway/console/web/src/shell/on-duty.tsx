import { Badge, Button, Group, Menu, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { ON_SHIFT } from "../../../../model/user.ts";
import { call } from "../api.ts";
import type { Shift } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { ownFires } from "../desk/bands.ts";
import { whereOf } from "../desk/where.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock, dayAndClock, filled, inWords, word } from "../i18n.ts";
import { isOpen } from "../states.ts";
import { Fault } from "../ui/fault.tsx";
import { useAlarmState } from "./use-alarm.ts";
import { useIsWall } from "./use-wall.ts";

/** Who is on duty, since when, and who comes next; sign-on and hand-over. */
export function OnDuty() {
	const { w, me, onMe } = useReader();
	const { duty } = useDesk();
	const { test } = useAlarmState();
	const [isTesting, setTesting] = useState(false);
	const [over, setOver] = useState<Shift | undefined>();
	const [fault, setFault] = useState("");
	const isWall = useIsWall();
	const mayHandOver = useMay("answer") && !isWall;
	const d = w.dutyPage;
	const here = duty.shifts.filter((s) => s.to === undefined);
	const signOn = () =>
		call("POST /api/duty/sign-on").then(
			() => {
				onMe();
				setTesting(true);
			},
			(error: Error) => setFault(inWords(w, error.message)),
		);
	return (
		<>
			<Menu position="bottom-start">
				<Menu.Target>
					<Button size="compact-sm" variant="subtle" color={here.length === 0 ? "orange" : undefined}>
						{here.length === 0 ? d.nobody : `${d.onDuty}: ${here.map((s) => s.name || d.roles[s.role]).join("、")}`}
						<SinceAndNext />
					</Button>
				</Menu.Target>
				<Menu.Dropdown maw={380}>
					<Standing />
					<Menu.Divider />
					{!isWall && !me.isOnDuty && me.roles.some((r) => ON_SHIFT.includes(r)) && (
						<Menu.Item onClick={() => void signOn()}>{d.signOn}</Menu.Item>
					)}
					{!me.roles.some((r) => ON_SHIFT.includes(r)) && <Menu.Label className="note">{d.noShifts}</Menu.Label>}
					{mayHandOver &&
						here.map((s) => (
							<Menu.Item key={s.id} onClick={() => setOver(s)}>
								{s.userId === me.id ? d.handOver : filled(w, d.handOverOf, { name: s.name })}
							</Menu.Item>
						))}
				</Menu.Dropdown>
			</Menu>
			{fault && <Badge color="red">{fault}</Badge>}
			<AlarmTest isOpen={isTesting} onTest={test} onClose={() => setTesting(false)} />
			{over && (
				<HandOver
					shift={over}
					onClose={() => {
						setOver(undefined);
						onMe();
					}}
				/>
			)}
		</>
	);
}

/** Where there is room for it: since when, and who comes next. */
function SinceAndNext() {
	const { w } = useReader();
	const { duty } = useDesk();
	const here = duty.shifts.find((s) => s.to === undefined);
	const next = duty.roster.find((r) => !r.isNow);
	const time = (at: number) => clock(w, at).slice(0, 5);
	return (
		<small className="wide">
			{here && ` · ${filled(w, w.dutyPage.since, { time: time(here.from) })}`}
			{next && ` · ${filled(w, w.dutyPage.next, { name: next.name, time: time(next.from) })}`}
		</small>
	);
}

/** Who is here since when, who should be and who comes next by the roster, and what was handed over last. */
function Standing() {
	const { w } = useReader();
	const { duty, now } = useDesk();
	const d = w.dutyPage;
	const here = duty.shifts.filter((s) => s.to === undefined);
	const last = duty.shifts.find((s) => s.to !== undefined);
	const next = duty.roster.find((r) => !r.isNow);
	const planned = duty.roster.filter((r) => r.isNow).map((r) => r.name);
	const lines = [
		...(here.length === 0 ? [d.nobodyHint] : []),
		...here.map((s) => `${s.name} · ${d.roles[s.role]} · ${filled(w, d.since, { time: dayAndClock(w, s.from, now) })}`),
		...(planned.length > 0 ? [filled(w, d.byRoster, { names: planned.join("、") })] : []),
		...(next ? [filled(w, d.next, { name: next.name, time: dayAndClock(w, next.from, now) })] : []),
		...(last
			? [`${filled(w, d.lastNote, { name: last.name, time: clock(w, last.to ?? 0) })}: ${last.note || d.noNote}`]
			: []),
	];
	return lines.map((line) => (
		<Menu.Label key={line} className="note">
			{line}
		</Menu.Label>
	));
}

/** At the beginning of a shift the alarm is tried: who does not hear it then hears no fire either. */
function AlarmTest({ isOpen, onTest, onClose }: { isOpen: boolean; onTest: () => void; onClose: () => void }) {
	const { w } = useReader();
	return (
		<Modal opened={isOpen} onClose={onClose} title={w.shell.soundTest}>
			<Stack>
				<Text>{w.dutyPage.test}</Text>
				<Group>
					<Button onClick={onTest}>{w.shell.soundTest}</Button>
					<Button variant="filled" onClick={onClose}>
						{w.dutyPage.heard}
					</Button>
				</Group>
			</Stack>
		</Modal>
	);
}

function HandOver({ shift, onClose }: { shift: Shift; onClose: () => void }) {
	const { w } = useReader();
	const [note, setNote] = useState("");
	const [fault, setFault] = useState("");
	const { incidents, cameras, sensors } = useDesk();
	const open = ownFires(incidents)
		.filter(isOpen)
		.sort((a, b) => (b.confirmedAt ?? 0) - (a.confirmedAt ?? 0) || b.openedAt - a.openedAt);
	const blind = [...cameras.filter((c) => c.blind), ...sensors.filter((s) => s.silent)];
	const hand = () =>
		call("POST /api/duty/{id}/hand-over", { path: { id: shift.id }, body: { note: note.trim() } }).then(
			onClose,
			(error: Error) => setFault(inWords(w, error.message)),
		);
	return (
		<Modal opened onClose={onClose} title={filled(w, w.dutyPage.handOverOf, { name: shift.name })}>
			<Stack>
				<Text size="sm">{filled(w, w.dutyPage.openNow, { count: open.length })}</Text>
				<ul className="found">
					{open.map((i) => (
						<li key={i.id}>
							{i.confirmedAt === undefined ? whereOf(i) : <b>{whereOf(i)}</b>} · {word(w.states, i.state)} ·{" "}
							{clock(w, i.openedAt).slice(0, 5)}
							{i.people.told > 0 && i.people.notReached === i.people.told && ` · ${w.queue.nobodyReached}`}
						</li>
					))}
				</ul>
				{blind.length > 0 && (
					<Text size="sm">
						{w.dutyPage.broken}: {blind.map((d) => d.name).join("、")}
					</Text>
				)}
				<Textarea
					label={w.dutyPage.note}
					autosize
					minRows={3}
					maxLength={2000}
					value={note}
					onChange={(e) => setNote(e.currentTarget.value)}
					data-autofocus
				/>
				<Fault text={fault} />
				<Button variant="filled" onClick={() => void hand()}>
					{w.dutyPage.handOver}
				</Button>
			</Stack>
		</Modal>
	);
}
