import type { Tower } from "../api-types.ts";
import { clock, inWords, type Words } from "../i18n.ts";

/** What neighbours have said of late that rang nobody, and why. */
export function Neighbours({ notices, w }: { notices: NonNullable<Tower["neighbours"]>; w: Words }) {
	if (notices.length === 0) return null;
	return (
		<details className="drawer">
			<summary>
				{w.neighbours} ({notices.length})
			</summary>
			<ul className="notices">
				{notices.map((n) => (
					<li key={`${n.at} ${n.sender} ${n.headline}`}>
						<small>{clock(w, n.at)}</small> {n.headline || n.sender}{" "}
						<small>{`${n.sender}: ${inWords(w, n.why)}`}</small>
					</li>
				))}
			</ul>
		</details>
	);
}
