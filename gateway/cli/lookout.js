#!/usr/bin/env node
// The door to the program: takes the Node this project pins, whatever the machine has.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const pinned = join(import.meta.dirname, "../../node_modules/.bin/node");
const node = existsSync(pinned) ? pinned : process.execPath;
const program = spawn(node, [join(import.meta.dirname, "main.ts"), ...process.argv.slice(2)], { stdio: "inherit" });
// whoever ends the door means the program: a gateway left behind would keep its ports
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => program.kill(signal));
program.on("exit", (code) => {
	process.exitCode = code ?? 2;
});
program.on("error", (error) => {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 2;
});
