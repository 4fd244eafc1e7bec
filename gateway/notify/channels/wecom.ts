import { type Outcome, postJson, truncated } from "./channel.ts";
import { byCode } from "./robot-answer.ts";
import type { RobotOptions } from "./robot-options.ts";

/** Codes after which the same message may be tried again: busy, and more than 20 messages a minute. */
const AGAIN = new Set([-1, 45009]);

/** A group robot of WeCom 企业微信: the key is the secret, a text holds 2,048 bytes. */
export async function sendWecom(
	robot: RobotOptions,
	text: string,
	_now: number,
	signal: AbortSignal,
): Promise<Outcome> {
	const url = `${robot.url ?? "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"}?key=${encodeURIComponent(robot.token)}`;
	const body = JSON.stringify({ msgtype: "text", text: { content: truncated(text, 2048) } });
	return byCode(await postJson(url, body, {}, signal), "errcode", (code) => AGAIN.has(code));
}
