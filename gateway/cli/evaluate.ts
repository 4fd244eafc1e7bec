import { parseArgs } from "node:util";
import { LookoutError } from "../base/errors.ts";
import { evaluateFolder, POINT_NAMES, SHIPPED_MODEL } from "../evaluation/evaluate.ts";
import type { Command } from "./command.ts";

export const evaluateCommand: Command = {
	summary: "score the detector on labelled footage",
	help: `
usage: lookout evaluate DIR [--model NAME] [--point fast|quiet] [--folds] [--threads N] [--json]
                            [--page FILE] [--corrections FILE]

DIR is a folder with sequence.json, or a folder of such folders. Sequences whose frames the model was trained on
are flagged and kept out of the totals; with --folds each is scored by a network that has not seen its site.
--page writes an HTML page with a picture of each event and each false alarm. With --corrections the same alerts are
also scored on labels that a look at the frames has corrected (models/training/corrections.json).

  lookout evaluate footage
  lookout evaluate ../shared/data/sequences --folds --json > figures.json
  lookout evaluate footage --point quiet --page report.html
`,
	run: async (args) => {
		const { positionals, values } = parseArgs({
			args,
			allowPositionals: true,
			options: {
				json: { type: "boolean", default: false },
				model: { type: "string", default: SHIPPED_MODEL },
				point: { type: "string", default: "fast" },
				folds: { type: "boolean", default: false },
				page: { type: "string" },
				corrections: { type: "string" },
				threads: { type: "string", default: "2" },
			},
		});
		const folder = positionals[0];
		const threads = Number(values.threads);
		if (!folder)
			throw new LookoutError("LK0901", "give a folder of footage", {
				hint: "lookout evaluate DIR; lookout evaluate --help shows more",
			});
		if (!Number.isInteger(threads) || threads < 1 || threads > 16)
			throw new LookoutError("LK0901", "--threads is a number from 1 to 16");
		const point = POINT_NAMES.find((name) => name === values.point);
		if (!point) throw new LookoutError("LK0901", `--point is ${POINT_NAMES.join(" or ")}, not "${values.point}"`);
		const figures = await evaluateFolder(folder, {
			model: values.model,
			point,
			folds: values.folds,
			threads,
			page: values.page,
			corrections: values.corrections,
			onLine: values.json ? () => {} : (line) => process.stdout.write(`${line}\n`),
		});
		if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
		else
			process.stdout.write(
				`${JSON.stringify({ ...figures.overall, deceivers: figures.deceivers, corrected: figures.corrected }, null, 2)}\n`,
			);
		return 0;
	},
};
