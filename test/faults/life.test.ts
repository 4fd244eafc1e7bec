import { spawn } from "node:child_process";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { tree } from "../bench/proc.ts";
import { Beats } from "../harness/beats.ts";
import { type Gateway, until } from "../harness/harness.ts";
import { SilentNames } from "../harness/silent-names.ts";
import { SmallWorld } from "../harness/small-world.ts";

/**
 * What would make a tower blind, deaf or mute by itself: each ends with an alarm that rings, said on page, log and
 * heartbeat.
 */

interface Health {
	framesScored: number;
	detectorRestarts: number;
	parts?: string[];
	counters: Record<string, number>;
}

interface State {
	now: number;
	incidents: { id: string; kind: string; state: string; ladder: { verify: { done: number[] } } }[];
}

let world: SmallWorld;
let gateway: Gateway;
let beats: Beats<Health & { well: boolean }>;

const chief = () => world.simulation.world.responsible;
const health = async () => (await world.get("/api/health")) as Health;

async function open(
	cameras: boolean,
	edit: (config: { reach: Record<string, unknown> }) => void = () => {},
	env: Record<string, string> = {},
	through: string[] = [],
) {
	beats = await Beats.listen();
	world = await SmallWorld.open({ cameras, stillSky: true, fps: 2 });
	const config = parse(readFileSync(world.simulation.configFile, "utf8"));
	config.reach.heartbeat = { url: beats.url, everyS: 10 };
	edit(config);
	writeFileSync(world.simulation.configFile, stringify(config));
	gateway = await world.start(undefined, env, through);
	await world.enrol(chief());
}

afterEach(async () => {
	beats.close();
	await world.stop();
});

/** The alarm of an honest node is acknowledged and reaches the chief. */
async function rings(): Promise<void> {
	const before = world.pushes.length;
	await (await world.nodes())[0]?.alarm(400);
	await until(() => world.pushes.slice(before).some((p) => p.person === chief()), 10_000, "the chief to be told");
}

it("a detector that is stopped is replaced, and frames are scored again", async () => {
	await open(true);
	await until(async () => (await health()).framesScored > 0, 30_000, "the first frame");
	const worker = tree(gateway.child.pid ?? 0).find((pid) =>
		readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("worker.ts"),
	);
	process.kill(worker ?? 0, "SIGSTOP");
	const { framesScored } = await health();
	await rings();
	await world.goOn(async () => (await health()).detectorRestarts === 1, 45_000, "the detector to be replaced");
	await until(async () => (await health()).framesScored > framesScored + 1, 20_000, "frames to be scored again");
	expect(gateway.output()).toMatch(/LK0404 the detector has not stirred/);
	await world.goOn(() => beats.heard.some((b) => b.detectorRestarts === 1), 15_000, "the heartbeat to say so");
}, 120_000);

it("a modem that never answers holds up nobody else, and is said", async () => {
	const modem = spawn("/usr/bin/python3", [join(import.meta.dirname, "../harness/pty_modem.py"), "silent"], {
		stdio: ["ignore", "pipe", "ignore"],
	});
	let said = "";
	modem.stdout.on("data", (text) => {
		said += text;
	});
	await until(() => /port (\S+)\n/.test(said), 10_000, "the serial line");
	await open(false, (config) => {
		config.reach["modem"] = { device: /port (\S+)/.exec(said)?.[1], pollS: 5 };
	});
	const partFaults = async () =>
		((await world.get("/api/state")) as { tower: { partFaults?: string[] } }).tower.partFaults?.join() ?? "";
	await world.goOn(async () => /LK0601.*fault\.modem/.test(await partFaults()), 120_000, "the page to say so");
	await rings();
	expect(gateway.output()).toMatch(/"msg":"modem"/);
	await world.goOn(
		() => beats.heard.some((b) => !b.well && /LK0601 channel does not work: the modem/.test(b.parts?.join() ?? "")),
		15_000,
		"the heartbeat to say so",
	);
	await gateway.stop();
	modem.kill("SIGKILL");
}, 90_000);

it("600 connections that come again and again keep no node out, and are counted", async () => {
	await open(false);
	let flooding = true;
	const strangers = new Set<Socket>();
	const stranger = () => {
		const socket = connect(world.ports.broker, "127.0.0.1");
		strangers.add(socket);
		socket.on("error", () => {});
		socket.once("close", () => strangers.delete(socket) && flooding && stranger());
	};
	for (let i = 0; i < 600; i++) stranger();
	await until(() => strangers.size >= 600, 5_000, "the flood");
	await rings();
	await world.goOn(
		async () => ((await health()).counters["broker.noLogin"] ?? 0) >= 600,
		20_000,
		"the page to count them",
	);
	await world.goOn(() => /broker\.noLogin/.test(gateway.output()), 5_000, "the log to say so");
	await world.goOn(
		() => beats.heard.some((b) => (b.counters["broker.noLogin"] ?? 0) > 0),
		15_000,
		"the heartbeat to say so",
	);
	flooding = false;
	for (const socket of strangers) socket.destroy();
}, 90_000);

const FAKETIME = globSync("/usr/lib/*/faketime/libfaketime.so.1")[0];

it("pages hear of the sensors that have changed, and not of all hundreds each time", async () => {
	await open(false);
	const abort = new AbortController();
	const response = await fetch(`${gateway.consoleUrl}/api/events`, {
		headers: { cookie: world.cookie },
		signal: abort.signal,
	});
	const heard: string[][] = [];
	let text = "";
	void (async () => {
		for await (const chunk of response.body ?? []) {
			text += new TextDecoder().decode(chunk);
			for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
				const data = /^event: sensors\ndata: (.*)/.exec(text.slice(0, end))?.[1];
				if (data) heard.push((JSON.parse(data) as { sensors: { id: string }[] }).sensors.map((s) => s.id));
				text = text.slice(end + 2);
			}
		}
	})().catch(() => {});
	const all = await world.nodes();
	await until(() => new Set(heard.flat()).size === all.length, 10_000, "all births");
	const speaksAlone = async () => {
		await all[0]?.alarm(400);
		return heard.some((ids) => ids.join() === "node-1");
	};
	await until(speaksAlone, 10_000, "a change of the one that spoke, alone");
	abort.abort();
}, 60_000);

describe.skipIf(!FAKETIME)("a clock that is set while the tower runs (skipped where libfaketime is not)", () => {
	let file: string;
	/** The clock begins ahead: one that goes back must not fall before the certificates of this world. */
	const AHEAD_S = 7_200;
	const setClock = (seconds: number) => {
		writeFileSync(file, `+${seconds}`);
		world.clockMs = seconds * 1000;
	};
	afterEach(() => rmSync(file, { force: true }));
	beforeEach(async () => {
		file = join(tmpdir(), `lookout-clock-${process.pid}`);
		writeFileSync(file, `+${AHEAD_S}`);
		await open(false, undefined, {
			LD_PRELOAD: FAKETIME ?? "",
			FAKETIME_TIMESTAMP_FILE: file,
			FAKETIME_NO_CACHE: "1",
			FAKETIME_DONT_FAKE_MONOTONIC: "1",
		});
		world.clockMs = AHEAD_S * 1000;
	});

	it.each([
		["an hour back", -3_600],
		["a year forth", 31_536_000],
	])(
		"%s: what is open stays open and goes on, sessions hold, and alarms ring, also where one was just called false",
		async (_how, by) => {
			await rings();
			const opened = world.pushes.length;
			const before = ((await world.get("/api/state")) as State).incidents.find((i) => i.kind === "fire");
			setClock(AHEAD_S + by);
			const firesOnceSetTo = async (seconds: number) => {
				let state: State | undefined;
				const isSet = async () => {
					state = (await world.get("/api/state")) as State;
					return Math.abs(state.now - Date.now() - seconds * 1000) < 60_000;
				};
				await world.goOn(isSet, 60_000, "the tower to go by the clock as it was set");
				return state?.incidents.filter((i) => i.kind === "fire") ?? [];
			};
			const fires = await firesOnceSetTo(AHEAD_S + by);
			expect(gateway.output()).toMatch(/LK0005 the wall clock was set/);
			const beatsBefore = beats.heard.length;
			expect(fires).toMatchObject([{ state: "detected" }]);
			// nobody is called at once for what a year of waiting would have made due
			expect(world.pushes.length).toBe(opened);
			expect(fires[0]?.ladder.verify.done).toEqual(before?.ladder.verify.done);
			await callFalse(fires[0]?.id ?? "");
			const isClear = () =>
				world.pushes.some(({ push }) => push.incidentId === fires[0]?.id && /解除/.test(push.title));
			await world.goOn(isClear, 60_000, "the all-clear");
			await rings();
			setClock(AHEAD_S);
			expect((await firesOnceSetTo(AHEAD_S)).map((i) => i.state).sort()).toEqual(["detected", "false"]);
			await world.goOn(() => beats.heard.length > beatsBefore, 15_000, "the heartbeat to go on");
		},
		120_000,
	);
});

it.skipIf(!SilentNames.possible())(
	"name servers that are silent about some hosts hold up nobody else (skipped where no mount namespaces can be made)",
	async () => {
		const names = await new SilentNames().listen();
		const heard: string[] = [];
		const hook = createServer((request, response) => {
			heard.push(request.url ?? "");
			request.resume().once("end", () => response.end());
		});
		await new Promise<void>((listening) => hook.listen(0, "127.0.0.1", listening));
		const { port } = hook.address() as AddressInfo;
		const place = { lat: 29, lon: 108, heightM: 500, azimuthDeg: 0, fovDeg: 60, periodS: 5 };
		const edit = (config: { reach: Record<string, unknown>; cameras?: unknown }) => {
			const hanging = Array.from({ length: 6 }, (_, i) => `h${i}.hangs.example`);
			Object.assign(config.reach, {
				webhooks: {
					good: { url: `http://hook.good.example:${port}/told`, secret: "s" },
					hangs: { url: "http://hook.hangs.example/", secret: "s" },
				},
				mqtt: { hangs: { url: "mqtt://broker.hangs.example:1883", topic: "fires" } },
				ntfy: { url: "http://ntfy.hangs.example" },
				heartbeat: { url: "http://beat.hangs.example/", everyS: 10 },
			});
			config.cameras = hanging.map((host, i) => {
				const source = i % 2 ? { type: "mjpeg", url: `http://${host}/` } : { type: "snapshot", url: `http://${host}/` };
				return { id: `c${i}`, name: host, source, ...place };
			});
			const people = join(world.folder, "register/people.csv");
			writeFileSync(
				people,
				readFileSync(people, "utf8").replaceAll(",webpush,", ",webpush;webhook:good;webhook:hangs;ntfy:a;mqtt:hangs,"),
			);
		};
		await open(false, edit, {}, names.through);
		// each of the hanging ones has been asked about, and has been given up once
		await until(() => names.unanswered >= 8, 20_000, "the name server to be asked");
		await until(() => /EAI_AGAIN/.test(gateway.output()), 20_000, "the first name to be given up");
		await rings();
		await until(() => heard.includes("/told"), 5_000, "the webhook of a name that is answered about");
		const said = async () =>
			((await world.get("/api/state")) as { cameras: { noPicture?: string }[] }).cameras.map((c) => c.noPicture);
		await until(
			async () => (await said()).join() === Array(6).fill("noHost").join(),
			30_000,
			"the page to say why there are no pictures",
		);
		await gateway.stop();
		hook.close();
		names.close();
	},
	90_000,
);

async function callFalse(incident: string): Promise<void> {
	const headers = { cookie: world.cookie, "content-type": "application/json" };
	const body = JSON.stringify({ answer: "false", cause: "test" });
	const response = await fetch(`${gateway.consoleUrl}/api/incidents/${incident}/answer`, {
		method: "POST",
		headers,
		body,
	});
	expect(response.status).toBe(200);
}
