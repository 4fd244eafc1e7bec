import { Badge, Button } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { Fragment } from "react";
import type { Incident } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { dayAndClock, filled, span, word } from "../i18n.ts";
import { isOpen } from "../states.ts";
import { gridsOf } from "./facts.tsx";
import { useSourceName } from "./source-name.ts";

/** What it is, where, since when, and what happens next by itself. */
export function Headline({ incident }: { incident: Incident }) {
	const { w } = useReader();
	const { now } = useDesk();
	const seesPeople = useMay("personal");
	const nameOf = useSourceName();
	const places = incident.kind === "fire" ? gridsOf(incident).split(" · ") : [nameOf(gridsOf(incident))];
	const { nextAt, feedbackBy } = incident.ladder;
	const due = (name: string, at: number | undefined) =>
		at !== undefined &&
		isOpen(incident) && (
			<span className={at < now ? "due late" : "due"}>{filled(w, name, { span: span(Math.abs(at - now), w) })}</span>
		);
	return (
		<header className="headline">
			<h1>
				{places[0]}
				{places.slice(1).map((place) => (
					<Fragment key={place}>
						{" "}
						<small>· {place}</small>
					</Fragment>
				))}
			</h1>
			<Badge className={`state ${incident.state}`} size="lg">
				{word(w.states, incident.state)}
			</Badge>
			<span>{incident.confirmedAt === undefined ? w.kinds[incident.kind] : w.confirmedFire}</span>
			{incident.status === "exercise" && <Badge color="violet">{w.exercise}</Badge>}
			<time>{dayAndClock(w, incident.openedAt, now)}</time>
			<span>
				{span(now - incident.openedAt, w)} {w.ago}
			</span>
			<span className="grow" />
			{due(w.queue.next, incident.ending ? undefined : nextAt)}
			{due(w.overdue, feedbackBy)}
			{seesPeople && (
				<Button
					component="a"
					href={`/api/incidents/${incident.id}/print`}
					target="_blank"
					rel="noreferrer"
					size="compact-sm"
					leftSection={<IconPrinter size={16} />}
				>
					{w.incidentPage.print}
				</Button>
			)}
		</header>
	);
}
