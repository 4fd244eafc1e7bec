import type { Delivery } from "../../model/incident.ts";

/** What became of one attempt. `retry` may say how long to wait; `failed` is final, and says why. */
export type Outcome = { kind: "accepted"; detail: string } | { kind: "retry"; detail: string; afterMs?: number } | { kind: "failed"; detail: string };

/** One way to people or systems. `send` never throws for what the other side does: it answers with an outcome. */
export interface Channel {
	send(delivery: Delivery, link: string | undefined, signal: AbortSignal): Promise<Outcome>;
	stop?(): Promise<void>;
}

export const accepted = (detail: string): Outcome => ({ kind: "accepted", detail });
export const failed = (detail: string): Outcome => ({ kind: "failed", detail });
export const retry = (detail: string, afterMs?: number): Outcome => ({ kind: "retry", detail, ...(afterMs === undefined ? {} : { afterMs }) });

/** How an HTTP status is to be read where the protocol says nothing else. */
export function byStatus(status: number, detail: string, retryAfter?: string | null): Outcome {
	if (status >= 200 && status < 300) return accepted(detail);
	const seconds = Number(retryAfter);
	if (status === 429 || status === 503) return retry(detail, Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined);
	if (status === 408 || status >= 500) return retry(detail);
	return failed(detail);
}

/** A POST of JSON; a network fault or a timeout is a reason to try again. Reads at most 64 KiB of the answer. */
export async function postJson(
	url: string,
	body: string,
	headers: Record<string, string>,
	signal: AbortSignal,
): Promise<{ status: number; text: string; retryAfter: string | null } | { fault: string }> {
	try {
		const response = await fetch(url, {
			method: "POST",
			body,
			headers: { "content-type": "application/json; charset=utf-8", ...headers },
			signal,
			redirect: "error",
		});
		let text = "";
		for await (const chunk of response.body ?? []) {
			text += new TextDecoder().decode(chunk);
			if (text.length > 65_536) break;
		}
		return { status: response.status, text, retryAfter: response.headers.get("retry-after") };
	} catch (error) {
		const e = error as Error & { cause?: { code?: string } };
		return { fault: e.name === "TimeoutError" ? "no answer in time" : (e.cause?.code ?? e.message) };
	}
}
