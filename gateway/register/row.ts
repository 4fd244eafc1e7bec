import type { Gap } from "../base/phrase.ts";
import type { PhraseCode } from "../base/say.ts";
import { didYouMean } from "../base/text.ts";
import { localTimeWithOffset, timeAt } from "../base/time-zone.ts";
import { guessed, type ImportFaults } from "./import-fault.ts";

/** Characters of an id or a name. */
const LONGEST = 120;
const DAY_MS = 86_400_000;

/** A row with its place in the file, its cells by column. What is wrong with a cell becomes a fault of that place. */
export class Row {
	/** As `people.csv:3`. */
	readonly at: string;
	readonly #cells: Readonly<Record<string, string>>;
	/** Of times that name no zone themselves. */
	readonly #timeZone: string;
	readonly #faults: ImportFaults;

	constructor(at: string, cells: Record<string, string>, timeZone: string, faults: ImportFaults) {
		this.at = at;
		this.#cells = cells;
		this.#timeZone = timeZone;
		this.#faults = faults;
	}

	fault(column: string, code: PhraseCode, gaps: Record<string, Gap | undefined> = {}): void {
		this.#faults.add(`${this.at} ${column}`, code, gaps);
	}

	/** What stands in a cell, empty where nothing does or there is no such column. */
	text(column: string): string {
		return this.#cells[column] ?? "";
	}

	/** The same, undefined where nothing stands. */
	given(column: string): string | undefined {
		return this.text(column) || undefined;
	}

	required(column: string): string {
		const value = this.text(column);
		const tooLong = { text: value.slice(0, 40), count: value.length, most: LONGEST };
		if (value === "") this.fault(column, "import.empty");
		if (value.length > LONGEST) this.fault(column, "import.tooManyCharacters", tooLong);
		return value;
	}

	oneOf<T extends string>(column: string, allowed: readonly T[]): T {
		const text = this.text(column);
		if (!(allowed as readonly string[]).includes(text)) {
			const guess = guessed(didYouMean(text, allowed));
			this.fault(column, "import.notOneOf", { text, allowed: allowed.join(", "), guess });
		}
		return text as T;
	}

	/** A number within bounds; undefined where the cell is empty. */
	number(column: string, least: number, most: number): number | undefined {
		const text = this.text(column);
		if (text === "") return undefined;
		const value = /^[+-]?\d+(?:\.\d*)?$/.test(text) ? Number(text) : Number.NaN;
		if (Number.isFinite(value) && value >= least && value <= most) return value;
		this.fault(column, "import.noNumber", { text, least, most });
		return undefined;
	}

	/** Degrees of latitude or longitude; needed. */
	degrees(column: "lat" | "lon"): number {
		const most = column === "lat" ? 90 : 180;
		if (this.text(column) === "") this.fault(column, "import.noDegrees", { most });
		return this.number(column, -most, most) ?? 0;
	}

	position(): { lat: number; lon: number } {
		return { lat: this.degrees("lat"), lon: this.degrees("lon") };
	}

	list(column: string): string[] {
		const parts = this.text(column).split(/[;；、]/);
		return parts.map((part) => part.trim()).filter((part) => part !== "");
	}

	/**
	 * A moment, ms since 1970: `2026-04-05` or `2026-04-05T14:30` is of the register's time zone unless another stands
	 * there. A bare date as an end includes its day. Undefined where the cell is empty.
	 */
	moment(column: string, { isEnd = false } = {}): number | undefined {
		const text = this.text(column);
		if (text === "") return undefined;
		const written = writtenTime(text);
		if (!written) {
			this.fault(column, "import.noDate", { text });
			return undefined;
		}
		const { day, time = "00:00", zone } = written;
		const local = `${day}T${time}`;
		const value = zone === undefined ? timeAt(local, this.#timeZone) : Date.parse(`${local}${zone}`);
		if (Number.isNaN(value)) this.fault(column, "import.noDate", { text });
		if (Number.isNaN(value)) return undefined;
		return isEnd && written.time === undefined ? value + DAY_MS : value;
	}

	/** From and to of a row, where the columns are there. */
	validity(): { from?: number; to?: number } {
		const from = this.moment("from");
		const to = this.moment("to", { isEnd: true });
		if (from !== undefined && to !== undefined && to <= from) this.fault("to", "import.toNotAfterFrom");
		return { from, to };
	}
}

/** The parts of a date as people and spreadsheets write it; undefined where it is none. */
function writtenTime(text: string): { day: string; time?: string | undefined; zone?: string | undefined } | undefined {
	// spreadsheets write 2026/4/5 8:00
	const plain = text
		.replace(
			/^(\d{4})[/.](\d{1,2})[/.](\d{1,2})/,
			(_, y, m, d) => `${y}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`,
		)
		.replace(/([T ])(\d):/, "$10$2:");
	const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(plain);
	if (!match) return undefined;
	const [, day = "", time, zone] = match;
	// a day that the month does not have is taken for one of the next by the language
	const midnight = Date.parse(`${day}T00:00:00Z`);
	const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
	return isDay ? { day, time, zone } : undefined;
}

/** A moment as text, for exports. */
export function momentText(ms: number | undefined, timeZone: string): string {
	return ms === undefined ? "" : localTimeWithOffset(ms, timeZone);
}
