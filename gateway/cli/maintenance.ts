import { parseArgs } from "node:util";
import { LookoutError } from "../base/errors.ts";
import { LONGEST_MAINTENANCE_MS, type Maintenance } from "../model/maintenance.ts";
import { configInForce } from "../ops/config/source.ts";
import type { Command } from "./command.ts";
import { atTheDesk, deskPassword } from "./desk.ts";

const MOST_MINUTES = LONGEST_MAINTENANCE_MS / 60_000;

export const maintenance: Command = {
	summary: "work on devices: what they raise meanwhile rings the desk alone, marked",
	help: `
usage: lookout maintenance start DEVICE… --by NAME --reason TEXT --minutes N [--config FILE] [--password-file FILE]
       lookout maintenance list [--config FILE] [--password-file FILE] [--json]
       lookout maintenance end ID --by NAME [--config FILE] [--password-file FILE]

start   a camera or a sensor is set up, tried or mended, for ${MOST_MINUTES} minutes at most. Its fires and faults ring the desk, marked, and
        nobody else. All other devices ring as always; when another device or a person agrees, or the work is over
        while it burns, everybody is told. The gateway must be running
list    what is worked on now
end     the work is done

  lookout maintenance start cam-north node-7 --by "技术员 李" --reason "smoke test" --minutes 60
`,
	run: async (args) => {
		const { positionals, values } = parseArgs({
			args,
			allowPositionals: true,
			options: {
				config: { type: "string", default: "lookout.yaml" },
				by: { type: "string" },
				reason: { type: "string" },
				minutes: { type: "string" },
				"password-file": { type: "string" },
				json: { type: "boolean", default: false },
			},
		});
		const [what, ...named] = positionals;
		if (!["start", "list", "end"].includes(what ?? ""))
			throw new LookoutError("LK0901", `"${what ?? ""}" is none of start, list, end`);
		const by = values.by?.trim() ?? "";
		if (what !== "list" && by.length < 2) throw new LookoutError("LK0901", "--by names who works there; it is kept");
		const minutes = Number(values.minutes);
		if (what === "start") {
			if (named.length === 0) throw new LookoutError("LK0901", "which devices? name cameras and sensors by their ids");
			if ((values.reason?.trim() ?? "").length < 2)
				throw new LookoutError("LK0901", "--reason says what is done there; it is kept");
			if (!(Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES))
				throw new LookoutError(
					"LK0901",
					`--minutes is a whole number from 1 to ${MOST_MINUTES}, not "${values.minutes ?? ""}"`,
				);
		}
		if (what === "end" && named.length !== 1)
			throw new LookoutError("LK0901", "which one? see: lookout maintenance list");
		const { config } = configInForce(values.config);
		await atTheDesk(config, deskPassword(values["password-file"]), async (ask) => {
			if (what === "start") {
				const body = { devices: named, by, reason: values.reason?.trim(), minutes };
				say(values.json, [(await ask("POST", "/api/maintenance", body)) as Maintenance]);
			} else if (what === "end") {
				await ask("POST", `/api/maintenance/${encodeURIComponent(named[0] ?? "")}/end`, { by });
				if (!values.json) process.stdout.write("it is over\n");
			} else {
				const { tower } = (await ask("GET", "/api/state")) as { tower: { maintenance: Maintenance[] } };
				say(values.json, tower.maintenance);
			}
		});
		return 0;
	},
};

function say(json: boolean, all: Maintenance[]): void {
	if (json) process.stdout.write(`${JSON.stringify(all)}\n`);
	else if (all.length === 0) process.stdout.write("nothing is worked on\n");
	else
		for (const { id, devices, by, reason, until } of all)
			process.stdout.write(`${id}  ${devices.join(", ")}  until ${new Date(until).toISOString()}  ${by}: ${reason}\n`);
}
