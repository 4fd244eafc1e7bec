import { createHmac } from "node:crypto";
import { type Outcome, postJson, truncated } from "./channel.ts";
import { byCode } from "./robot-answer.ts";
import type { RobotOptions } from "./robot-options.ts";

/** 11232: busy; 9499: too many. */
const AGAIN = new Set([11232, 9499]);

/** A group robot of Feishu 飞书: the signature stands in the body, over the time in seconds; a body holds 20 KB. */
export async function sendFeishu(
	robot: RobotOptions,
	text: string,
	now: number,
	signal: AbortSignal,
): Promise<Outcome> {
	const url = robot.url ?? `https://open.feishu.cn/open-apis/bot/v2/hook/${encodeURIComponent(robot.token)}`;
	const timestamp = Math.floor(now / 1000);
	const signed =
		robot.secret === undefined ? {} : { timestamp: String(timestamp), sign: feishuSign(robot.secret, timestamp) };
	const body = JSON.stringify({ ...signed, msg_type: "text", content: { text: truncated(text, 15_000) } });
	// 19021 is a wrong signature, or a clock that is more than an hour off
	return byCode(
		await postJson(url, body, {}, signal),
		"code",
		(code, detail) => AGAIN.has(code) || (code === 19021 && /time/i.test(detail)),
	);
}

/**
 * base64(HMAC-SHA256(key = seconds, newline, secret; message empty)): key and message the other way round from
 * DingTalk.
 */
export function feishuSign(secret: string, timestampS: number): string {
	return createHmac("sha256", `${timestampS}\n${secret}`).update("").digest("base64");
}
