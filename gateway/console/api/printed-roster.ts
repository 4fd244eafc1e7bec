import { PAGE_WORDS } from "../../base/page-words.ts";
import { type Language, words } from "../../base/say.ts";
import { localTime, timeAt } from "../../base/time-zone.ts";
import type { Register } from "../../model/register.ts";
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
 * is said. Whoever stands in for somebody stands in his place.
 */
export function printedRoster({ shifts, people }: Pick<Register, "shifts" | "people">, paper: RosterPaper): string {
	const { language, timeZone, unit, month } = paper;
	const t = (word: "rota" | "date" | "nobodyThere") => words(language, `print.${word}`);
	const byId = new Map(people.map((p) => [p.id, p]));
	const named = (id: string) => [byId.get(id)?.name ?? id, byId.get(id)?.phone ?? ""].filter(Boolean).join(" ");
	const at = (from: number, role: string) => {
		const own = shifts.filter((s) => s.post.startsWith(`${role}@`) && s.from < from + DAY_MS && s.to > from);
		const instead = own.filter((s) => s.kind === "override");
		// whoever stands in for all of the day stands there alone
		const isCovered = instead.some((s) => s.from <= from && s.to >= from + DAY_MS);
		const shown = [...new Set((isCovered ? instead : own).map((s) => s.person))];
		return shown.length === 0 ? t("nobodyThere") : shown.map(named).join("、");
	};
	const rows = daysOf(month, timeZone).map((from) =>
		row([localTime(from, timeZone).slice(0, 10), ...POSTS.map((role) => at(from, role))]),
	);
	const title = `${unit}${t("rota")} ${month}`;
	const { roles } = PAGE_WORDS[language];
	return paperOf(language, title, [
		`<h1>${html(title)}</h1>`,
		table([html(t("date")), ...POSTS.map((role) => html(roles[role]))], rows),
		signatures(language, ["signMaker", "signChecker", "signHead", "signDate"]),
	]);
}

/** Midnights of a month's days. */
function daysOf(month: string, timeZone: string): number[] {
	const [year = 0, number = 1] = month.split("-").map(Number);
	const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
	return Array.from({ length: count }, (_, n) => timeAt(`${month}-${String(n + 1).padStart(2, "0")}T00:00`, timeZone));
}
