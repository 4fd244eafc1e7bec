import { timingSafeEqual } from "node:crypto";
import type { Answer } from "../model/incident.ts";

/** What people and providers send back: keys, replies by SMS, receipts. Everything here comes from outside and is bounded. */

/** What a digit means, on a telephone's keys and in an SMS. */
const DIGITS: Record<string, Answer["answer"]> = {
	"1": "going",
	"2": "notMe",
	"3": "false",
	"4": "permitted",
	"5": "onScene",
	"6": "confirmed",
	"7": "controlled",
	"8": "out",
};
const WORDS: Record<string, Answer["answer"]> = {
	...{ 前往: "going", 出发: "going", going: "going" },
	...{ 不去: "notMe", 不是我: "notMe", 不归我管: "notMe", "not me": "notMe" },
	...{ 误报: "false", false: "false", "false alarm": "false" },
	...{ 许可: "permitted", 许可用火: "permitted", permitted: "permitted" },
	...{ 到场: "onScene", 已到场: "onScene", "on scene": "onScene" },
	...{ 属实: "confirmed", 火情属实: "confirmed", confirmed: "confirmed" },
	...{ 控制: "controlled", 已控制: "controlled", controlled: "controlled" },
	...{ 扑灭: "out", 已扑灭: "out", out: "out" },
};

/**
 * A reply such as "1 482913", "482913前往" or "前往 482913 20分钟"; undefined where answer or code cannot be read. What is
 * left beside code and minutes must be one digit or one word and nothing else: "前往3人" is no "false", and "没有扑灭" no "out".
 */
export function readSmsReply(text: string): { answer: Answer["answer"]; code: string; etaMinutes?: number } | undefined {
	const plain = text.slice(0, 200).replace(/[\uff10-\uff19]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xff10 + 48));
	const code = codeIn(plain);
	if (code === undefined) return undefined;
	const rest = plain.replace(code, " ");
	const minutes = /(?<!\d)(\d{1,3})\s*(?:分钟|分|minutes|min)/i.exec(rest);
	const said = (minutes ? rest.replace(minutes[0], " ") : rest)
		.replace(/[\s,.;:!，。；：！+-]+/g, " ")
		.trim()
		.toLowerCase();
	const answer = DIGITS[said] ?? WORDS[said];
	if (answer === undefined) return undefined;
	return { answer, code, ...(minutes && answer === "going" ? { etaMinutes: Math.max(1, Math.min(600, Number(minutes[1]))) } : {}) };
}

/** The six digits of a code in a text, where there are any. */
export function codeIn(text: string): string | undefined {
	return /(?<!\d)(\d{6})(?!\d)/.exec(text)?.[1];
}

/** What a key pressed in a call means. */
export function readKey(dtmf: string): Answer["answer"] | undefined {
	return DIGITS[dtmf.trim().slice(0, 1)];
}

export interface ReceiptIn {
	delivery: string;
	what: "delivered" | "failed" | "heard";
	detail: string;
	/** The key pressed in a call. */
	key?: string;
}

const MOST = 1000;
const text = (value: unknown) => (typeof value === "string" || typeof value === "number" ? String(value).slice(0, 200) : "");

/** Receipts of SMS as Aliyun posts them (SmsReport): an array, our delivery's id in `out_id`. */
export function readSmsReceipts(body: unknown): ReceiptIn[] {
	return listOf(body).flatMap((r) => {
		const delivery = text(r["out_id"]);
		if (delivery === "") return [];
		const ok = r["success"] === true || r["success"] === "true";
		return [{ delivery, what: ok ? "delivered" : "failed", detail: `${text(r["err_code"])} ${text(r["err_msg"])} ${text(r["report_time"])}`.trim() }];
	});
}

/** Receipts of calls (VoiceReport): taken or not, and the key pressed; a call that was taken is no answer. */
export function readVoiceReceipts(body: unknown): ReceiptIn[] {
	return listOf(body).flatMap((r) => {
		const delivery = text(r["out_id"]);
		if (delivery === "") return [];
		const status = text(r["status_code"]);
		const key = text(r["dtmf"]);
		const detail = `${status} ${text(r["status_msg"])}`.trim();
		return [{ delivery, what: status === "200000" || status === "300000" ? "heard" : "failed", detail, ...(key === "" ? {} : { key }) }];
	});
}

/** Replies by SMS as Aliyun posts them (SmsUp). */
export function readSmsUp(body: unknown): { from: string; text: string }[] {
	return listOf(body).flatMap((r) => {
		const [from, said] = [text(r["phone_number"]), text(r["content"])];
		return from === "" || said === "" ? [] : [{ from, text: said }];
	});
}

function listOf(body: unknown): Record<string, unknown>[] {
	const list = Array.isArray(body) ? body : [body];
	return list.slice(0, MOST).filter((r): r is Record<string, unknown> => typeof r === "object" && r !== null);
}

/** Whether two telephone numbers are one: with or without country code, blanks and dashes. */
export function samePhone(a: string, b: string): boolean {
	const bare = (phone: string) => phone.replaceAll(/[^0-9]/g, "").replace(/^(?:00)?86(?=1\d{10}$)/, "");
	return bare(a) !== "" && bare(a) === bare(b);
}

/** Compares a secret without telling by time how much of it was right. */
export function sameSecret(given: string, expected: string): boolean {
	const [a, b] = [Buffer.from(given), Buffer.from(expected)];
	return a.length === b.length && timingSafeEqual(a, b);
}
