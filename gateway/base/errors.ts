import { encodePhrase, type Phrase } from "./phrase.ts";
import { faults } from "./words/en/faults.ts";

/** A code of the catalogue of faults: `LK0302`. */
export type ErrorCode = Extract<keyof typeof faults, `fault.LK${string}`> extends `fault.${infer Code}` ? Code : never;

/** The codes of everything that can go wrong. */
export const ERROR_CODES = Object.keys(faults).flatMap((code) => /^fault\.(LK\d{4})$/.exec(code)?.[1] ?? []);

interface ErrorOptions {
	cause?: unknown;
	hint?: string | undefined;
	phrases?: readonly Phrase[];
}

/**
 * The one error class. `hint` says what to do about it; `phrases` say both to people in any language, where the error
 * may be shown to them (see `saidError`).
 */
export class LookoutError extends Error {
	readonly code: ErrorCode;
	readonly hint: string | undefined;
	readonly phrases: readonly Phrase[] | undefined;

	constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
		super(`${code} ${message}`, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = "LookoutError";
		this.code = code;
		this.hint = options.hint;
		this.phrases = options.phrases;
	}
}

/** What is wrong as a phrase for people: its code says what kind of fault, and the system's words stand in its gap. */
export function faultPhrase(error: unknown): Phrase {
	if (error instanceof LookoutError && error.phrases)
		return encodePhrase(`fault.${error.code}`, { why: error.phrases });
	const said = adviceOf(error);
	const [, code = "LK0001", why = said] = /^(LK\d{4}) ([\s\S]*)$/.exec(said) ?? [];
	return encodePhrase(`fault.${code}`, { why });
}

/** What is wrong, and what to do about it where that is known, as sentences. */
export function adviceOf(error: unknown): string {
	const what = errorMessage(error);
	const hint = error instanceof LookoutError ? error.hint : undefined;
	const sentence = /[.!?]$/.test(what) ? what : `${what}.`;
	return hint === undefined ? sentence : `${sentence} ${hint}`;
}

/** The message of anything thrown. */
export function errorMessage(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
