import { resolve } from "node:path";
import { failPointFromEnvironment } from "../app/core.ts";
import { Gateway } from "../app/gateway.ts";
import { SteadyClock } from "../base/clock.ts";
import { SystemRandom } from "../base/random.ts";
import { say } from "../base/say.ts";
import { configInForce } from "../ops/config/source.ts";
import { keepFirstLink } from "../ops/first-link.ts";
import { lookUpThrough, Names, placesForLookups } from "../ops/health/names.ts";
import { createLog } from "../ops/log/log.ts";
import { programClock } from "./clock.ts";
import { type Command, type ExitCode, ends, more } from "./command.ts";
import { programVersion, serve } from "./serve.ts";

export const run: Command = {
	summary: "run the gateway of this tower",
	define: (line) =>
		line
			.argument("[file]", "the configuration", "lookout.yaml")
			.addHelpText(
				"after",
				more(
					"When the file is not valid, the last good configuration runs instead and the fault is shown in the log and on the",
					"page. Without either it ends with 2. A part that cannot start (a port that is taken, a secret that is missing) is",
					"tried again while the others go on.",
					"",
					"  lookout run                       run on ./lookout.yaml",
					"  lookout run /etc/lookout.yaml     run on another file",
				),
			)
			.action(ends(start)),
};

async function start(file: string): Promise<ExitCode> {
	lookUpThrough(new Names(placesForLookups()));
	const inForce = configInForce(file);
	const log = createLog(inForce.config.log.level);
	if (inForce.fault)
		log.error({ fault: say("en", inForce.fault) }, "LK0101 the configuration is not valid; the last good one runs");
	const gateway = new Gateway({
		inForce,
		exercise: false,
		goesOn: true,
		clock: new SteadyClock(programClock()),
		random: new SystemRandom(),
		log,
		version: programVersion(),
		failPoint: failPointFromEnvironment(),
		onFirstLink: (url) => {
			// what is printed without a terminal stands in the journal for as long as that is kept
			const dataDir = resolve(inForce.baseDir, inForce.config.dataDir);
			const file = process.stdout.isTTY ? undefined : keepFirstLink(dataDir, url);
			const where = file === undefined ? url : `the link in ${file}`;
			process.stdout.write(`\nNobody administers the console yet: open ${where} once, and name yourself.\n\n`);
		},
	});
	await serve(gateway, () => {
		process.stdout.write(`Lookout ${inForce.config.tower.name}: console ${gateway.consoleUrl}\n`);
	});
	return 0;
}
