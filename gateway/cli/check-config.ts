import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { errorMessage, LookoutError } from "../base/errors.ts";
import type { Phrase } from "../base/phrase.ts";
import { say } from "../base/say.ts";
import { loadTerrain } from "../geo/height-grid.ts";
import { terrainRemarks } from "../geo/siting.ts";
import { formatFaults, parseConfig } from "../ops/config/load.ts";
import type { Config } from "../ops/config/schema.ts";
import { addressFaults } from "../register/addresses.ts";
import { linesOf, RegisterError } from "../register/import-fault.ts";
import { loadRegister } from "../register/load.ts";
import { type Command, type ExitCode, ends, JSON_OUTPUT, more } from "./command.ts";
import { terminalLanguage } from "./language.ts";

const MOST_FAULTS = 100;

export const checkConfig: Command = {
	summary: "say what is wrong with a lookout.yaml and the register it names",
	define: (line) =>
		line
			.argument("[file]", "the configuration", "lookout.yaml")
			.option(...JSON_OUTPUT)
			.addHelpText(
				"after",
				more(
					"Prints one line per fault: file:line:column path: what is wrong, what is allowed. Exit code 1 when there are any.",
					"",
					"  lookout check-config",
					"  lookout check-config /etc/lookout.yaml --json",
				),
			)
			.action(ends(check)),
};

async function check(file: string, { json = false }: { json?: boolean }): Promise<ExitCode> {
	const result = parseConfig(textOf(file));
	const found = result.ok ? await registerFaults(result.config, dirname(resolve(file))) : { faults: [], remarks: [] };
	const ok = result.ok && found.faults.length === 0;
	const faults = result.ok ? [] : result.faults;
	if (json) process.stdout.write(`${JSON.stringify({ ok, file, faults, ...inEnglish(found) })}\n`);
	else if (ok) process.stdout.write(`${[`${file} is valid`, ...said(found.remarks)].join("\n")}\n`);
	else process.stderr.write(`${result.ok ? said(found.faults).join("\n") : formatFaults(file, faults)}\n`);
	return ok ? 0 : 1;
}

interface Found {
	faults: Phrase[];
	remarks: Phrase[];
}

function said(lines: Phrase[], language = terminalLanguage()): string[] {
	return lines.map((line) => say(language, line));
}

function inEnglish({ faults, remarks }: Found): { register?: string; remarks: string[] } {
	const register = said(faults, "en").join("\n");
	return { ...(register === "" ? {} : { register }), remarks: said(remarks, "en") };
}

function textOf(file: string): string {
	try {
		return readFileSync(file, "utf8");
	} catch (cause) {
		throw new LookoutError("LK0102", `${file} cannot be read: ${errorMessage(cause)}`, {
			hint: `Make one with \`npx lookout init ${file}\`.`,
		});
	}
}

/** What is wrong with what a valid configuration names, and what is worth knowing of it. */
async function registerFaults(config: Config, baseDir: string): Promise<Found> {
	const faults: Phrase[] = [];
	const remarks: Phrase[] = [];
	if (config.reach.webPush && config.publicUrl === undefined)
		faults.push(
			"reach.webPush: publicUrl is missing: phones enrol and answer at that address, and over https (127.0.0.1 is nobody's phone)",
		);
	try {
		const loaded = await loadRegister(config, baseDir);
		remarks.push(...(loaded.remarks ?? []));
		faults.push(...addressFaults(config, loaded).slice(0, MOST_FAULTS));
		const { terrain } = config;
		if (terrain?.dem !== undefined)
			remarks.push(...terrainRemarks(config, await loadTerrain(resolve(baseDir, terrain.dem))));
	} catch (error) {
		if (error instanceof RegisterError) faults.push(...linesOf(error.faults));
		else faults.push(errorMessage(error));
	}
	return { faults, remarks };
}
