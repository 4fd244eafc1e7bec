import type { IncidentSummary } from "../api-types.ts";
import { isOpen } from "../states.ts";

/** A fire that rings at this page, and how many had answered it when it began to. */
export interface Ring {
	id: string;
	answered: number;
}

/** What an incident rings with. */
export const ringOf = ({ id, people }: IncidentSummary): Ring => ({ id, answered: people.answered });

/**
 * Those that nobody has taken yet: a fire that is over, or that somebody has answered since, at whatever desk or phone,
 * rings nowhere any more. The same list where none of them has ended.
 */
export function stillRinging(rings: readonly Ring[], incidents: readonly IncidentSummary[]): readonly Ring[] {
	const isTaken = ({ id, answered }: Ring) => {
		const incident = incidents.find((i) => i.id === id);
		return !incident || !isOpen(incident) || incident.people.answered > answered;
	};
	return rings.some(isTaken) ? rings.filter((ring) => !isTaken(ring)) : rings;
}
