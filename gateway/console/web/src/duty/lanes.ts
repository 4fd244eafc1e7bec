import { localTime, timeAt } from "../../../../base/time-zone.ts";

/** A shift of the roster as it is drawn; times are ms since 1970. */
export interface Bar {
	key: string;
	person: string;
	from: number;
	to: number;
	isOverride: boolean;
}

/** A post's line of the calendar. */
export interface Lane {
	post: string;
	bars: Bar[];
	/** Times within the window, from now on, at which nobody is on the roster. */
	gaps: { from: number; to: number }[];
}

type Cells = Readonly<Record<string, string>>;

/**
 * Posts of a roster with their shifts within a window, by name. A post that nobody ever holds has no line, nor has
 * somebody's place in which nobody stands then.
 */
export function lanesOf(
	rows: readonly { key: string; cells: Cells }[],
	window: { from: number; to: number },
	now: number,
): Lane[] {
	const posts: Record<string, Bar[]> = {};
	for (const { key, cells } of rows) {
		const { post = "", person = "", kind } = cells;
		const bar = { key, person, from: timeIn(cells["from"]), to: timeIn(cells["to"]), isOverride: kind === "override" };
		posts[post] = [...(posts[post] ?? []), bar];
	}
	return Object.entries(posts)
		.sort(([a], [b]) => a.localeCompare(b))
		.map(([post, all]) => ({
			post,
			bars: all.filter((b) => b.to > window.from && b.from < window.to).sort((a, b) => a.from - b.from),
			// in somebody's place nobody need stand all the time
			gaps: isInPlace(post) ? [] : gapsIn(all, { from: Math.max(now, window.from), to: window.to }),
		}))
		.filter(({ post, bars }) => !isInPlace(post) || bars.length > 0);
}

/** Whether somebody stands in for another there: of no interest while nobody does. */
function isInPlace(post: string): boolean {
	return post.startsWith("for:");
}

/** Times of a window that no bar covers. */
export function gapsIn(
	bars: readonly { from: number; to: number }[],
	{ from, to }: { from: number; to: number },
): { from: number; to: number }[] {
	const gaps: { from: number; to: number }[] = [];
	let held = from;
	for (const bar of bars.toSorted((a, b) => a.from - b.from)) {
		if (bar.from >= to) break;
		if (bar.from > held) gaps.push({ from: held, to: bar.from });
		held = Math.max(held, bar.to);
	}
	if (held < to) gaps.push({ from: held, to });
	return gaps;
}

function timeIn(text = ""): number {
	return Date.parse(text);
}

const HOUR_MS = 3_600_000;

/** The span that was drawn over, in whole hours and at least one; shares are of the window, in any order. */
export function spanDrawn(
	[a, b]: [number, number],
	window: { from: number; to: number },
): { from: number; to: number } {
	const at = (share: number) => window.from + Math.min(1, Math.max(0, share)) * (window.to - window.from);
	const from = Math.floor(at(Math.min(a, b)) / HOUR_MS) * HOUR_MS;
	const to = Math.ceil(at(Math.max(a, b)) / HOUR_MS) * HOUR_MS;
	return { from, to: Math.max(to, from + HOUR_MS) };
}

/** Midnight of a day in a zone, `days` later. */
export function midnight(at: number, timeZone: string, days = 0): number {
	const today = localTime(at, timeZone).slice(0, 10);
	// noon is on the day meant, whatever the clocks do at night
	const noon = timeAt(`${today}T12:00`, timeZone) + days * 24 * HOUR_MS;
	return timeAt(`${localTime(noon, timeZone).slice(0, 10)}T00:00`, timeZone);
}
