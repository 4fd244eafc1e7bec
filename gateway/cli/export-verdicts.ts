import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readVerdicts } from "../app/offline.ts";
import { SystemClock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { exportVerdicts } from "../evaluation/verdicts.ts";
import { configInForce } from "../ops/config/source.ts";
import type { Command } from "./command.ts";

export const exportVerdictsCommand: Command = {
	summary: "turn people's verdicts into footage to train on",
	help: `
usage: lookout export-verdicts DIR [--config FILE] [--days N] [--json]

Writes a folder of footage (sequence.json, as for evaluate and training) for each camera of each incident of the last
N days (90) that people have called false, permitted, or seen with their own eyes. The gateway may be running.

  lookout export-verdicts verdicts
  lookout export-verdicts verdicts --config /etc/lookout.yaml --days 30
`,
	run: async (args) => {
		const { positionals, values } = parseArgs({
			args,
			allowPositionals: true,
			options: {
				config: { type: "string", default: "lookout.yaml" },
				days: { type: "string", default: "90" },
				json: { type: "boolean", default: false },
			},
		});
		const to = positionals[0];
		const days = Number(values.days);
		if (!to)
			throw new LookoutError("LK0901", "give a folder to write to", {
				hint: "lookout export-verdicts DIR; --help shows more",
			});
		if (!(days > 0 && days <= 3650)) throw new LookoutError("LK0901", "--days is a number of days, more than 0");
		const clock = new SystemClock();
		const { config, baseDir } = configInForce(values.config);
		const dataDir = resolve(baseDir, config.dataDir);
		const { incidents, width } = await readVerdicts(dataDir, config.detector.model, clock.now() - days * 86_400_000);
		const written = await exportVerdicts({
			incidents,
			evidence: join(dataDir, "evidence"),
			to: resolve(to),
			width,
			clock,
		});
		if (values.json) process.stdout.write(`${JSON.stringify({ folder: resolve(to), sequences: written })}\n`);
		else
			process.stdout.write(
				`${written.map((name) => `wrote ${name}\n`).join("")}${written.length} sequence(s) from ${incidents.length} ended incident(s)\n`,
			);
		return 0;
	},
};
