import { Progress } from "@mantine/core";
import type { Incident, IncidentDetail } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { filled, inWords, type Words, word } from "../i18n.ts";
import { between } from "../map/features.ts";
import { useSourceName } from "./source-name.ts";

type Piece = Incident["evidence"][number];

/** What each source puts into the scales, how much is needed, what speaks against it now, and what would. */
export function Weights({ detail: { incident, unseenBy } }: { detail: IncidentDetail }) {
	const { w } = useReader();
	const { tower } = useDesk();
	const nameOf = useSourceName();
	if (incident.kind !== "fire") return null;
	const against = [
		...againstOf(incident, w),
		...beside(incident).map((id) => filled(w, w.weights.beside, { name: nameOf(id) })),
		...unseenBy.map((id) => filled(w, w.weights.unseen, { name: nameOf(id) })),
	];
	return (
		<details className="weights">
			<summary>{w.weights.title}</summary>
			<ul>
				{strongestOf(incident).map((e) => (
					<li key={e.sourceId}>
						<b>{nameOf(e.sourceId)}</b> {word({ ...w.alarms, ...w.reasons }, e.what)}
						<Weight piece={e} needed={tower.needs[e.what as "smoke" | "flame"]} />
					</li>
				))}
			</ul>
			<p>
				<b>{w.weights.against}</b> {against.length === 0 ? w.weights.nothing : against.join(" · ")}
			</p>
			<p>
				<b>{w.weights.would}</b> {wouldLower(incident, tower.quiet.smoke, w).join(" · ")}
			</p>
		</details>
	);
}

function Weight({ piece, needed }: { piece: Piece; needed: number | undefined }) {
	const { w } = useReader();
	if (piece.source === "person") return <small>{w.weights.called}</small>;
	if (piece.probability === undefined) return <small>{w.weights.own}</small>;
	const percent = (share: number) => Math.round(share * 100);
	const [is, least] = [percent(piece.probability), percent(needed ?? 0)];
	const text = filled(w, w.weights.of, { percent: is, needed: least });
	return (
		<>
			<Progress.Root size="sm" aria-label={text}>
				<Progress.Section value={Math.min(is, least)} color="gray" withAria={false} />
				<Progress.Section value={Math.max(0, is - least)} color="orange" withAria={false} />
			</Progress.Root>
			<small>{text}</small>
		</>
	);
}

/** Of each source what it was surest of. */
function strongestOf({ evidence }: Incident): Piece[] {
	const best = new Map<string, Piece>();
	for (const e of evidence) {
		const known = best.get(e.sourceId);
		if (!known || (e.probability ?? 0) >= (known.probability ?? 0)) best.set(e.sourceId, e);
	}
	return [...best.values()].sort((a, b) => (b.probability ?? 1) - (a.probability ?? 1));
}

/** Cameras whose bearing leads past the place that others give: they may have seen something else. */
function beside({ place: { best, errorM = 0 }, evidence }: Incident): string[] {
	if (!best) return [];
	const past = evidence.filter(({ pose, bearingDeg, bearingErrorDeg = 1 }) => {
		if (!pose || bearingDeg === undefined) return false;
		const { metres, azimuthDeg } = between(pose.position, best);
		const off = Math.abs(((azimuthDeg - bearingDeg + 540) % 360) - 180);
		const wide = (Math.atan2(errorM, metres) * 180) / Math.PI;
		return off > 2 * Math.hypot(bearingErrorDeg, wide);
	});
	return [...new Set(past.map((e) => e.sourceId))];
}

function againstOf({ evidence, hints = [], doubts = [] }: Incident, w: Words): string[] {
	const falseBefore = Math.max(0, ...evidence.map((e) => e.falseBefore ?? 0));
	const opinion = evidence.findLast((e) => e.opinion)?.opinion;
	const doubted =
		opinion && opinion.probability < 0.5 ? [`${w.secondOpinion} ${Math.round(opinion.probability * 100)}%`] : [];
	return [
		...(falseBefore > 0 ? [filled(w, w.falseBefore, { count: falseBefore })] : []),
		...doubted,
		...[...hints, ...doubts].map((phrase) => inWords(w, phrase)),
	];
}

/** By the rules of the judge: a false here asks for the quiet point, a permit puts the ladder back by one step. */
function wouldLower({ evidence }: Incident, quiet: number, w: Words): string[] {
	const hasCamera = evidence.some((e) => e.source === "camera");
	const ofCamera = [filled(w, w.weights.byFalse, { percent: Math.round(quiet * 100) }), w.weights.byMask];
	return [...(hasCamera ? ofCamera : []), w.weights.byPermit];
}
