import { type ErrorCode, LookoutError } from "./errors.ts";
import type { Phrase } from "./phrase.ts";
import { say } from "./say.ts";

/**
 * An error whose words, and what to do about it, are phrases: the message is in English as all of them, and a page says
 * it in its reader's language (`faultPhrase`).
 */
export function saidError(
	code: ErrorCode,
	said: Phrase,
	{ cause, hint }: { cause?: unknown; hint?: Phrase } = {},
): LookoutError {
	const phrases = hint === undefined ? [said] : [said, hint];
	return new LookoutError(code, say("en", said), { cause, hint: hint && say("en", hint), phrases });
}
