import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import type { LadderName, LadderProgress } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import type { JudgeContext } from "../judgement/state.ts";
import { planOf } from "./maintenance.ts";
import { notifyNewcomers } from "./newcomers.ts";
import { type Advanced, notifyGroup } from "./notify-group.ts";
import { groupsOf, stepsForwardOf } from "./plan.ts";
import { isOpen, nextDue, withTimes } from "./times.ts";

/**
 * The two ladders of an incident, verify and suppress, side by side. Everything is worked out from the
 * incident as it stands, so that a judgement made again after a crash comes to the same end.
 */

const LADDERS: readonly LadderName[] = ["verify", "suppress"];
const FIRST: LadderProgress = { done: [], rounds: 0 };

/** A new incident's ladders: the plan in force is kept with it, so that editing plans never breaks a running one. */
export function startLadders(context: JudgeContext, incident: Incident): Advanced {
	const { steps } = context.ladder;
	// lost coverage has nothing to put out, and a silent sensor is a repair job: said once, it escalates to nobody
	const plan = incident.kind === "fire" ? steps : steps.filter((s) => s.ladder === "verify");
	const first = Math.min(...plan.map((s) => s.afterMs));
	const whole = incident.kind === "sensorFault" ? plan.filter((s) => s.afterMs === first) : plan;
	const fitting = planOf(incident, whole);
	const ladder = { plan: fitting, ...stepsForwardOf(context, incident), verify: FIRST, suppress: FIRST };
	return advance(context, { ...incident, ladder }, phrase("because.opened"));
}

/** Tells every group that is due, on both ladders, and works out when to look again. */
export function advance(context: JudgeContext, incident: Incident, why: Phrase): Advanced {
	// delegated: the other side notifies, or the centre does, one permitted group at a time (handover/lease.ts)
	if (incident.handedTo || incident.takenFrom) return { incident: withTimes(context, incident), effects: [] };
	let next = incident;
	const effects: Effect[] = [];
	for (const name of LADDERS) {
		const advanced = advanceOne(context, next, name, why);
		next = advanced.incident;
		effects.push(...advanced.effects);
	}
	const joined = notifyNewcomers(context, next);
	return { incident: withTimes(context, joined.incident), effects: [...effects, ...joined.effects] };
}

/** The next group of the verify ladder is told now, whatever its time: nobody who was told will do it. */
export function advanceNow(context: JudgeContext, incident: Incident, why: Phrase): Advanced {
	if (incident.ending) return advance(context, incident, why);
	if (incident.takenFrom)
		return advance(context, { ...incident, takenFrom: { ...incident.takenFrom, advanceNow: true } }, why);
	if (incident.handedTo) return advance(context, incident, why);
	const { plan, verify } = incident.ladder;
	const groups = groupsOf(plan, "verify");
	const waiting = groups.findIndex((g, i) => !verify.done.includes(i) && isOpen(incident, "verify", g));
	const index = waiting >= 0 ? waiting : verify.done.at(-1);
	if (index === undefined) return advance(context, incident, why);
	const notified = notifyGroup(context, incident, {
		ladder: "verify",
		index,
		round: waiting >= 0 ? 0 : verify.rounds + 1,
		why,
	});
	const rest = advance(context, notified.incident, why);
	return { incident: rest.incident, effects: [...notified.effects, ...rest.effects] };
}

function advanceOne(context: JudgeContext, incident: Incident, name: LadderName, why: Phrase): Advanced {
	const groups = groupsOf(incident.ladder.plan, name);
	let next = incident;
	const effects: Effect[] = [];
	for (let turn = 0; turn <= groups.length + 1; turn++) {
		const due = nextDue(context, next, name, groups);
		if (!due || due.at > context.now) break;
		const advanced = notifyGroup(context, next, { ladder: name, index: due.index, round: due.rounds, why });
		effects.push(...advanced.effects);
		next = advanced.incident;
	}
	return { incident: next, effects };
}
