#!/usr/bin/env node
// The door to the program: takes the Node this project pins, whatever the machine has.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const pinned = join(import.meta.dirname, "../../node_modules/.bin/node");
const node = existsSync(pinned) ? pinned : process.execPath;
const result = spawnSync(node, [join(import.meta.dirname, "main.ts"), ...process.argv.slice(2)], { stdio: "inherit" });
process.exitCode = result.status ?? 2;
