import type { Camera, Candidate } from "./api.ts";
import { clock, type Words } from "./i18n.ts";

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
							{c.boxes.map((b) => (
								<span
									key={`${b.x},${b.y}`}
									className="box"
									style={{ left: `${b.x * 100}%`, top: `${b.y * 100}%`, width: `${b.w * 100}%`, height: `${b.h * 100}%` }}
								/>
							))}
						</div>
					)}
					<figcaption>
						<b>{cameras.find((camera) => camera.id === c.cameraId)?.name ?? c.cameraId}</b> {clock(c.at)} · {Math.round(c.bearingDeg)}° · p{" "}
						{c.probability.toFixed(2)}
					</figcaption>
				</figure>
			))}
		</details>
	);
}
