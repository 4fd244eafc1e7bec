import { omit } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import type { PlanStep } from "../../model/escalation.ts";
import type { Incident } from "../../model/incident.ts";
import type { JudgeContext } from "../judgement/state.ts";
import { ledger, notifySubscribers } from "./effects.ts";
import { advance } from "./ladder.ts";
import { worksOn } from "./maintenance.ts";
import { type Advanced, notifyGroup } from "./notify-group.ts";
import { stepsForwardOf } from "./plan.ts";

function informed(step: PlanStep): PlanStep {
	const isFirst = step.ladder === "verify" && step.when === "always" && step.afterMs === 0;
	return isFirst ? { ...step, task: "inform", when: "orConfirmed" } : step;
}

/**
 * Another source, a person's word, or the end of the work makes it an incident like any other: its ladders begin then.
 */
export function endsMaintenance(context: JudgeContext, incident: Incident, why: Phrase): Advanced | undefined {
	if (!incident.maintenance) return undefined;
	const isOn = incident.maintenance.until > context.now && worksOn(context, incident.sources) !== undefined;
	if (isOn && incident.confirmedAt === undefined) return undefined;
	const bare = omit(incident, "maintenance");
	const { steps } = context.ladder;
	const wanted = incident.kind === "fire" ? steps : steps.filter((s) => s.ladder === "verify");
	// of a fire that is confirmed already nobody is asked to verify it, and those of the place would never hear of it
	const plan = incident.confirmedAt === undefined ? wanted : wanted.map(informed);
	const first = { done: [], rounds: 0 };
	const next: Incident = {
		...bare,
		escalatesFrom: context.now,
		ladder: { plan, ...stepsForwardOf(context, bare), verify: first, suppress: first },
	};
	// whoever sees to it went to look at a device: those of the place are told all the same
	const begun =
		incident.confirmedAt === undefined
			? notifyGroup(context, next, { ladder: "verify", index: 0, round: 0, why })
			: { incident: next, effects: [] };
	const advanced = advance(context, begun.incident, why);
	const said = ledger(next, { at: context.now, what: "maintenanceOver", who: "rule", detail: { why } });
	return {
		incident: advanced.incident,
		effects: [said, ...begun.effects, ...advanced.effects, ...notifySubscribers(context, advanced.incident)],
	};
}
