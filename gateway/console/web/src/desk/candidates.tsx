import type { Camera, Candidate } from "../api-types.ts";
import { WhyQuiet } from "../cameras/why-quiet.tsx";
import { clock, type Words, word } from "../i18n.ts";
import { Boxes } from "../ui/boxes.tsx";

/** The drawer: what cameras may have seen, below the point at which people are told. */
export function Candidates({ candidates, cameras, w }: { candidates: Candidate[]; cameras: Camera[]; w: Words }) {
	return (
		<details className="candidates">
			<summary>
				{w.candidates} ({candidates.length})
			</summary>
			<small>{w.candidatesHint}</small>
			{candidates.map((c) => (
				<figure key={c.trackId}>
					{c.picture && (
						<div className="picture">
							<img loading="lazy" src={`/api/pictures/${c.picture}`} alt="" />
							<Boxes boxes={c.boxes} />
						</div>
					)}
					<figcaption>
						<b>{cameras.find((camera) => camera.id === c.cameraId)?.name ?? c.cameraId}</b> {clock(w, c.at)} ·{" "}
						{word(w.alarms, c.what)} · {Math.round(c.bearingDeg)}°{" · "}
						<WhyQuiet candidate={c} />
					</figcaption>
				</figure>
			))}
		</details>
	);
}
