import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, REAL_TIME, startGateway } from "../harness/harness.ts";
import { median, round, sleep } from "./proc.ts";

const CLIENTS = 20;
const IN_FLIGHT = 50;
const MESSAGES = 40_000;
const PAIRS = 5;
const PASSWORD = "bench password of this run";
const here = import.meta.dirname;
const node = join(here, "../../node_modules/.bin/node");

function configure(folder: string, port: number, clients: number): string {
	const credential = `sha256:${createHash("sha256").update(PASSWORD).digest("hex")}`;
	const sensors = Array.from({ length: clients }, (_, k) => ({
		id: `node-${k}`,
		name: `node ${k}`,
		lat: 29,
		lon: 108,
		credential,
		silentAfterS: 3600,
	}));
	const file = join(folder, "lookout.yaml");
	writeFileSync(
		file,
		JSON.stringify({
			tower: { id: "bench", name: "bench", lat: 29, lon: 108 },
			broker: { port },
			console: { port: 0 },
			log: { level: "error" },
			sensors,
		}),
	);
	return file;
}

function clients(port: number, boot: number, count = CLIENTS, inFlight = IN_FLIGHT, messages = MESSAGES): number {
	return Number(
		execFileSync(
			node,
			[join(here, "clients.ts"), ...[port, count, inFlight, messages].map(String), PASSWORD, String(boot)],
			{ encoding: "utf8" },
		),
	);
}

/**
 * QoS 1 messages per second acknowledged after the commit, beside Mosquitto (in memory, no sync) with the same clients.
 */
export async function telemetry() {
	const folder = mkdtempSync(join(tmpdir(), "lookout-bench-"));
	const ports = { gateway: await freePort(), mosquitto: await freePort() };
	const gateway = await startGateway(configure(folder, ports.gateway, CLIENTS), REAL_TIME);
	writeFileSync(
		join(folder, "mosquitto.conf"),
		`listener ${ports.mosquitto} 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 0\nmax_queued_messages 0\npersistence false\n`,
	);
	const mosquitto = spawn("mosquitto", ["-c", join(folder, "mosquitto.conf")], { stdio: "ignore" });
	await sleep(500);
	const rates: { gateway: number; mosquitto: number }[] = [];
	try {
		for (let pair = 0; pair < PAIRS; pair++) {
			const first = pair % 2 === 0;
			const a = first ? clients(ports.gateway, pair + 1) : clients(ports.mosquitto, pair + 1);
			const b = first ? clients(ports.mosquitto, pair + 1) : clients(ports.gateway, pair + 1);
			rates.push(first ? { gateway: a, mosquitto: b } : { gateway: b, mosquitto: a });
		}
	} finally {
		mosquitto.kill();
		await gateway.stop();
		rmSync(folder, { recursive: true, force: true });
	}
	return {
		gatewayPerSecond: median(rates.map((r) => r.gateway)),
		mosquittoPerSecond: median(rates.map((r) => r.mosquitto)),
		ratio: round(median(rates.map((r) => r.gateway / r.mosquitto)), 2),
		pairs: rates,
	};
}

/**
 * One message after the other under strace: each PUBACK on the wire must have a sync of the store's log between
 * it and the acknowledgement before it.
 */
export async function acknowledgedAfterSync() {
	const folder = mkdtempSync(join(tmpdir(), "lookout-strace-"));
	const port = await freePort();
	const file = configure(folder, port, 1);
	const gateway = await startGateway(file, REAL_TIME);
	const trace = join(folder, "trace");
	const pid = String(gateway.child.pid);
	const strace = spawn(
		"strace",
		["-f", "-p", pid, "-e", "trace=fdatasync,fsync,write,writev,sendto,sendmsg", "-xx", "-s", "16", "-o", trace],
		{
			stdio: "ignore",
		},
	);
	await sleep(1500);
	try {
		clients(port, 1, 1, 1, 300);
	} finally {
		strace.kill("SIGINT");
		await sleep(500);
		await gateway.stop();
	}
	const lines = readFileSync(trace, "utf8").split("\n");
	rmSync(folder, { recursive: true, force: true });
	let synced = false;
	let acknowledgements = 0;
	let early = 0;
	for (const line of lines) {
		// a sync counts when it has returned, in one line or as "resumed"
		if (/f(data)?sync(\(\d+\)| resumed>.*\))\s*=\s*0/.test(line)) synced = true;
		if (/(write|writev|sendto|sendmsg)\(.*"\\x40(\\x02|", iov_len=1\}, \{iov_base="\\x02")/.test(line)) {
			acknowledgements++;
			if (!synced) early++;
			synced = false;
		}
	}
	return { acknowledgements, beforeTheirSync: early };
}
