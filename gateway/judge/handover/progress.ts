import { omit } from "../../base/omit.ts";
import type { Involved, LadderProgress } from "../../model/escalation.ts";
import type { Incident } from "../../model/incident.ts";
import type { Progress } from "../../model/lease.ts";
import { rank } from "../escalation/notify-group.ts";
import { unsaid } from "../lifecycle/rekindle.ts";

/** How far an incident has come, as one side tells the other. */
export function progressOf({ ladder: { verify, suppress }, involved, evidence }: Incident): Progress {
	return { verify, suppress, involved, seenAt: Math.max(...evidence.map((e) => e.at)) };
}

/** What both sides know together: every group that either has told, and of each person the newest word. */
export function merged(
	incident: Incident,
	progress: { verify: LadderProgress; suppress: LadderProgress; involved?: Involved[] },
	notified = progress.involved ?? [],
): Incident {
	// who has gone with a part of a wave was told of that
	const here = notified.filter(
		(p) => !incident.split?.some((s) => s.people.includes(p.personId) && p.notifiedAt <= s.at),
	);
	const people = here.map((p) => sinceFlared(incident, p));
	const { ladder } = incident;
	const involved = incident.involved.map((own) => {
		const theirs = people.find((p) => p.personId === own.personId);
		return theirs ? bothOf(own, theirs) : own;
	});
	const others = people.filter((p) => !incident.involved.some((own) => own.personId === p.personId));
	return {
		...incident,
		involved: [...involved, ...others],
		ladder: {
			...ladder,
			verify: mergeProgress(ladder.verify, progress.verify),
			suppress: mergeProgress(ladder.suppress, progress.suppress),
		},
	};
}

/** What was said before it flared up again counts no longer. */
function sinceFlared({ rekindled, escalatesFrom = 0 }: Incident, involved: Involved): Involved {
	const { answeredAt = 0 } = involved;
	return rekindled !== undefined && answeredAt < escalatesFrom ? unsaid(involved) : involved;
}

function mergeProgress(a: LadderProgress, b: LadderProgress): LadderProgress {
	const done = [...a.done, ...b.done.filter((i) => !a.done.includes(i))];
	const rounds = Math.max(a.rounds, b.rounds);
	const notifiedAt = Math.max(a.notifiedAt ?? 0, b.notifiedAt ?? 0);
	return notifiedAt > 0 ? { done, rounds, notifiedAt } : { done, rounds };
}

/** What both sides know of one person. */
function bothOf(own: Involved, theirs: Involved): Involved {
	const { answeredAt: oursAt = 0 } = own;
	const { answeredAt: theirsAt = 0, lapsedAt } = theirs;
	const isNewer = theirsAt > oursAt || (theirsAt === oursAt && lapsedAt !== undefined);
	const newer = isNewer ? theirs : own;
	// what either has asked of him he has been asked, and whom either has reached is reached
	const { task, ladder } = rank(own.task) > rank(theirs.task) ? own : theirs;
	const isUnreached = own.unreached && theirs.unreached;
	return { ...(isUnreached ? newer : omit(newer, "unreached")), task, ladder };
}
