import type { Instruction, LadderName, PlanStep } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { isUnderControl } from "../../model/incident-states.ts";
import type { JudgeContext } from "../judgement/state.ts";
import { deliveries, ledger } from "./effects.ts";
import { type Advanced, describe, involve, rank } from "./notify-group.ts";
import { answering, peopleOf, type Recipient } from "./people.ts";
import { groupsOf } from "./plan.ts";

/**
 * Whom the steps told so far mean now, and did not when they were told: the shift that takes over, a successor in the
 * register, the people of ground to which the place has moved. Each hears once, whoever else is seeing to it: an open
 * fire is handed over with the duty.
 */
export function notifyNewcomers(context: JudgeContext, incident: Incident): Advanced {
	// nobody is called to what somebody has just ended: if that is undone, he is called then
	if (isUnderControl(incident.state) || incident.ending) return { incident, effects: [] };
	const all = answering(context, incident);
	let next = incident;
	const effects: Effect[] = [];
	for (const notified of stepsDone(incident)) {
		const { step } = notified;
		const fresh = peopleOf(context, next, step, all).filter((t) => isNew(next, t, step.task));
		if (fresh.length === 0) continue;
		const caughtUp = notifyFresh(context, next, notified, fresh);
		next = caughtUp.incident;
		effects.push(...caughtUp.effects);
	}
	return { incident: next, effects };
}

/** A step that was told, as the `group`-th of its ladder. */
interface StepDone {
	ladder: LadderName;
	group: number;
	/** As it is told now: once it is confirmed nobody need verify it any more. */
	step: PlanStep;
}

function stepsDone({ ladder: { plan, verify, suppress }, confirmedAt }: Incident): StepDone[] {
	const of = (ladder: LadderName, done: number[]): StepDone[] => {
		const groups = groupsOf(plan, ladder);
		const isLooked = ladder === "verify" && confirmedAt !== undefined;
		const asNow = (step: PlanStep): PlanStep => (isLooked ? { ...step, task: "inform" } : step);
		return done.flatMap((group) => groups[group]?.steps.map((step) => ({ ladder, group, step: asNow(step) })) ?? []);
	};
	return [...of("verify", verify.done), ...of("suppress", suppress.done)];
}

function notifyFresh(
	context: JudgeContext,
	incident: Incident,
	{ ladder, group, step }: StepDone,
	fresh: Recipient[],
): Advanced {
	const { task } = step;
	const { version: register } = context.register;
	const detail = { ladder, group, ...describe(step), people: fresh.map((t) => t.person.id), register };
	const effects = [ledger(incident, { at: context.now, what: "newcomers", who: "rule", detail })];
	// who was told of it before it was split, and comes in once more with another place, is told anew
	const again = incident.split ? `.${incident.split.length}` : "";
	const key = `${ladder}.${group}.new${again}.${task}`;
	let next: Incident = { ...incident, missing: incident.missing.filter((m) => m !== "people") };
	for (const notified of fresh) {
		const { id: personId, addresses } = notified.person;
		const first = !next.involved.some((i) => i.personId === personId);
		next = involve(next, notified, { step, ladder, at: context.now });
		effects.push(...deliveries(context, next, addresses, { key, personId, task, first }));
	}
	return { incident: next, effects };
}

/**
 * Nobody has told him, whoever did had no address of his, or he was asked for less: a ranger who has become head of a
 * team.
 */
function isNew({ involved }: Incident, { person }: Recipient, task: Instruction): boolean {
	const known = involved.find((i) => i.personId === person.id);
	return !known || (known.unreached === true && person.addresses.length > 0) || rank(task) > rank(known.task);
}
