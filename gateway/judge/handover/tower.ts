import { omit } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase, type RowCode } from "../../base/say.ts";
import { MESSAGE_NAMES } from "../../model/first-names.ts";
import type { Incident } from "../../model/incident.ts";
import { type CentreMessage, NOT_OPEN } from "../../model/lease.ts";
import type { LedgerEntry } from "../../model/ledger.ts";
import { onAnswer } from "../correlation/answers.ts";
import { ledger, notifySubscribers } from "../escalation/effects.ts";
import { advance } from "../escalation/ladder.ts";
import { withTimes } from "../escalation/times.ts";
import { applyChanges, type Change, noChange } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { merged } from "./progress.ts";

/**
 * An incident's ladders in the hands of a centre. The tower escalates until it has said yes to a claim, and again after
 * a minute of the centre's silence. The centre notifies a group only after the tower has permitted that very group, and
 * lets go when the tower has been silent for two thirds of that minute: at no time do both escalate. A group that was
 * permitted and of which the tower heard nothing more is notified by the tower when it resumes: the one case in which
 * somebody may hear twice, since nobody can know on both ends of a broken line whether the last message was heard.
 */

/** The tower's side. An answer of `refused` in the ledger tells the centre that the ladders are not its own. */
export function onTower(context: JudgeContext, state: JudgeState, m: CentreMessage): Judged {
	const incident = state.incidents.find((i) => i.id === m.incidentId);
	if (!incident) return refuse(state, m, context.now, NOT_OPEN);
	const say = (what: RowCode, detail: Record<string, unknown> = {}) =>
		ledger(incident, { at: context.now, what, who: "centre", detail });
	if (m.what === "answer") return onAnswer(context, state, m.answer);
	if (m.what === "claim") {
		// a repeated claim: our acknowledgement was lost. It does not renew the lease, or nobody might escalate
		const handed = withTimes(context, {
			...incident,
			handedTo: incident.handedTo ?? { heardAt: context.now },
			changedAt: context.now,
		});
		return applyChanges(state, [{ incident: handed, effects: incident.handedTo ? [] : [say("taken")] }]);
	}
	if (!incident.handedTo && m.what !== "notified")
		return refuse(state, m, context.now, phrase("refused.ladderTakenBack"));
	const heard: Incident = incident.handedTo ? { ...incident, handedTo: { heardAt: context.now } } : incident;
	if (m.what === "heartbeat") return applyChanges(state, [{ incident: withTimes(context, heard), effects: [] }]);
	if (m.what === "permission")
		return applyChanges(state, [
			{ incident: withTimes(context, heard), effects: [say("granted", { ladder: m.ladder, group: m.index })] },
		]);
	const synced = withTimes(context, merged(heard, m.progress));
	const notified = say("toldByCentre", { verify: m.progress.verify.done, suppress: m.progress.suppress.done });
	return applyChanges(state, [{ incident: synced, effects: [notified] }]);
}

/** A tower whose centre has been silent for too long escalates on from the last step it knows of. */
export function silence(context: JudgeContext, incident: Incident): Change | undefined {
	if (!incident.handedTo || context.now < incident.handedTo.heardAt + context.ladder.silentMs) return undefined;
	const why = phrase("because.centreSilent");
	const entry = ledger(incident, {
		at: context.now,
		what: "resumed",
		who: "rule",
		detail: { why, heardAt: incident.handedTo.heardAt },
	});
	const own = omit(incident, "handedTo");
	const advanced = advance(context, { ...own, changedAt: context.now }, why);
	// the centre hears of it as soon as it hears again
	return {
		incident: advanced.incident,
		effects: [entry, ...advanced.effects, ...notifySubscribers(context, advanced.incident)],
	};
}

function refuse(state: JudgeState, m: CentreMessage, now: number, why: Phrase): Judged {
	const entry: LedgerEntry = {
		at: now,
		incidentId: m.incidentId,
		what: "refused",
		who: "rule",
		detail: { of: MESSAGE_NAMES[m.what], why },
	};
	return { ...noChange(state), effects: [{ type: "ledger", entry }], refused: why };
}
