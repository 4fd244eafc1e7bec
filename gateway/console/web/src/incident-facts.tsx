import type { Incident } from "./api-types.ts";
import { clock, filled, inWords, span, type Words, word } from "./i18n.ts";

/** What it is, how far people have come with it, and what happens next by itself. */
export function Headline({ incident, w, now }: { incident: Incident; w: Words; now: number }) {
	const { nextAt, feedbackBy } = incident.ladder;
	const due = (name: string, at: number | undefined) =>
		at !== undefined && (
			<span className="due">
				{name} {span(at - now, w)}
			</span>
		);
	return (
		<div className="headline">
			<h1>{w.kinds[incident.kind]}</h1>
			<span className={`badge ${incident.state}`}>{word(w.states, incident.state)}</span>
			{incident.status === "exercise" && <span className="badge exercise">{w.exercise}</span>}
			<span className="grow" />
			{due(w.nextStep, nextAt)}
			{due(w.overdue, feedbackBy)}
		</div>
	);
}

/** Where it is, how sure that is, and what speaks for and against it: each in a few words. */
export function Facts({ incident, w }: { incident: Incident; w: Words }) {
	return (
		<p className="facts">
			<b>{gridsOf(incident)}</b>
			{placeFacts(incident, w).map((fact) => (
				<span key={fact}>{fact}</span>
			))}
			{incident.evidence.some((e) => e.odd) && <span className="warn">{w.oddCounters}</span>}
			{doubtFacts(incident, w).map((fact) => (
				<span key={fact} className="warn">
					{fact}
				</span>
			))}
			{peopleFacts(incident, w).map((fact) => (
				<span key={fact}>{fact}</span>
			))}
			{incident.missing.length > 0 && (
				<span className="missing">
					{w.missing}: {incident.missing.map((m) => word(w.lacks, m)).join(", ")}
				</span>
			)}
		</p>
	);
}

function gridsOf({ grids }: Incident): string {
	const named = grids.slice(0, 3).map(({ name, share }) => {
		const isWhole = share > 0.995 || share === 0;
		return isWhole ? name : `${name} ${Math.round(share * 100)}%`;
	});
	return named.join(" · ") || "—";
}

function placeFacts({ place, evidence }: Incident, w: Words): string[] {
	const sure = Math.max(0, ...evidence.map((e) => e.probability ?? 0));
	const opinion = evidence.findLast((e) => e.opinion)?.opinion;
	const facts = [];
	if (place.bearingDeg !== undefined) facts.push(`${w.bearing} ${Math.round(place.bearingDeg)}°`);
	if (place.distanceM !== undefined) facts.push(`${w.distance} ${(place.distanceM / 1000).toFixed(1)} km`);
	if (place.errorM !== undefined) facts.push(`${w.error} ±${place.errorM} m`);
	if (sure > 0) facts.push(`${w.probability} ${Math.round(sure * 100)}%`);
	if (opinion) facts.push(`${w.secondOpinion} ${opinion.model} ${Math.round(opinion.probability * 100)}%`);
	return facts;
}

function doubtFacts({ evidence, doubts, maintenance, hints }: Incident, w: Words): string[] {
	const falseBefore = Math.max(0, ...evidence.map((e) => e.falseBefore ?? 0));
	const facts = [];
	if (falseBefore > 0) facts.push(filled(w, w.falseBefore, { count: falseBefore }));
	if (doubts) facts.push(`${w.doubts}: ${doubts.map((doubt) => inWords(w, doubt)).join(" · ")}`);
	if (maintenance) facts.push(filled(w, w.maintenance.mark, { by: maintenance.by }));
	if (hints) facts.push(`${w.hints}: ${hints.map((hint) => inWords(w, hint)).join(" · ")}`);
	return facts;
}

function peopleFacts({ firstSeenAt, linkedIncidents, towerName = "", ladder }: Incident, w: Words): string[] {
	const facts = [`${w.firstSeen} ${clock(w, firstSeenAt)}`];
	if (linkedIncidents) facts.push(`${w.seenFrom}: ${[towerName, ...linkedIncidents.map((o) => o.tower)].join(" · ")}`);
	const why = ladder.why.map((reason) => inWords(w, reason)).join(" · ");
	if (why !== "") facts.push(`${ladder.stepsForward < 0 ? w.later : w.ahead}: ${why}`);
	return facts;
}
