import { defined, omit } from "../../base/omit.ts";
import type { DecisionContext } from "../../model/context.ts";
import type { LadderName } from "../../model/escalation.ts";
import type { Effect } from "../../model/event.ts";
import type { Handover } from "../../model/handover.ts";
import type { Incident } from "../../model/incident.ts";
import { isEnd, isUnderControl } from "../../model/incident-states.ts";
import type { CentreMessage, Taken } from "../../model/lease.ts";
import { deliveries, ledger } from "../escalation/effects.ts";
import { tellNewcomers } from "../escalation/newcomers.ts";
import { answering } from "../escalation/people.ts";
import { groupsOf } from "../escalation/plan.ts";
import { tellGroup } from "../escalation/tell.ts";
import { type Due, nextDue, withTimes } from "../escalation/times.ts";
import { applyChanges, type Change, noChange } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { merged, progressOf } from "./progress.ts";

/**
 * Who climbs an incident's ladders, as the centre sees it: it asks the tower for them, climbs them while it holds the
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
	if (ack.of === "take" && taken.lease === "asked") return applyChanges(state, [held(context, incident, heard)]);
	if (ack.of === "grant" && taken.lease === "held" && heard.grant)
		return granted(context, state, incident, { ...heard, grant: heard.grant });
	return applyChanges(state, [{ incident: withTimes(context, { ...incident, takenFrom: heard }), effects: [] }]);
}

/** The tower climbs by itself again: the ladders are asked for anew, and nobody is told meanwhile. */
function lost(context: JudgeContext, incident: Incident, taken: Taken, of: string): Change {
	const asked: Taken = { ...omit(taken, "grant", "hurry"), lease: "asked", heardAt: context.now };
	const entry = ledger(incident, { at: context.now, what: "lost", who: "rule", detail: { of } });
	return {
		incident: withTimes(context, { ...incident, takenFrom: asked }),
		effects: taken.lease === "held" ? [entry] : [],
	};
}

/** The ladders are ours: what is due is asked for. */
function held(context: JudgeContext, incident: Incident, heard: Taken): Change {
	const next = ask(context, { ...incident, takenFrom: { ...heard, lease: "held", beatAt: context.now } });
	const detail = { tower: heard.tower };
	const entry = ledger(incident, { at: context.now, what: "held", who: "rule", detail });
	return { incident: next.incident, effects: [entry, ...next.effects] };
}

/** The tower has given leave to tell a group. */
function granted(
	context: JudgeContext,
	state: JudgeState,
	incident: Incident,
	{ grant, ...heard }: Taken & { grant: NonNullable<Taken["grant"]> },
): Judged {
	const { ladder, index, round } = grant;
	const { done, rounds } = incident.ladder[ladder];
	const known: Incident = { ...incident, takenFrom: omit(heard, "hurry") };
	// the tower may have told it meanwhile, and says so with every word
	const isTold = round === 0 ? done.includes(index) : rounds >= round;
	if (isTold) return applyChanges(state, [ask(context, known)]);
	const told = tellGroup(context, known, { ladder, index, round, why: "granted by the tower" });
	const next = ask(context, told.incident);
	const synced = send(told.incident, { what: "told", progress: progressOf(told.incident) });
	const parts = told.incident.witnesses ? echoed(context, state, told.incident) : [];
	const effects = [...told.effects, synced, ...next.effects];
	return applyChanges(state, [{ incident: next.incident, effects }, ...parts]);
}

/** The other towers of a fire hear what was told of it, so that they go on from there when their line is cut. */
function echoed(context: DecisionContext, state: JudgeState, lead: Incident): Change[] {
	const parts = state.incidents.filter((i) => i.partOf === lead.id);
	return parts.map((part) => {
		// groups of another plan are other people: then only the people are known
		const samePlan = JSON.stringify(part.ladder.plan) === JSON.stringify(lead.ladder.plan);
		const climbs = samePlan ? progressOf(lead) : progressOf(part);
		const people = lead.involved.map((i) => ({ ...i, elsewhere: i.elsewhere ?? lead.takenFrom?.tower ?? "" }));
		const next = withTimes(context, merged(part, climbs, people));
		return { incident: next, effects: [send(next, { what: "told", progress: progressOf(next) })] };
	});
}

/** The centre looks at an incident it has taken: beats, asks again, lets go, or asks for the next group. */
export function centreLook(context: JudgeContext, incident: Incident): Change | undefined {
	const taken = incident.takenFrom;
	if (!taken) return undefined;
	const { silentMs } = context.ladder;
	const beatMs = silentMs / 6;
	if (taken.lease === "asked") {
		if (context.now - taken.askedAt < beatMs) return { incident: withTimes(context, incident), effects: [] };
		const asked: Incident = { ...incident, takenFrom: { ...taken, askedAt: context.now, beatAt: context.now } };
		const silent = towerSilent(context, asked);
		return {
			incident: withTimes(context, silent.incident),
			effects: [...silent.effects, send(incident, { what: "take" })],
		};
	}
	if (context.now - taken.heardAt >= (silentMs * 2) / 3) {
		const bare = omit(taken, "grant", "hurry");
		const lost: Incident = {
			...incident,
			takenFrom: { ...bare, lease: "asked", askedAt: context.now, beatAt: context.now },
		};
		const entry = ledger(incident, {
			at: context.now,
			what: "lost",
			who: "rule",
			detail: { why: "the tower is silent", heardAt: taken.heardAt },
		});
		return { incident: withTimes(context, lost), effects: [entry, send(incident, { what: "take" })] };
	}
	const beating: Change =
		context.now - taken.beatAt < beatMs
			? { incident, effects: [] }
			: {
					incident: { ...incident, takenFrom: { ...taken, beatAt: context.now } },
					effects: [send(incident, { what: "beat" })],
				};
	// the groups that were told are ours to look after while the ladders are
	const joined =
		incident.partOf === undefined
			? tellNewcomers(context, beating.incident)
			: { incident: beating.incident, effects: [] };
	const told =
		joined.effects.length > 0 ? [send(joined.incident, { what: "told", progress: progressOf(joined.incident) })] : [];
	const next = ask(context, joined.incident);
	return { incident: next.incident, effects: [...beating.effects, ...joined.effects, ...told, ...next.effects] };
}

/** Roles that look after a fire whose tower has fallen silent. */
const AT_THE_DESK = ["officer", "dutyLeader"];

/**
 * A tower that has fallen silent with a fire open either climbs by itself behind a broken line, or it burns. The centre
 * cannot know, and does not tell people what they may have heard: it calls those on duty, once, who can.
 */
function towerSilent(context: JudgeContext, incident: Incident): Change {
	const taken = incident.takenFrom as Taken;
	const over = isUnderControl(incident.state) || isEnd(incident.state);
	if (
		taken.alarmed ||
		over ||
		incident.partOf !== undefined ||
		context.now - taken.heardAt < 2 * context.ladder.silentMs
	)
		return { incident, effects: [] };
	const next: Incident = {
		...incident,
		missing: [...new Set([...incident.missing, "tower"])],
		takenFrom: { ...taken, alarmed: true },
	};
	const onDuty = answering(context, next).filter((d) => AT_THE_DESK.includes(d.role));
	const people = [...new Map(onDuty.map((d) => [d.person.id, d.person])).values()];
	const key = `silent.${taken.heardAt}`;
	const entry = ledger(next, {
		at: context.now,
		what: "towerSilent",
		who: "rule",
		detail: {
			heardAt: taken.heardAt,
			people: people.map((p) => p.id),
		},
	});
	return {
		incident: next,
		effects: [entry, ...people.flatMap((p) => deliveries(context, next, p.addresses, { key, personId: p.id }))],
	};
}

/** Asks the tower for leave to tell the next group that is due, or again for the one that was asked for. */
function ask(context: JudgeContext, incident: Incident): Change {
	const taken = incident.takenFrom as Taken;
	if (taken.grant) {
		if (context.now - taken.grant.askedAt < context.ladder.silentMs / 6)
			return { incident: withTimes(context, incident), effects: [] };
		const { ladder, index } = taken.grant;
		const again = { ...incident, takenFrom: { ...taken, grant: { ...taken.grant, askedAt: context.now } } };
		return { incident: withTimes(context, again), effects: [send(incident, { what: "grant", ladder, index })] };
	}
	for (const ladder of ["verify", "suppress"] as LadderName[]) {
		const due: Due | undefined = nextDue(context, incident, ladder, groupsOf(incident.ladder.plan, ladder));
		if (!due || (due.at > context.now && !(taken.hurry && ladder === "verify"))) continue;
		const asked = {
			...incident,
			takenFrom: { ...taken, grant: { ladder, index: due.index, round: due.rounds, askedAt: context.now } },
		};
		return {
			incident: withTimes(context, asked),
			effects: [send(incident, { what: "grant", ladder, index: due.index })],
		};
	}
	return { incident: withTimes(context, incident), effects: [] };
}

type Said = CentreMessage extends infer M ? (M extends { incidentId: string } ? Omit<M, "incidentId"> : never) : never;

export function send(incident: Incident, said: Said): Effect {
	return {
		type: "send",
		tower: incident.takenFrom?.tower ?? "",
		message: { incidentId: incident.id, ...said } as CentreMessage,
	};
}
