import { useEffect, useState } from "react";
import { call } from "../api.ts";
import type { Companion } from "../api-types.ts";
import { clock, filled, inWords, type Words } from "../i18n.ts";
import { Boxes } from "../ui/boxes.tsx";

const AGAIN_MS = 30_000;

/** The second model: where it and the model in use do not agree. */
export function CompanionPage({ w }: { w: Words }) {
	const [companion, setCompanion] = useState<Companion | null>(null);
	useEffect(() => {
		const load = () => call("GET /api/companion").then(setCompanion, () => {});
		void load();
		const timer = setInterval(load, AGAIN_MS);
		return () => clearInterval(timer);
	}, []);
	if (!companion) return null;
	const { model, role, frames, agreed, fault, differences } = companion;
	return (
		<details className="candidates">
			<summary>
				{w.companion[role]} {model} ({differences.length})
			</summary>
			<small>{filled(w, w.companionHint, { frames, agreed })}</small>
			{fault && <p className="fault">{inWords(w, fault)}</p>}
			{differences.map((d) => (
				<figure key={`${d.cameraId}.${d.side}.${d.at}`}>
					{d.picture && (
						<div className="picture">
							<img loading="lazy" src={`/api/pictures/${d.picture}`} alt="" />
							<Boxes boxes={[d.box]} />
						</div>
					)}
					<figcaption>
						{d.cameraId} {clock(w, d.at)} · {d.side === "own" ? w.onlyOurs : w.onlyTheirs}
					</figcaption>
				</figure>
			))}
		</details>
	);
}
