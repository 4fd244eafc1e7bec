import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Clock, Timer } from "../base/clock.ts";
import { LookoutError } from "../base/errors.ts";
import type { Service } from "../base/lifecycle.ts";

export interface Served {
	name: string;
	width: number;
	height: number;
	/** The picture at a moment, RGB. */
	render: (nowMs: number) => Uint8Array;
}

/** The first start on a machine also builds the registry of GStreamer plug-ins. */
const START_MS = 30_000;
/** No desktop services: a session bus that is gone would be waited for. */
const QUIET = {
	GIO_USE_VFS: "local",
	GSETTINGS_BACKEND: "memory",
	GIO_USE_NETWORK_MONITOR: "base",
	GIO_USE_PROXY_RESOLVER: "dummy",
	DBUS_SESSION_BUS_ADDRESS: "disabled:",
};

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
		// another program may take the port between choosing and binding: that is worth a second try
		for (let tries = 1; ; tries++) {
			try {
				await this.#launch();
				break;
			} catch (error) {
				await this.stop();
				if (tries === 3) throw error;
			}
		}
		// one camera per tick: rendering is spread evenly over the second
		this.#timer = this.#clock.every("rtsp.frame", 1000 / this.#fps / this.#cameras.length, () => this.#push());
	}

	async #launch(): Promise<void> {
		const sizes = this.#cameras.map((c) => `${c.name}:${c.width}x${c.height}`);
		// the system's Python: python3-gi belongs to it and to no other
		const child = spawn("/usr/bin/python3", [join(import.meta.dirname, "rtsp_server.py"), String(this.#fps), String(this.#keyframeEvery), ...sizes], {
			stdio: ["pipe", "pipe", "pipe"],
			env: { ...process.env, ...QUIET, ...(this.#port === 0 ? {} : { RTSP_PORT: String(this.#port) }) },
		});
		this.#child = child;
		child.stdin.on("error", () => {});
		let complaint = "";
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			complaint = (complaint + text).slice(-1000);
		});
		this.#port = await new Promise<number>((resolve, reject) => {
			const fail = (why: string) =>
				reject(
					new LookoutError("LK0801", `the RTSP server does not start: ${why}`, {
						hint: "deploy/setup.sh installs what it needs (python3-gi, gir1.2-gst-rtsp-server-1.0).",
					}),
				);
			const timer = this.#clock.after("rtsp.start", START_MS, () => fail(`no answer ${complaint}`));
			child.stdout.setEncoding("utf8").on("data", (text: string) => {
				const port = /port (\d+)/.exec(text)?.[1];
				if (!port) return;
				timer.cancel();
				resolve(Number(port));
			});
			child.once("close", () => {
				timer.cancel();
				fail(complaint.trim().split("\n").at(-1) ?? "it ended");
			});
			child.once("error", (error) => fail(error.message));
		});
	}

	async stop(): Promise<void> {
		this.#timer?.cancel();
		const child = this.#child;
		this.#child = undefined;
		if (!child || child.exitCode !== null) return;
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
		if (!camera || !stdin || this.#frozen || stdin.writableLength > camera.width * camera.height * 6) return; // it does not follow: leave a frame out
		const head = Buffer.alloc(4);
		head.writeUInt32LE(index);
		stdin.write(head);
		stdin.write(camera.render(this.#clock.now()));
	}
}
