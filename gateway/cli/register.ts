import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SystemClock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { decodePhrase } from "../base/phrase.ts";
import { say } from "../base/say.ts";
import { localMinute } from "../base/time-zone.ts";
import { configInForce } from "../ops/config/source.ts";
import { checkRegister } from "../register/check.ts";
import type { CoverageFault } from "../register/fault.ts";
import { registerFiles } from "../register/files.ts";
import type { Command } from "./command.ts";
import { terminalLanguage } from "./language.ts";

const clock = new SystemClock();
const MOST_LINES = 20;
const language = terminalLanguage();

export const registerCommand: Command = {
	summary: "check who can be reached where and when, or export the register",
	help: `
usage: lookout register check  [--config FILE] [--days N] [--json]
       lookout register export DIR [--xlsx] [--config FILE]

check   looks at every grid at every moment of the coming days (30): gaps, rosters that end, villages without supervisor or
        adviser, townships without an office, grids without a card, numbers and places that look wrong, rows that may name somebody who has left, people without
        an address, people who have never answered. Exit code 1 when a grid has a gap, or nobody of its own village
export  writes all parts as CSV (UTF-8 with a mark) and GeoJSON (WGS84) into DIR,
        or, with --xlsx, tables as workbooks

  lookout register check --days 60
  lookout register export backup/
`,
	run: async (args) => {
		const options = {
			config: { type: "string", default: "lookout.yaml" },
			days: { type: "string", default: "30" },
			xlsx: { type: "boolean", default: false },
			json: { type: "boolean", default: false },
		} as const;
		const { positionals, values } = parseArgs({ args, allowPositionals: true, options });
		const [what, folder] = positionals;
		const { config, baseDir } = configInForce(values.config);
		if (what === "export") {
			if (folder === undefined) throw new LookoutError("LK0901", "export needs a folder to write into");
			mkdirSync(folder, { recursive: true });
			for (const { file, content } of await registerFiles(config, baseDir, values.xlsx))
				writeFileSync(join(folder, file), content, { mode: 0o600 });
			process.stdout.write(`wrote the register into ${folder}\n`);
			return 0;
		}
		if (what !== "check")
			throw new LookoutError(
				"LK0901",
				what === undefined ? "what? one of check, export" : `"${what}" is none of check, export`,
			);
		const days = Number(values.days);
		if (!(days >= 1 && days <= 366))
			throw new LookoutError("LK0901", `--days is a number from 1 to 366, not "${values.days}"`);
		const result = await checkRegister(config, baseDir, clock.now(), days).catch((error: unknown) => {
			if (!values.json || !(error instanceof LookoutError) || error.code !== "LK0501") throw error;
			process.stdout.write(`${JSON.stringify({ refused: error.message.split("\n").slice(1) })}\n`);
			return undefined;
		});
		if (!result) return 2;
		const grids = result.faults.filter((f) => f.kind === "gap" || f.kind === "far" || f.kind === "forest").length;
		const gaps = grids + (result.grids === 0 ? 1 : 0) + result.unreached.length;
		if (values.json) process.stdout.write(`${JSON.stringify({ ...result, faults: result.faults.map(withWords) })}\n`);
		else {
			const time = (ms: number | undefined) => (ms === undefined ? "" : localMinute(ms, config.tower.timeZone));
			// a line for each of hundreds of old records would hide a gap
			const many = ["cell", "office", "team", "card", "number", "place", "stale", "silent", "unreachable"].filter(
				(kind) => result.faults.filter((f) => f.kind === kind).length > MOST_LINES,
			);
			if (result.grids === 0)
				process.stdout.write("no grids: register.grids is not set, and nobody answers for any ground\n");
			for (const kind of many)
				process.stdout.write(`${kind.padEnd(11)} ${line(result.faults.filter((f) => f.kind === kind))}\n`);
			for (const remark of result.remarks) process.stdout.write(`sheet       ${remark}\n`);
			for (const fault of result.unreached) process.stdout.write(`channel     ${fault}\n`);
			for (const f of result.faults.filter((f) => !many.includes(f.kind)))
				process.stdout.write(
					`${f.kind.padEnd(11)} ${f.what.padEnd(20)} ${time(f.from)} ... ${time(f.to)}  ${say(language, f.detail)}\n`,
				);
			process.stdout.write(
				`${result.people} people, ${result.grids} grids, ${days} days: ${gaps} gaps, ${result.faults.length - grids} other remarks\n`,
			);
		}
		return gaps > 0 ? 1 : 0;
	},
};

/** Many remarks of a kind in one line: how many, and the first of them by name. */
function line(faults: { what: string }[]): string {
	return `${faults.length}: ${faults
		.slice(0, MOST_NAMED)
		.map((f) => f.what)
		.join(", ")} and others; --json lists them`;
}
const MOST_NAMED = 10;

/** A fault as programs read it: its code with what stands in the gaps, and the same in English. */
function withWords(fault: CoverageFault) {
	return { ...fault, ...decodePhrase(fault.detail), detail: say("en", fault.detail) };
}
