import type { Incident } from "../api-types.ts";

type Ladder = Incident["ladder"];
type LadderName = "verify" | "suppress";
type Step = Ladder["plan"][number];
type Fire = Pick<Incident, "ladder" | "confirmedAt" | "sizeHa">;

/** Steps that are told together. */
export interface Coming {
	ladder: LadderName;
	/** Milliseconds after the opening, by the plan. */
	after: number;
	/** When they are due, ms since 1970, where that is known. */
	at?: number;
	steps: Step[];
}

/** Groups of each ladder that are shown. */
const SHOWN = 2;

/** What each ladder has still to tell while it runs, the next first; one that is paused or at its end tells nothing. */
export function comingOf(fire: Fire): Coming[] {
	return (["verify", "suppress"] as const).flatMap((name) => nextOf(fire, name)).sort(soonest);
}

function nextOf({ ladder, confirmedAt, sizeHa = 0 }: Fire, name: LadderName): Coming[] {
	const { done, nextAt } = ladder[name];
	if (nextAt === undefined) return [];
	// what waits for a confirmation, or for a size, is not the next
	const isOpen = ([first]: Step[]) =>
		first !== undefined &&
		(first.when !== "confirmed" || confirmedAt !== undefined) &&
		(first.minHa === undefined || sizeHa >= first.minHa);
	const next = groupsOf(ladder.plan, name).filter((steps, n) => !done.includes(n) && isOpen(steps));
	return next.slice(0, SHOWN).map((steps, n) => ({
		ladder: name,
		after: steps[0]?.afterMs ?? 0,
		...(n === 0 ? { at: nextAt } : {}),
		steps,
	}));
}

const WHENS = ["always", "orConfirmed", "confirmed"];

/** As a ladder counts its groups: by time, of a time by what they wait for, and by size. */
function groupsOf(plan: readonly Step[], name: LadderName): Step[][] {
	const rank = ({ afterMs, when, minHa = 0 }: Step) => [afterMs, WHENS.indexOf(when), minHa];
	const groups = new Map<string, Step[]>();
	for (const s of plan.filter((one) => one.ladder === name)) {
		const key = rank(s).join(" ");
		groups.set(key, [...(groups.get(key) ?? []), s]);
	}
	return [...groups.values()].sort(([a], [b]) => (a && b ? byRank(rank(a), rank(b)) : 0));
}

function byRank(a: number[], b: number[]): number {
	const at = a.findIndex((value, n) => value !== b[n]);
	return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

const soonest = (a: Coming, b: Coming) =>
	(a.at ?? Number.POSITIVE_INFINITY) - (b.at ?? Number.POSITIVE_INFINITY) || a.after - b.after;
