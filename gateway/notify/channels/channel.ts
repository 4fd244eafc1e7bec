import type { Phrase } from "../../base/phrase.ts";
import type { Delivery } from "../../model/delivery.ts";
import { type Answer, type Fault, post } from "./post.ts";

/**
 * What became of one attempt. `retry` may say how long to wait; `failed` is final, and says why; `unsure` means that it
 * may have arrived: a channel that costs money or rings is asked before it is sent again.
 * `detail` is a phrase of ours, or what the other side answered, as it stands.
 */
export type Outcome =
	| { kind: "accepted"; detail: Phrase }
	| { kind: "retry"; detail: Phrase; afterMs?: number }
	| { kind: "unsure"; detail: Phrase }
	| { kind: "failed"; detail: Phrase };

/** How a person answers a message: a link for a phone with a browser, a code for one without. */
export interface Reply {
	link: string;
	code: string;
}

/** One way to people or systems. `send` never throws for what the other side does: it answers with an outcome. */
export interface Channel {
	send(delivery: Delivery, reply: Reply | undefined, signal: AbortSignal): Promise<Outcome>;
	/** What became of an attempt whose outcome is not known; undefined when it never arrived and may be sent again. */
	check?(delivery: Delivery, signal: AbortSignal): Promise<Outcome | undefined>;
	/** How many messages it takes at once; 64 where nothing is said. */
	readonly atOnce?: number;
	/** How many copies of one message may have been delivered at the most; 3 where nothing is said. */
	readonly mostCopies?: number;
	/** How long one message may take, ms; the time-out of all channels where nothing is said. */
	readonly takesMs?: number;
	/** What is wrong with it now, where it looks by itself; nothing when it works or is not known. */
	readonly fault?: Phrase | undefined;
	stop?(): Promise<void>;
}

export const accepted = (detail: Phrase): Outcome => ({ kind: "accepted", detail });
export const failed = (detail: Phrase): Outcome => ({ kind: "failed", detail });
export const unsure = (detail: Phrase): Outcome => ({ kind: "unsure", detail });
export const retry = (detail: Phrase, afterMs?: number): Outcome => ({
	kind: "retry",
	detail,
	afterMs,
});

/** However long a provider asks to be left alone: an alarm is asked for again after this. */
const LONGEST_PAUSE_S = 60;

/**
 * How an HTTP status is to be read where the protocol says nothing else. A refusal that somebody can mend is tried
 * again.
 */
export function byStatus(status: number, detail: Phrase, retryAfter?: string): Outcome {
	if (status >= 200 && status < 300) return accepted(detail);
	const seconds = Math.min(Number(retryAfter), LONGEST_PAUSE_S);
	if (status === 429 || status === 503) return retry(detail, seconds > 0 ? seconds * 1000 : undefined);
	// credentials, rights and addresses are mended while an alarm waits; a proxy's 404 is gone with its restart, and a
	// redirection is most often the log-in page of a network
	if ([401, 403, 404, 408].includes(status) || status >= 500 || status < 400) return retry(detail);
	return failed(detail);
}

/** What became of a request without an answer: one that may have been read counts as sent. */
export function byFault({ fault, isSent }: Fault): Outcome {
	return isSent ? unsure(fault) : retry(fault);
}

/** At most `bytes` bytes of UTF-8, cut between characters. */
export function truncated(text: string, bytes: number): string {
	if (Buffer.byteLength(text) <= bytes) return text;
	let cut = Buffer.from(text).subarray(0, bytes).toString();
	// the last character may have been cut in two
	if (cut.endsWith("\ufffd")) cut = cut.slice(0, -1);
	return cut;
}

/** A POST of JSON. */
export function postJson(
	url: string,
	body: string,
	headers: Record<string, string>,
	signal: AbortSignal,
): Promise<Answer | Fault> {
	return post(url, body, { "content-type": "application/json; charset=utf-8", ...headers }, { signal });
}
