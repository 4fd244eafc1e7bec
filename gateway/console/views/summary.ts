import { defined } from "../../base/omit.ts";
import type { Involved } from "../../model/escalation.ts";
import type { Evidence, Incident } from "../../model/incident.ts";
import { DUTY_DESK } from "../../model/register.ts";
import type { IncidentSummary } from "./schemas.ts";

/** Characters of what a caller has said. */
const MOST_SAID = 60;
/** Grids that a card names. */
const MOST_GRIDS = 3;
/** A picture that is as sure as another but for this, and newer, shows more. */
const AS_SURE = 0.02;

/** What a list shows of an incident: a hundredth of what is kept of it. */
export function summaryOf(incident: Incident): IncidentSummary {
	const { id, kind, status, state, openedAt, changedAt, evidence, place, ladder, ending, involved } = incident;
	const { bearingDeg, errorM, distanceM, best } = place;
	const first = evidence[0];
	return {
		id,
		kind,
		status,
		state,
		openedAt,
		changedAt,
		grids: incident.grids.slice(0, MOST_GRIDS).map(({ code, name, share }) => ({ code, name, share })),
		missing: incident.missing,
		people: countsOf(involved),
		source: {
			kind: first?.source ?? "sensor",
			id: first?.sourceId ?? "",
			what: first?.what ?? "",
			...defined({ note: evidence.findLast((e) => e.note !== undefined)?.note?.slice(0, MOST_SAID) }),
		},
		sources: new Set(evidence.map((e) => e.sourceId)).size,
		place: { method: place.method, ...defined({ bearingDeg, errorM, distanceM, best }) },
		...defined({
			towerName: incident.towerName,
			primaryId: incident.primaryId,
			closedAt: incident.closedAt,
			confirmedAt: incident.confirmedAt,
			rekindled: incident.rekindled,
			sizeHa: incident.sizeHa,
			cause: incident.cause,
			nextAt: ladder.nextAt,
			picture: pictureOf(evidence),
			isMaintenance: incident.maintenance === undefined ? undefined : true,
			taskDueAt: incident.tasks?.find((t) => t.doneAt === undefined)?.dueAt,
			heldOpen: incident.heldOpen,
			deskAnsweredAt: involved.find((i) => i.personId === DUTY_DESK)?.answeredAt,
			ending: ending && { until: ending.until, answer: { answer: ending.answer.answer } },
		}),
	};
}

/** How many were told, of whom nothing reached, who has answered, who comes, who is there, who is late. */
function countsOf(all: Involved[]): IncidentSummary["people"] {
	// what the desk says of itself has brought nobody there
	const involved = all.filter((i) => i.personId !== DUTY_DESK);
	const count = (is: (i: Involved) => boolean) => involved.filter(is).length;
	return {
		told: involved.length,
		notReached: count((i) => i.answer === undefined && (i.unreached === true || i.notReachedAt !== undefined)),
		answered: count((i) => i.answer !== undefined && i.answer !== "seen"),
		going: count((i) => i.answer === "going"),
		onScene: count((i) => i.answer === "onScene"),
		late: count((i) => i.lapsedAt !== undefined),
	};
}

/** The surest picture, the newest of equals: a weaker echo elsewhere in the frame must not hide it. */
function pictureOf(evidence: Evidence[]): IncidentSummary["picture"] {
	const sure = (e: Evidence) => e.probability ?? 0;
	const pictured = evidence.filter((e) => e.picture !== undefined);
	const best = pictured.reduce<Evidence | undefined>((a, b) => (a && sure(a) - AS_SURE > sure(b) ? a : b), undefined);
	return best?.picture === undefined ? undefined : { name: best.picture, ...defined({ box: best.boxes?.[0] }) };
}
