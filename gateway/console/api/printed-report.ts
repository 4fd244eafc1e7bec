import { PAGE_WORDS } from "../../base/page-words.ts";
import { words } from "../../base/say.ts";
import { localTime } from "../../base/time-zone.ts";
import type { Numbers } from "../views/schemas.ts";
import { html, paperOf, row, signatures, table } from "./paper.ts";
import { type Cover, reportTables } from "./report-tables.ts";

/** A time in numbers on paper: whose, of when, made when, each table with its name, and lines to sign. */
export function printedReport(numbers: Numbers, cover: Cover & { unit: string }): string {
	const { language, timeZone, unit, now, status } = cover;
	const day = (at: number) => localTime(at, timeZone).slice(0, 10);
	const statusName = PAGE_WORDS[language].list.status[status];
	const period = words(language, "print.period", {
		from: day(numbers.from),
		to: day(numbers.to - 1),
		status: statusName,
	});
	const title = `${unit}${words(language, "print.report")}`;
	const made = `${words(language, "print.made")} ${localTime(now, timeZone).slice(0, 16).replace("T", " ")}`;
	const tables = reportTables(numbers, cover)
		.filter(({ rows }) => rows.length > 0)
		.map(({ name, columns, rows }) => {
			const lines = rows.map((cells) => row(columns.map((c) => cells[c])));
			return `<h2>${html(name)}</h2>${table(columns.map(html), lines)}`;
		});
	return paperOf(language, title, [
		`<h1>${html(title)}</h1><p class="number">${html(period)} · ${html(made)}</p>`,
		...tables,
		signatures(language, ["signMaker", "signChecker", "signHead", "signDate"]),
	]);
}
