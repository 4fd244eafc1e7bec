import { PAGE_WORDS } from "../../base/page-words.ts";
import { type Language, words } from "../../base/say.ts";
import { localMinute, localTime, timeAt } from "../../base/time-zone.ts";
import { holds, type Register, type Shift } from "../../model/register.ts";
import { html, paperOf, row, signatures, table } from "./paper.ts";

const DAY_MS = 86_400_000;
/** Who stands at the desk: what a county hangs up beside the telephone. */
const POSTS = ["dutyLeader", "officer"] as const;

export interface RosterPaper {
	language: Language;
	timeZone: string;
	unit: string;
	/** `2026-12`. */
	month: string;
}

/**
 * A month's duty roster on paper: a row for each day, who leads, who is at the desk, with telephone numbers; a vacancy
 * is said. Whoever stands in for somebody stands in his place, and is marked; of a part of a day the hours are told.
 */
export function printedRoster({ shifts, people }: Pick<Register, "shifts" | "people">, paper: RosterPaper): string {
	const { language, timeZone, unit, month } = paper;
	const t = (word: "rota" | "date" | "nobodyThere") => words(language, `print.${word}`);
	const byId = new Map(people.map((p) => [p.id, p]));
	const { roles, rosterPage } = PAGE_WORDS[language];
	const named = ({ person, kind, ...span }: Shift, from: number) => {
		const known = byId.get(person);
		const instead = kind === "override" ? `(${rosterPage.override})` : undefined;
		return [hoursOf(span, from, timeZone), known?.name ?? person, known?.phone, instead].filter(Boolean).join(" ");
	};
	// whoever's own row has ended has left, whatever a roster still says
	const isThere = (s: Shift, day: number) => {
		const known = byId.get(s.person);
		return known === undefined || holds(known, Math.max(s.from, day));
	};
	const at = (from: number, role: string) => {
		const own = shifts.filter(
			(s) => s.post.startsWith(`${role}@`) && s.from < from + DAY_MS && s.to > from && isThere(s, from),
		);
		const there = [...Map.groupBy(own, (s) => s.post).values()].flatMap((post) => standing(post, from));
		const shown = there.sort((a, b) => a.from - b.from).map((s) => named(s, from));
		return shown.length === 0 ? t("nobodyThere") : [...new Set(shown)].join("、");
	};
	const weekday = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { weekday: "short", timeZone });
	const rows = daysOf(month, timeZone).map((from) => {
		const day = `${localTime(from, timeZone).slice(0, 10)} ${weekday.format(from)}`;
		return row([day, ...POSTS.map((role) => at(from, role))]);
	});
	const title = `${unit}${t("rota")} ${month}`;
	return paperOf(language, title, [
		`<h1>${html(title)}</h1>`,
		table([html(t("date")), ...POSTS.map((role) => html(roles[role]))], rows),
		signatures(language, ["signMaker", "signChecker", "signHead", "signDate"]),
	]);
}

/** Of the shifts of one post those that stand on a day: whoever stands in for all of it stands there alone. */
function standing(shifts: Shift[], day: number): Shift[] {
	const instead = shifts.filter((s) => s.kind === "override");
	return instead.some((s) => s.from <= day && s.to >= day + DAY_MS) ? instead : shifts;
}

/** The hours of a shift that is a part of the day that begins at `day`, ms since 1970; nothing for the whole of it. */
function hoursOf({ from, to }: { from: number; to: number }, day: number, timeZone: string): string {
	const begins = from > day ? localMinute(from, timeZone).slice(11) : "";
	const ends = to < day + DAY_MS ? localMinute(to, timeZone).slice(11) : "";
	return begins || ends ? `${begins}–${ends}` : "";
}

/** Midnights of a month's days. */
function daysOf(month: string, timeZone: string): number[] {
	const [year = 0, number = 1] = month.split("-").map(Number);
	const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
	return Array.from({ length: count }, (_, n) => timeAt(`${month}-${String(n + 1).padStart(2, "0")}T00:00`, timeZone));
}
