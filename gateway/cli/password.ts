import { resolve } from "node:path";
import { newPassword } from "../app/offline.ts";
import { SystemClock } from "../base/clock.ts";
import { SystemRandom } from "../base/random.ts";
import { configInForce } from "../ops/config/source.ts";
import { CONFIG, type Command, type ExitCode, ends, more, name } from "./command.ts";
import { storeIn } from "./with-stores.ts";

export const password: Command = {
	summary: "make another password for a user of the console, at the machine itself",
	define: (line) =>
		line
			.argument("[login]", "whose; the only administrator's where nobody is named")
			.requiredOption("--by <name>", "who makes it; it stands in the ledger", name)
			.option(...CONFIG)
			.addHelpText(
				"after",
				more(
					"For whoever has lost a password, and for a lost second factor: makes another password, prints it once, and ends the",
					"user's sessions and second factor. The gateway may run. Who still knows the password changes it on the page.",
					"",
					'  lookout password --by "林长办 王"',
					'  lookout password yang --by "林长办 王"',
				),
			)
			.action(ends(reset)),
};

async function reset(
	login: string | undefined,
	{ by, config: file }: { by: string; config: string },
): Promise<ExitCode> {
	const { config, baseDir } = configInForce(file);
	const dataDir = resolve(baseDir, config.dataDir);
	storeIn(dataDir); // before anything is made: it throws where no gateway has run
	const whose = { by, ...(login === undefined ? {} : { login }) };
	const made = await newPassword(dataDir, whose, new SystemClock(), new SystemRandom());
	process.stdout.write(`user "${made.login}", password "${made.password}"\n`);
	return 0;
}
