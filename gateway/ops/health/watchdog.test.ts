import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

/**
 * Runs a program with a watchdog over it until that has said something; what it wrote to standard error, and the signal
 * or code that ended it.
 */
function run(
	program: string,
	options: { sayMs: number; endMs: number },
	until: RegExp,
): Promise<{ said: string; ended: string }> {
	const watchdog = join(import.meta.dirname, "watchdog.ts");
	const clock = join(import.meta.dirname, "../../base/clock.ts");
	const script = `
		import { SystemClock } from ${JSON.stringify(clock)};
		import { Watchdog } from ${JSON.stringify(watchdog)};
		const watchdog = new Watchdog(new SystemClock(), ${JSON.stringify(options)});
		await watchdog.start();
		${program}
		await new Promise((resolve) => process.stdin.once("end", resolve).resume());
		await watchdog.stop();
	`;
	const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["pipe", "ignore", "pipe"] });
	let said = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		said += text;
		if (until.test(said)) child.stdin.end();
	});
	const late = setTimeout(() => child.kill("SIGTERM"), 45_000);
	return new Promise((resolve) =>
		child.once("close", (code, signal) => {
			clearTimeout(late);
			resolve({ said, ended: String(signal ?? code) });
		}),
	);
}

it("an event loop that stands still is told of with the line at which it hangs, and goes on", async () => {
	const { said, ended } = await run(
		"function turnsForEver() { for (const end = performance.now() + 8000; performance.now() < end; ); } turnsForEver();",
		{
			sayMs: 1_000,
			endMs: 60_000,
		},
		/goes on/,
	);
	expect(said).toMatch(/LK0004 the event loop stands still/);
	expect(said).toMatch(/turnsForEver/);
	expect(said).toMatch(/LK0004 the event loop goes on/);
	expect(ended).toBe("0");
});

it("one that does not come back is ended, also where no JavaScript runs", async () => {
	const { said, ended } = await run(
		'(await import("node:child_process")).execFileSync("sleep", ["30"]);',
		{ sayMs: 1_000, endMs: 3_000 },
		/the process ends/,
	);
	expect(said).toMatch(/in a system call/);
	expect(said).toMatch(/the process ends/);
	expect(ended).toBe("SIGKILL");
});

it("one that works is left alone", async () => {
	// it works for longer than a standstill may last, a little at a time
	const works = `
		for (const end = performance.now() + 7_000; performance.now() < end; )
			await new Promise((resolve) => setTimeout(resolve, 20));
		console.error("done");`;
	expect(await run(works, { sayMs: 5_000, endMs: 20_000 }, /done/)).toEqual({ said: "done\n", ended: "0" });
});
