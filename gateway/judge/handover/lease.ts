import { defined, omit } from "../../base/omit.ts";
import { phrase } from "../../base/say.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { LadderName } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import { MESSAGE_NAMES } from "../../model/first-names.ts";
import type { Handover } from "../../model/handover.ts";
import type { Incident } from "../../model/incident.ts";
import { callsNobody } from "../../model/incident-states.ts";
import type { CentreMessage, Taken } from "../../model/lease.ts";
import { deliveries, ledger } from "../escalation/effects.ts";
import { notifyNewcomers } from "../escalation/newcomers.ts";
import { notifyGroup } from "../escalation/notify-group.ts";
import { answering } from "../escalation/people.ts";
import { groupsOf } from "../escalation/plan.ts";
import { nextDue, withTimes } from "../escalation/times.ts";
import { applyChanges, type Change, noChange } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { merged, progressOf } from "./progress.ts";

/**
 * Who advances an incident's ladders, as the centre sees it: it asks the tower for them, has them while it holds the
 * lease, and calls those on duty where the tower is silent. This is what the tower has answered.
 */
export function onAck(context: JudgeContext, state: JudgeState, ack: Extract<Handover, { what: "ack" }>): Judged {
	const own = state.incidents.find((i) => i.id === ack.incidentId);
	const taken = own?.takenFrom;
	if (!own || taken?.tower !== ack.tower) return noChange(state);
	const known = { ...own, missing: own.missing.filter((m) => m !== "tower") };
	const { progress } = ack;
	const incident = progress ? { ...merged(known, progress), ...defined({ seenAt: progress.seenAt }) } : known;
	// a word that the tower does not take says nothing of its ladders
	if (!ack.ok && ack.of !== "answer") return applyChanges(state, [lost(context, incident, taken, ack.of)]);
	const heard: Taken = { ...omit(taken, "alarmed"), heardAt: context.now };
	if (ack.of === "claim" && taken.lease === "asked") return applyChanges(state, [held(context, incident, heard)]);
	if (ack.of === "permission" && taken.lease === "held" && heard.permission)
		return permitted(context, state, incident, { ...heard, permission: heard.permission });
	return applyChanges(state, [{ incident: withTimes(context, { ...incident, takenFrom: heard }), effects: [] }]);
}

/** The tower escalates by itself again: the ladders are asked for anew, and nobody is told meanwhile. */
function lost(context: JudgeContext, incident: Incident, taken: Taken, of: CentreMessage["what"]): Change {
	const asked: Taken = { ...omit(taken, "permission", "advanceNow"), lease: "asked", heardAt: context.now };
	const entry = ledger(incident, { at: context.now, what: "lost", who: "rule", detail: { of: MESSAGE_NAMES[of] } });
	return {
		incident: withTimes(context, { ...incident, takenFrom: asked }),
		effects: taken.lease === "held" ? [entry] : [],
	};
}

/** The ladders are ours: what is due is asked for. */
function held(context: JudgeContext, incident: Incident, heard: Taken): Change {
	const next = ask(context, { ...incident, takenFrom: { ...heard, lease: "held", heartbeatAt: context.now } });
	const detail = { tower: heard.tower };
	const entry = ledger(incident, { at: context.now, what: "held", who: "rule", detail });
	return { incident: next.incident, effects: [entry, ...next.effects] };
}

/** The tower has given leave to tell a group. */
function permitted(
	context: JudgeContext,
	state: JudgeState,
	incident: Incident,
	{ permission, ...heard }: Taken & { permission: NonNullable<Taken["permission"]> },
): Judged {
	const { ladder, index, round } = permission;
	const { done, rounds } = incident.ladder[ladder];
	const known: Incident = { ...incident, takenFrom: omit(heard, "advanceNow") };
	// the tower may have told it meanwhile, and says so with every word
	const isTold = round === 0 ? done.includes(index) : rounds >= round;
	if (isTold) return applyChanges(state, [ask(context, known)]);
	const notified = notifyGroup(context, known, { ladder, index, round, why: phrase("because.granted") });
	const next = ask(context, notified.incident);
	const synced = send(notified.incident, { what: "notified", progress: progressOf(notified.incident) });
	const parts = notified.incident.linkedIncidents ? echoed(context, state, notified.incident) : [];
	const effects = [...notified.effects, synced, ...next.effects];
	return applyChanges(state, [{ incident: next.incident, effects }, ...parts]);
}

/** The other towers of a fire hear what was told of it, so that they go on from there when their line is cut. */
function echoed(context: DecisionContext, state: JudgeState, primary: Incident): Change[] {
	const parts = state.incidents.filter((i) => i.primaryId === primary.id);
	return parts.map((part) => {
		// groups of another plan are other people: then only the people are known
		const samePlan = JSON.stringify(part.ladder.plan) === JSON.stringify(primary.ladder.plan);
		const progress = samePlan ? progressOf(primary) : progressOf(part);
		const people = primary.involved.map((i) => ({ ...i, elsewhere: i.elsewhere ?? primary.takenFrom?.tower ?? "" }));
		const next = withTimes(context, merged(part, progress, people));
		return { incident: next, effects: [send(next, { what: "notified", progress: progressOf(next) })] };
	});
}

/** What is due of an incident the centre has claimed: a heartbeat, the claim again, letting go, or the next group. */
export function leaseDue(context: JudgeContext, incident: Incident): Change | undefined {
	const taken = incident.takenFrom;
	if (!taken) return undefined;
	const { silentMs } = context.ladder;
	const heartbeatMs = silentMs / 6;
	if (taken.lease === "asked") return askAgain(context, incident, taken);
	if (context.now - taken.heardAt >= (silentMs * 2) / 3) return letGo(context, incident, taken);
	const isHeartbeatDue = context.now - taken.heartbeatAt >= heartbeatMs;
	const renewed = isHeartbeatDue ? { ...incident, takenFrom: { ...taken, heartbeatAt: context.now } } : incident;
	const heartbeats = isHeartbeatDue ? [send(incident, { what: "heartbeat" })] : [];
	// the groups that were told are ours to look after while the ladders are
	const isPrimary = incident.primaryId === undefined;
	const joined = isPrimary ? notifyNewcomers(context, renewed) : { incident: renewed, effects: [] };
	const word = send(joined.incident, { what: "notified", progress: progressOf(joined.incident) });
	const notified = joined.effects.length > 0 ? [word] : [];
	const next = ask(context, joined.incident);
	return { incident: next.incident, effects: [...heartbeats, ...joined.effects, ...notified, ...next.effects] };
}

/** The tower has not answered yet: it is asked once more, and whoever is at the desk hears of one that is silent. */
function askAgain(context: JudgeContext, incident: Incident, taken: Taken): Change {
	const { now } = context;
	if (now - taken.askedAt < context.ladder.silentMs / 6) return { incident: withTimes(context, incident), effects: [] };
	const asked: Incident = { ...incident, takenFrom: { ...taken, askedAt: now, heartbeatAt: now } };
	const silent = towerSilent(context, asked);
	const question = send(incident, { what: "claim" });
	return { incident: withTimes(context, silent.incident), effects: [...silent.effects, question] };
}

/** A tower that is silent escalates by itself: its ladders are asked for anew. */
function letGo(context: JudgeContext, incident: Incident, taken: Taken): Change {
	const { now } = context;
	const asked: Taken = { ...omit(taken, "permission", "advanceNow"), lease: "asked", askedAt: now, heartbeatAt: now };
	const detail = { why: phrase("because.towerSilent"), heardAt: taken.heardAt };
	const entry = ledger(incident, { at: now, what: "lost", who: "rule", detail });
	const next = withTimes(context, { ...incident, takenFrom: asked });
	return { incident: next, effects: [entry, send(incident, { what: "claim" })] };
}

/** Roles that look after a fire whose tower has fallen silent. */
const AT_THE_DESK = ["officer", "dutyLeader"];

/**
 * A tower that has fallen silent with a fire open either escalates by itself behind a broken line, or it burns. The
 * centre cannot know, and does not tell people what they may have heard: it calls those on duty, once, who can.
 */
function towerSilent(context: JudgeContext, incident: Incident): Change {
	const taken = incident.takenFrom as Taken;
	const { heardAt, alarmed = false } = taken;
	const isSilent = context.now - heardAt >= 2 * context.ladder.silentMs;
	if (alarmed || callsNobody(incident.state) || !isSilent || incident.primaryId !== undefined)
		return { incident, effects: [] };
	const missing = [...new Set([...incident.missing, "tower"])];
	const next: Incident = { ...incident, missing, takenFrom: { ...taken, alarmed: true } };
	const onDuty = answering(context, next).filter((d) => AT_THE_DESK.includes(d.role));
	const people = [...new Map(onDuty.map((d) => [d.person.id, d.person])).values()];
	const key = `silent.${heardAt}`;
	const detail = { heardAt, people: people.map((p) => p.id) };
	const entry = ledger(next, { at: context.now, what: "towerSilent", who: "rule", detail });
	const notified = people.flatMap((p) => deliveries(context, next, p.addresses, { key, personId: p.id }));
	return { incident: next, effects: [entry, ...notified] };
}

/** Asks the tower for leave to tell the next group that is due, or again for the one that was asked for. */
function ask(context: JudgeContext, incident: Incident): Change {
	const { now } = context;
	const taken = incident.takenFrom as Taken;
	const permission = taken.permission ?? wanted(context, incident, taken);
	const isAsked = taken.permission !== undefined && now - taken.permission.askedAt < context.ladder.silentMs / 6;
	if (!permission || isAsked) return { incident: withTimes(context, incident), effects: [] };
	const { ladder, index } = permission;
	const asked = { ...incident, takenFrom: { ...taken, permission: { ...permission, askedAt: now } } };
	return { incident: withTimes(context, asked), effects: [send(incident, { what: "permission", ladder, index })] };
}

/** The first group that is due, or, where everybody has declined, that is next. */
function wanted(context: JudgeContext, incident: Incident, { advanceNow = false }: Taken): Taken["permission"] {
	const { now } = context;
	const dues = LADDERS.flatMap((ladder) => {
		const due = nextDue(context, incident, ladder, groupsOf(incident.ladder.plan, ladder));
		return due ? [{ ladder, ...due }] : [];
	});
	const first = dues.find(({ ladder, at }) => at <= now || (advanceNow && ladder === "verify"));
	return first && { ladder: first.ladder, index: first.index, round: first.rounds, askedAt: now };
}

const LADDERS: readonly LadderName[] = ["verify", "suppress"];

type Said = CentreMessage extends infer M ? (M extends { incidentId: string } ? Omit<M, "incidentId"> : never) : never;

export function send(incident: Incident, said: Said): Effect {
	return {
		type: "send",
		tower: incident.takenFrom?.tower ?? "",
		message: { incidentId: incident.id, ...said } as CentreMessage,
	};
}
