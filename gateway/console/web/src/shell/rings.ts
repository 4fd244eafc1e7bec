import type { IncidentSummary } from "../api-types.ts";
import { isOpen } from "../states.ts";

/** A fire that rings at this page; how many had answered it when it began to, and when a desk last had. */
export interface Ring {
	id: string;
	answered: number;
	deskAnsweredAt: number;
}

/** What an incident rings with. */
export function ringOf({ id, people: { answered }, deskAnsweredAt = 0 }: IncidentSummary): Ring {
	return { id, answered, deskAnsweredAt };
}

/** Open fires that nobody has answered yet, at any desk or phone, the oldest first. */
export function untaken(incidents: readonly IncidentSummary[]): IncidentSummary[] {
	const isTaken = (i: IncidentSummary) => i.people.answered > 0 || i.deskAnsweredAt !== undefined;
	return incidents
		.filter((i) => i.kind === "fire" && i.primaryId === undefined && isOpen(i) && !isTaken(i))
		.sort((a, b) => a.openedAt - b.openedAt);
}

/**
 * Those that nobody has taken yet: a fire that is over, or that somebody has answered since, at whatever desk or phone,
 * rings nowhere any more. The same list where none of them has ended.
 */
export function stillRinging(rings: readonly Ring[], incidents: readonly IncidentSummary[]): readonly Ring[] {
	const isTaken = (ring: Ring) => {
		const incident = incidents.find((i) => i.id === ring.id);
		if (!incident || !isOpen(incident)) return true;
		const { answered, deskAnsweredAt } = ringOf(incident);
		return answered > ring.answered || deskAnsweredAt > ring.deskAnsweredAt;
	};
	return rings.some(isTaken) ? rings.filter((ring) => !isTaken(ring)) : rings;
}
