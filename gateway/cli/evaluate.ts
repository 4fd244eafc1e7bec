import { Option } from "commander";
import { evaluateFolder, POINT_NAMES, SHIPPED_MODEL } from "../evaluation/evaluate.ts";
import { type Command, type ExitCode, ends, JSON_OUTPUT, more, wholeNumber } from "./command.ts";

interface Options {
	json?: boolean;
	model: string;
	point: (typeof POINT_NAMES)[number];
	folds?: boolean;
	page?: string;
	corrections?: string;
	threads: number;
}

export const evaluateCommand: Command = {
	summary: "score the detector on labelled footage",
	define: (line) =>
		line
			.argument("<folder>", "a folder with sequence.json, or a folder of such folders")
			.option("--model <name>", "the model to score", SHIPPED_MODEL)
			.addOption(new Option("--point <name>", "the operating point").choices(POINT_NAMES).default("fast"))
			.option("--folds", "each sequence by a network that has not seen its site")
			.option("--page <file>", "writes an HTML page with a picture of each event and each false alarm")
			.option("--corrections <file>", "also scores on labels that a look at the frames has corrected")
			.option("--threads <n>", "of the network", wholeNumber(1, 16), 2)
			.option(...JSON_OUTPUT)
			.addHelpText(
				"after",
				more(
					"Sequences whose frames the model was trained on are flagged and kept out of the totals.",
					"",
					"  lookout evaluate FOOTAGE",
					"  lookout evaluate FOOTAGE --folds --json > figures.json",
					"  lookout evaluate FOOTAGE --point quiet --page report.html",
				),
			)
			.action(ends(evaluate)),
};

async function evaluate(folder: string, options: Options): Promise<ExitCode> {
	const { json = false, folds = false, model, point, threads, page, corrections } = options;
	const onLine = json ? () => {} : (text: string) => process.stdout.write(`${text}\n`);
	const figures = await evaluateFolder(folder, { model, point, folds, threads, page, corrections, onLine });
	const { overall, deceivers, corrected } = figures;
	const text = json ? JSON.stringify(figures) : JSON.stringify({ ...overall, deceivers, corrected }, null, 2);
	process.stdout.write(`${text}\n`);
	return 0;
}
