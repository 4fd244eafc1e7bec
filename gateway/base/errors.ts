/**
 * The codes of everything that can go wrong, a hundred to a folder. The code rides in the message, so that
 * a pasted line finds its place here and in deploy/runbooks/errors.md.
 */
export const ERROR_CODES = {
	LK0001: "internal fault",
	LK0003: "queue is full",
	LK0004: "event loop stands still",
	LK0005: "clock was set",
	LK0006: "part cannot start",
	LK0101: "configuration is not valid",
	LK0102: "configuration file is missing",
	LK0201: "store cannot be opened",
	LK0202: "store refused a write",
	LK0203: "disk cannot be written",
	LK0204: "store is in use",
	LK0205: "gateway's key cannot be read",
	LK0302: "broker cannot listen",
	LK0303: "command not taken",
	LK0401: "camera stream failed",
	LK0402: "picture cannot be decoded",
	LK0403: "model is missing or damaged",
	LK0404: "detector process failed",
	LK0405: "footage cannot be read",
	LK0501: "register import is not valid",
	LK0502: "terrain cannot be read",
	LK0601: "channel is not set up",
	LK0602: "channel refused the message",
	LK0603: "ledger differs from what should have been told",
	LK0701: "console cannot listen",
	LK0801: "a program that is needed is not there",
	LK0901: "wrong use of the command",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The one error class. `hint` says what to do about it. */
export class LookoutError extends Error {
	readonly code: ErrorCode;
	readonly hint: string | undefined;

	constructor(code: ErrorCode, message: string, options: { cause?: unknown; hint?: string } = {}) {
		super(`${code} ${message}`, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = "LookoutError";
		this.code = code;
		this.hint = options.hint;
	}
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
