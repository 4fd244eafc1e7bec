import { phrase } from "../../base/say.ts";
import type { Involved } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { isUnderControl } from "../../model/incident-states.ts";
import { deliveries, ledger } from "../escalation/effects.ts";
import { advance, advanceNow } from "../escalation/ladder.ts";
import { isSeeingToIt, withTimes } from "../escalation/times.ts";
import type { Change } from "../judgement/judged.ts";
import type { JudgeContext } from "../judgement/state.ts";
import { guardDue } from "../tasks/guard.ts";
import { leaseDue } from "./lease.ts";
import { silence } from "./tower.ts";

/** Looks at an incident whose time has come: promises that were not kept, groups that are due. */
export function onDue(context: JudgeContext, incident: Incident): Change {
	const silent = silence(context, incident);
	if (silent) return silent;
	const guarded = guardDue(context, incident);
	if (guarded) return guarded;
	// in other hands, or nothing more to be told: no promise is waited for
	if (incident.handedTo || incident.primaryId !== undefined || isUnderControl(incident.state)) {
		return leaseDue(context, incident) ?? { incident: withTimes(context, incident), effects: [] };
	}
	// while the tower escalates by itself, it reminds as well
	if (incident.takenFrom?.lease === "asked") return leaseDue(context, incident) ?? { incident, effects: [] };
	const late = incident.involved.filter(
		(i) => isSeeingToIt(i) && i.feedbackBy !== undefined && i.feedbackBy <= context.now,
	);
	if (late.length === 0) return leaseDue(context, incident) ?? advance(context, incident, phrase("because.noAnswer"));
	return lapsed(context, incident, late);
}

/** Promises that were not kept in time: whoever gave one is asked again, and others are told. */
function lapsed(context: JudgeContext, incident: Incident, late: Involved[]): Change {
	const involved = incident.involved.map((i) => (late.includes(i) ? { ...i, lapsedAt: context.now } : i));
	const next: Incident = { ...incident, involved, changedAt: context.now };
	const effects = late.flatMap((i) => askedOnceMore(context, next, i));
	// while another sees to it, nobody else is called
	const onward = involved.some((i) => isSeeingToIt(i)) ? advance : advanceNow;
	const on = onward(context, next, phrase("because.noFeedback"));
	const looked = leaseDue(context, on.incident) ?? { incident: on.incident, effects: [] };
	return { incident: looked.incident, effects: [...effects, ...on.effects, ...looked.effects] };
}

/** A person is asked once more, since a promise is easier kept than begun anew. */
function askedOnceMore(context: JudgeContext, incident: Incident, i: Involved): Effect[] {
	const { personId, answer, feedbackBy: due, task } = i;
	const addresses = context.duty.person(personId)?.addresses ?? [];
	const detail = { personId, answer, due };
	return [
		ledger(incident, { at: context.now, what: "lapsed", who: "rule", detail }),
		...deliveries(context, incident, addresses, { key: `overdue.${due}`, personId, task }),
	];
}
