import { Badge, Button } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { call } from "../api.ts";
import type { Incident, IncidentDetail } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { dayAndClock, inWords, span, word } from "../i18n.ts";
import { isOpen } from "../states.ts";
import { Fault } from "../ui/fault.tsx";
import { Answers } from "./answers.tsx";
import { BriefingView } from "./briefing.tsx";
import { Evidence } from "./evidence.tsx";
import { Facts, gridsOf, nobodyReached } from "./facts.tsx";
import { People } from "./people.tsx";
import { Places } from "./places.tsx";
import { Records, Reports } from "./records.tsx";
import { Region } from "./region.tsx";
import { Tasks } from "./tasks.tsx";

/** One incident: what it is, what was seen, where, who was told, and what the desk can say. */
export function IncidentScreen({ id }: { id: string }) {
	const { w } = useReader();
	const { isPending, data, error } = useQuery({
		queryKey: ["incident", id],
		queryFn: () => call("GET /api/incidents/{id}", { path: { id } }),
		staleTime: 60_000,
	});
	if (isPending) return <section className="incident" aria-busy="true" />;
	if (!data)
		return (
			<section className="incident">
				<Fault text={inWords(w, error.message)} />
			</section>
		);
	return <Shown detail={data} />;
}

function Shown({ detail }: { detail: IncidentDetail }) {
	const { w } = useReader();
	const { cameras, tower } = useDesk();
	const { incident } = detail;
	const mayAnswer = useMay("answer");
	return (
		<>
			<article className={`incident ${incident.kind}`} aria-label={gridsOf(incident)}>
				<div className="top">
					<Headline incident={incident} />
					{mayAnswer && <Answers incident={incident} />}
				</div>
				{nobodyReached(incident) && <Fault text={w.nobodyReached} />}
				<Tasks incident={incident} />
				<Evidence incident={incident} cameras={cameras} />
				<Facts incident={incident} />
				<Places incident={incident} />
				<Reports detail={detail} />
				<Records detail={detail} />
			</article>
			<aside className="right">
				<Region incident={incident} tower={tower} cameras={cameras} w={w} />
				<People detail={detail} />
				<BriefingView briefing={detail.briefing} w={w} />
			</aside>
		</>
	);
}

/** What it is, where, since when, and what happens next by itself. */
function Headline({ incident }: { incident: Incident }) {
	const { w } = useReader();
	const { now } = useDesk();
	const seesPeople = useMay("personal");
	const { nextAt, feedbackBy } = incident.ladder;
	const due = (name: string, at: number | undefined) =>
		at !== undefined &&
		isOpen(incident) && (
			<span className={at < now ? "due late" : "due"}>
				{name} {span(Math.abs(at - now), w)}
			</span>
		);
	return (
		<header className="headline">
			<h1>{gridsOf(incident)}</h1>
			<Badge className={`state ${incident.state}`} size="lg">
				{word(w.states, incident.state)}
			</Badge>
			<span>{w.kinds[incident.kind]}</span>
			{incident.status === "exercise" && <Badge color="violet">{w.exercise}</Badge>}
			<time>{dayAndClock(w, incident.openedAt, now)}</time>
			<span>
				{span(now - incident.openedAt, w)} {w.ago}
			</span>
			<span className="grow" />
			{due(w.nextStep, nextAt)}
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
