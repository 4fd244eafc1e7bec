import type { StreamReason } from "../../model/camera.ts";

/** What ffmpeg and Node say, newest line first; the first that matches counts. */
const SIGNS: [RegExp, StreamReason][] = [
	[/\b401\b|unauthorized|authorization failed|\b403\b|forbidden/i, "login"],
	[/\b404\b|not found/i, "notFound"],
	[/\b461\b|unsupported transport|method SETUP failed/i, "transport"],
	[/ECONNREFUSED|connection refused/i, "refused"],
	[/ENOTFOUND|EAI_AGAIN|name or service not known|name resolution|failed to resolve|no such host/i, "noHost"],
	[/EHOSTUNREACH|ENETUNREACH|no route to host|network is unreachable/i, "noRoute"],
	[/certificate|self.signed|handshake/i, "certificate"],
	[/no picture for/i, "stalled"],
	[/timed? ?out|ETIMEDOUT|no answer/i, "noAnswer"],
	[
		/invalid data|does not contain any stream|could not find codec|the camera answered (?!\d)|damaged|unspecified size/i,
		"notVideo",
	],
];

/** The reason in the newest of these lines; that it just ended, where none says more. */
export function reasonIn(lines: string[]): StreamReason {
	for (const line of lines.toReversed()) for (const [sign, reason] of SIGNS) if (sign.test(line)) return reason;
	return "ended";
}
