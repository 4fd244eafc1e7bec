import type { Briefing, IncidentDetail } from "../api-types.ts";
import { type Words, word } from "../i18n.ts";

interface BriefingProps {
	briefing: Briefing;
	/** Those whose ground lies nearest; a telephone link does not show them. */
	rangers?: IncidentDetail["rangers"];
	w: Words;
	isOpen?: boolean;
}

/** What whoever goes should know of the plot: who is at hand, the way, water, teams, and its card. */
export function BriefingView({ briefing, rangers = [], w, isOpen = false }: BriefingProps) {
	if (briefing.cards.length + briefing.near.length + briefing.teams.length + rangers.length === 0) return null;
	const km = (m: number | undefined) => (m === undefined ? "" : ` ${(m / 1000).toFixed(1)} km`);
	return (
		<details className="briefing" open={isOpen}>
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
				{rangers.map((p) => (
					<li key={p.id}>
						{w.roles.ranger} {p.name}, {p.grid}
						{km(p.distanceM)}, {p.azimuthDeg}°
					</li>
				))}
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
