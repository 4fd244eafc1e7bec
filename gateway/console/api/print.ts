import escapeHtml from "escape-html";
import { fill, type Language, type PhraseCode, rowName, say, whoName, words } from "../../base/say.ts";
import { localTime } from "../../base/time-zone.ts";
import { en } from "../../base/words/en/page.ts";
import { zh } from "../../base/words/zh/page.ts";
import type { IncidentRecord } from "../backend.ts";
import type { Tower } from "../views/schemas.ts";

type PrintWord = Extract<PhraseCode, `print.${string}`> extends `print.${infer Word}` ? Word : never;

const STYLE = `
body { font: 11pt/1.4 serif; margin: 2cm }
table { border-collapse: collapse; width: 100%; margin: 0 0 1em }
th, td { border: 1px solid #888; padding: 2pt 4pt; text-align: left; vertical-align: top; overflow-wrap: anywhere }
small { font-size: 8pt } h1 { font-size: 16pt } h2 { font-size: 13pt }
@page { size: A4; margin: 1.5cm } @media print { body { margin: 0 } }`;

const html = (text: unknown) => escapeHtml(String(text ?? ""));

const PAGE = { en, zh };

/** What a row of the ledger holds: reason, outcome and note in words, the rest as it is stored. */
function detailOf(language: Language, { detail, personal }: IncidentRecord["ledger"][number]): string {
	const { why, detail: outcome, note, ...rest } = { ...detail, ...personal } as Record<string, unknown>;
	const phrases = [why, outcome, note].filter((text) => typeof text === "string");
	return [...phrases.map((text) => say(language, text)), JSON.stringify(rest)].join(" ");
}

/** One incident on paper: what is known, who was told over what, who answered, and the ledger with its last hash. */
export function printable(
	{ incident: i, deliveries, ledger }: IncidentRecord,
	{ language, timeZone, name: tower }: Pick<Tower, "language" | "timeZone" | "name">,
): string {
	const t = (word: PrintWord) => html(words(language, `print.${word}`));
	const time = (ms: number | undefined) => (ms === undefined ? "" : localTime(ms, timeZone).replace("T", " "));
	const fact = (name: string, value: unknown) => `<tr><th>${name}</th><td>${html(value)}</td></tr>`;
	const row = (cells: unknown[]) => `<tr>${cells.map((c) => `<td>${html(c)}</td>`).join("")}</tr>`;
	const head = (names: string[]) => `<tr>${names.map((n) => `<th>${n}</th>`).join("")}</tr>`;
	const w = PAGE[language];
	const named = (table: Record<string, string>, key = "") => table[key] ?? key;
	const post = (p: { level: string; role: string }) =>
		fill(language, w.post, { level: named(w.levels, p.level), role: named(w.roles, p.role) });
	const { place } = i;
	const where = [
		i.grids.map((g) => g.name).join(", "),
		place.bearingDeg === undefined ? "" : `${Math.round(place.bearingDeg)}°`,
		place.best ? `${place.best.lat.toFixed(5)}, ${place.best.lon.toFixed(5)} ±${place.errorM} m` : "",
	];
	const people = i.involved.map((p) => {
		const own = deliveries.filter((d) => d.personId === p.personId);
		const channels = own
			.map(
				(d) =>
					`${named(w.channels, d.channel)} ${named(w.deliveries, d.state)}${d.receipts.map((r) => ` ${rowName(language, `receipt:${r.what}`)} ${time(r.at).slice(11)}`).join("")}`,
			)
			.join("; ");
		return row([
			time(p.notifiedAt),
			`${p.name} ${p.title ?? post(p)} ${p.team ?? ""}`,
			named(w.tasks, p.task),
			channels,
			`${p.answer ? rowName(language, `answer:${p.answer}`) : ""} ${time(p.answeredAt).slice(11)}`,
		]);
	});
	const lines = ledger.map((l) =>
		row([l.n, time(l.at), rowName(language, l.what), whoName(language, l.who) ?? l.who, detailOf(language, l)]),
	);
	const facts = [
		fact(t("place"), `${tower}: ${where.filter((w) => w !== "").join("; ")}`),
		fact(t("status"), t(i.status)),
		fact(t("state"), named(w.states, i.state)),
		fact(t("opened"), time(i.openedAt)),
		fact(t("verdict"), i.closedBy && (whoName(language, i.closedBy) ?? i.closedBy)),
		fact(t("cause"), i.cause),
		fact(t("closed"), time(i.closedAt)),
	];
	return `<!doctype html><html lang="${language === "zh" ? "zh-CN" : "en"}">
<head><meta charset="utf-8"><title>${html(i.id)}</title><style>${STYLE}</style></head><body>
<h1>${t("title")} ${html(i.id)}</h1>
<table>${facts.join("")}</table>
<h2>${t("told")}</h2><table>${head([t("at"), t("who"), t("task"), t("channels"), t("answer")])}${people.join("")}</table>
<h2>${t("ledger")}</h2><table><small>${head(["#", t("at"), t("what"), t("who"), t("detail")])}${lines.join("")}</small></table>
<p>${t("hash")}: ${html(ledger.at(-1)?.hash)}</p></body></html>`;
}
