import { InvalidArgumentError } from "commander";
import { makeNodeCredential } from "../app/offline.ts";
import { SystemRandom } from "../base/random.ts";
import { type Command, type ExitCode, ends, JSON_OUTPUT, more } from "./command.ts";

export const provision: Command = {
	summary: "make the password of a sensor node",
	define: (line) =>
		line
			.argument("<node>", "id of the node", nodeId)
			.option(...JSON_OUTPUT)
			.addHelpText(
				"after",
				more(
					"Makes a password for the node, shown only now, and the lines for lookout.yaml, which hold its hash.",
					"",
					"  lookout provision node-1",
				),
			)
			.action(ends(make)),
};

function nodeId(text: string): string {
	if (/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/.test(text)) return text;
	throw new InvalidArgumentError("It is made of letters, digits, points, dashes and underscores, like node-1.");
}

async function make(id: string, { json }: { json?: boolean }): Promise<ExitCode> {
	const { password, credential } = makeNodeCredential(new SystemRandom());
	const lines = [
		`Password of ${id}, for its firmware: ${password}`,
		"",
		"For lookout.yaml, under sensors:",
		`  - id: ${id}`,
		`    name: ${id}`,
		"    lat: 0",
		"    lon: 0",
		`    credential: "${credential}"`,
	];
	process.stdout.write(json ? `${JSON.stringify({ id, password, credential })}\n` : `${lines.join("\n")}\n`);
	return 0;
}
