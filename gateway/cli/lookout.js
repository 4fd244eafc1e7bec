#!/usr/bin/env node
// The door to the program: takes the Node this project pins, whatever the machine has.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NODE_ENVIRONMENT, NODE_FLAGS } from "./flags.js";

// what Node 18 understands: it has to get as far as saying that it is too old
const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const pinned = join(root, "node_modules/.bin/node");
const node = existsSync(pinned) ? pinned : process.execPath;
/** The first Node that takes types out of a program by itself. */
const LEAST_NODE = 24;
if (
	!existsSync(join(root, "node_modules")) ||
	(node !== pinned && Number.parseInt(process.versions.node, 10) < LEAST_NODE)
) {
	process.stderr.write(`LK0901 Lookout is not set up in ${root}: run \`bash ${join(root, "deploy/setup.sh")}\`\n`);
	process.exit(2);
}
const args = [...NODE_FLAGS, join(here, "main.ts"), ...process.argv.slice(2)];
/** A gateway that was ended from within or by a fault is started again: nobody is at the tower to do it. */
const staysUp = process.argv[2] === "run";
const [FIRST_WAIT_MS, LONGEST_WAIT_MS, STEADY_MS] = [1000, 30_000, 60_000];
let stopping = false;
let waitMs = FIRST_WAIT_MS;
let program;

function start() {
	const started = performance.now();
	program = spawn(node, args, { stdio: "inherit", env: { ...NODE_ENVIRONMENT, ...process.env } });
	program.on("exit", (code, signal) => {
		// 0 and 2 are the program's own word: done, wrong use, or a configuration that cannot run
		if (!staysUp || stopping || code === 0 || code === 2) {
			// a signal that came before the program could listen to it has done what it was for
			process.exitCode = code ?? (stopping ? 0 : 2);
			return;
		}
		if (performance.now() - started > STEADY_MS) waitMs = FIRST_WAIT_MS;
		const msg = `LK0001 the gateway was ended by ${signal ?? `a fault (${code})`}; it is started again`;
		// as the log of the program: lines for people on a terminal, JSON elsewhere
		process.stderr.write(`${process.stderr.isTTY ? msg : JSON.stringify({ level: "error", msg, waitMs })}\n`);
		setTimeout(start, waitMs);
		waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
	});
	program.on("error", (error) => {
		process.stderr.write(`${error.message}\n`);
		process.exitCode = 2;
		if (staysUp && !stopping) setTimeout(start, LONGEST_WAIT_MS);
	});
}

// signals go on to the program: a gateway left behind would keep its ports
// without a terminal a hang-up means nothing: somebody has logged out
const hasTerminal = process.stdin.isTTY;
if (!hasTerminal) process.on("SIGHUP", () => {});
for (const signal of ["SIGINT", "SIGTERM", ...(hasTerminal ? ["SIGHUP"] : [])])
	process.on(signal, () => {
		stopping = true;
		if (program.exitCode !== null || program.signalCode !== null) process.exit(2); // between two starts
		program.kill(signal);
	});
process.stderr.on("error", () => {}); // a full disk behind it is no reason to stay down
start();
