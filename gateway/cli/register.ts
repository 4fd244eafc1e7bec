import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { SystemClock } from "../base/clock.ts";
import { decodePhrase, type Phrase } from "../base/phrase.ts";
import { say, words } from "../base/say.ts";
import { localMinute } from "../base/time-zone.ts";
import { configInForce } from "../ops/config/source.ts";
import { checkRegister } from "../register/check.ts";
import type { CoverageFault } from "../register/fault.ts";
import { registerFiles } from "../register/files.ts";
import { RegisterError } from "../register/import-fault.ts";
import { CONFIG, type Command, type ExitCode, ends, JSON_OUTPUT, more, number } from "./command.ts";
import { terminalLanguage } from "./language.ts";
import { lastHeardIn } from "./with-stores.ts";

const clock = new SystemClock();
const MOST_LINES = 20;
const language = terminalLanguage();

export const registerCommand: Command = {
	summary: "check who can be reached where and when, or export the register",
	define: (line) => {
		line
			.command("check")
			.description(
				"Looks at every grid at every moment of the coming days: gaps, rosters that end, villages without supervisor or adviser, townships without an office, grids without a card, numbers and places that look wrong, rows that may name somebody who has left, people without an address, people who have never answered. Exit code 1 when a grid has a gap, or nobody of its own village.",
			)
			.option("--days <n>", "how far ahead", number(1, 366), 30)
			.option(...CONFIG)
			.option(...JSON_OUTPUT)
			.action(ends(check));
		line
			.command("export")
			.description(
				"Writes all parts as CSV (UTF-8 with a mark) and GeoJSON (WGS84) into a folder, or, with --xlsx, tables as workbooks.",
			)
			.argument("<folder>", "where to write")
			.option("--xlsx", "tables as workbooks")
			.option(...CONFIG)
			.action(ends(write));
		line.addHelpText("after", more("  lookout register check --days 60", "  lookout register export backup/"));
	},
};

async function write(
	folder: string,
	{ config: file, xlsx = false }: { config: string; xlsx?: boolean },
): Promise<ExitCode> {
	const { config, baseDir } = configInForce(file);
	mkdirSync(folder, { recursive: true });
	for (const part of await registerFiles(config, baseDir, xlsx))
		writeFileSync(join(folder, part.file), part.content, { mode: 0o600 });
	process.stdout.write(`wrote the register into ${folder}\n`);
	return 0;
}

/** Kinds of which a line each would hide a gap, where there are hundreds of them. */
const MINOR = ["cell", "office", "team", "card", "number", "place", "stale", "silent", "unreachable"];
/** Kinds that mean that somewhere nobody is told. */
const GAPS = ["gap", "far", "forest"];

async function check({
	config: file,
	days,
	json,
}: {
	config: string;
	days: number;
	json?: boolean;
}): Promise<ExitCode> {
	const { config, baseDir } = configInForce(file);
	const heard = await lastHeardIn(resolve(baseDir, config.dataDir));
	const result = await checkRegister(config, baseDir, { now: clock.now(), days, heard }).catch((error: unknown) => {
		if (!json || !(error instanceof RegisterError)) throw error;
		process.stdout.write(`${JSON.stringify({ refused: error.faults.map((fault) => say("en", fault)) })}\n`);
		return undefined;
	});
	if (!result) return 2;
	const inGrids = result.faults.filter((f) => GAPS.includes(f.kind)).length;
	const gaps = inGrids + (result.grids === 0 ? 1 : 0) + result.unreached.length;
	if (json) process.stdout.write(`${JSON.stringify(inEnglish(result))}\n`);
	else {
		const others = result.faults.length - inGrids;
		const counts = { people: result.people, grids: result.grids, days, gaps, others };
		const sum = words(language, "cli.check.sum", counts);
		process.stdout.write(`${[...remarks(result, config.tower.timeZone), sum].join("\n")}\n`);
	}
	return gaps > 0 ? 1 : 0;
}

type Result = Awaited<ReturnType<typeof checkRegister>>;

/** A line for each remark, and one for all of a minor kind where there are many. */
function remarks(result: Result, timeZone: string): string[] {
	const time = (ms: number | undefined) => (ms === undefined ? "" : localMinute(ms, timeZone));
	const of = (kind: string) => result.faults.filter((f) => f.kind === kind);
	const many = MINOR.filter((kind) => of(kind).length > MOST_LINES);
	return [
		...(result.grids === 0 ? [words(language, "cli.check.noGrids")] : []),
		...many.map((kind) => `${kind.padEnd(11)} ${line(of(kind))}`),
		...result.remarks.map((remark) => `sheet       ${say(language, remark)}`),
		...result.unreached.map((fault) => `channel     ${say(language, fault)}`),
		...result.faults
			.filter((f) => !many.includes(f.kind))
			.map(({ kind, what, from, to, detail }) => {
				const span = `${time(from)} ... ${time(to)}`;
				return `${kind.padEnd(11)} ${what.padEnd(20)} ${span}  ${say(language, detail)}`;
			}),
	];
}

/** Many remarks of a kind in one line: how many, and the first of them by name. */
function line(faults: { what: string }[]): string {
	const names = faults.slice(0, MOST_NAMED).map((f) => f.what);
	return words(language, "cli.check.many", { count: faults.length, names: names.join(", ") });
}
const MOST_NAMED = 10;

/** The result as programs read it. */
function inEnglish(result: Result) {
	const said = (lines: Phrase[]) => lines.map((line) => say("en", line));
	return {
		...result,
		faults: result.faults.map(withWords),
		unreached: said(result.unreached),
		remarks: said(result.remarks),
	};
}

/** A fault as programs read it: its code with what stands in the gaps, and the same in English. */
function withWords(fault: CoverageFault) {
	return { ...fault, ...decodePhrase(fault.detail), detail: say("en", fault.detail) };
}
