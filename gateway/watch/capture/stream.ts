import { type ChildProcess, spawn } from "node:child_process";
import type { Clock, Timer } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Service } from "../../base/lifecycle.ts";
import type { Random } from "../../base/random.ts";
import { type RetryPlan, retryDelayMs } from "../../base/retry.ts";
import { redactUrl } from "../../base/text.ts";
import type { Log } from "../../ops/log/log.ts";
import { type Fragment, FragmentReader } from "./fragments.ts";

export type StreamSource = { type: "rtsp"; url: string } | { type: "mjpeg"; url: string } | { type: "file"; path: string };

export interface StreamHealth {
	running: boolean;
	restarts: number;
	/** The last lines ffmpeg wrote, without credentials. */
	lastLines: string[];
}

/** Silence after which a stream counts as stalled. */
const STALL_MS = 12_000;
const KILL_AFTER_MS = 2_000;
/** A stream that ran this long had recovered: the next failure waits the shortest time again. */
const RECOVERED_MS = 60_000;
const KEPT_LINES = 20;
const RETRY: RetryPlan = { firstMs: 1000, maxMs: 60_000, factor: 2, jitter: 0.5 };

/**
 * One stream, one ffmpeg that copies it (no decoding) into fragments of one picture each.
 * When it ends or falls silent it is killed and started again, with growing pauses.
 */
export class StreamCapture implements Service {
	readonly #source: StreamSource;
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #log: Log;
	readonly #on: { header: (header: Buffer) => void; fragment: (fragment: Fragment, arrivedAt: number) => void };
	#child: ChildProcess | undefined;
	#exited: Promise<void> = Promise.resolve();
	#stall: Timer | undefined;
	#retry: Timer | undefined;
	#failures = 0;
	#startedAt = 0;
	#stopped = true;
	#restarts = 0;
	#lines: string[] = [];

	constructor(
		source: StreamSource,
		clock: Clock,
		random: Random,
		log: Log,
		on: { header: (header: Buffer) => void; fragment: (fragment: Fragment, arrivedAt: number) => void },
	) {
		this.#source = source;
		this.#clock = clock;
		this.#random = random;
		this.#log = log;
		this.#on = on;
	}

	get health(): StreamHealth {
		return { running: this.#child !== undefined, restarts: this.#restarts, lastLines: [...this.#lines] };
	}

	async start(): Promise<void> {
		if (!this.#stopped) return;
		this.#stopped = false;
		this.#run();
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		this.#retry?.cancel();
		this.#end("stopped");
		await this.#exited;
	}

	#run(): void {
		this.#startedAt = this.#clock.monotonic();
		const child = spawn("ffmpeg", arguments_(this.#source), { stdio: ["ignore", "pipe", "pipe"] });
		this.#child = child;
		const reader = new FragmentReader(this.#on.header, (fragment) => {
			this.#watchStall();
			this.#on.fragment(fragment, this.#clock.now());
		});
		child.stdout.on("data", (chunk: Buffer) => {
			try {
				reader.push(chunk);
			} catch (error) {
				this.#end(messageOf(error));
			}
		});
		child.stderr.setEncoding("utf8").on("data", (text: string) => this.#keepLines(text));
		this.#exited = new Promise((resolve) => {
			const ended = (why: string) => {
				resolve();
				this.#afterEnd(child, why);
			};
			child.once("error", (error) => ended(messageOf(error)));
			child.once("close", (code, signal) => ended(`ffmpeg ended (${signal ?? code})`));
		});
		this.#watchStall();
	}

	#watchStall(): void {
		this.#stall?.cancel();
		this.#stall = this.#clock.after("capture.stall", STALL_MS, () => {
			this.#keepLines(`no picture for ${STALL_MS / 1000} s: killed`);
			this.#end("stalled");
		});
	}

	/** Ends the process now in use: first politely, then not. */
	#end(_why: string): void {
		this.#stall?.cancel();
		const child = this.#child;
		if (!child) return;
		child.kill("SIGTERM");
		const kill = this.#clock.after("capture.kill", KILL_AFTER_MS, () => child.kill("SIGKILL"));
		child.once("close", () => kill.cancel());
	}

	#afterEnd(child: ChildProcess, why: string): void {
		if (this.#child !== child) return;
		this.#child = undefined;
		this.#stall?.cancel();
		if (this.#stopped) return;
		if (this.#clock.monotonic() - this.#startedAt > RECOVERED_MS) this.#failures = 0;
		this.#failures++;
		this.#restarts++;
		const waitMs = retryDelayMs(RETRY, this.#failures, this.#random);
		this.#log.warn({ why, waitMs, lines: this.#lines.slice(-3) }, "LK0401 stream lost, trying again");
		this.#retry = this.#clock.after("capture.retry", waitMs, () => this.#run());
	}

	#keepLines(text: string): void {
		for (const line of text.split(/[\r\n]+/)) if (line.trim() !== "") this.#lines.push(redactUrl(line.trim()).slice(0, 300));
		this.#lines = this.#lines.slice(-KEPT_LINES);
	}
}

/** The stream is copied, so its parameters from the SDP are enough: guessing the frame rate would cost two seconds at every start. */
const QUICK = ["-fflags", "nobuffer", "-analyzeduration", "100000", "-probesize", "100000", "-fpsprobesize", "0"];
// one picture per fragment, written at once: a keyframe is whole here one frame after the camera sent it
const OUTPUT = [
	"-an",
	"-dn",
	"-c:v",
	"copy",
	"-f",
	"mp4",
	"-movflags",
	"frag_every_frame+empty_moov+default_base_moof",
	"-flush_packets",
	"1",
	"pipe:1",
];

function arguments_(source: StreamSource): string[] {
	return ["-hide_banner", "-nostdin", "-loglevel", "warning", ...inputOf(source), ...OUTPUT];
}

function inputOf(source: StreamSource): string[] {
	switch (source.type) {
		case "rtsp":
			return ["-rtsp_transport", "tcp", "-timeout", "10000000", ...QUICK, "-i", source.url];
		case "mjpeg":
			return ["-rw_timeout", "10000000", "-use_wallclock_as_timestamps", "1", "-f", "mpjpeg", "-i", source.url];
		case "file":
			return ["-re", "-stream_loop", "-1", "-i", source.path];
	}
}
