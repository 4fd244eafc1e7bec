import type { Candidate } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { clock, filled, inWords, word } from "../i18n.ts";
import { Boxes } from "../ui/boxes.tsx";

/** What a camera may have seen, and why it rang nobody; `name`: of the camera, where that is not plain. */
export function CandidateFigure({ candidate, name }: { candidate: Candidate; name?: string }) {
	const { w } = useReader();
	const { picture, boxes, at, what, bearingDeg } = candidate;
	return (
		<figure className="camera">
			{picture && (
				<div className="picture">
					<img loading="lazy" src={`/api/pictures/${picture}`} alt="" />
					<Boxes boxes={boxes} />
				</div>
			)}
			<figcaption>
				{name && <b>{name}</b>} {clock(w, at)} · {word(w.alarms, what)} · {Math.round(bearingDeg)}° ·{" "}
				<WhyQuiet candidate={candidate} />
			</figcaption>
		</figure>
	);
}

/** Why a candidate rang nobody: a mask, or too little certainty for the point in force. */
function WhyQuiet({ candidate: { maskedBy, probability, what } }: { candidate: Candidate }) {
	const { w } = useReader();
	const { tower } = useDesk();
	if (maskedBy !== undefined) return filled(w, w.cameraPage.quietMasked, { by: maskedBy });
	const percent = (share: number) => Math.round(share * 100);
	const gaps = { percent: percent(probability), needed: percent(tower.needs[what]), point: inWords(w, tower.point) };
	return filled(w, w.cameraPage.quietBelow, gaps);
}
