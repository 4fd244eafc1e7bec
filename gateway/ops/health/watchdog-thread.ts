import { readFileSync, writeSync } from "node:fs";
import { Session } from "node:inspector";
import { isatty } from "node:tty";
import { workerData } from "node:worker_threads";
import { SystemClock } from "../../base/clock.ts";
import type { WatchdogData } from "./watchdog.ts";

/** The thread beside the event loop: it may use nothing that goes through the main thread, not even process.stderr. */

const { beats, sayMs, endMs } = workerData as WatchdogData;
const clock = new SystemClock();
/** As the log of the program: words for people on a terminal, JSON elsewhere. */
const isTerminal = isatty(2);
const POLL_MS = 500;
const STACK_MS = 1_000;
let last = Atomics.load(beats, 0);
let since = clock.monotonic();
let polledAt = clock.monotonic();
let said = false;

clock.every("watchdog.poll", POLL_MS, () => {
	const now = clock.monotonic();
	const beat = Atomics.load(beats, 0);
	// this thread stood still as well: the whole machine slept, and no line hangs
	const slept = now - polledAt > POLL_MS * 4;
	polledAt = now;
	if (beat !== last || slept) {
		if (said) say("LK0004 the event loop goes on", { stoodStillMs: Math.round(now - since) });
		[last, since, said] = [beat, now, false];
		return;
	}
	const standsMs = Math.round(now - since);
	if (standsMs >= endMs) {
		say("LK0004 the event loop does not come back: the process ends", { standsMs });
		process.kill(process.pid, "SIGKILL");
	}
	if (standsMs < sayMs || said) return;
	said = true;
	void where().then((stack) => say("LK0004 the event loop stands still", { standsMs, stack }));
});

/** The lines at which the main thread is; without JavaScript in sight, what the system says of its call. */
function where(): Promise<string[]> {
	return new Promise((resolve) => {
		const session = new Session();
		const done = (stack: string[]) => {
			timer.cancel();
			session.disconnect();
			resolve(stack);
		};
		const timer = clock.after("watchdog.stack", STACK_MS, () => done([`in a system call: ${systemCall()}`]));
		session.connectToMainThread();
		session.on("Debugger.paused", ({ params }) => {
			const frames = params.callFrames.map(
				(f) => `${f.functionName || "(anonymous)"} ${f.url}:${f.location.lineNumber + 1}`,
			);
			session.post("Debugger.resume", () => done(frames.slice(0, 20)));
		});
		session.post("Debugger.enable");
		session.post("Debugger.pause");
	});
}

function systemCall(): string {
	try {
		return readFileSync(`/proc/${process.pid}/wchan`, "latin1") || "unknown";
	} catch {
		return "unknown";
	}
}

function say(msg: string, fields: Record<string, unknown>): void {
	const line = { level: "error", time: new Date(clock.now()).toISOString(), ...fields, msg };
	try {
		writeSync(2, `${isTerminal ? `${msg} ${JSON.stringify(fields)}` : JSON.stringify(line)}\n`);
	} catch {
		// a pipe that nobody reads must not end the watch
	}
}
