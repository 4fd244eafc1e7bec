import type { Camera, Candidate } from "../api-types.ts";
import { CandidateFigure } from "../cameras/candidate-figure.tsx";
import type { Words } from "../i18n.ts";

/** The drawer: what cameras may have seen, below the point at which people are told. */
export function Candidates({ candidates, cameras, w }: { candidates: Candidate[]; cameras: Camera[]; w: Words }) {
	return (
		<details className="candidates">
			<summary>
				{w.candidates} ({candidates.length})
			</summary>
			<small>{w.candidatesHint}</small>
			{candidates.map((c) => (
				<CandidateFigure
					key={c.trackId}
					candidate={c}
					name={cameras.find((camera) => camera.id === c.cameraId)?.name ?? c.cameraId}
				/>
			))}
		</details>
	);
}
