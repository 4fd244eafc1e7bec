import escapeHtml from "escape-html";
import { type Language, type PhraseCode, words } from "../../base/say.ts";

/** What every paper has in common that an office files: how its sheet, its tables and its lines to sign are written. */

export type PrintWord = Extract<PhraseCode, `print.${string}`> extends `print.${infer Word}` ? Word : never;

export const html = (text: unknown) => escapeHtml(String(text ?? ""));

/** A row of cells; what stands in them is escaped. */
export const row = (cells: readonly unknown[]) => `<tr>${cells.map((c) => `<td>${html(c)}</td>`).join("")}</tr>`;

/** A table under names that are HTML already. */
export const table = (names: readonly string[], rows: readonly string[]) =>
	`<table><thead><tr>${names.map((n) => `<th>${n}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;

/** Lines to sign. */
export const signatures = (language: Language, who: readonly PrintWord[]) =>
	`<div class="signatures">${who.map((s) => `<span>${html(words(language, `print.${s}`))}</span>`).join("")}</div>`;

/** A whole sheet; `title` is text, `parts` are HTML. */
export function paperOf(language: Language, title: string, parts: readonly string[]): string {
	return (
		`<!doctype html><html lang="${language === "zh" ? "zh-CN" : "en"}"><head><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width"><title>${html(title)}</title>` +
		`<link rel="stylesheet" href="/paper.css"></head><body>${parts.join("\n")}</body></html>`
	);
}
