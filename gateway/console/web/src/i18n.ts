import { fill, rowName, say } from "../../../base/say.ts";
import { en, type Words as PageWords } from "../../../base/words/en/page.ts";
import { en as enPages, type Pages } from "../../../base/words/en/pages.ts";
import { zh } from "../../../base/words/zh/page.ts";
import { zh as zhPages } from "../../../base/words/zh/pages.ts";

/** The words of a page, and the time zone of its tower: times are shown as they are where it burns. */
export type Words = PageWords & Pages & { timeZone?: string };

const TEXT = { zh: { ...zh, ...zhPages }, en: { ...en, ...enPages } };

export type Language = keyof typeof TEXT;

export function words(language: Language, timeZone?: string): Words {
	return { ...TEXT[language], timeZone };
}

/** The reader's choice, else the browser's language. */
export function preferred(): Language {
	const kept = localStorage.getItem("language");
	if (kept === "zh" || kept === "en") return kept;
	return navigator.language.startsWith("zh") ? "zh" : "en";
}

/** A word from a table, or the key itself when the table is older than the gateway. */
export function word(table: Record<string, string>, key: string): string {
	return table[key] ?? key;
}

/** A span of time in the reader's units. */
export function span(ms: number, { units }: Words): string {
	const s = Math.max(0, Math.round(ms / 1000));
	if (s < 90) return `${s} ${units.s}`;
	if (s < 5400) return `${Math.round(s / 60)} ${units.min}`;
	return s < 129_600 ? `${Math.round(s / 3600)} ${units.h}` : `${Math.round(s / 86_400)} ${units.d}`;
}

/** Time of the day; before the tower has said its zone, in that of the browser. */
export function clock({ language, timeZone }: Words, at: number): string {
	return new Date(at).toLocaleTimeString(LOCALE[language], { hour12: false, timeZone });
}

export function day({ language, timeZone }: Words, at: number): string {
	return new Date(at).toLocaleDateString(LOCALE[language], { timeZone });
}
/** Time of the day; with the day where that is another than today's. */
export function dayAndClock(w: Words, at: number, now: number): string {
	return day(w, at) === day(w, now) ? clock(w, at) : `${day(w, at)} ${clock(w, at)}`;
}
const LOCALE = { zh: "zh-CN", en: "en-GB" };

/** What became of a message each time it was sent, a line each. */
export function attemptLines(w: Words, tries: { at: number; outcome: string; detail: string }[]): string {
	const line = (t: (typeof tries)[number]) =>
		`${clock(w, t.at)} ${rowName(w.language, `attempt:${t.outcome}`)} ${inWords(w, t.detail)}`;
	return tries.map(line).join("\n");
}

/** What the gateway says as a phrase, in the reader's language. */
export function inWords({ language }: Words, phrase: string): string {
	return say(language, phrase);
}

/** A person's level and role, as 村林长, 村副林长: for whoever has no title of his own. */
export function postOf(
	w: Words,
	{ level, role, isDeputy = false }: { level: string; role: string; isDeputy?: boolean },
): string {
	const gaps = { level: word(w.levels, level), role: word(w.roles, role) };
	return filled(w, isDeputy ? w.deputyPost : w.post, gaps);
}

/** From when on, or until when, somebody has his post, where that is to come; and that he has left. */
export function daysOf(w: Words, { startsAt, endsAt, leftAt }: Days): string {
	if (leftAt !== undefined) return filled(w, w.registerPage.left, { day: day(w, leftAt) });
	const from = startsAt === undefined ? "" : filled(w, w.registerPage.startsAt, { day: day(w, startsAt) });
	return from + (endsAt === undefined ? "" : filled(w, w.registerPage.endsAt, { day: day(w, endsAt) }));
}
interface Days {
	startsAt?: number;
	endsAt?: number;
	leftAt?: number;
}

/** A message with its gaps filled. */
export function filled({ language }: Words, message: string, gaps: Record<string, string | number>): string {
	return fill(language, message, gaps);
}
