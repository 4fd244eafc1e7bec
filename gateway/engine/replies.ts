import { timingSafeEqual } from "node:crypto";
import type { Answer } from "../model/answer.ts";

/**
 * What people and providers send back: keys, replies by SMS, receipts. Everything here comes from outside and is
 * bounded.
 */

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
	前往: "going",
	出发: "going",
	去: "going",
	前去: "going",
	马上到: "going",
	赶往: "going",
	出动: "going",
	在路上: "going",
	going: "going",
	"on my way": "going",
	不去: "notMe",
	去不了: "notMe",
	不是我: "notMe",
	不归我管: "notMe",
	"not me": "notMe",
	误报: "false",
	没有火: "false",
	没火: "false",
	无火情: "false",
	false: "false",
	"false alarm": "false",
	许可: "permitted",
	许可用火: "permitted",
	permitted: "permitted",
	到场: "onScene",
	已到场: "onScene",
	到达: "onScene",
	到达现场: "onScene",
	已到: "onScene",
	到了: "onScene",
	"on scene": "onScene",
	arrived: "onScene",
	属实: "confirmed",
	火情属实: "confirmed",
	有火: "confirmed",
	着火了: "confirmed",
	confirmed: "confirmed",
	控制: "controlled",
	控制住: "controlled",
	controlled: "controlled",
	"under control": "controlled",
	扑灭: "out",
	灭了: "out",
	火灭了: "out",
	out: "out",
};
/** What people add and what says nothing about the fire. */
const POLITE =
	/谢谢您?|多谢|收到|明白|知道了|好的|好|您好|你好|请|回复|回|答复|选择|选|发送|发|按|验证码|代码|编码|编号|号|瞭望|我们|我|马上|立即|立刻|现在|这就|正在|正|已经|已|就|了|的|是|大概|大约|thanks?(?: you)?|ok|okay|please|reply|re|code|option|lookout|i am|i'm|we are/gi;
/** What a telephone adds by itself: which of its cards the message left by, and what it was written on. */
const BY_THE_PHONE =
	/[[(【]?(?:卡|sim|主卡|副卡)\s?[12一二]?[\])】][:：]?|(?:^|\n)\s*(?:卡|sim)\s?[12一二][:：]|(?:sent from|发自)(?: ?my|我的)?[^\n\d]{0,20}$/gi;
/** Who asks has not said anything. */
const ASKS = /[?？吗呢]/;
/** Letters and digits are told apart from words that hold them. */
const WORDINGS = Object.keys(WORDS).sort((a, b) => b.length - a.length);
/** Digits in the forms that NFKC leaves as they are. */
const NUMERALS = ["一二三四五六七八", "❶❷❸❹❺❻❼❽", "➀➁➂➃➄➅➆➇", "➊➋➌➍➎➏➐➑"];
const numeral = (sign: string) => NUMERALS.map((row) => row.indexOf(sign) + 1).find((n) => n > 0);

/**
 * What an SMS may mean: an answer and a code. Several where digits run together; which code is right the caller knows.
 */
export interface SmsReply {
	code: string;
	/** Undefined where the code is there and the rest is not understood. */
	answer?: Answer["answer"];
	etaMinutes?: number;
}

/**
 * Replies such as "1 482913", "1482913", "482913前往", "【瞭望】1（482913）", "我去 482913 半小时" or "收到 1 482913 谢谢". What is left
 * beside code, minutes and politeness must be one digit or one word, or both with the same meaning: "前往3人" is no
 * "false", and "没有扑灭" no "out". Empty where there is no code at all.
 */
export function readSmsReply(text: string): SmsReply[] {
	const plain = text
		.slice(0, 300)
		.normalize("NFKC")
		// joiners, and what makes a picture of a digit
		.replace(/\p{Cf}|\ufe0e|\ufe0f|\u20e3/gu, "")
		// a signature, as a service puts it before or behind
		.replace(/【[^】\d]{0,20}】/g, " ")
		.replace(BY_THE_PHONE, " ")
		.toLowerCase();
	return codesIn(withoutGaps(plain)).map(({ code, rest }) => ({ code, ...meaningOf(rest) }));
}

/** A text of nothing but an answer's digit and a code that somebody has written in groups: "1 482 913". */
function withoutGaps(plain: string): string {
	const digits = plain.replace(/[\s,，、.。-]/g, "");
	return /^\d{7}$/.test(digits) && !/\d{6}/.test(plain) ? digits : plain;
}

/** The codes that a text may hold, each with what is left: six digits alone, or seven of which one is the answer. */
function codesIn(plain: string): { code: string; rest: string }[] {
	return [...plain.matchAll(/(?<!\d)(?:\d{6}|\d{7})(?!\d)/g)].slice(0, 4).flatMap(({ 0: digits, index }) => {
		const [before, after] = [plain.slice(0, index), plain.slice(index + digits.length)];
		if (digits.length === 6) return [{ code: digits, rest: `${before} ${after}` }];
		return [
			{ code: digits.slice(1), rest: `${before} ${digits[0]} ${after}` },
			{ code: digits.slice(0, 6), rest: `${before} ${digits[6]} ${after}` },
		];
	});
}

function meaningOf(rest: string): { answer?: Answer["answer"]; etaMinutes?: number } {
	if (ASKS.test(rest)) return {};
	const { minutes, left } = minutesIn(rest);
	const means = new Set<Answer["answer"]>();
	let words = left;
	for (const wording of WORDINGS) {
		if (!words.includes(wording)) continue;
		words = words.replaceAll(wording, " ");
		means.add(WORDS[wording] as Answer["answer"]);
	}
	const tokens = words
		.replace(POLITE, " ")
		.replace(/[\p{P}\p{S}\s]+/gu, " ")
		.trim()
		.split(" ")
		.filter((t) => t !== "");
	for (const token of tokens) {
		const meaning = DIGITS[String(numeral(token) ?? token)];
		if (meaning === undefined) return {};
		means.add(meaning);
	}
	const [answer, ...others] = means;
	if (answer === undefined || others.length > 0) return {};
	const isPromise = minutes !== undefined && answer === "going";
	return isPromise ? { answer, etaMinutes: Math.max(1, Math.min(600, minutes)) } : { answer };
}

/** "20分钟", "二十分钟", "半小时", "1个钟头" or "30 min" in a text, and what is left of it. */
function minutesIn(text: string): { minutes?: number; left: string } {
	const number = String.raw`(?<![\d一二两三四五六七八九十])(\d{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])`;
	const found = new RegExp(
		String.raw`(?:${number}\s*(?:分钟|分|minutes?|mins?)|(半)个?(?:小时|钟头)|${number}\s*(?:个?(?:小时|钟头)|hours?|h(?![a-z])))(?:后到?|左右|内)?`,
		"i",
	).exec(text);
	if (!found) return { left: text };
	const [whole, minutes, half, hours = ""] = found;
	const left = text.replace(whole, " ");
	if (half) return { minutes: 30, left };
	return { minutes: minutes ? amount(minutes) : amount(hours) * 60, left };
}

/** A number up to 999 in digits, or one up to 99 in Chinese numerals. */
function amount(written: string): number {
	if (/^\d+$/.test(written)) return Number(written);
	const ones = (sign: string) => (sign === "两" ? 2 : "一二三四五六七八九".indexOf(sign) + 1);
	const [tens, rest] = written.split("十");
	if (rest === undefined) return ones(written);
	return (tens ? ones(tens) : 1) * 10 + (rest ? ones(rest) : 0);
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
const text = (value: unknown) =>
	typeof value === "string" || typeof value === "number" ? String(value).slice(0, 200) : "";

/** Receipts of SMS as Aliyun posts them (SmsReport): an array, our delivery's id in `out_id`. */
export function readSmsReceipts(body: unknown): ReceiptIn[] {
	return listOf(body).flatMap((r) => {
		const delivery = text(r["out_id"]);
		if (delivery === "") return [];
		const ok = r["success"] === true || r["success"] === "true";
		return [
			{
				delivery,
				what: ok ? "delivered" : "failed",
				detail: `${text(r["err_code"])} ${text(r["err_msg"])} ${text(r["report_time"])}`.trim(),
			},
		];
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
		return [
			{
				delivery,
				what: status === "200000" || status === "300000" ? "heard" : "failed",
				detail,
				...(key === "" ? {} : { key }),
			},
		];
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

/** Compares a secret without telling by time how much of it was right. */
export function sameSecret(given: string, expected: string): boolean {
	const [a, b] = [Buffer.from(given), Buffer.from(expected)];
	return a.length === b.length && timingSafeEqual(a, b);
}
