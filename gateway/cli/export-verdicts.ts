import { join, resolve } from "node:path";
import { readVerdicts } from "../app/offline.ts";
import { SystemClock } from "../base/clock.ts";
import { exportVerdicts } from "../evaluation/verdicts.ts";
import { configInForce } from "../ops/config/source.ts";
import { CONFIG, type Command, type ExitCode, ends, JSON_OUTPUT, more, number } from "./command.ts";

const DAY_MS = 86_400_000;

export const exportVerdictsCommand: Command = {
	summary: "turn people's verdicts into footage to train on",
	define: (line) =>
		line
			.argument("<folder>", "where to write")
			.option("--days <n>", "incidents of the last so many days", number(0.01, 3650), 90)
			.option(...CONFIG)
			.option(...JSON_OUTPUT)
			.addHelpText(
				"after",
				more(
					"Writes a folder of footage (sequence.json, as for evaluate and training) for each camera of each incident that",
					"people have called false, permitted, or seen with their own eyes. The gateway may be running.",
					"",
					"  lookout export-verdicts verdicts",
					"  lookout export-verdicts verdicts --config /etc/lookout.yaml --days 30",
				),
			)
			.action(ends(write)),
};

async function write(folder: string, options: { config: string; days: number; json?: boolean }): Promise<ExitCode> {
	const clock = new SystemClock();
	const to = resolve(folder);
	const { config, baseDir } = configInForce(options.config);
	const dataDir = resolve(baseDir, config.dataDir);
	const since = clock.now() - options.days * DAY_MS;
	const { incidents, width } = await readVerdicts(dataDir, config.detector.model, since);
	const written = await exportVerdicts({ incidents, evidence: join(dataDir, "evidence"), to, width, clock });
	const lines = [
		...written.map((name) => `wrote ${name}`),
		`${written.length} sequence(s) from ${incidents.length} ended incident(s)`,
	];
	process.stdout.write(
		options.json ? `${JSON.stringify({ folder: to, sequences: written })}\n` : `${lines.join("\n")}\n`,
	);
	return 0;
}
