import type { Briefing } from "../api-types.ts";
import { type Words, word } from "../i18n.ts";

/** What whoever goes should know of the plot. */
export function BriefingView({ briefing, w }: { briefing: Briefing; w: Words }) {
	if (briefing.cards.length + briefing.near.length + briefing.teams.length === 0) return null;
	const km = (m: number | undefined) => (m === undefined ? "" : ` ${(m / 1000).toFixed(1)} km`);
	return (
		<details className="briefing">
			<summary>{w.briefing}</summary>
			{briefing.cards.map((c) => (
				<dl key={c.grid}>
					{(["access", "water", "key", "hazards", "notes"] as const)
						.filter((k) => c[k] !== "")
						.map((k) => (
							<div key={k}>
								<dt>{w.cards[k]}</dt>
								<dd>{c[k]}</dd>
							</div>
						))}
				</dl>
			))}
			<ul>
				{briefing.near.map((p) => (
					<li key={p.name}>
						{word(w.placeKinds, p.kind)} {p.name}
						{km(p.distanceM)}, {p.azimuthDeg}°
					</li>
				))}
				{briefing.teams.map((t) => (
					<li key={t.name}>
						{t.name}
						{t.strength === undefined ? "" : ` ${t.strength}${w.people}`}
						{km(t.distanceM)}
					</li>
				))}
			</ul>
		</details>
	);
}
