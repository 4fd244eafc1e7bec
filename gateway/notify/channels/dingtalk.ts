import { createHmac } from "node:crypto";
import { type Outcome, postJson, truncated } from "./channel.ts";
import { byCode } from "./robot-answer.ts";
import type { RobotOptions } from "./robot-options.ts";

/** Codes after which the same message may be tried again. More than 20 messages a minute shut a robot out for ten. */
const AGAIN = new Set([-1, 130101]);

/** A group robot of DingTalk 钉钉, signed over the time in milliseconds, which must be within an hour of theirs. */
export async function sendDingtalk(
	robot: RobotOptions,
	text: string,
	now: number,
	signal: AbortSignal,
): Promise<Outcome> {
	const base = `${robot.url ?? "https://oapi.dingtalk.com/robot/send"}?access_token=${encodeURIComponent(robot.token)}`;
	const url =
		robot.secret === undefined
			? base
			: `${base}&timestamp=${now}&sign=${encodeURIComponent(dingtalkSign(robot.secret, now))}`;
	const body = JSON.stringify({ msgtype: "text", text: { content: truncated(text, 2000) } });
	// 310000 also means a wrong clock, which the next attempt may have right
	return byCode(
		await postJson(url, body, {}, signal),
		"errcode",
		(code, detail) => AGAIN.has(code) || (code === 310000 && /timestamp/i.test(detail)),
	);
}

/** base64(HMAC-SHA256(key = secret, message = milliseconds, newline, secret)); not URL-encoded yet. */
export function dingtalkSign(secret: string, timestampMs: number): string {
	return createHmac("sha256", secret).update(`${timestampMs}\n${secret}`).digest("base64");
}
