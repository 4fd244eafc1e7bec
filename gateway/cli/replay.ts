import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Gateway } from "../app/gateway.ts";
import { SteadyClock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { SystemRandom } from "../base/random.ts";
import { parseConfig } from "../ops/config/load.ts";
import type { Config } from "../ops/config/schema.ts";
import { createLog } from "../ops/log/log.ts";
import { type Command, type ExitCode, ends, logOption, more, number, wholeNumber } from "./command.ts";
import { programVersion, serve } from "./serve.ts";

export const replay: Command = {
	summary: "play a folder of footage to a gateway as a camera",
	define: (line) =>
		line
			.argument("<folder>", "with sequence.json, or .jpg files")
			.option("--speed <n>", "times faster than recorded", number(0.01, 10_000), 60)
			.option("--port <n>", "of the console", wholeNumber(0, 65_535), 8080)
			.addOption(logOption())
			.addHelpText(
				"after",
				more(
					"Starts a gateway whose one camera plays the folder. Everything it says is an exercise. The store is a temporary one.",
					"",
					"  lookout replay FOOTAGE/20180614_mt-woodson-east --speed 60",
				),
			)
			.action(ends(play)),
};

interface Options {
	speed: number;
	port: number;
	log: string;
}

/** A gateway whose one camera plays a folder. */
function configOf(folder: string, data: string, { speed, port }: Options): Config {
	const camera = {
		id: "replay",
		name: resolve(folder),
		source: { type: "folder", path: resolve(folder), speed },
		lat: 0,
		lon: 0,
		heightM: 0,
		azimuthDeg: 0,
		fovDeg: 60,
		periodS: Math.max(0.5, 60 / speed),
	};
	const parsed = parseConfig(
		JSON.stringify({
			tower: { id: "replay", name: "Replay", lat: 0, lon: 0 },
			dataDir: data,
			broker: { port: 0 },
			console: { port },
			cameras: [camera],
		}),
	);
	if (!parsed.ok) throw new LookoutError("LK0901", parsed.faults.map((f) => `${f.path}: ${f.message}`).join("\n"));
	return parsed.config;
}

async function play(folder: string, options: Options): Promise<ExitCode> {
	const data = mkdtempSync(join(tmpdir(), "lookout-replay-"));
	try {
		const gateway = new Gateway({
			inForce: { config: configOf(folder, data, options), baseDir: data, version: "replay" },
			exercise: true,
			clock: new SteadyClock(),
			random: new SystemRandom(),
			log: createLog(options.log),
			version: programVersion(),
			onFirstLink: (url) => {
				process.stdout.write(`Open once, to name yourself: ${url}\n`);
			},
		});
		await serve(gateway, () => {
			process.stdout.write(`Console: ${gateway.consoleUrl}\n`);
		});
	} finally {
		rmSync(data, { recursive: true, force: true });
	}
	return 0;
}
