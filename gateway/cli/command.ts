import { type Command as CommandLine, InvalidArgumentError, Option } from "commander";

/**
 * What a command gives back: 0 done, 1 something is wrong, 2 wrongly used or cannot be done. A gateway that ends with 2
 * is not started again.
 */
export type ExitCode = 0 | 1 | 2;

export interface Command {
	summary: string;
	/** Says what it takes and what it does. */
	define: (line: CommandLine) => void;
}

/** An action that ends the program with the code that it gives back. */
export function ends<A extends unknown[]>(run: (...args: A) => Promise<ExitCode>): (...args: A) => Promise<void> {
	return async (...args) => {
		process.exitCode = await run(...args);
	};
}

/** Of a command that reads the gateway's configuration. */
export const CONFIG = ["--config <file>", "the gateway's configuration", "lookout.yaml"] as const;
export const JSON_OUTPUT = ["--json", "for programs"] as const;

/** Reads a number from `least` to `most`. */
export function number(least: number, most = Number.POSITIVE_INFINITY): (text: string) => number {
	return (text) => {
		const value = Number(text);
		if (text.trim() !== "" && value >= least && value <= most) return value;
		const range = most === Number.POSITIVE_INFINITY ? `of ${least} or more` : `from ${least} to ${most}`;
		throw new InvalidArgumentError(`It is a number ${range}.`);
	};
}

/** Reads a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
	const read = number(least, most);
	return (text) => {
		const value = read(text);
		if (!Number.isInteger(value)) throw new InvalidArgumentError("It is a whole number.");
		return value;
	};
}

/** Reads what a person is to be known by: two characters at least. */
export function name(text: string): string {
	if (text.trim().length < 2)
		throw new InvalidArgumentError("It is a name or a reason of two characters at least; it is kept.");
	return text.trim();
}

/** Text behind the options of a help page: what to know, and examples. */
export function more(...lines: string[]): string {
	return `\n${lines.join("\n")}`;
}

/** From which level on something is written to the log. */
export function logOption(): Option {
	const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];
	return new Option("--log <level>", "what is logged").choices(levels).default("warn");
}
