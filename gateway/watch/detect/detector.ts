import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Clock, Timer } from "../../base/clock.ts";
import { LookoutError } from "../../base/errors.ts";
import type { Service } from "../../base/lifecycle.ts";
import type { Random } from "../../base/random.ts";
import { type RetryPlan, retryDelayMs } from "../../base/retry.ts";
import type { Frame } from "../../model/camera.ts";
import type { Log } from "../../ops/log/log.ts";
import type { Analysis } from "./analyst.ts";
import type { Model } from "./manifest.ts";
import type { WorkerFrame, WorkerSetup } from "./worker.ts";

export interface DetectorOptions {
	model: Model;
	threads: number;
	pastFolder: string;
}

interface Asked {
	resolve: (analysis: Analysis) => void;
	reject: (error: Error) => void;
	timer: Timer;
}

/** The first frame of a view also loads its past, which takes a second or two. */
const ANSWER_MS = 20_000;
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
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		this.#retry?.cancel();
		const child = this.#child;
		if (!child) return;
		const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
		child.kill("SIGTERM");
		const kill = this.#clock.after("detector.kill", 3000, () => child.kill("SIGKILL"));
		await ended;
		kill.cancel();
	}

	/** What is to be seen in a frame. Throws LK0404 when the process fails or gives no answer; the next frame may fare better. */
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
			const timer = this.#clock.after("detector.answer", ANSWER_MS, () => {
				this.#settle(id, new LookoutError("LK0404", `the detector gave no answer within ${ANSWER_MS / 1000} s`));
				child.kill("SIGKILL");
			});
			this.#asked.set(id, { resolve, reject, timer });
			child.send(message, (error) => {
				if (error) this.#settle(id, new LookoutError("LK0404", "the detector's process is gone", { cause: error }));
			});
		});
	}

	#run(): void {
		const { model, threads, pastFolder } = this.#options;
		const child = fork(join(import.meta.dirname, "worker.ts"), [], {
			serialization: "advanced",
			stdio: ["ignore", "ignore", "pipe", "ipc"],
			execArgv: ["--max-old-space-size=96"],
			// glibc would keep freed pictures for later: with a fixed threshold each goes back to the system when it is freed
			env: { ...process.env, MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "131072", MALLOC_TRIM_THRESHOLD_: "131072" },
		});
		this.#child = child;
		const lines: string[] = [];
		child.stderr?.setEncoding("utf8").on("data", (text: string) => lines.push(text.slice(0, 500)) > 10 && lines.shift());
		this.#ready = new Promise((resolve) => {
			child.on("message", (m: { type: string; id?: number; analysis?: Analysis; why?: string }) => {
				if (m.type === "ready") {
					this.#failures = 0;
					resolve();
				} else if (m.id !== undefined) this.#settle(m.id, m.analysis ?? new LookoutError("LK0404", `the detector failed: ${m.why}`));
				else this.#log.error({ why: m.why }, "LK0404 the detector cannot open its model");
			});
			child.once("close", () => resolve());
		});
		child.once("error", (error) => this.#log.error({ err: error }, "LK0404 the detector cannot be started"));
		child.once("close", (code, signal) => {
			for (const id of [...this.#asked.keys()]) this.#settle(id, new LookoutError("LK0404", `the detector ended (${signal ?? code})`));
			this.#child = undefined;
			if (this.#stopped) return;
			this.restarts++;
			const waitMs = retryDelayMs(RETRY, ++this.#failures, this.#random);
			this.#log.error({ code, signal, waitMs, lines }, "LK0404 the detector ended, starting it again");
			this.#retry = this.#clock.after("detector.retry", waitMs, () => this.#run());
		});
		const setup: WorkerSetup = {
			type: "setup",
			file: join(model.folder, model.manifest.file),
			threads,
			decision: { candidateScore: model.manifest.candidateScore },
			past: pastFolder,
		};
		child.send(setup, () => {});
	}

	#settle(id: number, outcome: Analysis | Error): void {
		const asked = this.#asked.get(id);
		if (!asked) return;
		this.#asked.delete(id);
		asked.timer.cancel();
		if (outcome instanceof Error) asked.reject(outcome);
		else asked.resolve(outcome);
	}
}
