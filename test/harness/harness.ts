import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { NODE_ENVIRONMENT, NODE_FLAGS } from "../../gateway/cli/flags.js";
import { FIRST, linkIn, welcome } from "./log-in.ts";

const root = join(import.meta.dirname, "../..");
/** The pinned Node, and the program. */
export const NODE = join(root, "node_modules/.bin/node");
export const main = join(root, "gateway/cli/main.ts");

export interface Gateway {
	child: ChildProcess;
	/** Everything it printed so far. */
	output: () => string;
	/** The link of its first administrator, and the password and session of whoever has used it (see `log-in.ts`). */
	link: string | undefined;
	password: string | undefined;
	cookie: string | undefined;
	consoleUrl: string;
	/** Resolves with the signal or exit code that ended it. */
	ended: Promise<string>;
	stop: () => Promise<void>;
	/** Puts its clock forward, ms; what falls due on the way is set off when this resolves. */
	forward: (ms: number) => Promise<void>;
	/** By how much its clock is ahead, ms. */
	aheadMs: number;
}

/** How a gateway is started. */
export interface Start {
	env?: Record<string, string>;
	/** A command that becomes it. */
	through?: string[];
	/** By how much its clock begins ahead, ms: one that takes the place of another goes on from its time. */
	aheadMs?: number;
	/** Nobody uses its first link. */
	isLeftAlone?: boolean;
}

/** With the system's own clock, as everybody runs it: what is measured. */
export const REAL_TIME: Start = { env: { LOOKOUT_CLOCK: "" } };

/** Starts `lookout run FILE` as a process of its own and waits until it says that it is there, or ends. */
export async function startGateway(
	configFile: string,
	{ env, through = [], aheadMs = 0, isLeftAlone = false }: Start = {},
): Promise<Gateway> {
	const [program = NODE, ...args] = [...through, NODE, ...NODE_FLAGS, main, "run", configFile];
	const child = spawn(program, args, {
		env: { ...NODE_ENVIRONMENT, ...process.env, LOOKOUT_CLOCK: String(aheadMs), ...env },
		stdio: ["ignore", "pipe", "pipe", "ipc"],
	});
	let text = "";
	for (const stream of [child.stdout, child.stderr])
		stream?.setEncoding("utf8").on("data", (t: string) => {
			text += t;
		});
	const ended = new Promise<string>((resolve) =>
		child.once("close", (code, signal) => resolve(signal ?? String(code))),
	);
	const over = { value: false };
	void ended.then(() => {
		over.value = true;
	});
	const ready = () => /console (http\S+)\n/.exec(text)?.[1];
	await until(
		() => ready() !== undefined || over.value,
		30_000,
		() => `the gateway to start; it said:\n${text}`,
	);
	const link = linkIn(text);
	const cookie = link === undefined || isLeftAlone ? undefined : await welcome(link);
	const gateway: Gateway = {
		child,
		output: () => text,
		link,
		password: cookie === undefined ? undefined : FIRST.password,
		cookie,
		consoleUrl: ready() ?? "",
		ended,
		stop: async () => {
			child.kill("SIGTERM");
			await ended;
		},
		aheadMs,
		forward: async (ms) => {
			gateway.aheadMs = (await forward(child, ms)) ?? gateway.aheadMs;
		},
	};
	return gateway;
}

/** Puts the clock of a gateway forward; by how much it is ahead then, undefined when it has ended meanwhile. */
async function forward(child: ChildProcess, forwardMs: number): Promise<number | undefined> {
	if (!child.connected) return undefined;
	const waiting = new AbortController();
	const { signal } = waiting;
	const answered = Promise.race([once(child, "message", { signal }), once(child, "disconnect", { signal })]);
	// one that is being killed may be gone before it has read this: the end of the line says so
	child.send({ forwardMs }, () => {});
	const [answer] = (await answered) as [{ aheadMs: number }?];
	waiting.abort();
	return answer?.aheadMs;
}

/** Resolves when a gateway has done what waited before it: on a busy machine its time must not run away from it. */
async function answers({ consoleUrl }: Gateway): Promise<void> {
	for (let i = 0; i < 2; i++)
		await fetch(`${consoleUrl}/api/health`, { signal: AbortSignal.timeout(5_000) }).catch(() => {});
}

/** Real time for what a busy machine has not brought when the gateways' time is up, ms. */
const LATE_MS = 15_000;

/** A step of `forwardUntil`, ms of the gateways' clocks. */
const STEP_MS = 500;

/** Real time between two steps, ms: so much faster than ours their time runs. */
export const TWENTY_TIMES = 25;
/** Cameras go on in real time: a keyframe every two seconds must not seem to stay away. */
export const FIVE_TIMES = 100;

/**
 * Puts the clocks of gateways forward until something is true, by `limitMs` at the most; names it, with what is known,
 * when it is not true some seconds later either. After each step `betweenMs` of real time go by, in which they talk to
 * each other and to people.
 */
export async function forwardUntil(
	gateways: () => Gateway[],
	what: () => boolean | Promise<boolean>,
	limitMs: number,
	describe: string | (() => string),
	betweenMs = TWENTY_TIMES,
): Promise<void> {
	for (let goneMs = 0; goneMs <= limitMs; goneMs += STEP_MS) {
		if (await what()) return;
		await Promise.all(gateways().map((gateway) => gateway.forward(STEP_MS)));
		await new Promise((resolve) => setTimeout(resolve, betweenMs));
		await Promise.all(gateways().map(answers));
	}
	// they have had their time; what is still on its way has ours
	const said = () =>
		`${typeof describe === "string" ? describe : describe()}, after ${limitMs / 1000} s of the gateways'`;
	await until(what, LATE_MS, said);
}

/** Waits for something to become true; names it, with what is known, when it does not. */
export async function until(
	what: () => boolean | Promise<boolean>,
	timeoutMs: number,
	describe: string | (() => string),
): Promise<void> {
	const caller = new Error();
	const end = performance.now() + timeoutMs;
	while (!(await what())) {
		if (performance.now() > end) {
			caller.message = `waited ${timeoutMs / 1000} s for ${typeof describe === "string" ? describe : describe()}`;
			throw caller;
		}
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
}

/** Ports of each of the processes that run tests side by side, below those that a system gives out by itself. */
const PORTS_EACH = 5_000;
const firstPort = 10_000 + PORTS_EACH * (Number(process.env["VITEST_POOL_ID"] ?? 0) % 4);
let given = process.pid % PORTS_EACH;

/** A port on which nobody listens, and which nobody else is told within the next thousands. */
export async function freePort(): Promise<number> {
	for (;;) {
		const port = firstPort + (given++ % PORTS_EACH);
		const server = createServer();
		const isFree = await new Promise<boolean>((resolve) => {
			server.once("error", () => resolve(false));
			server.listen(port, "127.0.0.1", () => resolve(true));
		});
		await new Promise((resolve) => server.close(resolve));
		if (isFree) return port;
	}
}

const CHROMIUM = "/usr/bin/chromium";

/** A browser without a graphics card; `more` switches, of those that draw maps in software. */
export async function openBrowser(more: string[] = []): Promise<Browser> {
	return chromium.launch({
		executablePath: CHROMIUM,
		args: [
			"--headless",
			"--no-sandbox",
			...(more.length > 0 ? more : ["--disable-gpu"]),
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
		],
	});
}

/** Writes a certificate where NODE_EXTRA_CA_CERTS can name it. */
export function certificateFile(folder: string, certificate: string): string {
	const file = join(folder, "push-service.pem");
	writeFileSync(file, certificate);
	return file;
}

/** Runs a command of the program to its end. */
export function runLookout(
	args: string[],
	env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
	const program = join(import.meta.dirname, "../../gateway/cli/main.ts");
	return new Promise((resolve) => {
		execFile(
			process.execPath,
			[program, ...args],
			{ env: { ...process.env, ...env }, timeout: 60_000, maxBuffer: 32 << 20 },
			(error, stdout, stderr) => {
				resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
			},
		);
	});
}
