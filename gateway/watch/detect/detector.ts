import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock, Timer } from "../../base/clock.ts";
import { LookoutError } from "../../base/errors.ts";
import type { Phrase } from "../../base/phrase.ts";
import type { Random } from "../../base/random.ts";
import { type RetryPlan, retryDelayMs } from "../../base/retry.ts";
import { phrase } from "../../base/say.ts";
import type { Service } from "../../base/service.ts";
import type { Frame } from "../../model/camera.ts";
import type { Log } from "../../ops/log/log.ts";
import type { Analysis } from "./analyst.ts";
import { analystOptionsOf, filesOf, type Model } from "./manifest.ts";
import type { WorkerFrame, WorkerSetup } from "./worker.ts";

export interface DetectorOptions {
	/** The model to run; asked again at each start of the process, so that another one can take its place. */
	model: () => Model;
	threads: number;
	/** Where past frames are kept; without it a restart begins anew. */
	pastFolder?: string;
	/** A process that grows beyond this is ended and started again, MiB. */
	memoryMiB: number;
	/** The model cannot be relied on: it fails again and again, or grows without end. */
	onFailing?: (why: Phrase) => void;
}

/** What a detector's process says. */
interface Said {
	type: string;
	id?: number;
	analysis?: Analysis;
	why?: string;
}

interface Asked {
	resolve: (analysis: Analysis) => void;
	reject: (error: Error) => void;
}

/**
 * The process must say something within this while it has frames to judge: that it has begun one, or what it found. One
 * that hangs says nothing at all, so the time runs from our side. The first frame of a view also loads its past, a
 * second or two.
 */
const PROGRESS_MS = 20_000;
/** From the start of the process until its network is open. */
const OPEN_MS = 30_000;
const PROOF_MS = 30_000;
/** Ends in a row without an answered frame, or faults in a row, after which a model cannot be relied on. */
const MOST_FAILURES = 4;
const MOST_FAULTS = 20;
/** Ends within an hour, in all and for its size alone. */
const MOST_ENDS = 10;
const MOST_GROWN = 3;
const MEMORY_CHECK_MS = 20_000;
const HOUR_MS = 3_600_000;
const PAGE_BYTES = 4096;
const RETRY: RetryPlan = { firstMs: 500, maxMs: 30_000, factor: 2, jitter: 0.3 };

/** Keeps the detector's process alive, and asks it about frames. */
export class Detector implements Service {
	readonly #options: DetectorOptions;
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #log: Log;
	readonly #asked = new Map<number, Asked>();
	#child: ChildProcess | undefined;
	#ready: Promise<void> = Promise.resolve();
	#nextId = 1;
	#failures = 0;
	#stopped = true;
	#retry: Timer | undefined;
	#memory: Timer | undefined;
	#progress: Timer | undefined;
	/** When it ended, and when it was ended for its size, ms of the monotonic clock. */
	#ends: number[] = [];
	#grown: number[] = [];
	#faults = 0;
	restarts = 0;

	constructor(options: DetectorOptions, clock: Clock, random: Random, log: Log) {
		this.#options = options;
		this.#clock = clock;
		this.#random = random;
		this.#log = log;
	}

	/** Process id, for tests that end it and for the health page. */
	get pid(): number | undefined {
		return this.#child?.pid;
	}

	async start(): Promise<void> {
		this.#stopped = false;
		this.#run();
		this.#memory = this.#clock.every("detector.memory", MEMORY_CHECK_MS, () => this.#checkMemory());
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		this.#retry?.cancel();
		this.#memory?.cancel();
		this.#progress?.cancel();
		const child = this.#child;
		if (!child) return;
		const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
		child.kill("SIGTERM");
		const kill = this.#clock.after("detector.kill", 3000, () => child.kill("SIGKILL"));
		await ended;
		kill.cancel();
	}

	/**
	 * What is to be seen in a frame. Throws LK0404 when the process fails or gives no answer; the next frame may fare
	 * better.
	 */
	async analyse(frame: Frame): Promise<Analysis> {
		await this.#ready;
		const child = this.#child;
		if (!child?.connected) throw new LookoutError("LK0404", "the detector is being started again");
		const id = this.#nextId++;
		const message: WorkerFrame = {
			type: "frame",
			id,
			view: `${frame.cameraId}.${frame.preset}`,
			at: frame.capturedAt,
			width: frame.width,
			height: frame.height,
			rgb: frame.rgb,
		};
		return new Promise((resolve, reject) => {
			this.#asked.set(id, { resolve, reject });
			if (this.#asked.size === 1) this.#expectProgress();
			child.send(message, (error) => {
				if (error) this.#settle(id, new LookoutError("LK0404", "the detector's process is gone", { cause: error }));
			});
		});
	}

	/** Starts the process; one that cannot be started, for want of memory or descriptors, is tried again. */
	#run(): void {
		try {
			this.#start();
		} catch (error) {
			this.#child = undefined;
			this.#log.error({ err: error }, "LK0404 the detector cannot be started, trying again");
			this.#retry = this.#clock.after("detector.retry", retryDelayMs(RETRY, ++this.#failures, this.#random), () =>
				this.#run(),
			);
		}
	}

	#start(): void {
		const { threads, pastFolder } = this.#options;
		const model = this.#options.model();
		const child = forkWorker();
		this.#child = child;
		const lines: string[] = [];
		child.stderr
			?.setEncoding("utf8")
			.on("data", (text: string) => lines.push(text.slice(0, 500)) > 10 && lines.shift());
		const opening = this.#clock.after("detector.open", OPEN_MS, () => child.kill("SIGKILL"));
		this.#ready = new Promise((resolve) => {
			const opened = () => {
				opening.cancel();
				resolve();
			};
			child.on("message", (m: Said) => {
				if (this.#child === child) this.#expectProgress();
				if (m.type === "ready") opened();
				else if (m.type !== "begun") this.#onSaid(m, child);
			});
			child.once("close", opened);
		});
		child.once("error", (error) => this.#log.error({ err: error }, "LK0404 the detector cannot be started"));
		child.once("close", (code, signal) => this.#onEnd(signal ?? code, lines));
		const setup: WorkerSetup = {
			type: "setup",
			model: filesOf(model),
			threads,
			analyst: analystOptionsOf(model.manifest),
			past: pastFolder,
		};
		child.send(setup, () => {});
	}

	#onSaid({ id, analysis, why = "" }: Said, child: ChildProcess): void {
		if (id !== undefined && analysis) return this.#settle(id, analysis);
		if (id !== undefined) return this.#fault(id, why);
		this.#log.error({ why }, "LK0404 the detector cannot open its model");
		child.kill("SIGKILL");
	}

	/** What was asked gets an error, and another process is started: one that goes on ending is said. */
	#onEnd(how: string | number | null, lines: string[]): void {
		for (const id of this.#asked.keys()) this.#settle(id, new LookoutError("LK0404", `the detector ended (${how})`));
		this.#progress?.cancel();
		this.#child = undefined;
		if (this.#stopped) return;
		this.restarts++;
		const waitMs = retryDelayMs(RETRY, ++this.#failures, this.#random);
		this.#ends = withinHour(this.#ends, this.#clock.monotonic());
		if (this.#failures === MOST_FAILURES)
			this.#options.onFailing?.(phrase("fault.endedInARow", { count: MOST_FAILURES, how: String(how) }));
		else if (this.#ends.length === MOST_ENDS)
			this.#options.onFailing?.(phrase("fault.endedInAnHour", { count: MOST_ENDS, how: String(how) }));
		this.#log.error({ how, waitMs, lines }, "LK0404 the detector ended, starting it again");
		this.#retry = this.#clock.after("detector.retry", waitMs, () => this.#run());
	}

	#settle(id: number, outcome: Analysis | Error): void {
		const asked = this.#asked.get(id);
		if (!asked) return;
		this.#asked.delete(id);
		if (this.#asked.size === 0) this.#progress?.cancel();
		if (outcome instanceof Error) return asked.reject(outcome);
		this.#failures = 0;
		this.#faults = 0;
		asked.resolve(outcome);
	}

	/** The time until the next sign of work runs anew. */
	#expectProgress(): void {
		this.#progress?.cancel();
		if (this.#asked.size === 0) return;
		this.#progress = this.#clock.after("detector.progress", PROGRESS_MS, () => {
			this.#log.error(
				{ frames: this.#asked.size },
				`LK0404 the detector has not stirred for ${PROGRESS_MS / 1000} s, starting it again`,
			);
			this.#child?.kill("SIGKILL"); // a stopped process takes no other signal
		});
	}

	/** A frame that the process could not judge; one after the other of them, and it is the model that is wrong. */
	#fault(id: number, why: string): void {
		this.#settle(id, new LookoutError("LK0404", `the detector failed: ${why}`));
		if (++this.#faults !== MOST_FAULTS) return;
		this.#options.onFailing?.(phrase("fault.failedInARow", { count: MOST_FAULTS, why }));
		this.#child?.kill("SIGKILL");
	}

	#checkMemory(): void {
		const { memoryMiB, onFailing } = this.#options;
		const mib = residentMiB(this.#child?.pid);
		if (mib === undefined || mib <= memoryMiB) return;
		this.#log.error({ mib: Math.round(mib), memoryMiB }, "LK0404 the detector has grown too large, starting it again");
		this.#grown = withinHour(this.#grown, this.#clock.monotonic());
		if (this.#grown.length === MOST_GROWN) onFailing?.(phrase("fault.grew", { memory: memoryMiB, count: MOST_GROWN }));
		this.#child?.kill("SIGKILL");
	}
}

/** The times of the last hour, and now. */
function withinHour(times: number[], now: number): number[] {
	return [...times.filter((at) => now - at < HOUR_MS), now];
}

/**
 * Runs a model once on an empty picture of either shape, in a process of its own. What is wrong with it, or undefined
 * when it is good.
 */
export async function proveModel(model: Model, clock: Clock): Promise<Phrase | undefined> {
	const child = forkWorker();
	const { inputWidth } = model.manifest;
	const proof = [9 / 16, 3 / 4].map((shape) => ({
		width: inputWidth,
		height: Math.round((inputWidth * shape) / 32) * 32,
	}));
	let said = "";
	child.stderr?.setEncoding("utf8").on("data", (text: string) => {
		said = (said + text).slice(-300);
	});
	return new Promise((resolve) => {
		const timer = clock.after("detector.proof", PROOF_MS, () =>
			settle(phrase("fault.noProof", { seconds: PROOF_MS / 1000 })),
		);
		const settle = (why?: Phrase) => {
			timer.cancel();
			child.kill("SIGKILL");
			resolve(why);
		};
		child.once("message", (m: { type: string; why?: string }) =>
			settle(m.type === "ready" ? undefined : (m.why ?? phrase("fault.failed"))),
		);
		child.once("error", (error) => settle(error.message));
		child.once("close", (code, signal) =>
			settle(phrase("fault.ended", { how: String(signal ?? code), said: said.trim() })),
		);
		const setup: WorkerSetup = {
			type: "setup",
			model: filesOf(model),
			threads: 1,
			analyst: analystOptionsOf(model.manifest),
			proof,
		};
		child.send(setup, () => {});
	});
}

/** glibc would keep freed pictures for later: with a fixed threshold each goes back to the system when it is freed. */
export const WORKER_ENV = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "131072", MALLOC_TRIM_THRESHOLD_: "131072" };

function forkWorker(): ChildProcess {
	const child = fork(join(import.meta.dirname, "worker.ts"), [], {
		serialization: "advanced",
		stdio: ["ignore", "ignore", "pipe", "ipc"],
		execArgv: ["--max-old-space-size=96"],
		env: { ...process.env, ...WORKER_ENV },
	});
	if (child.pid !== undefined) return child;
	child.on("error", () => {});
	throw new Error("there is no room for another process");
}

/** Resident memory of a process (proc(5), statm, second field); undefined when it is gone. */
function residentMiB(pid: number | undefined): number | undefined {
	try {
		return (Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES) / 2 ** 20;
	} catch {
		return undefined;
	}
}
