import { spawn } from "node:child_process";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { SimNode } from "../../gateway/sim/node.ts";
import * as sqlite from "../../gateway/store/sqlite/sqlite.ts";
import { tree } from "../bench/proc.ts";
import { until } from "../harness/harness.ts";
import { canMount, SmallWorld } from "../harness/small-world.ts";

/** Minutes in which every fault happens twice, in turn. */
const MINUTES = Number(process.env["LOOKOUT_MINUTES"] ?? 60);
const FAKETIME = globSync("/usr/lib/*/faketime/libfaketime.so.1")[0];
const RINGS_MS = 10_000;
const SCORES_MS = 45_000;
/** What is wrong with the store, or with the clock, is noticed and mended within this. */
const MENDS_MS = 60_000;

interface State {
	tower: { storeFault?: { why: string; state: string } };
	incidents: { id: string; kind: string; state: string; sources: string[]; openedAt: number }[];
}

it(`${MINUTES} minutes with every fault twice: what was acknowledged rings within ten seconds, and frames are scored again`, {
	timeout: MINUTES * 60_000 + 1_800_000,
}, async () => {
	const modem = spawn("/usr/bin/python3", [join(import.meta.dirname, "../harness/pty_modem.py"), "silent"], {
		stdio: ["ignore", "pipe", "ignore"],
	});
	let said = "";
	modem.stdout.on("data", (text) => {
		said += text;
	});
	await until(() => /port (\S+)\n/.test(said), 10_000, "the serial line");
	const world = await SmallWorld.open({ cameras: true, ...(canMount() ? { diskMiB: 400 } : {}) });
	const config = parse(readFileSync(world.simulation.configFile, "utf8"));
	config.reach.modem = { device: /port (\S+)/.exec(said)?.[1], pollS: 5 };
	writeFileSync(world.simulation.configFile, stringify(config));
	const clockFile = join(world.folder, "clock");
	// ahead from the start: one that goes back must not fall before the certificates of this world
	writeFileSync(clockFile, "+7200");
	world.clockMs = FAKETIME ? 7_200_000 : 0;
	const env: Record<string, string> = FAKETIME
		? {
				LD_PRELOAD: FAKETIME,
				FAKETIME_TIMESTAMP_FILE: clockFile,
				FAKETIME_NO_CACHE: "1",
				FAKETIME_DONT_FAKE_MONOTONIC: "1",
			}
		: {};
	let gateway = await world.start(undefined, env);
	const chief = world.simulation.world.responsible;
	await world.enrol(chief);
	const nodes = (await world.simulation.connectNodes(() => world.ports.broker, 60_000)) as SimNode[];

	const state = async () => (await world.get("/api/state")) as State;
	const scored = async () => ((await world.get("/api/health")) as { framesScored: number }).framesScored;
	const child = (what: RegExp) =>
		tree(gateway.child.pid ?? 0).find((pid) =>
			what.test(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")),
		) ?? 0;
	const endFires = async () => {
		const headers = { cookie: world.cookie, "content-type": "application/json" };
		for (const { id } of (await state()).incidents.filter(
			(i) => i.kind === "fire" && !["false", "permitted", "closed"].includes(i.state),
		))
			await fetch(`${gateway.consoleUrl}/api/incidents/${id}/answer`, {
				method: "POST",
				headers,
				body: JSON.stringify({ answer: "false", cause: "test" }),
			});
	};
	let raised = 0;
	let slowest = 0;
	/** An alarm while the fault lasts or right after it: the chief's phone rings. */
	const rings = async (when: string) => {
		const before = world.pushes.length;
		const started = performance.now();
		raised++;
		// the one in whose grid the chief answers
		void nodes[0]?.alarm(400);
		await until(
			() => world.pushes.slice(before).some((p) => p.person === chief),
			RINGS_MS,
			`the chief to be told (${when})`,
		);
		slowest = Math.max(slowest, performance.now() - started);
	};
	const scoresAgain = async (when: string) => {
		const before = await scored();
		await until(async () => (await scored()) > before + 1, SCORES_MS, `frames to be scored again (${when})`);
	};
	const store = join(world.data, "lookout.db");
	const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
	const storeFault = async () => (await state()).tower.storeFault;
	const storeIsWell = (when: string) =>
		until(async () => (await storeFault()) === undefined, MENDS_MS, `the store to be as it should be (${when})`);
	const clocksSet = () => gateway.output().split("LK0005").length;

	const faults: Record<string, () => Promise<void>> = {
		"detector stopped": async () => void process.kill(child(/worker\.ts/), "SIGSTOP"),
		"detector killed": async () => void process.kill(child(/worker\.ts/), "SIGKILL"),
		"decoder stopped": async () => void process.kill(child(/ffmpeg.*-threads 1/), "SIGSTOP"),
		"stream stopped": async () => void process.kill(child(/ffmpeg.*movflags/), "SIGSTOP"),
		"gateway killed": async () => {
			gateway.child.kill("SIGKILL");
			await gateway.ended;
			gateway = await world.start(undefined, env);
		},
		"600 connections": async () => {
			const sockets = new Set<Socket>();
			const open = () => {
				const socket = connect(world.ports.broker, "127.0.0.1").on("error", () => {});
				sockets.add(socket);
			};
			for (let i = 0; i < 600; i++) open();
			await rings("600 connections, meanwhile");
			for (const socket of sockets) socket.destroy();
		},
		"150 wrong passwords": async () => {
			const guess = () =>
				fetch(`${gateway.consoleUrl}/api/login`, {
					method: "POST",
					headers: { "content-type": "application/json" },
					body: JSON.stringify({ user: "duty", password: "no" }),
				});
			const guesses = Array.from({ length: 150 }, guess);
			await rings("150 wrong passwords, meanwhile");
			await Promise.all(guesses);
		},
		"store held by another program": async () => {
			const other = await sqlite.connect(store);
			await sqlite.exec(other, "BEGIN EXCLUSIVE");
			await rings("store held, meanwhile");
			await sqlite.exec(other, "COMMIT");
			await sqlite.close(other);
			await storeIsWell("held by another program");
		},
		"store taken away": async () => {
			for (const end of ["", "-wal", "-shm"]) rmSync(`${store}${end}`, { force: true });
			await until(async () => (await storeFault())?.state === "replaced", MENDS_MS, "another store to be in its place");
			const headers = { cookie: world.cookie, "content-type": "application/json" };
			const body = JSON.stringify({ by: "值班员" });
			await fetch(`${gateway.consoleUrl}/api/store/seen`, { method: "POST", headers, body });
			await storeIsWell("taken away");
		},
		...(canMount()
			? {
					"disk full": async () => {
						world.fillDisk();
						await rings("disk full, meanwhile");
						world.emptyDisk();
						await storeIsWell("disk full");
					},
				}
			: {}),
		...(FAKETIME
			? {
					"clock an hour back, and forth again": async () => {
						for (const seconds of [3_600, 7_200]) {
							const before = clocksSet();
							writeFileSync(clockFile, `+${seconds}`);
							world.clockMs = seconds * 1000;
							await until(() => clocksSet() > before, MENDS_MS, `the clock to be seen ${seconds} s ahead`);
							await rings(`clock ${seconds} s ahead`);
							await endFires();
						}
					},
				}
			: {}),
	};
	const each = (MINUTES * 60_000) / (2 * Object.keys(faults).length);
	await scoresAgain("at the start");
	for (let round = 0; round < 2; round++) {
		for (const [name, happen] of Object.entries(faults)) {
			const ends = performance.now() + each;
			await endFires();
			await happen();
			await endFires();
			await rings(name);
			await scoresAgain(name);
			await sleep(Math.max(0, ends - performance.now()));
		}
	}
	console.log(
		`${Object.keys(faults).length} faults twice, ${raised} alarms, the slowest rang after ${(slowest / 1000).toFixed(1)} s`,
	);
	expect(raised).toBeGreaterThanOrEqual(2 * Object.keys(faults).length);
	await gateway.stop();
	modem.kill("SIGKILL");
	// with the audit: nobody was told, or not told, what the ledger does not explain
	await world.stop();
});
