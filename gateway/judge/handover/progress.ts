import { omit } from "../../base/omit.ts";
import type { Involved, LadderProgress } from "../../model/escalation.ts";
import type { Incident } from "../../model/incident.ts";
import type { Progress } from "../../model/lease.ts";
import { rank } from "../escalation/tell.ts";
import { unsaid } from "../lifecycle/rekindle.ts";

/** How far an incident has come, as one side tells the other. */
export function progressOf({ ladder: { verify, suppress }, involved, evidence }: Incident): Progress {
	return { verify, suppress, involved, seenAt: Math.max(...evidence.map((e) => e.at)) };
}

/** What both sides know together: every group that either has told, and of each person the newest word. */
export function merged(
	incident: Incident,
	climbs: { verify: LadderProgress; suppress: LadderProgress; involved?: Involved[] },
	told = climbs.involved ?? [],
): Incident {
	// who has gone with a part of a wave was told of that
	const here = told.filter((p) => !incident.split?.some((s) => s.people.includes(p.personId) && p.toldAt <= s.at));
	// what was said before it flared up again counts no longer
	const isOld = (p: Involved) => incident.rekindled !== undefined && (p.answeredAt ?? 0) < (incident.climbsFrom ?? 0);
	const people = here.map((p) => (isOld(p) ? unsaid(p) : p));
	const { ladder } = incident;
	const both = (a: LadderProgress, b: LadderProgress): LadderProgress => {
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
		const reached = omit(newer, "unreached");
		return { ...(own.unreached && theirs.unreached ? newer : reached), task: asked.task, ladder: asked.ladder };
	});
	const others = people.filter((p) => !incident.involved.some((own) => own.personId === p.personId));
	return {
		...incident,
		involved: [...involved, ...others],
		ladder: { ...ladder, verify: both(ladder.verify, climbs.verify), suppress: both(ladder.suppress, climbs.suppress) },
	};
}
