import { CopyButton, UnstyledButton } from "@mantine/core";
import { lazy, Suspense } from "react";
import { DUTY_DESK } from "../../../../model/register.ts";
import type { Incident } from "../api-types.ts";
import { useReader } from "../context.ts";
import { clock, filled, inWords, type Words, word } from "../i18n.ts";
import { isOpen } from "../states.ts";

// what turns one datum into another is not among what the desk loads first
const OtherMaps = lazy(async () => ({ default: (await import("../map/other-maps.tsx")).OtherMaps }));

/** The grids that it may be in, with their shares; of a fault the device. */
export function gridsOf({ kind, grids, evidence, id }: Incident): string {
	const device = evidence[0]?.sourceId ?? id;
	if (kind !== "fire") return device;
	const named = grids.slice(0, 3).map(({ name, share }) => {
		const percent = Math.round(share * 100);
		return share > 0.995 || percent === 0 ? name : `${name} ${percent}%`;
	});
	return named.join(" · ") || device;
}

/** Everybody who was told, and of whom nobody has a message: none of their addresses has taken it. */
export function nobodyReached({ kind, state, involved: all }: Incident): boolean {
	const involved = all.filter((i) => i.personId !== DUTY_DESK);
	return (
		kind === "fire" &&
		isOpen({ state }) &&
		involved.length > 0 &&
		involved.every((i) => (i.unreached || i.notReachedAt !== undefined) && i.answer === undefined)
	);
}

/** Where it is, how sure that is, and what speaks for and against it: each in a few words. */
export function Facts({ incident }: { incident: Incident }) {
	const { w } = useReader();
	const { best } = incident.place;
	const at = best && `${best.lat.toFixed(5)}, ${best.lon.toFixed(5)}`;
	// a stretch of ground is more than a bearing
	const missing = incident.missing.filter((m) => m !== "distance" || !incident.place.betweenM);
	return (
		<ul className="facts">
			{placeFacts(incident, w).map((fact) => (
				<li key={fact}>{fact}</li>
			))}
			{at && (
				<li>
					<CopyButton value={at}>
						{({ copied, copy }) => (
							<UnstyledButton onClick={copy} title={w.incidentPage.copy}>
								{copied ? w.incidentPage.copied : `${at} (${w.incidentPage.wgs84})`}
							</UnstyledButton>
						)}
					</CopyButton>
				</li>
			)}
			{best && (
				<li>
					<Suspense fallback={null}>
						<OtherMaps at={best} name={incident.grids[0]?.name ?? at ?? ""} />
					</Suspense>
				</li>
			)}
			{incident.evidence.some((e) => e.odd) && <li className="warn">{w.oddCounters}</li>}
			{doubtFacts(incident, w).map((fact) => (
				<li key={fact} className="warn">
					{fact}
				</li>
			))}
			{peopleFacts(incident, w).map((fact) => (
				<li key={fact}>{fact}</li>
			))}
			{missing.length > 0 && (
				<li className="missing">
					{w.missing}: {missing.map((m) => word(w.lacks, m)).join(", ")}
				</li>
			)}
		</ul>
	);
}

const km = (metres: number) => (metres / 1000).toFixed(1);

function placeFacts({ place, evidence }: Incident, w: Words): string[] {
	const sure = Math.max(0, ...evidence.map((e) => e.probability ?? 0));
	const opinion = evidence.findLast((e) => e.opinion)?.opinion;
	const facts = [];
	if (place.bearingDeg !== undefined) facts.push(`${w.bearing} ${Math.round(place.bearingDeg)}°`);
	if (place.distanceM !== undefined) facts.push(`${w.distance} ${km(place.distanceM)} km`);
	if (place.betweenM) facts.push(`${w.distance} ${km(place.betweenM.near)}–${km(place.betweenM.far)} km`);
	if (place.errorM !== undefined) facts.push(`${w.error} ±${Math.round(place.errorM)} m`);
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
