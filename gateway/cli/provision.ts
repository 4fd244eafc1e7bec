import { parseArgs } from "node:util";
import { makeNodeCredential } from "../app/offline.ts";
import { LookoutError } from "../base/errors.ts";
import { SystemRandom } from "../base/random.ts";
import type { Command } from "./command.ts";

export const provision: Command = {
	summary: "make the password of a sensor node",
	help: `
usage: lookout provision NODE [--json]

Makes a password for the node, shown only now, and the lines for lookout.yaml, which hold its hash.

  lookout provision node-1
`,
	run: async (args) => {
		const { positionals, values } = parseArgs({
			args,
			allowPositionals: true,
			options: { json: { type: "boolean", default: false } },
		});
		const id = positionals[0];
		if (!id || !/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/.test(id))
			throw new LookoutError("LK0901", "give the id of the node", { hint: "lookout provision node-1" });
		const { password, credential } = makeNodeCredential(new SystemRandom());
		if (values.json) process.stdout.write(`${JSON.stringify({ id, password, credential })}\n`);
		else
			process.stdout.write(
				`Password of ${id}, for its firmware: ${password}\n\nFor lookout.yaml, under sensors:\n  - id: ${id}\n    name: ${id}\n    lat: 0\n    lon: 0\n    credential: "${credential}"\n`,
			);
		return 0;
	},
};
