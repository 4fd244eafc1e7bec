import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { failPointFromEnvironment } from "../app/core.ts";
import { Gateway } from "../app/gateway.ts";
import { SteadyClock } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import { SystemRandom } from "../base/random.ts";
import { DEFAULT_TIME_ZONE, localTime } from "../base/time-zone.ts";
import { parseConfig } from "../ops/config/load.ts";
import { configInForce } from "../ops/config/source.ts";
import { createLog } from "../ops/log/log.ts";
import { exportFootage } from "../sim/footage.ts";
import { exportLayers } from "../sim/layers.ts";
import { answerPush, login, Simulation } from "../sim/simulation.ts";
import type { Command } from "./command.ts";
import { programVersion, serve } from "./serve.ts";

const DEFAULT_DIR = "var/simulate";
const clock = new SteadyClock();
const say = (text: string) => process.stdout.write(`${text}\n`);
const time = () => localTime(clock.now(), DEFAULT_TIME_ZONE).slice(11);

export const simulate: Command = {
	summary: "the whole gateway in a small made world: cameras, sensors, phones, a fire",
	help: `
usage: lookout simulate [--seed N] [--fire-after S] [--port N] [--broker-port N] [--dir DIR] [--log LEVEL]
       lookout simulate --export DIR [--seed N] [--count N] [--clean MINUTES]
       lookout simulate --layers DIR [--seed N] [--count N]

Runs a gateway on real RTSP, MQTT and Web Push, all on this machine, with made pictures and people. Everything it
says is an exercise. The village chief of the burning grid answers after 20 seconds. With --export it only
renders labelled footage, one frame a minute, half an hour before a fire and twenty minutes of it, or, with --clean,
so many minutes without one; with --layers bare plumes and deceivers (steam, cloud shadow, fog,
dust, glare, drops, insects, cumulus, haze, shadows of masts, lights), --count of each, for training on top of real pictures.

--dir names a folder for it, new, empty or of an earlier simulation; it is emptied.

  lookout simulate                        smoke rises 15 seconds after the start
  lookout simulate --seed 7 --port 9000   another country, another port
  lookout simulate --export made --seed 1000 --count 8
`,
	run: async (args) => {
		const { values } = parseArgs({
			args,
			options: {
				seed: { type: "string", default: "5" },
				"fire-after": { type: "string", default: "15" },
				port: { type: "string", default: "8080" },
				"broker-port": { type: "string", default: "0" },
				dir: { type: "string", default: DEFAULT_DIR },
				log: { type: "string", default: "warn" },
				export: { type: "string" },
				layers: { type: "string" },
				count: { type: "string", default: "1" },
				clean: { type: "string", default: "0" },
			},
		});
		const number = (name: "seed" | "fire-after" | "port" | "broker-port" | "count" | "clean") => {
			const n = Number(values[name]);
			if (!Number.isFinite(n) || n < 0)
				throw new LookoutError("LK0901", `--${name} is a number of 0 or more, not "${values[name]}"`);
			return n;
		};
		if (values.export) {
			for (let i = 0; i < number("count"); i++) {
				const seed = number("seed") + i;
				const span = number("clean") > 0 ? { before: number("clean"), after: 0 } : { before: 30, after: 20 };
				exportFootage({ seed, folder: join(values.export, `made-${seed}`), startMs: Date.UTC(2026, 3, 5, 5), ...span });
				say(`rendered made-${seed}`);
			}
			return 0;
		}
		if (values.layers) {
			exportLayers({ folder: values.layers, seed: number("seed"), count: number("count") }, (name) =>
				say(`wrote ${name}`),
			);
			return 0;
		}
		if (!["trace", "debug", "info", "warn", "error", "fatal", "silent"].includes(values.log))
			throw new LookoutError(
				"LK0901",
				`--log is one of trace, debug, info, warn, error, fatal, silent, not "${values.log}"`,
			);
		await live({
			seed: number("seed"),
			fireAfterS: number("fire-after"),
			ports: { broker: number("broker-port"), console: number("port") },
			folder: values.dir,
			logLevel: values.log,
		});
		return 0;
	},
};

/** The default plan of both ladders, so many times faster: nobody watches a demonstration for half an hour. */
function hastened(times: number): Record<string, unknown>[] {
	const parsed = parseConfig("tower: { id: demo, name: demo, lat: 0, lon: 0 }\n");
	return parsed.ok ? parsed.config.ladder.steps.map((s) => ({ ...s, afterS: s.afterS / times })) : [];
}

/** Left in a folder that a simulation has made: only such a one is emptied for the next. */
const MARK = ".lookout-simulation";

/**
 * Empties the folder of an earlier simulation, or takes one that is new or empty. Throws LK0901 for any other: it is
 * somebody's.
 */
function takeFolder(folder: string): void {
	const there = existsSync(folder) ? (statSync(folder).isDirectory() ? readdirSync(folder) : [folder]) : [];
	// made by this program before it left a mark
	const isOurs =
		there.includes(MARK) || (there.includes("lookout.yaml") && there.includes("register") && folder === DEFAULT_DIR);
	if (there.length > 0 && !isOurs)
		throw new LookoutError("LK0901", `${folder} holds files that no simulation has made, and would be emptied`, {
			hint: "Name a folder that is new or empty.",
		});
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, MARK), "Made by lookout simulate; the next one empties this folder.\n");
}

async function live(o: {
	seed: number;
	fireAfterS: number;
	ports: { broker: number; console: number };
	folder: string;
	logLevel: string;
}): Promise<void> {
	takeFolder(o.folder);
	const simulation: Simulation = new Simulation({
		...o,
		clock,
		fps: 4,
		keyframeSeconds: 2,
		pastMinutes: 30,
		cameras: true,
		periodS: 5,
		ladder: hastened(8),
		onPush: (phone, push) => {
			if (push.incidentId === "") return;
			say(`${time()}  phone of ${phone.person}: ${push.title}，${push.body}`);
			if (phone.person !== simulation.world.responsible) return;
			clock.after("simulated answer", 20_000, () => {
				answerPush(push, "going").then(
					() => say(`${time()}  ${phone.person} answers: going 前往`),
					(error) => say(`${time()}  ${phone.person} cannot answer: ${error}`),
				);
			});
		},
	});
	say("Rendering half an hour of past for two cameras ...");
	await simulation.start();
	let password = "";
	const tower = new Gateway({
		inForce: configInForce(simulation.configFile),
		exercise: true,
		clock,
		random: new SystemRandom(),
		log: createLog(o.logLevel),
		version: programVersion(),
		webPushAgent: simulation.phones.agent,
		failPoint: failPointFromEnvironment(),
		onFirstPassword: (_user, made) => {
			password = made;
		},
	});
	try {
		await serve(tower, async () => {
			const cookie = await login(tower.consoleUrl, "duty", password);
			for (const person of tower.register.people) await simulation.enrol(person.id, tower.consoleUrl, cookie);
			await simulation.connectNodes(() => tower.brokerPort, 5000);
			clock.after("fire", o.fireAfterS * 1000, () => {
				simulation.ignite();
				say(`${time()}  smoke begins to rise before the east camera`);
			});
			say(`
Lookout is running in a small made world (exercise).
  console   ${tower.consoleUrl}   user "duty", password "${password}"
  cameras   ${simulation.rtsp.url("east")}, ${simulation.rtsp.url("west")}
  sensors   mqtt://127.0.0.1:${tower.brokerPort}
Ctrl+C ends it.
`);
		});
	} finally {
		await simulation.stop();
	}
}
