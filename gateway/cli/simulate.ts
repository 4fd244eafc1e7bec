import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { failPointFromEnvironment } from "../app/core.ts";
import { Gateway } from "../app/gateway.ts";
import { withToken } from "../app/offline.ts";
import { SteadyClock } from "../base/clock.ts";
import { errorMessage, LookoutError } from "../base/errors.ts";
import { SystemRandom } from "../base/random.ts";
import { DEFAULT_TIME_ZONE, localTime } from "../base/time-zone.ts";
import { parseConfig } from "../ops/config/load.ts";
import { configInForce } from "../ops/config/source.ts";
import { createLog } from "../ops/log/log.ts";
import { exportFootage } from "../sim/footage.ts";
import { exportLayers } from "../sim/layers.ts";
import { answerPush, Simulation } from "../sim/simulation.ts";
import { type Command, type ExitCode, ends, logOption, more, number, wholeNumber } from "./command.ts";
import { programVersion, serve } from "./serve.ts";

const DEFAULT_DIR = "var/simulate";
const clock = new SteadyClock();
const say = (text: string) => process.stdout.write(`${text}\n`);
const time = () => localTime(clock.now(), DEFAULT_TIME_ZONE).slice(11);

interface Options {
	seed: number;
	fireAfter: number;
	port: number;
	brokerPort: number;
	dir: string;
	log: string;
	export?: string;
	layers?: string;
	count: number;
	clean: number;
}

export const simulate: Command = {
	summary: "the whole gateway in a small made world: cameras, sensors, phones, a fire",
	define: (line) =>
		line
			.option("--seed <n>", "which country", number(0), 5)
			.option("--fire-after <s>", "when smoke rises, seconds after the start", number(0), 15)
			.option("--port <n>", "of the console", wholeNumber(0, 65_535), 8080)
			.option("--broker-port <n>", "of the broker; 0: any that is free", wholeNumber(0, 65_535), 0)
			.option("--dir <folder>", "new, empty or of an earlier simulation; it is emptied", DEFAULT_DIR)
			.addOption(logOption())
			.option(
				"--export <folder>",
				"only renders labelled footage: a frame a minute, half an hour before a fire and twenty minutes of it",
			)
			.option("--layers <folder>", "only renders bare plumes and deceivers, for training on top of real pictures")
			.option("--count <n>", "how many to render", number(0), 1)
			.option("--clean <minutes>", "renders so many minutes without a fire", number(0), 0)
			.addHelpText(
				"after",
				more(
					"Runs a gateway on real RTSP, MQTT and Web Push, all on this machine, with made pictures and people. Everything it",
					"says is an exercise. The village chief of the burning grid answers after 20 seconds.",
					"",
					"  lookout simulate                        smoke rises 15 seconds after the start",
					"  lookout simulate --seed 7 --port 9000   another country, another port",
					"  lookout simulate --export made --seed 1000 --count 8",
				),
			)
			.action(ends(start)),
};

async function start(options: Options): Promise<ExitCode> {
	const { seed, count } = options;
	if (options.export !== undefined) renderFootage(options.export, options);
	else if (options.layers !== undefined)
		exportLayers({ folder: options.layers, seed, count }, (name) => say(`wrote ${name}`));
	else await live(options);
	return 0;
}

function renderFootage(to: string, { seed: first, count, clean }: Options): void {
	const span = clean > 0 ? { before: clean, after: 0 } : { before: 30, after: 20 };
	for (let seed = first; seed < first + count; seed++) {
		exportFootage({ seed, folder: join(to, `made-${seed}`), startMs: Date.UTC(2026, 3, 5, 5), ...span });
		say(`rendered made-${seed}`);
	}
}

/** The default plan of both ladders, so many times faster: nobody watches a demonstration for half an hour. */
function hastened(times: number): Record<string, unknown>[] {
	const parsed = parseConfig("tower: { id: demo, name: demo, lat: 0, lon: 0 }\n");
	return parsed.ok ? parsed.config.ladder.steps.map((s) => ({ ...s, afterS: s.afterS / times })) : [];
}

/** Rendering takes a while: a port that is taken is said before. Throws LK0701. */
async function mustBeFree(port: number): Promise<void> {
	const server = createServer();
	try {
		await new Promise<void>((resolve, reject) => {
			server.once("error", reject).listen({ host: "127.0.0.1", port }, resolve);
		});
	} catch (cause) {
		throw new LookoutError("LK0701", `port ${port} of the console cannot be had: ${errorMessage(cause)}`, {
			cause,
			hint: "Name another one: npx lookout simulate --port 9000.",
		});
	} finally {
		await new Promise((resolve) => server.close(resolve));
	}
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

async function live({ seed, fireAfter, port, brokerPort, dir, log }: Options): Promise<void> {
	await mustBeFree(port);
	takeFolder(dir);
	const simulation: Simulation = new Simulation({
		seed,
		folder: dir,
		ports: { broker: brokerPort, console: port },
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
	let link = "";
	const inForce = configInForce(simulation.configFile);
	const gateway = new Gateway({
		inForce,
		exercise: true,
		clock,
		random: new SystemRandom(),
		log: createLog(log),
		version: programVersion(),
		webPushAgent: simulation.phones.agent,
		failPoint: failPointFromEnvironment(),
		onFirstLink: (url) => {
			link = url;
		},
	});
	try {
		await serve(gateway, async () => {
			await populate(simulation, gateway, resolve(inForce.baseDir, inForce.config.dataDir));
			clock.after("fire", fireAfter * 1000, () => {
				simulation.ignite();
				say(`${time()}  smoke begins to rise before the east camera`);
			});
			say(greeting(simulation, gateway, link));
		});
	} finally {
		await simulation.stop();
	}
}

/** Gives everybody of the register a phone, and connects the sensors. */
async function populate(simulation: Simulation, gateway: Gateway, dataDir: string): Promise<void> {
	const who = { by: "lookout simulate", rights: ["enrol" as const] };
	await withToken(dataDir, who, clock, async (token) => {
		const as = { authorization: `Bearer ${token}` };
		for (const person of gateway.register.people) await simulation.enrol(person.id, gateway.consoleUrl, as);
	});
	await simulation.connectNodes(() => gateway.brokerPort, 5000);
}

function greeting({ rtsp }: Simulation, { consoleUrl, brokerPort }: Gateway, link: string): string {
	return `
Lookout is running in a small made world (exercise).
  console   ${link === "" ? consoleUrl : `${link}   works once: name yourself there`}
  cameras   ${rtsp.url("east")}, ${rtsp.url("west")}
  sensors   mqtt://127.0.0.1:${brokerPort}
Ctrl+C ends it.
`;
}
