import { Button } from "@mantine/core";
import { useState } from "react";
import { call } from "../api.ts";
import type { Incident } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { inWords, span } from "../i18n.ts";
import { Fault } from "../ui/fault.tsx";

/** What people owe for it: the guard of burnt ground. */
export function Tasks({ incident }: { incident: Incident }) {
	const { w } = useReader();
	const { now } = useDesk();
	const mayRelease = useMay("answer");
	const [fault, setFault] = useState("");
	const open = (incident.tasks ?? []).filter((t) => t.doneAt === undefined);
	if (open.length === 0) return null;
	const release = (task: string) =>
		call("POST /api/incidents/{id}/tasks/{task}/release", { path: { id: incident.id, task } }).catch((e: Error) =>
			setFault(inWords(w, e.message)),
		);
	return (
		<section className="tasks">
			{open.map((t) => (
				<p key={t.id} className={t.dueAt < now ? "late" : ""}>
					<b>{w.guard.title}</b> {t.name || w.desk} · {t.dueAt < now ? w.guard.late : w.guard.due}{" "}
					{span(Math.abs(t.dueAt - now), w)}{" "}
					{mayRelease && (
						<Button size="compact-sm" onClick={() => void release(t.id)}>
							{w.guard.release}
						</Button>
					)}
				</p>
			))}
			<Fault text={fault} />
		</section>
	);
}
