/** The day at a moment by the clock of a time zone, YYYY-MM-DD. */
export function dayOf(at: number, timeZone: string): string {
	return new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
}

/** First and last day of the quarter in which a day lies. */
export function quarterOf(day: string): { from: string; to: string } {
	const [year = 0, month = 1] = day.split("-").map(Number);
	const first = Math.floor((month - 1) / 3) * 3;
	return { from: isoDay(year, first, 1), to: isoDay(year, first + 3, 0) };
}

export function yearOf(day: string): { from: string; to: string } {
	const year = Number(day.slice(0, 4));
	return { from: isoDay(year, 0, 1), to: isoDay(year, 11, 31) };
}

function isoDay(year: number, month: number, date: number): string {
	return new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10);
}
