import { resolve } from "node:path";
import { ownPublicKey } from "../link/identity.ts";
import { configInForce } from "../ops/config/source.ts";
import { CONFIG, type Command, type ExitCode, ends, JSON_OUTPUT, more } from "./command.ts";

export const identity: Command = {
	summary: "print this gateway's public key, which its centre or its towers know it by",
	define: (line) =>
		line
			.option(...CONFIG)
			.option(...JSON_OUTPUT)
			.addHelpText(
				"after",
				more(
					"A tower and its centre sign what they say to each other. Run this on both, and write each one's key into the",
					"other's lookout.yaml: on the tower as reach.centre.key, on the centre under centre.keys. The private key is made",
					"at the first use and stays in the data folder, in identity.json.",
					"",
					"  lookout identity --config /etc/lookout.yaml",
				),
			)
			.action(ends(print)),
};

async function print({ config: file, json }: { config: string; json?: boolean }): Promise<ExitCode> {
	const { config, baseDir } = configInForce(file);
	const { id } = config.tower;
	const key = await ownPublicKey(resolve(baseDir, config.dataDir));
	process.stdout.write(json ? `${JSON.stringify({ id, key })}\n` : `${id}: ${key}\n`);
	return 0;
}
