import { Button } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useWords } from "../context.ts";
import { whereOf } from "../desk/where.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock } from "../i18n.ts";
import { useAlarmState } from "./use-alarm.ts";

const SHOWN = 3;

/** Fires that nobody here has taken, the newest first: over the foot of the page, where they move nothing of it. */
export function NewFires() {
	const w = useWords();
	const { incidents } = useDesk();
	const { ringing, takeAll, onIncidents } = useAlarmState();
	useEffect(() => onIncidents(incidents), [incidents, onIncidents]);
	const { id: shown } = useParams({ strict: false });
	const fires = ringing.flatMap((id) => incidents.find((i) => i.id === id) ?? []).reverse();
	if (fires.length === 0) return null;
	return (
		<div className="line new-fires">
			<b>
				{w.queue.newFire} {fires.length > 1 && `×${fires.length}`}
			</b>
			{fires.slice(0, SHOWN).map((i) =>
				i.id === shown ? (
					<span key={i.id}>
						{whereOf(i)} · {clock(w, i.openedAt)}
					</span>
				) : (
					<Button key={i.id} size="compact-md" variant="white" color="dark" component={Link} to={`/desk/${i.id}`}>
						{whereOf(i)} · {clock(w, i.openedAt)} · {w.queue.show}
					</Button>
				),
			)}
			<Button size="compact-md" variant="outline" color="gray.0" onClick={takeAll}>
				{w.queue.taken}
			</Button>
		</div>
	);
}
