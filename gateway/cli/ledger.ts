import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { SystemClock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { say } from "../base/say.ts";
import { ledgerCsv, quarterOf } from "../ledger/export.ts";
import { auditAll, recordsBetween } from "../ledger/records.ts";
import { configInForce } from "../ops/config/source.ts";
import { openStores } from "../store/open.ts";
import type { Command, ExitCode } from "./command.ts";
import { terminalLanguage } from "./language.ts";

const clock = new SystemClock();

export const ledgerCommand: Command = {
	summary: "verify, audit or export the ledger of who was told what, and when",
	help: `
usage: lookout ledger verify [--config FILE] [--expect N:HASH] [--json]
       lookout ledger audit  [--config FILE] [--quarter 2026Q4] [--json]
       lookout ledger export [--config FILE] --quarter 2026Q4 [--person ID] [--out FILE]

verify  reads the whole chain and names the first entry that was changed, put in or taken out. A chain that was cut
        off at its end is whole: keep the count and hash it prints elsewhere (the heartbeat carries them), and give
        them back as --expect
audit   works out apart from the judge what should have been told, and reports every difference
export  a CSV with a line for each person told of each incident

The gateway may be running. Exit code 1 when a break or a difference is found.

  lookout ledger verify
  lookout ledger export --quarter 2026Q4 --person chief-41 --out chief-41.csv
`,
	run: async (args) => {
		const { positionals, values } = parseArgs({
			args,
			allowPositionals: true,
			options: {
				config: { type: "string", default: "lookout.yaml" },
				quarter: { type: "string" },
				person: { type: "string" },
				out: { type: "string" },
				expect: { type: "string" },
				json: { type: "boolean", default: false },
			},
		});
		const [what = ""] = positionals;
		if (!["verify", "audit", "export"].includes(what))
			throw new LookoutError(
				"LK0901",
				what === "" ? "what? one of verify, audit, export" : `"${what}" is none of verify, audit, export`,
			);
		if (what === "export" && values.quarter === undefined)
			throw new LookoutError("LK0901", "export needs --quarter, as 2026Q4");
		const { config, baseDir } = configInForce(values.config);
		const { timeZone } = config.tower;
		const span =
			values.quarter === undefined ? { from: 0, to: Number.MAX_SAFE_INTEGER } : quarterOf(values.quarter, timeZone);
		if (!span) throw new LookoutError("LK0901", `--quarter is like 2026Q4, not "${values.quarter}"`);
		const file = join(resolve(baseDir, config.dataDir), "lookout.db");
		if (!existsSync(file))
			throw new LookoutError("LK0201", `${file} does not exist: no gateway has run with ${values.config}`);
		const { db, judgements, outbox } = await openStores(file);
		const print = (value: object, text: string) =>
			process.stdout.write(values.json ? `${JSON.stringify(value)}\n` : `${text}\n`);
		try {
			let code: ExitCode = 0;
			if (what === "verify") {
				const [broken, tail] = [await judgements.ledger.firstBroken(), await judgements.ledger.tail()];
				if (broken !== undefined) code = 1;
				if (values.expect !== undefined && !(await judgements.ledger.has(values.expect))) {
					print(
						{ whole: false, missing: values.expect },
						`the entry ${values.expect} is not in the ledger: its end was cut off, or another was put there`,
					);
					return 1;
				}
				print(
					{ whole: broken === undefined, broken, ...tail },
					broken === undefined
						? `whole: ${tail.n} entries, last hash ${tail.hash}`
						: `entry ${broken} was changed, put in or taken out`,
				);
			} else {
				const papers = await recordsBetween(judgements, outbox, span.from, span.to);
				if (what === "export") {
					const csv = ledgerCsv(papers, timeZone, values.person);
					if (values.out === undefined) process.stdout.write(csv);
					else writeFileSync(values.out, csv, { mode: 0o600 });
				} else {
					const differences = auditAll(papers, clock.now());
					if (differences.length > 0) code = 1;
					const lines = differences.map(
						(d) => `${d.incidentId} ${new Date(d.at).toISOString()} ${say(terminalLanguage(), d.what)}`,
					);
					print(
						{ incidents: papers.length, differences },
						[...lines, `${papers.length} incidents, ${differences.length} differences`].join("\n"),
					);
				}
			}
			return code;
		} finally {
			await db.close();
		}
	},
};
