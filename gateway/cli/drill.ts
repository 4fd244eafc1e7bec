import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { SystemClock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { drillReports } from "../ledger/drill.ts";
import { configInForce } from "../ops/config/source.ts";
import { reachMap } from "../register/reach-map.ts";
import type { Command } from "./command.ts";
import { atTheDesk, deskPassword } from "./desk.ts";

export const drill: Command = {
	summary: "practise: a made fire through the real ladder, and who was reached how fast",
	help: `
usage: lookout drill start --by NAME (--grid CODE | --at LAT,LON) [--config FILE] [--password-file FILE]
       lookout drill report [--config FILE] [--map FILE.geojson] [--days N] [--json]

start   tells the people who are responsible there, over their real channels, with EXERCISE in every message. The
        gateway must be running; the console's password comes from --password-file or LOOKOUT_PASSWORD. The drill ends
        like a fire: with "false" on the page, or out and closed
report  seconds to each receipt and answer, and the grids of which nobody was heard within N days (31)

  lookout drill start --by "林长办 王" --grid 500114104201-02
  lookout drill report --map reach.geojson
`,
	run: async (args) => {
		const { positionals, values } = parseArgs({
			args,
			allowPositionals: true,
			options: {
				config: { type: "string", default: "lookout.yaml" },
				by: { type: "string" },
				grid: { type: "string" },
				at: { type: "string" },
				"password-file": { type: "string" },
				map: { type: "string" },
				days: { type: "string", default: "31" },
				json: { type: "boolean", default: false },
			},
		});
		const { config, baseDir } = configInForce(values.config);
		if (positionals[0] === "start") {
			const by = values.by?.trim() ?? "";
			if (by.length < 2) throw new LookoutError("LK0901", "--by names who practises; it stands in the ledger");
			const [lat, lon] = (values.at ?? "").split(",").map(Number);
			if (values.grid !== undefined && values.at !== undefined)
				throw new LookoutError("LK0901", "--grid or --at, and not both");
			const where =
				values.grid !== undefined ? { grid: values.grid } : values.at !== undefined ? { lat, lon } : undefined;
			if (!where) throw new LookoutError("LK0901", "where? give --grid CODE or --at LAT,LON");
			const { incident } = await atTheDesk(
				config,
				deskPassword(values["password-file"]),
				async (ask) => (await ask("POST", "/api/drills", { by, ...where })) as { incident: string },
			);
			process.stdout.write(
				values.json ? `${JSON.stringify({ incident })}\n` : `the drill is ${incident}; see: lookout drill report\n`,
			);
			return 0;
		}
		if (positionals[0] !== "report")
			throw new LookoutError("LK0901", `"${positionals[0] ?? ""}" is none of start, report`);
		const days = Number(values.days);
		if (!(days >= 1)) throw new LookoutError("LK0901", `--days is a number of 1 or more, not "${values.days}"`);
		const drills = await drillReports(resolve(baseDir, config.dataDir));
		const { reach, geojson } = await reachMap(config, baseDir, new SystemClock().now(), days);
		if (values.map !== undefined) writeFileSync(values.map, geojson);
		const silent = reach.filter((r) => r.heard === 0);
		if (values.json) process.stdout.write(`${JSON.stringify({ drills, reach })}\n`);
		else {
			for (const d of drills) {
				process.stdout.write(`${d.incident}  ${d.state}, by ${d.by}\n`);
				for (const l of d.lines) {
					const seconds = (s: number | undefined) => (s === undefined ? "-" : `${s} s`).padStart(8);
					const answer = l.answer === undefined ? "" : `${l.answer} after ${l.answerS} s`;
					process.stdout.write(
						`  ${l.personId.padEnd(16)} ${l.task.padEnd(9)} accepted ${seconds(l.acceptedS)}  receipt ${seconds(l.receiptS)}  ${answer}\n`,
					);
				}
			}
			for (const r of silent)
				process.stdout.write(`nobody heard of in ${days} days: ${r.code} ${r.name} (${r.people} with an address)\n`);
			process.stdout.write(
				`${drills.length} drills; ${silent.length} of ${reach.length} grids without anybody heard of in ${days} days\n`,
			);
		}
		return 0;
	},
};
