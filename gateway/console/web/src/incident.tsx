import { useEffect, useState } from "react";
import { isNoFire } from "../../../model/incident-states.ts";
import { type Body, call } from "./api.ts";
import type { Camera, IncidentDetail as Detail, Incident, Tower } from "./api-types.ts";
import { BriefingView } from "./briefing.tsx";
import { ClosingForm, mayClose } from "./closing.tsx";
import { ENDS, type End, Ending, EndSheet, Reopen, Tasks } from "./ending.tsx";
import { EvidenceView } from "./evidence.tsx";
import { attemptLines, clock, filled, inWords, postOf, span, type Words, word } from "./i18n.ts";
import { Facts, Headline } from "./incident-facts.tsx";
import { LedgerRow } from "./ledger-row.tsx";
import { Region } from "./region.tsx";
import { isOpen } from "./states.ts";

type Answer = Body<"POST /api/incidents/{id}/answer">;

interface Common {
	incident: Incident;
	w: Words;
	now: number;
}

export function IncidentCard({
	incident,
	w,
	now,
	selected,
	onSelect,
}: Common & { selected: boolean; onSelect: () => void }) {
	return (
		<button
			type="button"
			className={`card ${incident.kind} ${selected ? "selected" : ""}`}
			aria-pressed={selected}
			onClick={onSelect}
		>
			<span className="kind">{w.kinds[incident.kind]}</span>
			<span className={`badge ${incident.state}`}>{word(w.states, incident.state)}</span>
			<span className="where">{whereOf(incident)}</span>
			<small>
				{clock(w, incident.openedAt)} · {span(now - incident.openedAt, w)} {w.ago}
			</small>
		</button>
	);
}

/** Of a fault the device: many of them stand in one grid. */
export function whereOf(incident: Incident): string {
	if (incident.kind !== "fire") return incident.evidence[0]?.sourceId ?? incident.id;
	return incident.grids[0]?.name ?? incident.evidence[0]?.sourceId ?? incident.id;
}

const ANSWERS = ["going", "confirmed", "onScene", "controlled", "out", "notMe", "false", "permitted"] as const;
/** A device that does not work is seen to; it is no fire. */
const FAULT_ANSWERS = ["going", "notMe"] as const;

/** Everybody who was told, and of whom nobody has a message: none of their addresses has taken it. */
function nobodyReached({ kind, involved }: Incident): boolean {
	return (
		kind === "fire" &&
		involved.length > 0 &&
		involved.every((i) => (i.unreached || i.notReachedAt !== undefined) && i.answer === undefined)
	);
}

const isEnd = (answer: string): answer is End => (ENDS as readonly string[]).includes(answer);

export function IncidentPage({
	incident,
	touched,
	w,
	now,
	tower,
	cameras,
}: Common & { touched: number; tower: Tower; cameras: Camera[] }) {
	const [detail, setDetail] = useState<Detail | undefined>();
	const [fault, setFault] = useState("");
	// `touched` counts changes told by the live feed: each asks for the page's details anew
	// biome-ignore lint/correctness/useExhaustiveDependencies: see above
	useEffect(() => {
		call("GET /api/incidents/{id}", { path: { id: incident.id } }).then(setDetail, (e: Error) =>
			setFault(inWords(w, e.message)),
		);
	}, [incident.id, touched]);
	const answer = (said: Answer) => {
		setFault("");
		call("POST /api/incidents/{id}/answer", { path: { id: incident.id }, body: said }).catch((e: Error) =>
			setFault(inWords(w, e.message)),
		);
	};
	return (
		<article className={`incident ${incident.kind}`}>
			<Headline incident={incident} w={w} now={now} />
			<Facts incident={incident} w={w} />
			<Places incident={incident} w={w} />
			{nobodyReached(incident) && (
				<p className="fault" role="alert">
					{w.nobodyReached}
				</p>
			)}
			<Ending incident={incident} w={w} now={now} />
			{isOpen(incident) && <Answers incident={incident} w={w} onAnswer={answer} />}
			<Tasks incident={incident} w={w} now={now} />
			{incident.kind === "fire" && (!isOpen(incident) || incident.state === "out") && (
				<Reopen incident={incident} w={w} />
			)}
			{mayClose(incident) && (
				<ClosingForm incident={incident} w={w} onClose={(said) => answer({ answer: "close", ...said })} />
			)}
			{fault && (
				<p className="fault" role="alert">
					{fault}
				</p>
			)}
			<div className="columns">
				<EvidenceView incident={incident} w={w} cameras={cameras} />
				<Region incident={incident} tower={tower} cameras={cameras} w={w} />
			</div>
			{detail && <BriefingView briefing={detail.briefing} w={w} />}
			<Reports incident={incident} w={w} />
			<Told incident={incident} detail={detail} w={w} />
			{detail && <Records detail={detail} w={w} />}
		</article>
	);
}

/** What the desk can say; a word that ends it is asked for once more. */
function Answers({ incident, w, onAnswer }: { incident: Incident; w: Words; onAnswer: (said: Answer) => void }) {
	const [ending, setEnding] = useState<End | undefined>();
	return (
		<>
			<div className="answers">
				{(incident.kind === "fire" ? ANSWERS : FAULT_ANSWERS).map((a) => (
					<button
						type="button"
						key={a}
						className={a}
						onClick={() => (isEnd(a) ? setEnding(a) : onAnswer({ answer: a }))}
					>
						{w[a]}
						{isEnd(a) ? "…" : ""}
					</button>
				))}
			</div>
			{ending && (
				<EndSheet
					incident={incident}
					what={ending}
					w={w}
					onEnd={(said) => onAnswer({ answer: ending, ...said })}
					onClose={() => setEnding(undefined)}
				/>
			)}
		</>
	);
}

function Reports({ incident, w }: { incident: Incident; w: Words }) {
	if (!incident.reports?.length && !incident.cause) return null;
	return (
		<section className="reports">
			<h2>{w.reports}</h2>
			<ul>
				{incident.reports?.map((r) => (
					<li key={`${r.personId}${r.at}`}>
						<time>{clock(w, r.at)}</time>{" "}
						<b>{r.what === "close" ? w.closeIncident : word(w as unknown as Record<string, string>, r.what)}</b>{" "}
						{incident.involved.find((i) => i.personId === r.personId)?.name ??
							(r.personId === "duty-desk" ? w.desk : r.personId)}{" "}
						{r.note && inWords(w, r.note)}
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

function Told({ incident, detail, w }: { incident: Incident; detail: Detail | undefined; w: Words }) {
	if (incident.involved.length === 0) return <p className="missing">{w.nobody}</p>;
	return (
		<table>
			<caption>{w.told}</caption>
			<thead>
				<tr>
					<th>{w.who}</th>
					<th>{w.task}</th>
					<th>{w.channel}</th>
					<th>{w.answer}</th>
				</tr>
			</thead>
			<tbody>
				{incident.involved.map((p) => (
					<tr key={p.personId}>
						<td>
							{p.name}{" "}
							<small>
								{p.title ?? postOf(w, p)} {p.team}
							</small>
							{p.notReachedAt !== undefined && <span className="badge alert">{w.notReached}</span>}
						</td>
						<td>{incident.kind === "fire" ? word(w.tasks, p.task) : ""}</td>
						<td>
							{detail?.deliveries
								.filter((d) => d.personId === p.personId)
								.map((d) => (
									<span key={d.id} className={`delivery ${d.state}`} title={attemptLines(w, d.tries)}>
										{word(w.channels, d.channel)} {word(w.deliveries, d.state)}
										{d.attempts > 1 ? ` ×${d.attempts}` : ""}
										{d.receipts.length > 0 ? " ✓" : ""}
									</span>
								))}
						</td>
						<td>
							{p.answer ? (
								<b className={`said ${p.answer}`}>{word(w as unknown as Record<string, string>, p.answer)}</b>
							) : (
								"—"
							)}{" "}
							{p.answeredAt ? <small>{clock(w, p.answeredAt)}</small> : null}
							{p.lapsedAt ? <small className="warn"> {w.lapsed}</small> : null}
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

function Records({ detail, w }: { detail: Detail; w: Words }) {
	return (
		<>
			{detail.videos.length > 0 && (
				<details>
					<summary>
						{w.video} ({detail.videos.length})
					</summary>
					<p className="videos">
						{detail.videos.map((v) => (
							<a key={v} href={`/api/videos/${detail.incident.id}/${v}`} target="_blank" rel="noreferrer">
								{v.replace(/-(\d+)\.mp4$/, (_, t: string) => ` ${clock(w, Number(t))}`)}
							</a>
						))}
					</p>
				</details>
			)}
			<details>
				<summary>
					{w.ledger} ({detail.ledger.length})
				</summary>
				<a href={`/api/incidents/${detail.incident.id}/print`} target="_blank" rel="noreferrer">
					{w.print}
				</a>
				<ol className="ledger">
					{detail.ledger.map((l) => (
						<li key={l.n}>
							<LedgerRow row={l} incident={detail.incident} w={w} />
						</li>
					))}
				</ol>
			</details>
		</>
	);
}

/** The places of a wave of sensors, by grid, and how much of it has become a fire of its own. */
function Places({ incident: { places = [], split = [], splitFrom }, w }: { incident: Incident; w: Words }) {
	if (places.length === 0 && split.length === 0 && !splitFrom) return null;
	const by = new Map<string, typeof places>();
	for (const p of places) for (const g of p.grids) by.set(g.name, [...(by.get(g.name) ?? []), p]);
	return (
		<details className="places" open={by.size <= 12}>
			<summary>
				{[
					places.length > 0 ? filled(w, w.places, { count: places.length }) : "",
					split.length > 0 ? filled(w, w.splitOff, { count: split.length }) : "",
					splitFrom ? w.splitFrom : "",
				]
					.filter((s) => s !== "")
					.join(" · ")}
			</summary>
			<ul>
				{[...by].map(([name, own]) => (
					<li key={name}>
						{name} ({own.length})
					</li>
				))}
			</ul>
		</details>
	);
}
