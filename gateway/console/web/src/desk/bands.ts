import type { IncidentSummary } from "../api-types.ts";
import { isOpen } from "../states.ts";

/** What the desk owes: an answer, its watch, a file; and what is over. */
export type Band = "needsYou" | "underWay" | "toClose" | "recent";
export const BANDS: readonly Band[] = ["needsYou", "underWay", "toClose", "recent"];

/** More fires than this in a band are shown by township: a storm must not be a list that nobody reads to its end. */
const MOST_ALONE = 15;
/** Digits of a township's code in that of a grid (GB/T 2260 with town). */
const TOWNSHIP = 9;

/** A row of the queue. */
export type Row =
	| { is: "band"; band: Band; count: number }
	| { is: "area"; key: string; band: Band; worst: IncidentSummary; count: number; isUnfolded: boolean }
	| { is: "card"; incident: IncidentSummary };

/** Whether its file can be closed now: a fire that is out, or a false or permitted one whose cause nobody has given. */
export function mayClose(i: Pick<IncidentSummary, "kind" | "state" | "closedAt">): boolean {
	if (!isOpen(i)) return i.kind === "fire" && i.closedAt === undefined;
	return i.kind !== "fire" || i.state === "out";
}

const UNDER_WAY: readonly IncidentSummary["state"][] = ["onScene", "controlled"];

/** Of a fire: whose turn it is. Nobody has answered, nobody was reached, or somebody who was to come is late. */
export function bandOf(i: IncidentSummary): Band {
	if (!isOpen(i)) return mayClose(i) ? "toClose" : "recent";
	if (i.state === "out") return "toClose";
	const { told, answered, notReached, late, onScene } = i.people;
	const isUnheard = told > 0 && notReached === told;
	const isSeenTo = answered > 0 || UNDER_WAY.includes(i.state);
	return !isSeenTo || isUnheard || (late > 0 && onScene === 0) ? "needsYou" : "underWay";
}

/** How much a fire asks of the desk: what is confirmed, what nobody sees to, what most speaks for; then the newest. */
function weight(i: IncidentSummary): number {
	const isSure = i.confirmedAt !== undefined;
	const isSeen = i.picture !== undefined || i.source.kind === "sensor";
	// what several speak of, and what a device has seen, before what one caller has said
	const witnesses = Math.min(i.sources, MOST_WITNESSES) * 10 + (isSeen ? 5 : 0);
	return (isSure ? 100 : 0) + (i.people.answered === 0 ? 50 : 0) + witnesses + (i.rekindled ?? 0);
}

const MOST_WITNESSES = 3;

function worstFirst(a: IncidentSummary, b: IncidentSummary): number {
	return weight(b) - weight(a) || b.openedAt - a.openedAt;
}

/** The fires of a band, the worst first; of those that are over, as they come. */
export function inBand(fires: readonly IncidentSummary[], band: Band): IncidentSummary[] {
	const own = fires.filter((i) => bandOf(i) === band);
	return band === "recent" ? own : own.sort(worstFirst);
}

/** Of one fire that several towers see one incident is shown and answered. */
export function ownFires(incidents: readonly IncidentSummary[]): IncidentSummary[] {
	return incidents.filter((i) => i.kind === "fire" && i.primaryId === undefined);
}

export function openFaults(incidents: readonly IncidentSummary[]): IncidentSummary[] {
	return incidents.filter((i) => i.kind !== "fire" && isOpen(i));
}

/**
 * The queue as rows: bands, in each the fires, the worst first, and by township where they are many. `unfolded` holds
 * the keys of townships that somebody has opened; that of `selected` is open.
 */
export function rowsOf(
	incidents: readonly IncidentSummary[],
	unfolded: ReadonlySet<string>,
	selected: string | undefined,
): Row[] {
	const fires = ownFires(incidents);
	return BANDS.flatMap((band): Row[] => {
		const own = inBand(fires, band);
		if (own.length === 0) return [];
		const head: Row = { is: "band", band, count: own.length };
		if (own.length <= MOST_ALONE || band === "recent") return [head, ...own.map(card)];
		return [head, ...byArea(band, own, unfolded, selected)];
	});
}

const card = (incident: IncidentSummary): Row => ({ is: "card", incident });

function byArea(band: Band, fires: IncidentSummary[], unfolded: ReadonlySet<string>, selected?: string): Row[] {
	const areas = new Map<string, IncidentSummary[]>();
	for (const i of fires) {
		const code = i.grids[0]?.code.slice(0, TOWNSHIP) ?? "";
		areas.set(code, [...(areas.get(code) ?? []), i]);
	}
	return [...areas].flatMap(([code, list]): Row[] => {
		const [worst] = list;
		if (!worst) return [];
		const key = `${band} ${code}`;
		const isUnfolded = unfolded.has(key) || list.some((i) => i.id === selected);
		return [{ is: "area", key, band, worst, count: list.length, isUnfolded }, ...(isUnfolded ? list.map(card) : [])];
	});
}
