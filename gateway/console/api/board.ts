import escapeHtml from "escape-html";
import type { FastifyReply } from "fastify";
import type { Clock } from "../../base/clock.ts";
import { type PhraseCode, phrase, words } from "../../base/say.ts";
import { localTime } from "../../base/time-zone.ts";
import type { ConsoleBackend } from "../backend.ts";
import { refuse } from "./refuse.ts";
import type { App } from "./services.ts";

type NoticeWord = Extract<PhraseCode, `notice.${string}`> extends `notice.${infer Word}` ? Word : never;

const MADE_AGAIN_MS = 60_000;
const html = (text: unknown) => escapeHtml(String(text ?? ""));

/**
 * The public notice 信息公开: grid by grid the chiefs and rangers who answer for it. It is there only where the office
 * wants it, and shows telephone numbers only where the office says so.
 */
export function boardRoute(app: App, backend: ConsoleBackend, clock: Clock): void {
	let made: { at: number; page: string } | undefined;
	const headed = (reply: FastifyReply, page: string) =>
		reply.type("text/html; charset=utf-8").header("cache-control", "max-age=300").send(page);
	app.get("/board", async (_request, reply) => {
		// made again once a minute, however many ask: it belongs to anybody
		if (made && Math.abs(clock.monotonic() - made.at) < MADE_AGAIN_MS) return headed(reply, made.page);
		const board = backend.board();
		if (!board) return refuse(reply, 404, phrase("api.noNotice"));
		const { language, timeZone, name } = backend.tower();
		const t = (word: NoticeWord) => html(words(language, `notice.${word}`));
		const people = (list: (typeof board.grids)[number]["chiefs"]) =>
			list.length === 0
				? t("none")
				: list.map((p) => html([p.title, p.name, p.phone].filter((v) => v !== undefined).join(" "))).join("<br>");
		const rows = board.grids.map(
			(g) => `<tr><td>${html(g.name)}</td><td>${people(g.chiefs)}</td><td>${people(g.rangers)}</td></tr>`,
		);
		const page =
			`<!doctype html><html lang="${language === "zh" ? "zh-CN" : "en"}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${t("title")}</title>` +
			'<link rel="stylesheet" href="/board.css"></head><body>' +
			`<h1>${t("title")}</h1><p>${html(name)} · ${t("updated")} ${localTime(board.at, timeZone).slice(0, 10)}</p>` +
			`<table><tr><th>${t("grid")}</th><th>${t("chief")}</th><th>${t("ranger")}</th></tr>${rows.join("")}</table></body></html>`;
		made = { at: clock.monotonic(), page };
		return headed(reply, page);
	});
}
