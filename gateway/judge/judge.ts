import { createHash } from "node:crypto";
import type { Coverage, Sighting } from "../model/camera.ts";
import type { DecisionContext } from "../model/context.ts";
import type { LadderName } from "../model/escalation.ts";
import type { Effect } from "../model/event.ts";
import type { Evidence, Incident, IncidentKind } from "../model/incident.ts";
import type { Alarm } from "../model/sensor.ts";
import { endDue, onAnswer } from "./correlation/answers.ts";
import { incidentOfAlarm, incidentOfSighting } from "./correlation/merge.ts";
import { led } from "./correlation/together.ts";
import { beginsWave, waveOf, withPlace } from "./correlation/wave.ts";
import { ledger, tellListeners } from "./escalation/effects.ts";
import { climb, startLadders } from "./escalation/ladder.ts";
import { worksOn } from "./escalation/maintenance.ts";
import { endsMaintenance } from "./escalation/maintenance-end.ts";
import { onNotReached } from "./escalation/not-reached.ts";
import { aheadOf, groupsOf, hintsOf } from "./escalation/plan.ts";
import { nextLook, withTimes } from "./escalation/times.ts";
import { onHandover } from "./handover/centre.ts";
import { lookAgain } from "./handover/look.ts";
import { awaited, saidAgain, sayingsOf } from "./handover/pending.ts";
import { both, type Change, changed, nothing } from "./judgement/judged.ts";
import { EMPTY_STATE, type Judge, type Judged, type JudgeState } from "./judgement/state.ts";
import { onUndo } from "./lifecycle/answer.ts";
import { onClockSet } from "./lifecycle/clock.ts";
import { end } from "./lifecycle/ending.ts";
import { isSettled, maskOver, nuisancesAt, remember } from "./lifecycle/nuisance.ts";
import { pointInForce } from "./lifecycle/operating-point.ts";
import { flares, onReopen } from "./lifecycle/rekindle.ts";
import { viewPoints } from "./location/locate.ts";
import { evidenceOf, locate, MOST_EVIDENCE, type PlacedEvidence, withGrids } from "./location/place.ts";
import { onRelease } from "./tasks/release.ts";

/** A wave has 500 places at most. */
const MOST_SOURCES = 550;

/**
 * The judgement: pure, without clock, chance or files. The same context, state and events give the same answers,
 * which is what lets a restarted gateway judge an event again without harm.
 */
export const judge: Judge = (context, state, event, now) => {
	const judged = awaited(decided(context, state, event, now), now);
	const { judged: lead, news } = led(context, judged.state, now);
	if (lead.changed.length === 0) return judged;
	const followed = news.reduce((so, a) => both(so, onAnswer(context, so.state, a, now)), both(judged, lead));
	return awaited(followed, now);
};

const decided: Judge = (context, state, event, now) => {
	switch (event.type) {
		case "sighting":
			return onSighting(context, state, event.sighting, event.id, now);
		case "alarm":
			return event.alarm.kind === "silent" || event.alarm.kind === "speaking"
				? onSilence(context, state, event.alarm, event.id, now)
				: onAlarm(context, state, event.alarm, event.id, now);
		case "coverage":
			return onCoverage(context, state, event.coverage, event.id, now);
		case "answer":
			return onAnswer(context, state, event.answer, now);
		case "handover":
			return onHandover(context, state, event.handover, now);
		case "clock":
			return onClockSet(context, state, event, now);
		case "notReached":
			return onNotReached(context, state, event, now);
		case "undo":
			return onUndo(context, state, event, now);
		case "reopen":
			return onReopen(context, state, event, now);
		case "release":
			return onRelease(context, state, event, now);
		case "tick":
			return onTick(context, state, now);
	}
};

/** The state after a restart, from what the store has kept: open incidents, and those that ended of late. */
export function restored(context: DecisionContext, open: Incident[], ended: Incident[], now: number): JudgeState {
	let memory: Pick<JudgeState, "settledTracks" | "nuisances"> = EMPTY_STATE;
	for (const incident of [...ended].sort((a, b) => a.changedAt - b.changedAt)) memory = remember(memory, incident, now);
	const { settledTracks, nuisances } = memory;
	const unheard = open.flatMap((i) => sayingsOf(i, now));
	const lastWords = Object.fromEntries(ended.flatMap((i) => (i.lastWord ? [[i.id, i.lastWord]] : [])));
	return {
		incidents: open.map((i) => ofNow(context, i, now)),
		settledTracks,
		nuisances,
		lastWords,
		...(unheard.length > 0 ? { unheard } : {}),
	};
}

/** An incident that an earlier version has left open, with ladders as they are now: what was due is taken as told. */
function ofNow(context: DecisionContext, incident: Incident, now: number): Incident {
	if (Array.isArray((incident.ladder as Partial<Incident["ladder"]>).plan)) return incident;
	const { steps } = context.ladder;
	const done = (name: LadderName) =>
		groupsOf(steps, name).flatMap((g, i) => (incident.openedAt + (g.steps[0]?.afterMs ?? 0) <= now ? [i] : []));
	const climbed = (name: LadderName) => ({ done: done(name), rounds: 0, toldAt: now });
	const involved = incident.involved.map((i) => ({ ...i, ladder: "verify" as const, task: "verify" as const }));
	return withTimes(context, {
		...incident,
		involved,
		ladder: { plan: steps, ahead: 0, why: [], verify: climbed("verify"), suppress: climbed("suppress") },
	});
}

/** When the judge next has something to do by itself, ms since 1970. */
export function nextTick(state: JudgeState): number | undefined {
	const times = [...state.incidents.flatMap((i) => nextLook(i) ?? []), ...(state.unheard ?? []).map((u) => u.nextAt)];
	return times.length === 0 ? undefined : Math.min(...times);
}

function onSighting(context: DecisionContext, state: JudgeState, s: Sighting, eventId: string, now: number): Judged {
	const known = incidentOfSighting(context, state.incidents, s);
	const evidence = evidenceOf(s);
	if (known) return joining(state, join(context, known, evidence, s.cameraId, now));
	const nuisances = nuisancesAt(state, s, now);
	const point = pointInForce(context, now);
	const least =
		nuisances.length > 0 ? Math.max(point.scores[s.what], context.points.quiet[s.what]) : point.scores[s.what];
	// below the point it waits in the drawer; what a person has settled stays settled for a while; a mask is a person's
	// silence
	if (!(s.score >= least) || isSettled(state, s, now) || maskOver(context.masks, s, now)) return nothing(state);
	const told = nuisances.length > 0 ? { ...evidence, falseBefore: nuisances.length } : evidence;
	const incident = opened("fire", eventId, told, s.exercise, s.cameraId, {
		decisiveAt: s.capturedAt,
		firstSeenAt: s.firstSeenAt,
		now,
		context,
	});
	return open(context, state, locate(context, incident, now), now, {
		type: "keepEvidence",
		incidentId: incident.id,
		cameraId: s.cameraId,
		fromMs: s.capturedAt - context.evidence.preMs,
		toMs: s.capturedAt + context.evidence.postMs,
	});
}

function onAlarm(context: DecisionContext, state: JudgeState, a: Alarm, eventId: string, now: number): Judged {
	const evidence = alarmEvidence(a);
	const known = incidentOfAlarm(context, state.incidents, a) ?? waveOf(state.incidents, a);
	// each call is a witness of its own, whoever takes it
	const isTakenAgain = a.kind === "report" && known?.sources.includes(a.nodeId);
	const source = isTakenAgain ? `${a.nodeId}#${createHash("sha256").update(a.id).digest("hex").slice(0, 6)}` : a.nodeId;
	if (known) return joining(state, join(context, withPlace(context, known, a, now), evidence, source, now));
	const own = opened("fire", eventId, evidence, a.exercise, a.nodeId, {
		decisiveAt: a.at,
		firstSeenAt: a.at,
		now,
		context,
	});
	const incident = beginsWave(state.incidents, a) ? withPlace(context, { ...own, places: [] }, a, now) : own;
	return open(context, state, locate(context, incident, now), now);
}

function onSilence(context: DecisionContext, state: JudgeState, a: Alarm, eventId: string, now: number): Judged {
	const known = state.incidents.find((i) => i.kind === "sensorFault" && i.sources.includes(a.nodeId));
	if (a.kind === "speaking")
		return known ? end(context, state, known, "closed", "rule", "the sensor speaks again", now) : nothing(state);
	if (known) return nothing(state);
	const incident = opened("sensorFault", eventId, alarmEvidence(a), a.exercise, a.nodeId, {
		decisiveAt: a.at,
		firstSeenAt: a.at,
		now,
		context,
	});
	return open(context, state, locate(context, incident, now), now);
}

function onCoverage(context: DecisionContext, state: JudgeState, c: Coverage, eventId: string, now: number): Judged {
	const known = state.incidents.find((i) => i.kind === "coverageLost" && i.sources.includes(c.cameraId));
	if (c.state === "seeing")
		return known ? end(context, state, known, "closed", "rule", "the camera sees again", now) : nothing(state);
	if (known) return nothing(state);
	const evidence: Evidence = { source: "camera", sourceId: c.cameraId, what: c.reason ?? "blind", at: c.since };
	const bare = opened("coverageLost", eventId, evidence, c.exercise, c.cameraId, {
		decisiveAt: c.at,
		firstSeenAt: c.since,
		now,
		context,
	});
	const points = viewPoints(c.pose);
	return open(
		context,
		state,
		withGrids(context, { ...bare, place: { method: "camera", points, bearingDeg: c.pose.azimuthDeg } }, now),
		now,
	);
}

function onTick(context: DecisionContext, state: JudgeState, now: number): Judged {
	const { lookedAt, lookedWith, ...rest } = state;
	// a shift has begun, or the register is another: whoever has come in since must hear of what is open
	const others =
		lookedAt === undefined || lookedWith !== context.register.version || context.duty.changes(lookedAt, now);
	const looked = state.incidents.flatMap((incident) => {
		if (incident.ending && incident.ending.until <= now) return []; // it ends, below
		const worked = endsMaintenance(context, incident, now, "the work on its devices is over");
		if (worked) return [worked];
		const due = nextLook(incident);
		if (due !== undefined && now >= due) return [lookAgain(context, incident, now)];
		const climbed = others ? climb(context, incident, now, "others are on duty") : undefined;
		return climbed && climbed.effects.length > 0 ? [climbed] : [];
	});
	const ticked = changed({ ...rest, lookedAt: now, lookedWith: context.register.version }, looked);
	const ended = both(ticked, endDue(context, ticked.state, now));
	return both(ended, saidAgain(ended.state, now));
}

function joining(state: JudgeState, joined: Change): Judged {
	return { ...changed(state, [joined]), incidentId: joined.incident.id };
}

function open(
	context: DecisionContext,
	state: JudgeState,
	incident: Incident,
	now: number,
	...effects: Effect[]
): Judged {
	const entry = ledger(incident, now, "opened", "rule", {
		kind: incident.kind,
		status: incident.status,
		grids: incident.grids.map((g) => `${g.code} ${g.share.toFixed(2)}`),
		missing: incident.missing,
		register: context.register.version,
		...(incident.evidence.some((e) => e.source === "camera") ? { point: pointInForce(context, now) } : {}),
	});
	const hints = hintsOf(context, incident, now);
	const work = worksOn(context, incident.sources, now);
	const marked: Incident = {
		...incident,
		...(hints.length > 0 ? { hints } : {}),
		...(work ? { maintenance: work } : {}),
	};
	const told = startLadders(context, marked, now);
	return {
		state: { ...state, incidents: [...state.incidents, told.incident] },
		changed: [told.incident],
		incidentId: told.incident.id,
		effects: [entry, ...effects, ...told.effects, ...tellListeners(context, told.incident, now)],
	};
}

function join(
	context: DecisionContext,
	incident: Incident,
	evidence: PlacedEvidence,
	source: string,
	now: number,
): { incident: Incident; effects: Effect[] } {
	const isNew = !incident.sources.includes(source);
	const all = [...incident.evidence, incident.takenFrom ? { ...evidence, here: true } : evidence];
	const kept = bounded(all);
	const sources = isNew && incident.sources.length < MOST_SOURCES ? [...incident.sources, source] : incident.sources;
	const { ending: waiting, ...free } = incident;
	// another source, or something else than before from the same, agrees with what somebody is just about to end
	const agrees =
		waiting && (isNew || !incident.evidence.some((e) => e.sourceId === evidence.sourceId && e.what === evidence.what));
	const next = locate(context, { ...(agrees ? free : incident), evidence: kept, sources, changedAt: now }, now);
	const flared = flares(context, incident, next, evidence, source, now);
	if (flared) return flared;
	const worked = endsMaintenance(context, next, now, `${source} agrees`);
	if (worked) return worked;
	if (!isNew && !agrees) return { incident: next, effects: [] };
	// a second source makes it surer: what it brings forward is told now
	const { ahead, why } = aheadOf(context, next, now);
	const forward = ahead > next.ladder.ahead ? { ...next, ladder: { ...next.ladder, ahead, why } } : next;
	const climbed = climb(context, forward, now, `${source} agrees`);
	return {
		incident: climbed.incident,
		effects: [
			ledger(next, now, "joined", "rule", { source, what: evidence.what }),
			// it goes on until somebody has looked
			...(agrees
				? ([
						ledger(next, now, "undone", "rule", { why: `${source} agrees` }),
						{ type: "hold", incidentId: next.id },
					] as Effect[])
				: []),
			...climbed.effects,
			...tellListeners(context, climbed.incident, now),
		],
	};
}

function opened(
	kind: IncidentKind,
	eventId: string,
	evidence: PlacedEvidence,
	exercise: boolean,
	source: string,
	at: { decisiveAt: number; firstSeenAt: number; now: number; context: DecisionContext },
): Incident {
	const day = new Date(at.now).toISOString().slice(0, 19).replaceAll(/[-:T]/g, "");
	const mark = createHash("sha256").update(eventId).digest("hex").slice(0, 6);
	const prefix = { fire: "FF", coverageLost: "CL", sensorFault: "SF" }[kind];
	return {
		id: `${prefix}-${at.context.towerId}-${day}-${mark}`,
		towerName: at.context.towerName,
		kind,
		status: exercise ? "exercise" : "actual",
		state: "detected",
		openedAt: at.now,
		changedAt: at.now,
		decisiveAt: at.decisiveAt,
		firstSeenAt: at.firstSeenAt,
		evidence: [evidence],
		place: { method: "none", points: [] },
		grids: [],
		missing: at.context.register.people.length === 0 ? ["register"] : [],
		involved: [],
		ladder: { plan: [], ahead: 0, why: [], verify: { done: [], rounds: 0 }, suppress: { done: [], rounds: 0 } },
		sources: [source],
		registerVersion: at.context.register.version,
	};
}

function alarmEvidence(a: Alarm): PlacedEvidence {
	return {
		source: a.kind === "report" ? "person" : "sensor",
		sourceId: a.nodeId,
		what: a.kind,
		at: a.at,
		position: a.position,
		errorM: a.errorM,
		note: a.note,
		...(a.odd ? { odd: true } : {}),
		...(a.value === undefined ? {} : { value: a.value, unit: a.unit ?? "" }),
	};
}

/** First ones of a source that are kept, however often it repeats itself: what it was surest of at the beginning. */
const FIRST_OF_EACH = 3;

/**
 * Of too much evidence that of whoever has said most goes first; a call, and what another device has seen, is pushed
 * out by nobody's repetitions.
 */
function bounded(all: PlacedEvidence[]): PlacedEvidence[] {
	let kept = all;
	while (kept.length > MOST_EVIDENCE) {
		const counts = new Map<string, number>();
		for (const e of kept) counts.set(e.sourceId, (counts.get(e.sourceId) ?? 0) + 1);
		const [most, n] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
		// of one word from each of very many the middle goes
		const own = kept.filter((e) => (n > 1 ? e.sourceId === most : e.source !== "person"));
		const out = own[Math.min(FIRST_OF_EACH, own.length - 1)] ?? kept[FIRST_OF_EACH];
		kept = kept.filter((e) => e !== out);
	}
	return kept;
}
