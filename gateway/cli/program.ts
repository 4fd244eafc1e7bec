import { CommanderError, Command as Program } from "commander";
import { errorMessage, LookoutError } from "../base/errors.ts";
import { didYouMean } from "../base/text.ts";
import { RegisterError } from "../register/import-fault.ts";
import type { Command, ExitCode } from "./command.ts";
import { terminalLanguage } from "./language.ts";

const COMMANDS: Record<string, () => Promise<Command>> = {
	run: async () => (await import("./run.ts")).run,
	init: async () => (await import("./init.ts")).init,
	"check-config": async () => (await import("./check-config.ts")).checkConfig,
	provision: async () => (await import("./provision.ts")).provision,
	identity: async () => (await import("./identity.ts")).identity,
	password: async () => (await import("./password.ts")).password,
	replay: async () => (await import("./replay.ts")).replay,
	evaluate: async () => (await import("./evaluate.ts")).evaluateCommand,
	"export-verdicts": async () => (await import("./export-verdicts.ts")).exportVerdictsCommand,
	register: async () => (await import("./register.ts")).registerCommand,
	ledger: async () => (await import("./ledger.ts")).ledgerCommand,
	forget: async () => (await import("./forget.ts")).forget,
	drill: async () => (await import("./drill.ts")).drill,
	maintenance: async () => (await import("./maintenance.ts")).maintenance,
	simulate: async () => (await import("./simulate.ts")).simulate,
};

/** Runs the command that the arguments name; its exit code is the process's. */
export async function runProgram(args: string[]): Promise<void> {
	const [name] = args;
	if (name === undefined || ["help", "--help", "-h"].includes(name)) {
		process.stdout.write(await overview());
		process.exitCode = name === undefined ? 2 : 0;
		return;
	}
	const load = COMMANDS[name];
	if (!load) {
		const guess = didYouMean(name, Object.keys(COMMANDS));
		const hint = guess ? `; did you mean "${guess}"?` : "";
		process.stderr.write(`LK0901 "${name}" is no command${hint} See: lookout --help\n`);
		process.exitCode = 2;
		return;
	}
	const { summary, define } = await load();
	const program = new Program("lookout").exitOverride().configureOutput({ outputError: () => {} });
	define(program.command(name).description(summary));
	try {
		await program.parseAsync(args, { from: "user" });
	} catch (error) {
		process.exitCode = report(error, name);
	}
}

/** Says what is wrong, and what to do about it, on standard error; the exit code. */
function report(error: unknown, name: string): ExitCode {
	if (error instanceof CommanderError) {
		if (error.exitCode === 0) return 0;
		// a command that has commands of its own has shown them
		const words = error.message.replace(/^error: /, "");
		if (error.code !== "commander.help") process.stderr.write(`LK0901 ${words}\nSee: lookout ${name} --help\n`);
		return 2;
	}
	const fileFault = fileFaultOf(error);
	if (fileFault) process.stderr.write(`LK0901 ${fileFault}\n`);
	else if (error instanceof RegisterError) process.stderr.write(`LK0501 ${error.inWords(terminalLanguage())}\n`);
	else if (error instanceof LookoutError)
		process.stderr.write([error.message, error.hint, ""].filter((text) => text !== undefined).join("\n"));
	else process.stderr.write(`${errorMessage(error)}\n${(error as Error).stack ?? ""}\n`);
	return name === "run" && !isFinal(error) ? 1 : 2;
}

/** Whether it is of no use to try again: there is no valid configuration, or the store is a newer program's. */
function isFinal(error: unknown): boolean {
	return error instanceof LookoutError && ["LK0101", "LK0102", "LK0201", "LK0901"].includes(error.code);
}

/** A file that is not there, or cannot be read or written, in words. */
function fileFaultOf(error: unknown): string | undefined {
	const { code, path } = error as NodeJS.ErrnoException;
	const words: Record<string, string> = {
		ENOENT: "does not exist, or its folder does not",
		EACCES: "may not be read or written",
		EISDIR: "is a folder and not a file",
		EEXIST: "exists already",
		ENOTDIR: "lies in something that is no folder",
		EROFS: "lies on a disk that cannot be written",
		ENOSPC: "does not fit: the disk is full",
	};
	return code !== undefined && words[code] !== undefined && path !== undefined ? `${path} ${words[code]}` : undefined;
}

async function overview(): Promise<string> {
	const lines = ["lookout: gateway of a forest tower", "", "usage: lookout COMMAND [options]", ""];
	for (const [name, load] of Object.entries(COMMANDS)) lines.push(`  ${name.padEnd(17)}${(await load()).summary}`);
	lines.push(
		"",
		"lookout COMMAND --help shows examples. Exit codes: 0 done, 1 something is wrong, 2 wrong use or impossible.",
		"",
	);
	return lines.join("\n");
}
