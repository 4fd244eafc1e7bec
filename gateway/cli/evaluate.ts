import { parseArgs } from "node:util";
import { evaluateFolder } from "../app/evaluate.ts";
import { LookoutError } from "../base/errors.ts";
import type { Command } from "./main.ts";

export const evaluateCommand: Command = {
	summary: "score the detector on labelled footage",
	help: `
usage: lookout evaluate DIR [--model NAME] [--cross-validate] [--threads N] [--json]

DIR is a folder with sequence.json, or a folder of such folders. Sequences whose frames the model was trained on
are flagged and kept out of the totals; with --cross-validate each is scored by a network that has not seen its site.

  lookout evaluate footage
  lookout evaluate ../shared/data/sequences --cross-validate --json > figures.json
`,
	run: async (args) => {
		const { positionals, values } = parseArgs({
			args,
			allowPositionals: true,
			options: {
				json: { type: "boolean", default: false },
				model: { type: "string", default: "smoke-1" },
				"cross-validate": { type: "boolean", default: false },
				threads: { type: "string", default: "2" },
			},
		});
		const folder = positionals[0];
		const threads = Number(values.threads);
		if (!folder) throw new LookoutError("LK0901", "give a folder of footage", { hint: "lookout evaluate DIR; lookout evaluate --help shows more" });
		if (!Number.isInteger(threads) || threads < 1 || threads > 16) throw new LookoutError("LK0901", "--threads is a number from 1 to 16");
		const figures = await evaluateFolder(folder, {
			model: values.model,
			crossValidate: values["cross-validate"],
			threads,
			onLine: values.json ? () => {} : (line) => process.stdout.write(`${line}\n`),
		});
		if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
		else process.stdout.write(`${JSON.stringify(figures.overall, null, 2)}\n`);
		return 0;
	},
};
