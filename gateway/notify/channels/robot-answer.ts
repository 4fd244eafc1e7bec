import { phrase } from "../../base/say.ts";
import { accepted, byFault, byStatus, failed, type Outcome, retry, unsure } from "./channel.ts";
import type { Answer, Fault } from "./post.ts";

/**
 * Reads the answers of WeCom, DingTalk and Feishu: all three answer HTTP 200 when they refuse a message, and only
 * a code of 0 in the body means that it was taken.
 */
export function byCode(
	response: Answer | Fault,
	key: "errcode" | "code",
	again: (code: number, detail: string) => boolean,
): Outcome {
	if ("fault" in response) return byFault(response);
	if (response.status !== 200) return byStatus(response.status, `HTTP ${response.status}`, response.retryAfter);
	let answer: Record<string, unknown>;
	try {
		answer = JSON.parse(response.text) as Record<string, unknown>;
	} catch {
		// it may have taken the message: what would have said so was cut off
		return response.isCut ? unsure(phrase("attempt.cut")) : retry(phrase("attempt.noJson", { status: 200 }));
	}
	const code = answer[key];
	const detail = `${key} ${String(code)} ${String(answer["errmsg"] ?? answer["msg"] ?? "").slice(0, 200)}`;
	if (code === 0) return accepted(detail);
	return again(Number(code), detail) ? retry(detail, 60_000) : failed(detail);
}
