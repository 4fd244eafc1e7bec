import type { GridShare, Incident } from "../../model/incident.ts";
import { DUTY_DESK, type Level, type Person } from "../../model/register.ts";
import type { World } from "../world.ts";

export interface Responsible {
	person: Person;
	/** Largest share of a touched grid the person answers for, 0...1. */
	share: number;
}

/** The people of one level who answer for the grids of an incident, the likeliest place first. */
export function responsibleAt(world: World, grids: GridShare[], level: Level): Responsible[] {
	const touched = grids.filter((g, i) => i === 0 || g.share >= world.minShare);
	const found: Responsible[] = [];
	for (const person of world.register.people) {
		if (person.level !== level) continue;
		const shares = touched.filter((g) => covers(person, g.code)).map((g) => g.share);
		if (shares.length > 0) found.push({ person, share: Math.max(...shares) });
	}
	return found.sort((a, b) => b.share - a.share || a.person.id.localeCompare(b.person.id));
}

/** A code stands for itself and for everything below it: a township's code covers its villages and their grids. */
function covers(person: Person, grid: string): boolean {
	return person.grids.some((code) => grid.startsWith(code));
}

/** Whether a person may end an incident as false or permitted: whoever answers for the ground, or sits at the desk. */
export function mayEnd(world: World, personId: string): boolean {
	if (personId === DUTY_DESK) return true;
	const role = world.register.people.find((p) => p.id === personId)?.role;
	return role === "chief" || role === "officer" || role === "supervisor";
}

export function isInvolved(incident: Incident, personId: string): boolean {
	return incident.involved.some((i) => i.personId === personId);
}
