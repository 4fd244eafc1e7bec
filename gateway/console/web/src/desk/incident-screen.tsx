import { useQuery } from "@tanstack/react-query";
import { DUTY_DESK } from "../../../../model/register.ts";
import { call } from "../api.ts";
import type { IncidentDetail } from "../api-types.ts";
import { useMay, useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { filled, inWords } from "../i18n.ts";
import { IncidentMap } from "../map/incident-map.tsx";
import { useIsWall } from "../shell/use-wall.ts";
import { Fault } from "../ui/fault.tsx";
import { Answers } from "./answers.tsx";
import { BriefingView } from "./briefing.tsx";
import { Evidence } from "./evidence.tsx";
import { Facts, gridsOf, nobodyReached } from "./facts.tsx";
import { Headline } from "./headline.tsx";
import { People } from "./people.tsx";
import { Places } from "./places.tsx";
import { Records, Reports } from "./records.tsx";
import { Tasks } from "./tasks.tsx";
import { Weights } from "./weights.tsx";

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
	const isWall = useIsWall();
	const mayAnswer = useMay("answer") && !isWall;
	return (
		<>
			<article className={`incident ${incident.kind}`} aria-label={gridsOf(incident)}>
				<div className="top">
					<Headline incident={incident} />
					{mayAnswer && <Answers incident={incident} />}
				</div>
				{nobodyReached(incident) && (
					<Fault
						text={filled(w, w.nobodyReached, {
							count: incident.involved.filter((i) => i.personId !== DUTY_DESK).length,
						})}
					/>
				)}
				<Tasks incident={incident} />
				<Evidence incident={incident} cameras={cameras} />
				<Facts incident={incident} />
				<BriefingView briefing={detail.briefing} rangers={detail.rangers} w={w} isOpen />
				<Weights detail={detail} />
				<Places incident={incident} />
				<Reports detail={detail} />
				<Records detail={detail} />
			</article>
			<aside className="right">
				<IncidentMap incident={incident} near={detail.briefing.near} tower={tower} cameras={cameras} />
				<People detail={detail} />
			</aside>
		</>
	);
}
