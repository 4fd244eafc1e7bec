import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { isUnderControl } from "../../model/incident-states.ts";
import { deliveries, ledger } from "../escalation/effects.ts";
import { advance, advanceNow } from "../escalation/ladder.ts";
import { isSeeingToIt, withTimes } from "../escalation/times.ts";
import type { Change } from "../judgement/judged.ts";
import type { JudgeContext } from "../judgement/state.ts";
import { guardLook } from "../tasks/guard.ts";
import { centreLook } from "./lease.ts";
import { silence } from "./tower.ts";

/** Looks at an incident whose time has come: promises that were not kept, groups that are due. */
export function onDue(context: JudgeContext, incident: Incident): Change {
	const silent = silence(context, incident);
	if (silent) return silent;
	const guarded = guardLook(context, incident);
	if (guarded) return guarded;
	// in other hands, or nothing more to be told: no promise is waited for
	if (incident.handedTo || incident.partOf !== undefined || isUnderControl(incident.state)) {
		return centreLook(context, incident) ?? { incident: withTimes(context, incident), effects: [] };
	}
	// while the tower climbs by itself, it reminds as well
	if (incident.takenFrom?.lease === "asked") return centreLook(context, incident) ?? { incident, effects: [] };
	const late = incident.involved.filter(
		(i) => isSeeingToIt(i) && i.feedbackBy !== undefined && i.feedbackBy <= context.now,
	);
	if (late.length === 0) return centreLook(context, incident) ?? advance(context, incident, "nobody has answered");
	const involved = incident.involved.map((i) => (late.includes(i) ? { ...i, lapsedAt: context.now } : i));
	const lapsed: Incident = { ...incident, involved, changedAt: context.now };
	const effects: Effect[] = late.flatMap((i) => {
		// the person is asked once more, since a promise is easier kept than begun anew
		const person = context.duty.person(i.personId);
		const again = deliveries(context, lapsed, person?.addresses ?? [], {
			key: `overdue.${i.feedbackBy}`,
			personId: i.personId,
			task: i.task,
		});
		return [
			ledger(lapsed, {
				at: context.now,
				what: "lapsed",
				who: "rule",
				detail: { personId: i.personId, answer: i.answer, due: i.feedbackBy },
			}),
			...again,
		];
	});
	// while another sees to it, nobody else is called
	const alone = !involved.some((i) => isSeeingToIt(i));
	const on = alone
		? advanceNow(context, lapsed, "no feedback in time")
		: advance(context, lapsed, "no feedback in time");
	const looked = centreLook(context, on.incident) ?? { incident: on.incident, effects: [] };
	return { incident: looked.incident, effects: [...effects, ...on.effects, ...looked.effects] };
}
