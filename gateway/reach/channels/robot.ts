import { createHmac } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Delivery } from "../../model/incident.ts";
import { accepted, byStatus, type Channel, failed, type Outcome, postJson, retry } from "./channel.ts";

export interface RobotOptions {
	kind: "wecom" | "dingtalk";
	token: string;
	secret?: string;
	url?: string;
}

/**
 * Group robots of WeCom 企业微信 and DingTalk 钉钉. Both answer HTTP 200 when they refuse a message:
 * only `errcode` 0 in the body means that it was taken.
 */
export class RobotChannel implements Channel {
	readonly #robots: Record<string, RobotOptions>;
	readonly #clock: Clock;

	constructor(robots: Record<string, RobotOptions>, clock: Clock) {
		this.#robots = robots;
		this.#clock = clock;
	}

	async send(delivery: Delivery, link: string | undefined, signal: AbortSignal): Promise<Outcome> {
		const robot = this.#robots[delivery.address];
		if (!robot) return failed(`no robot of the name "${delivery.address}" is configured`);
		const { title, body } = delivery.message;
		// these group messages are no place for a person's own link: whoever taps it would answer as that person
		const text = `${title}\n${body}${link ? `\n${link}` : ""}`;
		const url = robot.kind === "wecom" ? wecomUrl(robot) : dingtalkUrl(robot, this.#clock.now());
		const response = await postJson(url, JSON.stringify({ msgtype: "text", text: { content: truncated(text, 2000) } }), {}, signal);
		if ("fault" in response) return retry(response.fault);
		if (response.status !== 200) return byStatus(response.status, `HTTP ${response.status}`, response.retryAfter);
		return byErrcode(response.text);
	}
}

function wecomUrl(robot: RobotOptions): string {
	return `${robot.url ?? "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"}?key=${encodeURIComponent(robot.token)}`;
}

function dingtalkUrl(robot: RobotOptions, now: number): string {
	const base = `${robot.url ?? "https://oapi.dingtalk.com/robot/send"}?access_token=${encodeURIComponent(robot.token)}`;
	return robot.secret === undefined ? base : `${base}&timestamp=${now}&sign=${encodeURIComponent(dingtalkSign(robot.secret, now))}`;
}

/** base64(HMAC-SHA256(key = secret, message = milliseconds, newline, secret)); not URL-encoded yet. */
export function dingtalkSign(secret: string, timestampMs: number): string {
	return createHmac("sha256", secret).update(`${timestampMs}\n${secret}`).digest("base64");
}

/** Codes after which the same message may be tried again: too fast, or busy. */
const TOO_FAST = new Set([130101, 45009, -1]);

function byErrcode(text: string): Outcome {
	let answer: { errcode?: unknown; errmsg?: unknown };
	try {
		answer = JSON.parse(text) as typeof answer;
	} catch {
		return retry("the answer is no JSON");
	}
	const detail = `errcode ${String(answer.errcode)} ${String(answer.errmsg ?? "").slice(0, 200)}`;
	if (answer.errcode === 0) return accepted(detail);
	// 20 messages a minute are allowed; DingTalk then shuts a robot out for ten minutes
	if (TOO_FAST.has(Number(answer.errcode))) return retry(detail, 60_000);
	// 310000 also means a wrong clock, which the next attempt may have right
	return answer.errcode === 310000 && /timestamp/i.test(detail) ? retry(detail, 60_000) : failed(detail);
}

/** At most `bytes` bytes of UTF-8, cut between characters. */
function truncated(text: string, bytes: number): string {
	let cut = text;
	while (Buffer.byteLength(cut) > bytes) cut = cut.slice(0, -1);
	return cut;
}
