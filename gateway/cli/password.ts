import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { newDeskPassword } from "../app/offline.ts";
import { SystemClock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { SystemRandom } from "../base/random.ts";
import { configInForce } from "../ops/config/source.ts";
import type { Command } from "./command.ts";

export const password: Command = {
	summary: "make another password for the duty desk, and log everybody out",
	help: `
usage: lookout password --by NAME [--config FILE]

For whoever has lost the desk's password, at the machine itself: makes another one, prints it once, and ends all sessions
of the desk. The gateway may run. That it was done, and by whom, stands in the ledger. Who still knows the password changes it on
the page.

  lookout password --by "林长办 王"
`,
	run: async (args) => {
		const options = { config: { type: "string", default: "lookout.yaml" }, by: { type: "string" } } as const;
		const { values } = parseArgs({ args, options });
		if (!values.by || values.by.trim().length < 2)
			throw new LookoutError("LK0901", "--by names who makes it; it stands in the ledger");
		const { config, baseDir } = configInForce(values.config);
		const dataDir = resolve(baseDir, config.dataDir);
		if (!existsSync(join(dataDir, "lookout.db")))
			throw new LookoutError("LK0201", `no gateway has run with ${values.config}`);
		const made = await newDeskPassword(dataDir, values.by.trim(), new SystemClock().now(), new SystemRandom());
		process.stdout.write(`user "duty", password "${made}"\n`);
		return 0;
	},
};
