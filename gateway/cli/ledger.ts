import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { SystemClock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { say, words } from "../base/say.ts";
import { localTimeWithOffset } from "../base/time-zone.ts";
import { ledgerCsv, quarterOf } from "../ledger/export.ts";
import { auditAll, recordsBetween } from "../ledger/records.ts";
import { configInForce } from "../ops/config/source.ts";
import type { Stores } from "../store/open.ts";
import { CONFIG, type Command, type ExitCode, ends, JSON_OUTPUT, more } from "./command.ts";
import { terminalLanguage } from "./language.ts";
import { withStores } from "./with-stores.ts";

const clock = new SystemClock();
const QUARTER = ["--quarter <quarter>", "as 2026Q4"] as const;

interface Options {
	config: string;
	quarter?: string;
	json?: boolean;
}

export const ledgerCommand: Command = {
	summary: "verify, audit or export the ledger of who was told what, and when",
	define: (line) => {
		line
			.command("verify")
			.description(
				"Reads the whole chain and names the first entry that was changed, put in or taken out. A chain that was cut off at its end is whole: keep the count and hash it prints elsewhere (the heartbeat carries them), and give them back as --expect.",
			)
			.option("--expect <n:hash>", "an entry that must be there")
			.option(...CONFIG)
			.option(...JSON_OUTPUT)
			.action(ends(verify));
		line
			.command("audit")
			.description("Works out apart from the judge what should have been told, and reports every difference.")
			.option(...QUARTER)
			.option(...CONFIG)
			.option(...JSON_OUTPUT)
			.action(ends(audit));
		line
			.command("export")
			.description("A CSV with a line for each person told of each incident.")
			.requiredOption(...QUARTER)
			.option("--person <id>", "of one person alone")
			.option("--out <file>", "where to write it, if not to the terminal")
			.option(...CONFIG)
			.action(ends(write));
		line.addHelpText(
			"after",
			more(
				"The gateway may be running. Exit code 1 when a break or a difference is found.",
				"",
				"  lookout ledger verify",
				"  lookout ledger export --quarter 2026Q4 --person chief-41 --out chief-41.csv",
			),
		);
	},
};

const language = terminalLanguage();

async function verify({ expect, ...options }: Options & { expect?: string }): Promise<ExitCode> {
	return withLedger(options, async ({ judgements: { ledger } }) => {
		if (expect !== undefined && !(await ledger.has(expect))) {
			print(options, { whole: false, missing: expect }, words(language, "cli.verify.missing", { hash: expect }));
			return 1;
		}
		const broken = await ledger.firstBroken();
		const tail = await ledger.tail();
		const text =
			broken === undefined
				? words(language, "cli.verify.whole", { n: tail.n, hash: tail.hash })
				: words(language, "cli.verify.broken", { n: broken });
		print(options, { whole: broken === undefined, broken, ...tail }, text);
		return broken === undefined ? 0 : 1;
	});
}

async function audit(options: Options): Promise<ExitCode> {
	return withLedger(options, async ({ judgements, outbox, span, timeZone }) => {
		const records = await recordsBetween(judgements, outbox, span.from, span.to);
		const differences = auditAll(records, clock.now());
		const lines = differences.map(
			(d) => `${d.incidentId} ${localTimeWithOffset(d.at, timeZone)} ${say(language, d.what)}`,
		);
		const counts = { incidents: records.length, differences: differences.length };
		const sum = words(language, "cli.audit.sum", counts);
		print(options, { incidents: records.length, differences }, [...lines, sum].join("\n"));
		return differences.length > 0 ? 1 : 0;
	});
}

async function write({ person, out, ...options }: Options & { person?: string; out?: string }): Promise<ExitCode> {
	return withLedger(options, async ({ judgements, outbox, span, timeZone }) => {
		const csv = ledgerCsv(await recordsBetween(judgements, outbox, span.from, span.to), timeZone, person);
		if (out === undefined) process.stdout.write(csv);
		else writeFileSync(out, csv, { mode: 0o600 });
		return 0;
	});
}

type Opened = Stores & { span: { from: number; to: number }; timeZone: string };

async function withLedger(
	{ config: file, quarter }: Options,
	work: (opened: Opened) => Promise<ExitCode>,
): Promise<ExitCode> {
	const { config, baseDir } = configInForce(file);
	const { timeZone } = config.tower;
	const span = quarter === undefined ? { from: 0, to: Number.MAX_SAFE_INTEGER } : quarterOf(quarter, timeZone);
	if (!span) throw new LookoutError("LK0901", `--quarter is like 2026Q4, not "${quarter}"`);
	return withStores(resolve(baseDir, config.dataDir), (stores) => work({ ...stores, span, timeZone }));
}

function print({ json }: Options, value: object, text: string): void {
	process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
}
