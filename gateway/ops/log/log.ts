import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import { isatty } from "node:tty";
import pino, { type Logger } from "pino";
import { redactUrl } from "../../base/text.ts";

export type Log = Logger;

/** Longest text a log line carries: a camera or a node must not be able to fill the disk through the log. */
const MAX_TEXT = 2000;

/**
 * The log of the gateway. Every text passes the redaction of URLs, so that a camera's password cannot come
 * through, whoever writes the line. Secrets by name are cut too.
 */
export function createLog(level: string, destination?: pino.DestinationStream): Log {
	const options: pino.LoggerOptions = {
		level,
		base: undefined as never,
		timestamp: pino.stdTimeFunctions.isoTime,
		formatters: { level: (label) => ({ level: label }), log: (fields) => clean(fields, 0) as Record<string, unknown> },
		serializers: { err: (e) => e },
		hooks: {
			logMethod(args, method) {
				method.apply(this, args.map((a) => (typeof a === "string" ? cleanText(a) : a)) as never);
			},
		},
	};
	return pino(options, destination ?? standardError(isatty(2)));
}

/**
 * Standard error, line by line: JSON, or words where a person looks at a terminal. A line that cannot be written (a
 * full disk behind it, a pipe that nobody reads) is dropped: the log may cost neither the gateway nor its time.
 */
function standardError(isTerminal: boolean): pino.DestinationStream {
	const shown = isTerminal ? forPeople() : (line: string) => line;
	return {
		write: (line) => {
			try {
				writeSync(2, shown(line));
			} catch {
				// nobody is there to be told
			}
		},
	};
}

/** Makes a line of the log readable. Loaded only where somebody reads: the start of a tower need not wait for it. */
export function forPeople(): (line: string) => string {
	const { prettyFactory } = createRequire(import.meta.url)("pino-pretty") as typeof import("pino-pretty");
	return prettyFactory({ colorize: true, translateTime: "SYS:HH:MM:ss", singleLine: true });
}

function cleanText(text: string): string {
	const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
	return redactUrl(short);
}

function clean(value: unknown, depth: number): unknown {
	try {
		if (typeof value === "string") return cleanText(value);
		if (value instanceof Error)
			return {
				message: cleanText(value.message),
				code: (value as { code?: unknown }).code,
				stack: cleanText(value.stack ?? ""),
			};
		if (value === null || typeof value !== "object") return value;
		if (depth > 4) return "…";
		if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
		if (Array.isArray(value)) return value.slice(0, 50).map((v) => clean(v, depth + 1));
		return Object.fromEntries(
			Object.entries(value).map(([k, v]) => [
				k,
				/password|secret|token|credential|authorization|cookie/i.test(k) ? "***" : clean(v, depth + 1),
			]),
		);
	} catch {
		return "[cannot be shown]"; // a getter that throws must not take the gateway along
	}
}
