import type { Instruction, LadderName } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Incident } from "../../model/incident.ts";
import { isUnderControl } from "../../model/incident-states.ts";
import type { JudgeContext } from "../judgement/state.ts";
import { deliveries, ledger } from "./effects.ts";
import { answering, peopleOf, type Told } from "./people.ts";
import { groupsOf } from "./plan.ts";
import { type Advanced, describe, involve, rank } from "./tell.ts";

/**
 * Whom the steps told so far mean now, and did not when they were told: the shift that takes over, a successor in the
 * register, the people of ground to which the place has moved. Each hears once, whoever else is seeing to it: an open
 * fire is handed over with the duty.
 */
export function tellNewcomers(context: JudgeContext, incident: Incident): Advanced {
	// nobody is called to what somebody has just ended: if that is undone, he is called then
	if (isUnderControl(incident.state) || incident.ending) return { incident, effects: [] };
	const all = answering(context, incident);
	// who was told of it before it was split, and comes in once more with another place, is told anew
	const again = incident.split ? `.${incident.split.length}` : "";
	let next = incident;
	const effects: Effect[] = [];
	for (const name of ["verify", "suppress"] as LadderName[]) {
		const groups = groupsOf(incident.ladder.plan, name);
		for (const index of incident.ladder[name].done) {
			for (const planned of groups[index]?.steps ?? []) {
				const fresh = peopleOf(context, next, planned, all).filter((t) => isNew(next, t, planned.task));
				if (fresh.length === 0) continue;
				// once it is confirmed nobody need verify it any more
				const step =
					name === "verify" && incident.confirmedAt !== undefined ? { ...planned, task: "inform" as const } : planned;
				const people = fresh.map((t) => t.person.id);
				effects.push(
					ledger(incident, {
						at: context.now,
						what: "newcomers",
						who: "rule",
						detail: {
							ladder: name,
							group: index,
							...describe(step),
							people,
							register: context.register.version,
						},
					}),
				);
				next = { ...next, missing: next.missing.filter((m) => m !== "people") };
				for (const t of fresh) {
					const known = next.involved.some((i) => i.personId === t.person.id);
					next = involve(next, t, { step, ladder: name, at: context.now });
					effects.push(
						...deliveries(context, next, t.person.addresses, {
							key: `${name}.${index}.new${again}.${step.task}`,
							personId: t.person.id,
							task: step.task,
							first: !known,
						}),
					);
				}
			}
		}
	}
	return { incident: next, effects };
}

/**
 * Nobody has told him, whoever did had no address of his, or he was asked for less: a ranger who has become head of a
 * team.
 */
function isNew({ involved }: Incident, { person }: Told, task: Instruction): boolean {
	const known = involved.find((i) => i.personId === person.id);
	return !known || (known.unreached === true && person.addresses.length > 0) || rank(task) > rank(known.task);
}
