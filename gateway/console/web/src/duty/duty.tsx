import { Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock, day, dayAndClock, filled, span, word } from "../i18n.ts";
import { Roster } from "./roster.tsx";

/** Who was at the desk, and when, with what was handed over. */
function PastShifts() {
	const { w } = useReader();
	const { now } = useDesk();
	const [isOpen, setOpen] = useState(false);
	const shifts = useQuery({
		queryKey: ["shifts"],
		queryFn: () => call("GET /api/duty/shifts"),
		enabled: isOpen,
	});
	return (
		<details onToggle={(e) => setOpen(e.currentTarget.open)}>
			<summary>{w.dutyPage.past}</summary>
			<Table>
				<Table.Tbody>
					{(shifts.data ?? []).map((s) => (
						<Table.Tr key={s.id}>
							<Table.Td>
								{s.name} · {w.dutyPage.roles[s.role]}
							</Table.Td>
							<Table.Td>
								{day(w, s.from)} {clock(w, s.from).slice(0, 5)} – {s.to !== undefined && dayAndClock(w, s.to, s.from)}
								{s.to !== undefined && ` (${span(s.to - s.from, w)})`}
								{s.to === undefined && span(now - s.from, w)}
							</Table.Td>
							<Table.Td className="note">{s.note}</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
		</details>
	);
}

/** Who is on duty at the desk, who should be and who comes next, and what was handed over. */
export function DutyPage() {
	const { w } = useReader();
	const { duty, now } = useDesk();
	const seesPeople = useMay("personal");
	const d = w.dutyPage;
	return (
		<section className="page">
			<h1>{w.nav.duty}</h1>
			{duty.shifts.every((s) => s.to !== undefined) && (
				<p>
					<b>{d.nobody}</b>. {d.nobodyHint}
				</p>
			)}
			<Table>
				<Table.Tbody>
					{duty.shifts.map((s) => (
						<Table.Tr key={s.id}>
							<Table.Td>
								<b>{s.name}</b> {d.roles[s.role]}
							</Table.Td>
							<Table.Td>
								{dayAndClock(w, s.from, now)}
								{s.to === undefined ? "" : ` – ${dayAndClock(w, s.to, now)}`}
							</Table.Td>
							<Table.Td className="note">{s.to === undefined ? d.onDuty : s.note || d.noNote}</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
			<Table mt="lg">
				<Table.Tbody>
					{duty.roster.map((r) => (
						<Table.Tr key={`${r.role} ${r.name} ${r.from}`}>
							<Table.Td>{word(w.roles, r.role)}</Table.Td>
							<Table.Td>
								{r.isNow
									? filled(w, d.byRoster, { names: r.name })
									: filled(w, d.next, { name: r.name, time: dayAndClock(w, r.from, now).slice(0, -3) })}
							</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
			{seesPeople && <Roster />}
			{seesPeople && <PastShifts />}
		</section>
	);
}
