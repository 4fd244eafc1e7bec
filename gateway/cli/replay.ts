import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Gateway } from "../app/gateway.ts";
import { SteadyClock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { SystemRandom } from "../base/random.ts";
import { parseConfig } from "../ops/config/load.ts";
import { createLog } from "../ops/log/log.ts";
import type { Command } from "./command.ts";
import { programVersion, serve } from "./serve.ts";

export const replay: Command = {
	summary: "play a folder of footage to a gateway as a camera",
	help: `
usage: lookout replay DIR [--speed N] [--port N] [--log LEVEL]

Starts a gateway whose one camera plays DIR (sequence.json, or .jpg files) N times faster than recorded.
Everything it says is an exercise. The store is a temporary one.

  lookout replay ../shared/data/sequences/20180614_mt-woodson-east --speed 60
`,
	run: async (args) => {
		const { positionals, values } = parseArgs({
			args,
			allowPositionals: true,
			options: {
				speed: { type: "string", default: "60" },
				port: { type: "string", default: "8080" },
				log: { type: "string", default: "warn" },
			},
		});
		const folder = positionals[0];
		if (!folder) throw new LookoutError("LK0901", "give a folder of footage", { hint: "lookout replay DIR" });
		const data = mkdtempSync(join(tmpdir(), "lookout-replay-"));
		const speed = Number(values.speed);
		const text = JSON.stringify({
			tower: { id: "replay", name: "Replay", lat: 0, lon: 0 },
			dataDir: data,
			broker: { port: 0 },
			console: { port: Number(values.port) },
			cameras: [
				{
					id: "replay",
					name: resolve(folder),
					source: { type: "folder", path: resolve(folder), speed },
					lat: 0,
					lon: 0,
					heightM: 0,
					azimuthDeg: 0,
					fovDeg: 60,
					periodS: Math.max(0.5, 60 / speed),
				},
			],
		});
		const parsed = parseConfig(text);
		if (!parsed.ok) throw new LookoutError("LK0901", parsed.faults.map((f) => `${f.path}: ${f.message}`).join("\n"));
		const inForce = { config: parsed.config, baseDir: data, version: "replay" };
		const onFirstPassword = (user: string, password: string) =>
			process.stdout.write(`Console log-in: user "${user}", password "${password}"\n`);
		const tower = new Gateway({
			inForce,
			exercise: true,
			clock: new SteadyClock(),
			random: new SystemRandom(),
			log: createLog(values.log),
			version: programVersion(),
			onFirstPassword,
		});
		try {
			await serve(tower, () => {
				process.stdout.write(`Console: ${tower.consoleUrl}\n`);
			});
		} finally {
			rmSync(data, { recursive: true, force: true });
		}
		return 0;
	},
};
