import { defined } from "../base/omit.ts";
import type { Incident } from "./incident.ts";
import type { IncidentState } from "./incident-states.ts";

/** What lists, numbers and maps need of an incident, kept for ever; a few hundred bytes. Times are ms since 1970. */
export interface IncidentRow {
	id: string;
	openedAt: number;
	/** When what it was opened for was first seen; unknown of those of before that was kept. */
	firstSeenAt?: number;
	kind: Incident["kind"];
	status: Incident["status"];
	state: IncidentState;
	/** Codes of the grids, the likeliest first, and the name of that. */
	grids: string[];
	place: string;
	/** Ids of cameras, nodes and callers. */
	sources: string[];
	/** Ids of those who were told. */
	people: string[];
	cause?: string;
	sizeHa?: number;
	confirmedAt?: number;
	/** When somebody first said something of it, and when the first was there. */
	answeredAt?: number;
	onSceneAt?: number;
	closedAt?: number;
	lat?: number;
	lon?: number;
	errorM?: number;
	/** The incident that it is a part of. */
	primaryId?: string;
}

/** Somebody has answered, or been there, or confirmed it; it has no cause. */
export const KNOWN = ["answer", "scene", "confirmed", "noCause"] as const;

/** Incidents to be listed; all that is said must hold. */
export interface IncidentFilter {
	/** Opened from then on, and before. */
	from?: number;
	to?: number;
	/** `fault`: all that are no fires. */
	kind?: Incident["kind"] | "fault";
	/** What is known of it, or not. */
	has?: (typeof KNOWN)[number];
	status?: Incident["status"];
	states?: readonly IncidentState[];
	/** Code of an area or a grid. */
	area?: string;
	source?: string;
	person?: string;
	/** Words of the cause, of the place, or of the id. */
	text?: string;
	/** First answered so many seconds after it opened, or later, or never. */
	slowerThanS?: number;
	/** Areas of whoever asks; what has no grid is everybody's. */
	within?: readonly string[];
}

const MOST_GRIDS = 8;
const MOST_PEOPLE = 200;

export function rowOf(incident: Incident): IncidentRow {
	const { id, openedAt, kind, status, state, grids, sources, involved, place, evidence } = incident;
	const { cause, sizeHa, confirmedAt, closedAt, primaryId, firstSeenAt } = incident;
	return {
		id,
		openedAt,
		kind,
		status,
		state,
		grids: grids.slice(0, MOST_GRIDS).map((g) => g.code),
		place: grids[0]?.name ?? evidence[0]?.sourceId ?? "",
		sources: sources.slice(0, MOST_PEOPLE),
		people: involved.slice(0, MOST_PEOPLE).map((i) => i.personId),
		...defined({
			cause,
			sizeHa,
			confirmedAt,
			closedAt,
			primaryId,
			firstSeenAt,
			answeredAt: firstAnswer(incident),
			onSceneAt: firstOnScene(incident),
			lat: place.best?.lat,
			lon: place.best?.lon,
			errorM: place.errorM,
		}),
	};
}

/** The earliest word that the incident itself still knows of: rows keep what they knew before. */
function firstAnswer({ involved, reports = [], ending, confirmedAt, openedAt }: Incident): number | undefined {
	const times = [
		...involved.flatMap((i) => (i.answer !== undefined && i.answer !== "seen" ? (i.answeredAt ?? []) : [])),
		...reports.filter((r) => r.what !== "seen").map((r) => r.at),
		...(ending ? [ending.answer.at] : []),
		...(confirmedAt === undefined ? [] : [confirmedAt]),
	];
	return times.length === 0 ? undefined : Math.max(openedAt, Math.min(...times));
}

function firstOnScene({ involved, reports = [] }: Incident): number | undefined {
	const times = [
		...involved.flatMap((i) => (i.answer === "onScene" ? (i.answeredAt ?? []) : [])),
		...reports.filter((r) => r.what === "onScene").map((r) => r.at),
	];
	return times.length === 0 ? undefined : Math.min(...times);
}
