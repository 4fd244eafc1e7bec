import { useState } from "react";
import type { Camera, Incident } from "./api-types.ts";
import { Boxes } from "./boxes.tsx";
import { clock, type Words, word } from "./i18n.ts";

/** The pictures of an incident, the surest first, and what sensors and people have said. */
export function EvidenceView({ incident, w, cameras }: { incident: Incident; w: Words; cameras: Camera[] }) {
	const pictured = incident.evidence.filter((e) => e.picture);
	const [chosen, setChosen] = useState<number | undefined>();
	// the surest picture first, the newest of equals: a weaker echo elsewhere in the frame must not hide it
	const surest = pictured.reduce(
		(best, e, i) => ((e.probability ?? 0) >= (pictured[best]?.probability ?? 0) - 0.02 ? i : best),
		0,
	);
	const shown = pictured[chosen ?? surest];
	const name = (id: string) => cameras.find((c) => c.id === id)?.name ?? id;
	return (
		<figure className="evidence">
			{shown ? (
				<div className="picture">
					<img src={`/api/pictures/${shown.picture}`} alt={`${w.evidence} ${name(shown.sourceId)}`} />
					<Boxes boxes={shown.boxes ?? []} />
				</div>
			) : (
				<div className="picture none">
					{incident.evidence
						.map(
							(e) =>
								`${e.sourceId.replace(/^report:/, "")}: ${word({ ...w.alarms, ...w.reasons }, e.what)} ${e.note ?? e.value ?? ""} ${e.unit ?? ""}`,
						)
						.join(" · ")}
				</div>
			)}
			{pictured.length > 1 && (
				<div className="strip">
					{pictured.slice(-8).map((e) => {
						const index = pictured.indexOf(e);
						return (
							<button
								type="button"
								key={`${e.picture}${e.at}`}
								className={e === shown ? "on" : ""}
								onClick={() => setChosen(index)}
							>
								{clock(w, e.at)}
							</button>
						);
					})}
				</div>
			)}
			<figcaption>
				{shown && `${name(shown.sourceId)} · ${clock(w, shown.at)}`}
				{incident.evidence
					.filter((e) => e.source !== "camera")
					.slice(-2)
					.map(
						(e) =>
							` · ${e.sourceId.replace(/^report:/, "")}: ${word(w.alarms, e.what)} ${e.note ?? e.value ?? ""} ${e.unit ?? ""}`,
					)}
			</figcaption>
		</figure>
	);
}
