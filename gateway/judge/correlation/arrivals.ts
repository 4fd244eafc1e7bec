import { createHash } from "node:crypto";
import { defined, omit } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import type { Coverage, Sighting } from "../../model/camera.ts";
import type { Effect } from "../../model/event.ts";
import type { Ending, Evidence, Incident, IncidentKind } from "../../model/incident.ts";
import type { Alarm } from "../../model/sensor.ts";
import { ledger, notifySubscribers } from "../escalation/effects.ts";
import { advance, startLadders } from "../escalation/ladder.ts";
import { worksOn } from "../escalation/maintenance.ts";
import { endsMaintenance } from "../escalation/maintenance-end.ts";
import { hintsOf, stepsForwardOf } from "../escalation/plan.ts";
import { applyChanges, type Change, noChange } from "../judgement/judged.ts";
import type { JudgeContext, Judged, JudgeState } from "../judgement/state.ts";
import { end } from "../lifecycle/ending.ts";
import { isSettled, maskOver, nuisancesAt } from "../lifecycle/nuisance.ts";
import { pointInForce } from "../lifecycle/operating-point.ts";
import { flares } from "../lifecycle/rekindle.ts";
import { viewPoints } from "../location/clues.ts";
import { evidenceOf, locate, MOST_EVIDENCE, type PlacedEvidence, withGrids } from "../location/locate.ts";
import { incidentOfAlarm, incidentOfSighting } from "./merge.ts";
import { beginsWave, waveOf, withPlace } from "./wave.ts";

/** A wave has 500 places at most. */
const MOST_SOURCES = 550;

export function onSighting(context: JudgeContext, state: JudgeState, s: Sighting, eventId: string): Judged {
	const known = incidentOfSighting(context, state.incidents, s);
	const evidence = evidenceOf(s);
	if (known) return joining(state, join(context, known, evidence, s.cameraId));
	const nuisances = nuisancesAt(state, s, context.now);
	const { [s.what]: own } = pointInForce(context, context.now).scores;
	const least = nuisances.length > 0 ? Math.max(own, context.points.quiet[s.what]) : own;
	// below the point it waits in the drawer; what a person has settled stays settled for a while; a mask is a person's
	// silence
	const isSilenced = isSettled(state, s, context.now) || maskOver(context.masks, s, context.now) !== undefined;
	if (!(s.score >= least) || isSilenced) return noChange(state);
	const notified = nuisances.length > 0 ? { ...evidence, falseBefore: nuisances.length } : evidence;
	const incident = opened(context, {
		kind: "fire",
		eventId,
		evidence: notified,
		exercise: s.exercise,
		source: s.cameraId,
		decisiveAt: s.capturedAt,
		firstSeenAt: s.firstSeenAt,
	});
	return open(context, state, locate(context, incident), {
		type: "keepEvidence",
		incidentId: incident.id,
		cameraId: s.cameraId,
		fromMs: s.capturedAt - context.evidence.preMs,
		toMs: s.capturedAt + context.evidence.postMs,
	});
}

export function onAlarm(context: JudgeContext, state: JudgeState, a: Alarm, eventId: string): Judged {
	if (a.kind === "silent" || a.kind === "speaking") return onSilence(context, state, a, eventId);
	const evidence = alarmEvidence(a);
	const known = incidentOfAlarm(context, state.incidents, a) ?? waveOf(state.incidents, a);
	// each call is a witness of its own, whoever takes it
	const isTakenAgain = a.kind === "report" && known?.sources.includes(a.nodeId);
	const source = isTakenAgain ? `${a.nodeId}#${createHash("sha256").update(a.id).digest("hex").slice(0, 6)}` : a.nodeId;
	if (known) return joining(state, join(context, withPlace(context, known, a), evidence, source));
	const own = openedBy(context, a, { kind: "fire", eventId });
	const incident = beginsWave(state.incidents, a) ? withPlace(context, { ...own, places: [] }, a) : own;
	return open(context, state, locate(context, incident));
}

function onSilence(context: JudgeContext, state: JudgeState, a: Alarm, eventId: string): Judged {
	const known = state.incidents.find((i) => i.kind === "sensorFault" && i.sources.includes(a.nodeId));
	if (a.kind === "speaking")
		return known
			? end(context, state, known, { final: "closed", who: "rule", why: phrase("because.sensorBack") })
			: noChange(state);
	if (known) return noChange(state);
	return open(context, state, locate(context, openedBy(context, a, { kind: "sensorFault", eventId })));
}

export function onCoverage(context: JudgeContext, state: JudgeState, c: Coverage, eventId: string): Judged {
	const known = state.incidents.find((i) => i.kind === "coverageLost" && i.sources.includes(c.cameraId));
	if (c.state === "seeing")
		return known
			? end(context, state, known, { final: "closed", who: "rule", why: phrase("because.cameraBack") })
			: noChange(state);
	if (known) return noChange(state);
	const evidence: Evidence = { source: "camera", sourceId: c.cameraId, what: c.reason ?? "blind", at: c.since };
	const bare = opened(context, {
		kind: "coverageLost",
		eventId,
		evidence,
		exercise: c.exercise,
		source: c.cameraId,
		decisiveAt: c.at,
		firstSeenAt: c.since,
	});
	const points = viewPoints(c.pose);
	return open(
		context,
		state,
		withGrids(context, { ...bare, place: { method: "camera", points, bearingDeg: c.pose.azimuthDeg } }),
	);
}

function joining(state: JudgeState, joined: Change): Judged {
	return { ...applyChanges(state, [joined]), incidentId: joined.incident.id };
}

export function open(context: JudgeContext, state: JudgeState, incident: Incident, ...effects: Effect[]): Judged {
	const isSeen = incident.evidence.some((e) => e.source === "camera");
	const entry = ledger(incident, {
		at: context.now,
		what: "opened",
		who: "rule",
		detail: {
			kind: incident.kind,
			status: incident.status,
			grids: incident.grids.map((g) => `${g.code} ${g.share.toFixed(2)}`),
			missing: incident.missing,
			register: context.register.version,
			...(isSeen ? { point: pointInForce(context, context.now) } : {}),
		},
	});
	const hints = hintsOf(context, incident);
	const maintenance = worksOn(context, incident.sources);
	const hinted = hints.length > 0 ? { ...incident, hints } : incident;
	const marked: Incident = { ...hinted, ...defined({ maintenance }) };
	const notified = startLadders(context, marked);
	return {
		state: { ...state, incidents: [...state.incidents, notified.incident] },
		changed: [notified.incident],
		incidentId: notified.incident.id,
		effects: [entry, ...effects, ...notified.effects, ...notifySubscribers(context, notified.incident)],
	};
}

function join(context: JudgeContext, incident: Incident, evidence: PlacedEvidence, source: string): Change {
	const isNew = !incident.sources.includes(source);
	const agrees = againstEnd(incident, evidence, source);
	const going = incident.ending && agrees ? againstWord(incident, incident.ending, context.now, source) : incident;
	const next = locate(context, { ...going, ...withSource(incident, evidence, source), changedAt: context.now });
	const why = phrase("because.agrees", { source });
	const flared = flares(context, { before: incident, next, evidence, source });
	if (flared) return flared;
	const worked = endsMaintenance(context, next, why);
	if (worked) return worked;
	if (!isNew && !agrees) return { incident: next, effects: [] };
	// a second source makes it surer: what it brings forward is told now
	const advanced = advance(context, broughtForward(context, next), why);
	const detail = { source, what: evidence.what };
	const joined = ledger(next, { at: context.now, what: "joined", who: "rule", detail });
	// it goes on until somebody has looked
	const undone = agrees ? heldOpen(context, next, why) : [];
	const notified = notifySubscribers(context, advanced.incident);
	return { incident: advanced.incident, effects: [joined, ...undone, ...advanced.effects, ...notified] };
}

/** The same without its end, with what is said of that: whoever has ended it must hear that it goes on. */
function againstWord(incident: Incident, { answer }: Ending, at: number, source: string): Incident {
	return { ...omit(incident, "ending"), heldOpen: { answer: answer.answer, at, source } };
}

/** Whether another source, or something else than before from the same, agrees with what is just about to be ended. */
function againstEnd(
	{ ending, sources, evidence }: Incident,
	{ sourceId, what }: PlacedEvidence,
	source: string,
): boolean {
	if (!ending) return false;
	return !sources.includes(source) || !evidence.some((e) => e.sourceId === sourceId && e.what === what);
}

function withSource(
	{ evidence, sources, takenFrom }: Incident,
	added: PlacedEvidence,
	source: string,
): Pick<Incident, "evidence" | "sources"> {
	const own = takenFrom ? { ...added, here: true } : added;
	const isKept = !sources.includes(source) && sources.length < MOST_SOURCES;
	return { evidence: bounded([...evidence, own]), sources: isKept ? [...sources, source] : sources };
}

function broughtForward(context: JudgeContext, incident: Incident): Incident {
	const { stepsForward, why } = stepsForwardOf(context, incident);
	if (stepsForward <= incident.ladder.stepsForward) return incident;
	return { ...incident, ladder: { ...incident.ladder, stepsForward, why } };
}

function heldOpen(context: JudgeContext, incident: Incident, why: Phrase): Effect[] {
	const entry = ledger(incident, { at: context.now, what: "undone", who: "rule", detail: { why } });
	return [entry, { type: "hold", incidentId: incident.id }];
}

/** What an incident begins with; `decisiveAt` and `firstSeenAt` in epoch ms, by the clock of what was seen. */
interface Beginning {
	kind: IncidentKind;
	eventId: string;
	evidence: PlacedEvidence;
	exercise: boolean;
	source: string;
	decisiveAt: number;
	firstSeenAt: number;
}

/** An incident that begins with what a node or a caller has said. */
function openedBy(context: JudgeContext, a: Alarm, begun: Pick<Beginning, "kind" | "eventId">): Incident {
	const { exercise, nodeId: source, at } = a;
	return opened(context, { ...begun, evidence: alarmEvidence(a), exercise, source, decisiveAt: at, firstSeenAt: at });
}

function opened(context: JudgeContext, { kind, eventId, evidence, exercise, source, ...seen }: Beginning): Incident {
	const day = new Date(context.now).toISOString().slice(0, 19).replaceAll(/[-:T]/g, "");
	const mark = createHash("sha256").update(eventId).digest("hex").slice(0, 6);
	const prefix = { fire: "FF", coverageLost: "CL", sensorFault: "SF" }[kind];
	return {
		id: `${prefix}-${context.towerId}-${day}-${mark}`,
		towerName: context.towerName,
		kind,
		status: exercise ? "exercise" : "actual",
		state: "detected",
		openedAt: context.now,
		changedAt: context.now,
		...seen,
		evidence: [evidence],
		place: { method: "none", points: [] },
		grids: [],
		missing: context.register.people.length === 0 ? ["register"] : [],
		involved: [],
		ladder: { plan: [], stepsForward: 0, why: [], verify: { done: [], rounds: 0 }, suppress: { done: [], rounds: 0 } },
		sources: [source],
		registerVersion: context.register.version,
	};
}

function alarmEvidence(a: Alarm): PlacedEvidence {
	const unit = a.value === undefined ? undefined : (a.unit ?? "");
	return {
		source: a.kind === "report" ? "person" : "sensor",
		sourceId: a.nodeId,
		what: a.kind,
		at: a.at,
		position: a.position,
		errorM: a.errorM,
		note: a.note,
		...defined({ odd: a.odd || undefined, value: a.value, unit }),
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
