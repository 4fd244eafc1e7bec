import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { forgetPerson } from "../app/offline.ts";
import { SystemClock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { configInForce } from "../ops/config/source.ts";
import { loadRegister } from "../register/load.ts";
import { CONFIG, type Command, type ExitCode, ends, more, name } from "./command.ts";
import { storeIn } from "./with-stores.ts";

/** Whether a gateway answers on the console's port. */
async function answers({ host, port, tls }: { host: string; port: number; tls?: unknown }): Promise<boolean> {
	const base = `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
	return fetch(`${base}/api/state`, { signal: AbortSignal.timeout(2000) }).then(
		() => true,
		(error: Error & { cause?: { code?: string } }) =>
			error.cause?.code !== "ECONNREFUSED" && error.name !== "TimeoutError",
	);
}

export const forget: Command = {
	summary: "erase what is kept of a person; the ledger's chain stays whole",
	define: (line) =>
		line
			.argument("<person>", "id of the person")
			.requiredOption("--by <name>", "who erases; it stands in the ledger", name)
			.option(...CONFIG)
			.addHelpText(
				"after",
				more(
					"Erases phones, links, addresses of messages, positions, photos, words and the name of a person from the tower's",
					"store. The ledger keeps that the person's number was told and answered, and that this was erased, when and by",
					"whom. Take the person out of the register first, and stop the gateway: what it holds in memory would be written",
					"again.",
					"",
					'  lookout forget ranger-413 --by "林长办 王"',
				),
			)
			.action(ends(erase)),
};

async function erase(person: string, { by, config: file }: { by: string; config: string }): Promise<ExitCode> {
	const { config, baseDir } = configInForce(file);
	const dataDir = resolve(baseDir, config.dataDir);
	storeIn(dataDir); // before anything is made: it throws where no gateway has run
	if (await answers(config.console))
		throw new LookoutError(
			"LK0901",
			"the gateway is running, and would write again what it holds in memory; stop it first",
		);
	const register = await loadRegister(config, baseDir).catch(() => undefined);
	if (register?.people.some((p) => p.id === person))
		throw new LookoutError(
			"LK0901",
			`"${person}" stands in the register; take the row out first, or the next message names the person again`,
		);
	const pictures = await forgetPerson(dataDir, person, by, new SystemClock().now());
	for (const picture of pictures) rmSync(join(dataDir, "evidence/pictures", picture), { force: true });
	process.stdout.write(`erased what was kept of ${person}, ${pictures.length} pictures among it\n`);
	return 0;
}
