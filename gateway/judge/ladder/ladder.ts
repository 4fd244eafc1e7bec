import type { Effect, Incident, LedgerEntry } from "../../model/incident.ts";
import type { Address } from "../../model/register.ts";
import { responsibleAt } from "../duty/duty.ts";
import type { World } from "../world.ts";
import { messageOf } from "./message.ts";

/** Shortest pause before the last step is told again while nobody answers. */
const REPEAT_MS = 300_000;

/**
 * Tells the next step of an incident's ladder. A level where nobody is responsible is passed over at once, so that
 * an empty entry in the register costs no time. After the last step it is told again and again until somebody answers.
 */
export function tellNext(world: World, incident: Incident, now: number, why: string): { incident: Incident; effects: Effect[] } {
	const { steps } = world.ladder;
	const effects: Effect[] = [];
	let next = incident;
	for (let step = Math.min(incident.ladder.step + 1, steps.length - 1); step < steps.length; step++) {
		const level = steps[step]?.level ?? "village";
		const people = responsibleAt(world, incident.grids, level);
		const round = step === incident.ladder.step ? Math.round((now - incident.openedAt) / 1000) : 0;
		effects.push(
			ledger(incident, now, "step", "rule", { step, level, why, people: people.map((p) => p.person.id), register: world.register.version }),
		);
		for (const { person, share } of people) {
			const known = next.involved.find((i) => i.personId === person.id);
			if (!known) {
				const { id: personId, name, role, level: personLevel } = person;
				next = { ...next, involved: [...next.involved, { personId, name, role, level: personLevel, share, toldAt: now }] };
			}
			effects.push(...deliveries(world, next, person.addresses, `${step}.${round}`, now, person.id));
		}
		next = { ...next, ladder: { ...withoutDeadlines(next.ladder), step, nextAt: nextDue(world, incident, step, now) } };
		if (people.length > 0) return { incident: next, effects };
	}
	return { incident: { ...next, missing: [...new Set([...next.missing, "people"])] }, effects };
}

/** What listeners (centre, webhooks) hear of a change; one message per state and moment. */
export function tellListeners(world: World, incident: Incident, now: number): Effect[] {
	return deliveries(world, incident, world.listeners, `${incident.state}.${incident.changedAt}`, now);
}

export function ledger(incident: Incident, at: number, what: string, who: string, detail: Record<string, unknown>): Effect {
	const entry: LedgerEntry = { at, incidentId: incident.id, what, who, detail };
	return { type: "ledger", entry };
}

export function withoutDeadlines(ladder: Incident["ladder"]): Incident["ladder"] {
	return { step: ladder.step };
}

function nextDue(world: World, incident: Incident, step: number, now: number): number {
	const { steps } = world.ladder;
	const following = steps[step + 1];
	if (following) return Math.max(now, incident.openedAt + following.afterMs);
	const last = steps[step]?.afterMs ?? 0;
	return now + Math.max(REPEAT_MS, last - (steps[step - 1]?.afterMs ?? 0));
}

function deliveries(world: World, incident: Incident, addresses: Address[], key: string, now: number, personId?: string): Effect[] {
	return addresses.map(({ channel, address }) => ({
		type: "deliver",
		delivery: {
			incidentId: incident.id,
			key: `${incident.id}|${key}|${personId ?? ""}|${channel}|${address}`,
			...(personId === undefined ? {} : { personId }),
			channel,
			address,
			lane: personId === undefined ? "state" : "alarm",
			message: messageOf(world, incident, now),
			createdAt: now,
		},
	}));
}
