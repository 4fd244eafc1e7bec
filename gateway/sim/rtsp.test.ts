import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { SystemClock } from "../base/clock.ts";
import { portOf } from "./rtsp.ts";

const says = (script: string) => spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });

describe("the port that a server says", () => {
	it("is read whole when the line comes in pieces", async () => {
		// an unbuffered Python prints like this: each piece is written after the reader has had the one before
		const pieces = `const pieces = ["port", " ", "41", "461", "\\n"]; (function next() { const p = pieces.shift(); if (p) process.stdout.write(p, () => setImmediate(next)); else setInterval(() => {}, 1000); })();`;
		const child = says(pieces);
		expect(await portOf(child, new SystemClock())).toBe(41461);
		child.kill();
	});

	it("is an error when it says another thing, or ends", async () => {
		await expect(portOf(says(`console.log("port -1"); setTimeout(() => {}, 500)`), new SystemClock())).rejects.toThrow(
			'it says "port -1"',
		);
		await expect(portOf(says("process.exit(3)"), new SystemClock())).rejects.toThrow("it ended with exit code 3");
	});
});
