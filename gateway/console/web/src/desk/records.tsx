import { isNoFire } from "../../../../model/incident-states.ts";
import type { IncidentDetail } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock, inWords, word } from "../i18n.ts";
import { Timeline } from "./timeline.tsx";

/** Words, places and photos from the scene, and what it was. */
export function Reports({ detail: { incident, ledger } }: { detail: IncidentDetail }) {
	const { w } = useReader();
	if (!incident.reports?.length && !incident.cause) return null;
	const nameOf = (personId: string, at: number) =>
		ledger.find((l) => l.who === personId && l.at === at)?.name ??
		incident.involved.find((i) => i.personId === personId)?.name ??
		(personId === "duty-desk" ? w.desk : personId);
	return (
		<section className="reports">
			<h2>{w.reports}</h2>
			<ul>
				{incident.reports?.map((r) => (
					<li key={`${r.personId}${r.at}`}>
						<time>{clock(w, r.at)}</time>{" "}
						<b>{r.what === "close" ? w.closeIncident : word(w as unknown as Record<string, string>, r.what)}</b>{" "}
						{nameOf(r.personId, r.at)} {r.note && inWords(w, r.note)}
						{r.position && ` ${r.position.lat.toFixed(5)}, ${r.position.lon.toFixed(5)}`}
						{r.picture && (
							<a href={`/api/pictures/${r.picture}`} target="_blank" rel="noreferrer">
								<img src={`/api/pictures/${r.picture}`} alt={w.evidence} />
							</a>
						)}
					</li>
				))}
			</ul>
			{incident.cause && (
				<p>
					{isNoFire(incident.state) ? w.causeOfNone : w.causeOfFire}: <b>{incident.cause}</b>
				</p>
			)}
		</section>
	);
}

/** The videos that are kept of it, each by its camera's name and its time. */
export function Videos({ detail: { videos, incident } }: { detail: IncidentDetail }) {
	const { w } = useReader();
	const { cameras } = useDesk();
	if (videos.length === 0) return null;
	const nameOf = (file: string) => {
		const [, id = file, at = ""] = /^(.*)-(\d+)\.mp4$/.exec(file) ?? [];
		return `${cameras.find((c) => c.id === id)?.name ?? id} ${at === "" ? "" : clock(w, Number(at))}`;
	};
	return (
		<details className="drawer">
			<summary>
				{w.video} ({videos.length})
			</summary>
			<p className="videos">
				{videos.map((v) => (
					<a key={v} href={`/api/videos/${incident.id}/${v}`} target="_blank" rel="noreferrer">
						{nameOf(v)}
					</a>
				))}
			</p>
		</details>
	);
}

/** Videos, and the ledger's rows as what happened, one after the other. */
export function Records({ detail }: { detail: IncidentDetail }) {
	const { w } = useReader();
	return (
		<>
			<Videos detail={detail} />
			<details className="drawer">
				<summary>
					{w.incidentPage.timeline} ({detail.ledger.length})
				</summary>
				<Timeline detail={detail} />
			</details>
		</>
	);
}
