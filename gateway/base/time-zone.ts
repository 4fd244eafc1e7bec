/**
 * Times as people read them, in the time zone of a tower. The zone is a name of the IANA database such as
 * `Asia/Shanghai`; its rules are those of the ICU data that Node carries.
 */

/** Of all of China. */
export const DEFAULT_TIME_ZONE = "Asia/Shanghai";
const DAY_MS = 86_400_000;
/** Clocks are put forward and back at whole quarters of an hour of UTC, everywhere since 1972. */
const QUARTER_MS = 900_000;
/** What a zone is ahead by, by name and quarter: every message says a time, and ICU takes as long as all else in it. */
const offsets = new Map<string, number>();
const MOST_OFFSETS = 10_000;
const UNITS = ["year", "month", "day", "hour", "minute", "second"];
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
	let format = formats.get(timeZone);
	if (!format) {
		format = new Intl.DateTimeFormat("en-US", {
			timeZone,
			hourCycle: "h23",
			year: "numeric",
			month: "2-digit",
			day: "2-digit",
			hour: "2-digit",
			minute: "2-digit",
			second: "2-digit",
		});
		formats.set(timeZone, format);
	}
	return format;
}

/** Whether a name is that of a time zone. */
export function isTimeZone(name: string): boolean {
	try {
		return formatOf(name) !== undefined;
	} catch {
		return false;
	}
}

/** `2026-04-05T14:03:21` there, for a time in ms since 1970. Throws a RangeError for a zone that does not exist. */
export function localTime(ms: number, timeZone: string): string {
	return new Date(ms + offsetMs(ms, timeZone)).toISOString().slice(0, 19);
}

/** How far a zone is ahead of UTC at a time, ms. Throws a RangeError for a zone that does not exist. */
export function offsetMs(ms: number, timeZone: string): number {
	const quarter = Math.floor(ms / QUARTER_MS);
	const key = `${timeZone} ${quarter}`;
	const known = offsets.get(key);
	if (known !== undefined) return known;
	if (offsets.size >= MOST_OFFSETS) offsets.clear();
	const start = quarter * QUARTER_MS;
	const offset = clockReading(start, timeZone) - start;
	offsets.set(key, offset);
	return offset;
}

/** What clocks there show, as if it were UTC, ms since 1970. */
function clockReading(ms: number, timeZone: string): number {
	const parts = formatOf(timeZone).formatToParts(ms);
	const [year = 0, month = 1, ...rest] = UNITS.map((unit) => Number(parts.find(({ type }) => type === unit)?.value));
	return Date.UTC(year, month - 1, ...rest);
}

/** The offset as ISO 8601 writes it: `+08:00`. */
export function offsetText(ms: number, timeZone: string): string {
	const minutes = Math.round(offsetMs(ms, timeZone) / 60_000);
	const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
	return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

/** The offset as people write it: `UTC+8`, `UTC+5:30`. */
export function offsetName(ms: number, timeZone: string): string {
	const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offsetText(ms, timeZone)) ?? [];
	return `UTC${sign}${Number(hours)}${minutes === "00" ? "" : `:${minutes}`}`;
}

/** `2026-04-05T14:03:21+08:00`. */
export function localTimeWithOffset(ms: number, timeZone: string): string {
	return `${localTime(ms, timeZone)}${offsetText(ms, timeZone)}`;
}

/** `2026-04-05 14:03`, for a line that people read. */
export function localMinute(ms: number, timeZone: string): string {
	return localTime(ms, timeZone).slice(0, 16).replace("T", " ");
}

/**
 * The time at which clocks there show `local` (`2026-04-05T14:03` or with seconds), ms since 1970; NaN where it is no
 * time. Of an hour that clocks show twice it is the earlier one, of one that they leave out the one after.
 */
export function timeAt(local: string, timeZone: string): number {
	const guess = Date.parse(`${local}Z`);
	if (Number.isNaN(guess)) return Number.NaN;
	const [before, after] = [offsetMs(guess - DAY_MS, timeZone), offsetMs(guess + DAY_MS, timeZone)];
	const candidates = [guess - before, guess - after].sort((a, b) => a - b);
	return candidates.find((at) => at + offsetMs(at, timeZone) === guess) ?? guess - before;
}
