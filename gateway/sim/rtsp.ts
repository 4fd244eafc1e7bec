import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Clock, Timer } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import type { Service } from "../base/service.ts";

export interface Served {
	name: string;
	width: number;
	height: number;
	/** The picture at a moment, RGB. */
	render: (nowMs: number) => Uint8Array;
}

/** The first start on a machine also builds the registry of GStreamer plug-ins. */
const START_MS = 30_000;
/** Serves rendered cameras over real RTSP, through Debian's GStreamer server in a process of its own. */
export class RtspServer implements Service {
	readonly #cameras: Served[];
	readonly #fps: number;
	readonly #keyframeEvery: number;
	readonly #clock: Clock;
	#child: ChildProcess | undefined;
	#timer: Timer | undefined;
	#port = 0;
	#next = 0;

	constructor(cameras: Served[], options: { fps: number; keyframeSeconds: number }, clock: Clock) {
		this.#cameras = cameras;
		this.#fps = options.fps;
		this.#keyframeEvery = Math.max(1, Math.round(options.fps * options.keyframeSeconds));
		this.#clock = clock;
	}

	url(name: string): string {
		return `rtsp://127.0.0.1:${this.#port}/${name}`;
	}

	async start(): Promise<void> {
		const sizes = this.#cameras.map((c) => `${c.name}:${c.width}x${c.height}`);
		// the system's Python: python3-gi belongs to it and to no other
		const child = spawn(
			"/usr/bin/python3",
			[join(import.meta.dirname, "rtsp_server.py"), String(this.#fps), String(this.#keyframeEvery), ...sizes],
			{
				stdio: ["pipe", "pipe", "pipe"],
			},
		);
		this.#child = child;
		child.stdin.on("error", () => {});
		let complaint = "";
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			complaint = (complaint + text).slice(-1000);
		});
		try {
			this.#port = await portOf(child, this.#clock);
		} catch (error) {
			await this.stop();
			throw new LookoutError(
				"LK0801",
				`the RTSP server does not start: ${(error as Error).message}. ${complaint.trim().split("\n").at(-1)}`,
				{
					hint: "deploy/setup.sh installs what it needs (python3-gi, gir1.2-gst-rtsp-server-1.0).",
				},
			);
		}
		// one camera per tick: rendering is spread evenly over the second
		this.#timer = this.#clock.every("rtsp.frame", 1000 / this.#fps / this.#cameras.length, () => this.#push());
	}

	async stop(): Promise<void> {
		this.#timer?.cancel();
		const child = this.#child;
		this.#child = undefined;
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
		child.kill("SIGKILL");
		await ended;
	}

	/** Leaves the server up and stops the pictures: a frozen camera. */
	freeze(frozen: boolean): void {
		this.#frozen = frozen;
	}
	#frozen = false;

	#push(): void {
		const index = this.#next;
		this.#next = (this.#next + 1) % this.#cameras.length;
		const camera = this.#cameras[index];
		const stdin = this.#child?.stdin;
		if (!camera || !stdin || this.#frozen) return;
		// it does not follow: leave a frame out
		if (stdin.writableLength > camera.width * camera.height * 6) return;
		const head = Buffer.alloc(4);
		head.writeUInt32LE(index);
		stdin.write(head);
		stdin.write(camera.render(this.#clock.now()));
	}
}

/**
 * The port that a server of ours says on its standard output, as a line "port N". A line may come in pieces, so
 * nothing is read before its end. Rejects when the child ends, says another thing or is silent for too long.
 */
export function portOf(child: ChildProcess, clock: Clock): Promise<number> {
	return new Promise<number>((resolve, reject) => {
		const timer = clock.after("rtsp.start", START_MS, () => reject(new Error(`no answer in ${START_MS / 1000} s`)));
		const lines = createInterface({ input: child.stdout as Readable });
		lines.once("line", (line) => {
			timer.cancel();
			const port = /^port (\d+)$/.exec(line)?.[1];
			if (port) resolve(Number(port));
			else reject(new Error(`it says "${line.slice(0, 200)}"`));
		});
		child.once("error", reject);
		child.once("close", (code) => {
			timer.cancel();
			reject(new Error(`it ended with exit code ${code}`));
		});
	});
}
