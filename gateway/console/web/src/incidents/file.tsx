import { Anchor, Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { call } from "../api.ts";
import type { IncidentDetail } from "../api-types.ts";
import { useReader } from "../context.ts";
import { BriefingView } from "../desk/briefing.tsx";
import { Evidence } from "../desk/evidence.tsx";
import { Facts } from "../desk/facts.tsx";
import { Headline } from "../desk/headline.tsx";
import { People } from "../desk/people.tsx";
import { Places } from "../desk/places.tsx";
import { Reports, Videos } from "../desk/records.tsx";
import { Timeline } from "../desk/timeline.tsx";
import { useDesk } from "../feed/use-feed.ts";
import { dayAndClock, inWords, word } from "../i18n.ts";
import { IncidentMap } from "../map/incident-map.tsx";
import { Fault } from "../ui/fault.tsx";
import { listed } from "./listed.ts";

/** Digits of a village's code in that of a grid (GB/T 2260 with town and village). */
const VILLAGE = 12;

/**
 * The whole file of an incident: what was seen and said, everything on one timeline, and what else was at that place.
 */
export function FilePage() {
	const { w } = useReader();
	const { id = "" } = useParams({ strict: false });
	const { isPending, data, error } = useQuery({
		queryKey: ["incident", id],
		queryFn: () => call("GET /api/incidents/{id}", { path: { id } }),
	});
	if (isPending) return <section className="page" aria-busy="true" />;
	if (!data)
		return (
			<section className="page">
				<Fault text={inWords(w, error.message)} />
			</section>
		);
	return <File detail={data} />;
}

function File({ detail }: { detail: IncidentDetail }) {
	const { w } = useReader();
	const { cameras, tower } = useDesk();
	const { incident } = detail;
	return (
		<article className="page file">
			<Group>
				<Anchor component={Link} to="/incidents">
					← {w.list.back}
				</Anchor>
				<span className="grow" />
				<Button component={Link} to={`/desk/${incident.id}`}>
					{w.list.openAtDesk}
				</Button>
			</Group>
			<Headline incident={incident} />
			<Facts incident={incident} />
			<div className="columns">
				<div>
					<Evidence incident={incident} cameras={cameras} />
					<Places incident={incident} />
					<Reports detail={detail} />
					<Videos detail={detail} />
					<BriefingView briefing={detail.briefing} w={w} />
					<Near detail={detail} />
				</div>
				<div>
					<IncidentMap incident={incident} near={detail.briefing.near} tower={tower} cameras={cameras} />
					<People detail={detail} />
				</div>
				<section aria-label={w.incidentPage.timeline}>
					<h2>{w.incidentPage.timeline}</h2>
					<Timeline detail={detail} hasPictures />
				</section>
			</div>
		</article>
	);
}

/** Other incidents of the same village, the newest first. */
function Near({ detail: { incident } }: { detail: IncidentDetail }) {
	const { w } = useReader();
	const { now } = useDesk();
	const area = incident.grids[0]?.code.slice(0, VILLAGE);
	const near = useQuery({
		queryKey: ["near", area],
		enabled: area !== undefined,
		queryFn: () => listed({ kind: "fire", limit: "20", area: area ?? "" }),
	});
	const others = near.data?.rows.filter((r) => r.id !== incident.id) ?? [];
	if (others.length === 0) return null;
	return (
		<section>
			<h2>{w.list.near}</h2>
			<ul>
				{others.map((r) => (
					<li key={r.id}>
						<Link to="/incidents/$id" params={{ id: r.id }}>
							{dayAndClock(w, r.openedAt, now)}
						</Link>{" "}
						{r.place} · {word(w.states, r.state)} {r.cause}
					</li>
				))}
			</ul>
		</section>
	);
}
