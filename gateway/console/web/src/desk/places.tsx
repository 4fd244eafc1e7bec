import type { Incident } from "../api-types.ts";
import { useReader } from "../context.ts";
import { filled } from "../i18n.ts";

/** The places of a wave of sensors, by grid, and how much of it has become a fire of its own. */
export function Places({ incident: { places = [], split = [], splitFrom } }: { incident: Incident }) {
	const { w } = useReader();
	if (places.length === 0 && split.length === 0 && !splitFrom) return null;
	const by = new Map<string, number>();
	for (const { grids } of places) for (const { name } of grids) by.set(name, (by.get(name) ?? 0) + 1);
	const summary = [
		places.length > 0 ? filled(w, w.places, { count: places.length }) : "",
		split.length > 0 ? filled(w, w.splitOff, { count: split.length }) : "",
		splitFrom ? w.splitFrom : "",
	];
	return (
		<details className="places" open={by.size <= 12}>
			<summary>{summary.filter((s) => s !== "").join(" · ")}</summary>
			<ul>
				{[...by].map(([name, count]) => (
					<li key={name}>
						{name} {count > 1 && `×${count}`}
					</li>
				))}
			</ul>
		</details>
	);
}
