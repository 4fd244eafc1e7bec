import type { Candidate } from "../api-types.ts";
import { useReader } from "../context.ts";
import { useDesk } from "../feed/use-feed.ts";
import { filled, inWords } from "../i18n.ts";

/** Why a candidate rang nobody: a mask, or too little certainty for the point in force. */
export function WhyQuiet({ candidate: { maskedBy, probability, what } }: { candidate: Candidate }) {
	const { w } = useReader();
	const { tower } = useDesk();
	if (maskedBy !== undefined) return filled(w, w.cameraPage.quietMasked, { by: maskedBy });
	const percent = (share: number) => Math.round(share * 100);
	const gaps = { percent: percent(probability), needed: percent(tower.needs[what]), point: inWords(w, tower.point) };
	return filled(w, w.cameraPage.quietBelow, gaps);
}
