import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ownPublicKey } from "../link/identity.ts";
import { configInForce } from "../ops/config/source.ts";
import type { Command } from "./command.ts";

export const identity: Command = {
	summary: "print this gateway's public key, which its centre or its towers know it by",
	help: `
usage: lookout identity [--config FILE] [--json]

A tower and its centre sign what they say to each other. Run this on both, and write each one's key into the other's
lookout.yaml: on the tower as reach.centre.key, on the centre under centre.keys. The private key is made at the first
use and stays in the data folder, in identity.json.

  lookout identity --config /etc/lookout.yaml
`,
	run: async (args) => {
		const options = {
			config: { type: "string", default: "lookout.yaml" },
			json: { type: "boolean", default: false },
		} as const;
		const { values } = parseArgs({ args, options });
		const { config, baseDir } = configInForce(values.config);
		const key = await ownPublicKey(resolve(baseDir, config.dataDir));
		process.stdout.write(
			values.json ? `${JSON.stringify({ id: config.tower.id, key })}\n` : `${config.tower.id}: ${key}\n`,
		);
		return 0;
	},
};
