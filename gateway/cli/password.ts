import { resolve } from "node:path";
import { newDeskPassword } from "../app/offline.ts";
import { SystemClock } from "../base/clock.ts";
import { SystemRandom } from "../base/random.ts";
import { configInForce } from "../ops/config/source.ts";
import { CONFIG, type Command, type ExitCode, ends, more, name } from "./command.ts";
import { storeIn } from "./with-stores.ts";

export const password: Command = {
	summary: "make another password for the duty desk, and log everybody out",
	define: (line) =>
		line
			.requiredOption("--by <name>", "who makes it; it stands in the ledger", name)
			.option(...CONFIG)
			.addHelpText(
				"after",
				more(
					"For whoever has lost the desk's password, at the machine itself: makes another one, prints it once, and ends all",
					"sessions of the desk. The gateway may run. Who still knows the password changes it on the page.",
					"",
					'  lookout password --by "林长办 王"',
				),
			)
			.action(ends(reset)),
};

async function reset({ by, config: file }: { by: string; config: string }): Promise<ExitCode> {
	const { config, baseDir } = configInForce(file);
	const dataDir = resolve(baseDir, config.dataDir);
	storeIn(dataDir); // before anything is made: it throws where no gateway has run
	const made = await newDeskPassword(dataDir, by, new SystemClock().now(), new SystemRandom());
	process.stdout.write(`user "duty", password "${made}"\n`);
	return 0;
}
