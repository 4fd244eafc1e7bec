import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { LookoutError, messageOf } from "../base/errors.ts";
import { loadTerrain } from "../geo/height-grid.ts";
import { terrainRemarks } from "../geo/siting.ts";
import { formatFaults, parseConfig } from "../ops/config/load.ts";
import { addressFaults } from "../register/addresses.ts";
import { loadRegister } from "../register/load.ts";
import type { Command } from "./command.ts";

export const checkConfig: Command = {
	summary: "say what is wrong with a lookout.yaml and the register it names",
	help: `
usage: lookout check-config [FILE] [--json]

Prints one line per fault: file:line:column path: what is wrong, what is allowed. Exit code 1 when there are any.

  lookout check-config
  lookout check-config /etc/lookout.yaml --json
`,
	run: async (args) => {
		const { positionals, values } = parseArgs({
			args,
			allowPositionals: true,
			options: { json: { type: "boolean", default: false } },
		});
		const file = positionals[0] ?? "lookout.yaml";
		let text: string;
		try {
			text = readFileSync(file, "utf8");
		} catch (cause) {
			throw new LookoutError("LK0102", `${file} cannot be read: ${messageOf(cause)}`, {
				hint: `Make one with \`npx lookout init ${file}\`.`,
			});
		}
		const result = parseConfig(text);
		let register: string | undefined;
		const remarks: string[] = [];
		if (result.ok && result.config.reach.webPush && result.config.publicUrl === undefined)
			register =
				"reach.webPush: publicUrl is missing: phones enrol and answer at that address, and over https (127.0.0.1 is nobody's phone)";
		if (result.ok) {
			try {
				const loaded = await loadRegister(result.config, dirname(resolve(file)));
				const unreached = addressFaults(result.config, loaded);
				remarks.push(...(loaded.remarks ?? []));
				if (unreached.length > 0)
					register = [...(register === undefined ? [] : [register]), ...unreached.slice(0, 100)].join("\n");
				const { terrain } = result.config;
				if (terrain?.dem !== undefined)
					remarks.push(
						...terrainRemarks(result.config, await loadTerrain(resolve(dirname(resolve(file)), terrain.dem))),
					);
			} catch (error) {
				register = messageOf(error);
			}
		}
		const ok = result.ok && register === undefined;
		if (values.json)
			process.stdout.write(
				`${JSON.stringify({ ok, file, faults: result.ok ? [] : result.faults, ...(register ? { register } : {}), remarks })}\n`,
			);
		else if (ok) process.stdout.write([`${file} is valid`, ...remarks, ""].join("\n"));
		else process.stderr.write(`${result.ok ? register : formatFaults(file, result.faults)}\n`);
		return ok ? 0 : 1;
	},
};
