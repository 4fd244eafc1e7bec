import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { LookoutError, messageOf } from "../base/errors.ts";
import type { Command, ExitCode } from "./command.ts";

// compiled code of the last start, types already taken out: half of the time until the broker listens went there.
// Beside the program and not in /tmp, where others could put code into it; a folder that cannot be written is no fault.
enableCompileCache(join(import.meta.dirname, "../../node_modules/.cache/lookout"));

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

async function main(args: string[]): Promise<ExitCode> {
	const [name, ...rest] = args;
	if (name === undefined || name === "help" || name === "--help" || name === "-h") {
		process.stdout.write(await overview());
		return name === undefined ? 2 : 0;
	}
	const load = COMMANDS[name];
	if (!load) {
		const { didYouMean } = await import("../base/text.ts");
		const guess = didYouMean(name, Object.keys(COMMANDS));
		process.stderr.write(
			`LK0901 "${name}" is no command${guess ? `; did you mean "${guess}"?` : ""} See: lookout --help\n`,
		);
		return 2;
	}
	const command = await load();
	if (rest.includes("--help") || rest.includes("-h")) {
		process.stdout.write(`${command.help.trim()}\n`);
		return 0;
	}
	try {
		return await command.run(rest);
	} catch (error) {
		const fileFault = fileFaultOf(error);
		if (fileFault) {
			process.stderr.write(`LK0901 ${fileFault}\n`);
			return name === "run" ? 1 : 2;
		}
		const wrongUse = (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
		process.stderr.write(`${wrongUse ? `LK0901 ${messageOf(error)}` : messageOf(error)}\n`);
		if (error instanceof LookoutError && error.hint) process.stderr.write(`${error.hint}\n`);
		if (wrongUse) process.stderr.write(`See: lookout ${name} --help\n`);
		if (!wrongUse && !(error instanceof LookoutError)) process.stderr.write(`${(error as Error).stack ?? ""}\n`);
		return name === "run" && !wrongUse && !isFinal(error) ? 1 : 2;
	}
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

// a reader that has seen enough, as head does, is no fault of ours; a gateway goes on without it
const goesOn = ["run", "simulate"].includes(process.argv[2] ?? "");
process.stdout.on("error", (error: NodeJS.ErrnoException) => !goesOn && error.code === "EPIPE" && process.exit(0));
process.exitCode = await main(process.argv.slice(2));
// all has been put in order: a name that nobody resolves may not hold a gateway for minutes longer
if (goesOn) process.exit();
