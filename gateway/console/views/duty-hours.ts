import type { DutyShift } from "../../model/user.ts";

const HOUR_MS = 3_600_000;

/**
 * Hours of a time, and those of them in which nobody had signed on at the desk.
 */
export function unattendedHours(
	shifts: readonly DutyShift[],
	{ from, to }: { from: number; to: number },
): { hours: number; ofHours: number } {
	if (from >= to) return { hours: 0, ofHours: 0 };
	let bare = 0;
	let held = from;
	for (const shift of shifts.toSorted((a, b) => a.from - b.from)) {
		if (shift.from >= to) break;
		bare += Math.max(0, shift.from - held);
		held = Math.max(held, shift.to ?? to);
	}
	bare += Math.max(0, to - held);
	return { hours: bare / HOUR_MS, ofHours: (to - from) / HOUR_MS };
}
