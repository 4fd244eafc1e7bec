import type { CentreMessage, Progress } from "../../model/handover.ts";
import type { Climb, Incident, Involved } from "../../model/incident.ts";
import { onAnswer } from "../incident/answers.ts";
import { type Change, changed, nothing } from "../incident/ending.ts";
import { unsaid } from "../incident/rekindle.ts";
import type { Judged, JudgeState, World } from "../world.ts";
import { climb, ledger, rank, tellListeners, withTimes } from "./ladder.ts";

/**
 * An incident's ladders in the hands of a centre. The tower climbs until it has said yes to "take", and again after
 * a minute of the centre's silence. The centre tells a group only after the tower has granted that very group, and
 * lets go when the tower has been silent for two thirds of that minute: at no time do both climb. A group granted of
 * which the tower heard nothing more is told by the tower when it resumes; that is the one case in which somebody
 * may hear twice, since nobody can know on both ends of a broken line whether the last word was heard.
 */

/** Said to a centre that asks for what is over here. */
export const NOT_OPEN = "there is no such open incident";

/** The tower's side. An answer of `refused` in the ledger tells the centre that the ladders are not its own. */
export function onTower(world: World, state: JudgeState, m: CentreMessage, now: number): Judged {
	const incident = state.incidents.find((i) => i.id === m.incidentId);
	if (!incident) return refuse(state, m, now, NOT_OPEN);
	const say = (what: string, detail: Record<string, unknown> = {}) => ledger(incident, now, what, "centre", detail);
	if (m.what === "answer") return onAnswer(world, state, m.answer, now);
	if (m.what === "take") {
		// asked again, the centre has not heard our yes: only what a holder says keeps the ladders there, or nobody would climb
		const handed = withTimes(world, { ...incident, handedTo: incident.handedTo ?? { heardAt: now }, changedAt: now });
		return changed(state, [{ incident: handed, effects: incident.handedTo ? [] : [say("taken")] }]);
	}
	if (!incident.handedTo && m.what !== "told") return refuse(state, m, now, "the tower has taken the ladders back");
	const heard: Incident = incident.handedTo ? { ...incident, handedTo: { heardAt: now } } : incident;
	if (m.what === "beat") return changed(state, [{ incident: withTimes(world, heard), effects: [] }]);
	if (m.what === "grant")
		return changed(state, [{ incident: withTimes(world, heard), effects: [say("granted", { ladder: m.ladder, group: m.index })] }]);
	const synced = withTimes(world, merged(heard, m.progress));
	const told = say("toldByCentre", { verify: m.progress.verify.done, suppress: m.progress.suppress.done });
	return changed(state, [{ incident: synced, effects: [told] }]);
}

/** A tower whose centre has been silent for too long climbs on from the last step it knows of. */
export function silence(world: World, incident: Incident, now: number): Change | undefined {
	if (!incident.handedTo || now < incident.handedTo.heardAt + world.ladder.silentMs) return undefined;
	const why = "the centre is silent";
	const entry = ledger(incident, now, "resumed", "rule", { why, heardAt: incident.handedTo.heardAt });
	const { handedTo: _, ...own } = incident;
	const climbed = climb(world, { ...own, changedAt: now }, now, why);
	// the centre hears of it as soon as it hears again
	return { incident: climbed.incident, effects: [entry, ...climbed.effects, ...tellListeners(world, climbed.incident, now)] };
}

function refuse(state: JudgeState, m: CentreMessage, now: number, why: string): Judged {
	const entry = { at: now, incidentId: m.incidentId, what: "refused", who: "rule", detail: { of: m.what, why } };
	return { ...nothing(state), effects: [{ type: "ledger", entry }] };
}

/** How far an incident has come, as one side tells the other. */
export function progressOf({ ladder: { verify, suppress }, involved, evidence }: Incident): Progress {
	return { verify, suppress, involved, seenAt: Math.max(...evidence.map((e) => e.at)) };
}

/** What both sides know together: every group that either has told, and of each person the newest word. */
export function merged(
	incident: Incident,
	climbs: { verify: Climb; suppress: Climb; involved?: Involved[] },
	told = climbs.involved ?? [],
): Incident {
	// who has gone with a part of a wave was told of that
	const here = told.filter((p) => !incident.split?.some((s) => s.people.includes(p.personId) && p.toldAt <= s.at));
	// what was said before it flared up again counts no longer
	const isOld = (p: Involved) => incident.rekindled !== undefined && (p.answeredAt ?? 0) < (incident.climbsFrom ?? 0);
	const people = here.map((p) => (isOld(p) ? unsaid(p) : p));
	const { ladder } = incident;
	const both = (a: Climb, b: Climb): Climb => {
		const toldAt = Math.max(a.toldAt ?? 0, b.toldAt ?? 0);
		return {
			done: [...a.done, ...b.done.filter((i) => !a.done.includes(i))],
			rounds: Math.max(a.rounds, b.rounds),
			...(toldAt > 0 ? { toldAt } : {}),
		};
	};
	const involved = incident.involved.map((own) => {
		const theirs = people.find((p) => p.personId === own.personId);
		if (!theirs) return own;
		const [a, b] = [theirs.answeredAt ?? 0, own.answeredAt ?? 0];
		const newer = a > b || (a === b && theirs.lapsedAt !== undefined) ? theirs : own;
		// what either has asked of him he has been asked, and whom either has reached is reached
		const asked = rank(own.task) > rank(theirs.task) ? own : theirs;
		const { unreached: _, ...reached } = newer;
		return { ...(own.unreached && theirs.unreached ? newer : reached), task: asked.task, ladder: asked.ladder };
	});
	const others = people.filter((p) => !incident.involved.some((own) => own.personId === p.personId));
	return {
		...incident,
		involved: [...involved, ...others],
		ladder: { ...ladder, verify: both(ladder.verify, climbs.verify), suppress: both(ladder.suppress, climbs.suppress) },
	};
}
