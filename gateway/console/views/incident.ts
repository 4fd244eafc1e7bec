import { defined, omit } from "../../base/omit.ts";
import type { LadderProgress, PlanStep } from "../../model/escalation.ts";
import type { Evidence, FirePlace, GridShare, Incident, Place } from "../../model/incident.ts";
import type { Report } from "../../model/report.ts";
import type { LedgerRow } from "../../store/ledger.ts";
import type { IncidentRecord } from "../backend.ts";
import type { IncidentDetail, Incident as IncidentView, PhoneView } from "./schemas.ts";
import { takenDownBy } from "./taken-down.ts";

/**
 * What people are shown of an incident. Field by field: what the judge keeps for itself, or will keep one day, goes
 * nowhere by itself.
 */
export function incidentView(incident: Incident): IncidentView {
	const { primaryId, linkedIncidents, doubts, involved, ladder, maintenance, split, splitFrom, reports, tasks } =
		incident;
	const { handedTo, takenFrom } = incident;
	return {
		...coreOf(incident),
		involved: involved.map(involvedView),
		ladder: ladderView(ladder),
		sources: incident.sources,
		registerVersion: incident.registerVersion,
		...defined({
			primaryId,
			linkedIncidents: linkedIncidents?.map(({ tower, incidentId }) => ({ tower, incidentId })),
			doubts,
			closedBy: incident.closedBy,
			handedTo: handedTo && { heardAt: handedTo.heardAt },
			takenFrom: takenFrom && { tower: takenFrom.tower, lease: takenFrom.lease },
			maintenance: maintenance && { by: maintenance.by, until: maintenance.until },
			split: split?.map(({ id }) => ({ id })),
			splitFrom,
			reports: reports?.map(reportView),
			tasks: tasks?.map(taskView),
		}),
	};
}

/** An incident with everything that is kept of it: its messages, its ledger, what to know on the way there. */
export function detailView(
	{ incident, deliveries, ledger, briefing, rangers, unseenBy, users }: IncidentRecord,
	videos: string[],
): IncidentDetail {
	return {
		incident: incidentView(incident),
		deliveries: deliveries.map(({ id, personId, channel, address, state, attempts, tries, receipts }) => ({
			id,
			channel,
			address,
			state,
			attempts,
			tries: tries.map(({ at, outcome, detail }) => ({ at, outcome, detail })),
			receipts: receipts.map(({ what, at, detail }) => ({ what, at, detail })),
			...defined({ personId }),
		})),
		ledger: ledger.map((row) => ledgerView(row, users)),
		briefing,
		rangers,
		unseenBy,
		videos,
	};
}

/** A row of the ledger with who spoke and his words, as long as they are kept. */
function ledgerView(row: LedgerRow, users: ReadonlyMap<string, string>): IncidentDetail["ledger"][number] {
	const { n, at, what, who, detail, personal = {} } = row;
	const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
	const own = { name: text(personal["name"]), note: text(personal["note"]), takenDownBy: takenDownBy(row, users) };
	return { n, at, what, who, detail, ...defined(own) };
}

/** Pictures of the evidence that whoever holds a link is shown. */
const NEWEST_EVIDENCE = 5;

/** What one person's phone shows. */
export function phoneIncident(incident: Incident, personId: string): PhoneView["incident"] {
	const core = coreOf(incident);
	const { involved, tasks = [] } = incident;
	return {
		...core,
		evidence: core.evidence.slice(-NEWEST_EVIDENCE).map((e) => ({ ...omit(e, "note"), sourceId: unnamed(e.sourceId) })),
		tasks: tasks.filter((t) => t.personId === personId).map(taskView),
		answered: involved.flatMap(({ name, answer }) => (answer && answer !== "seen" ? { name, answer } : [])),
	};
}

/** Who has entered a call, or practises, is a name. */
export function unnamed(source: string): string {
	return source.replace(/^(report|drill):.*$/s, "$1");
}

function coreOf(incident: Incident) {
	const { id, kind, status, state, openedAt, changedAt, firstSeenAt, decisiveAt, missing, ending, places } = incident;
	const { towerName, hints, confirmedAt, sizeHa, rekindled, cause, closedAt } = incident;
	return {
		id,
		kind,
		status,
		state,
		openedAt,
		changedAt,
		firstSeenAt,
		decisiveAt,
		missing,
		evidence: incident.evidence.map(evidenceView),
		place: placeView(incident.place),
		grids: incident.grids.map(gridView),
		...defined({ towerName, hints, confirmedAt, sizeHa, rekindled, cause, closedAt }),
		...defined({
			ending: ending && { until: ending.until, answer: { answer: ending.answer.answer } },
			heldOpen: incident.heldOpen,
			places: places?.map(({ id: sensor, grids }: FirePlace) => ({ id: sensor, grids: grids.map(gridView) })),
		}),
	};
}

const gridView = ({ code, name, share }: GridShare) => ({ code, name, share });

const positionView = ({ lat, lon }: { lat: number; lon: number }) => ({ lat, lon });

/** Evidence of a camera also says where that stood and how well it knows its bearing. */
type SeenEvidence = Evidence & { pose?: { position: { lat: number; lon: number } }; bearingErrorDeg?: number };

function evidenceView(evidence: SeenEvidence) {
	const { source, sourceId, what, at, pose, boxes, opinion } = evidence;
	const { tower, bearingDeg, bearingErrorDeg, probability, value, unit, picture, trackId, falseBefore, odd, note } =
		evidence;
	return {
		source,
		sourceId,
		what,
		at,
		...defined({
			tower,
			bearingDeg,
			bearingErrorDeg,
			probability,
			value,
			unit,
			picture,
			trackId,
			falseBefore,
			odd,
			note,
		}),
		...defined({
			pose: pose && { position: positionView(pose.position) },
			boxes: boxes?.map(({ x, y, w, h }) => ({ x, y, w, h })),
			opinion: opinion && { model: opinion.model, probability: opinion.probability },
		}),
	};
}

function placeView({ method, points, bearingDeg, errorM, distanceM, best, intervals }: Place) {
	const [near, far] = [intervals?.[0]?.[0], intervals?.at(-1)?.[1]];
	const isOpen = distanceM === undefined && near !== undefined && far !== undefined;
	return {
		method,
		points: points.map(({ lat, lon, weight }) => ({ lat, lon, weight })),
		...defined({ bearingDeg, errorM, distanceM, best: best && positionView(best) }),
		...(isOpen ? { betweenM: { near, far } } : {}),
	};
}

function involvedView(involved: Incident["involved"][number]) {
	const { personId, name, role, level, share, notifiedAt, task } = involved;
	const { title, team, inPlaceOf, answer, answeredAt, feedbackBy, lapsedAt, notReachedAt, unreached } = involved;
	const optional = { title, team, inPlaceOf, answer, answeredAt, feedbackBy, lapsedAt, notReachedAt, unreached };
	return { personId, name, role, level, share, notifiedAt, task, ...defined(optional) };
}

function ladderView({ plan, verify, suppress, stepsForward, why, nextAt, feedbackBy }: Incident["ladder"]) {
	return {
		plan: plan.map(stepView),
		verify: progressView(verify),
		suppress: progressView(suppress),
		stepsForward,
		why,
		...defined({ nextAt, feedbackBy }),
	};
}

function stepView({ ladder, afterMs, task, when, minHa, level, roles, tiers }: PlanStep) {
	return { ladder, afterMs, task, when, ...defined({ minHa, level, roles, tiers }) };
}

function progressView({ done, rounds, notifiedAt, nextAt }: LadderProgress) {
	return { done, rounds, ...defined({ notifiedAt, nextAt }) };
}

function reportView({ personId, at, what, position, picture, note }: Report) {
	return { personId, at, what, ...defined({ position: position && positionView(position), picture, note }) };
}

function taskView({ id, kind, personId, name, dueAt, until, doneAt }: NonNullable<Incident["tasks"]>[number]) {
	return { id, kind, personId, name, dueAt, until, ...defined({ doneAt }) };
}
