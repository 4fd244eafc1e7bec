import type { Incident } from "./api-types.ts";
import { filled, type Words } from "./i18n.ts";
import { IncidentCard, whereOf } from "./incident.tsx";

/** More open fires than this are shown by township: a storm must not be a list that nobody reads to its end. */
const MOST_ALONE = 8;
/** Digits of a township's code in that of a grid (GB/T 2260 with town). */
const TOWNSHIP = 9;

const WORST = ["detected", "verifying", "dispatched", "onScene", "confirmed"];

/** How much a fire asks of the desk: what is confirmed, then what nobody sees to, then the newest. */
function weight(i: Incident): number {
	return (
		(i.state === "confirmed" || i.confirmedAt !== undefined ? 100 : 0) +
		(i.state === "detected" ? 50 : WORST.indexOf(i.state))
	);
}

export function worstFirst(fires: Incident[]): Incident[] {
	return [...fires].sort((a, b) => weight(b) - weight(a) || b.openedAt - a.openedAt);
}

interface Props {
	fires: Incident[];
	selected: string | undefined;
	onSelect: (id: string) => void;
	w: Words;
	now: number;
}

/**
 * Open fires: each alone while they are few, else by township, the worst of each named; a group that holds what is
 * shown is open.
 */
export function Fires({ fires, selected, onSelect, w, now }: Props) {
	const card = (i: Incident) => (
		<IncidentCard
			key={i.id}
			incident={i}
			w={w}
			now={now}
			selected={i.id === selected}
			onSelect={() => onSelect(i.id)}
		/>
	);
	if (fires.length <= MOST_ALONE) return fires.map(card);
	const groups = new Map<string, Incident[]>();
	for (const i of fires) {
		const area = i.grids[0]?.code.slice(0, TOWNSHIP) ?? "";
		groups.set(area, [...(groups.get(area) ?? []), i]);
	}
	const sorted = [...groups]
		.map(([area, list]) => ({ area, list: worstFirst(list) }))
		.sort((a, b) => weight(b.list[0] as Incident) - weight(a.list[0] as Incident));
	return sorted.map(({ area, list }) => (
		<details key={area} className="fires" open={list.some((i) => i.id === selected) || undefined}>
			<summary>
				{filled(w, w.fires, { count: list.length })} · {whereOf(list[0] as Incident)}{" "}
				{w.states[(list[0] as Incident).state as keyof typeof w.states]}
			</summary>
			{list.map(card)}
		</details>
	));
}
