import { phrase } from "../../base/say.ts";
import type { JudgeEvent } from "../../model/event.ts";
import { mayEnd } from "../duty/duty.ts";
import { ledger, refusalOf } from "../escalation/effects.ts";
import { withTimes } from "../escalation/times.ts";
import { applyChanges, noChange } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { guardOver } from "./guard.ts";

/** A task is done with: the ground was inspected, or somebody else sees to it. */
export function onRelease(
	context: JudgeContext,
	state: JudgeState,
	event: Extract<JudgeEvent, { type: "release" }>,
): Judged {
	const incident = state.incidents.find((i) => i.id === event.incidentId);
	const task = incident?.tasks?.find((t) => t.id === event.taskId && t.doneAt === undefined);
	if (!incident || !task) return { ...noChange(state), refused: phrase("refused.noSuchTask") };
	if (!mayEnd(context.duty, event.personId, incident.grids, context.now)) {
		const why = phrase("refused.noRightToRelease");
		const refused = refusalOf(incident, context.now, { answer: "release", personId: event.personId }, why);
		return { ...applyChanges(state, [{ incident, effects: [refused] }]), refused: why };
	}
	const tasks =
		incident.tasks?.map((t) => (t === task ? { ...t, doneAt: context.now, doneBy: event.personId } : t)) ?? [];
	const next = withTimes(context, { ...incident, tasks, changedAt: context.now });
	const entry = ledger(next, {
		at: context.now,
		what: "guard:released",
		who: event.personId,
		detail: { task: task.id },
		personal: { name: event.personName },
	});
	const over = guardOver(context, next, { tasks: [task], endedBy: event.personId });
	return applyChanges(state, [{ incident: next, effects: [entry, { type: "stop", incidentId: next.id }, ...over] }]);
}
