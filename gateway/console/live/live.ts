import type { ChildProcess } from "node:child_process";
import type { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import type { Clock, Timer } from "../../base/clock.ts";
import type { Log } from "../../ops/log/log.ts";

interface RtspStream extends EventEmitter {
	stream: ChildProcess | undefined;
	mpeg1Muxer: EventEmitter;
}
type StreamOptions = { name: string; streamUrl: string; ffmpegOptions: Record<string, string> };
const RtspStream = createRequire(import.meta.url)("node-rtsp-stream") as new (options: StreamOptions) => RtspStream;

/**
 * The library would open an unauthenticated WebSocket port on all interfaces; viewers come through the console's log-in
 * instead.
 */
class LiveStream extends RtspStream {
	pipeStreamToSocketServer(): void {}
}

/** What a WebSocket of the console's server offers. */
export interface Viewer {
	readonly bufferedAmount: number;
	send(data: Buffer, options: { binary: boolean }): void;
	close(code: number, reason: string): void;
	terminate(): void;
	on(event: "close" | "error", listener: () => void): void;
}

/** A viewer this far behind is dropped, not buffered. */
const MOST_UNSENT = 1 << 20;
const MOST_VIEWERS = 8;
/** How long a view goes on after its last viewer left: a page that reloads keeps its stream. */
const LINGER_MS = 3_000;

interface View {
	stream: LiveStream;
	viewers: Set<Viewer>;
	linger?: Timer;
	/** Ends the camera's handing over of its stream. */
	stop: () => void;
}

/**
 * A copy of a camera's stream: calls `write` with a header and what follows, and `ended` at its end. Undefined where
 * there is none.
 */
export type StreamView = (
	camera: string,
	write: (bytes: Buffer) => void,
	ended: () => void,
) => (() => void) | undefined;

/**
 * Live views, made only while somebody watches, from the copy of the stream that is there anyway: the camera is not
 * asked a second time, and its password stands in no process's arguments.
 */
export class LiveViews {
	readonly #viewOf: StreamView;
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #views = new Map<string, View>();
	dropped = 0;

	constructor(viewOf: StreamView, clock: Clock, log: Log) {
		this.#viewOf = viewOf;
		this.#clock = clock;
		this.#log = log;
	}

	watch(camera: string, viewer: Viewer): void {
		const count = [...this.#views.values()].reduce((n, v) => n + v.viewers.size, 0);
		if (count >= MOST_VIEWERS) return viewer.close(4429, "too many viewers");
		const view = this.#views.get(camera) ?? this.#open(camera);
		if (!view) return viewer.close(4404, "no live view");
		view.linger?.cancel();
		view.viewers.add(viewer);
		const leave = () => {
			view.viewers.delete(viewer);
			if (view.viewers.size === 0) {
				view.linger?.cancel();
				view.linger = this.#clock.after("live.linger", LINGER_MS, () => this.#close(camera));
			}
		};
		viewer.on("close", leave);
		viewer.on("error", leave);
	}

	async stop(): Promise<void> {
		for (const camera of this.#views.keys()) this.#close(camera);
	}

	#open(camera: string): View | undefined {
		const waiting: Buffer[] = [];
		let take = (bytes: Buffer): void => void waiting.push(bytes);
		const stop = this.#viewOf(
			camera,
			(bytes) => take(bytes),
			() => this.#close(camera),
		);
		if (!stop) return undefined;
		const ffmpegOptions = {
			"-loglevel": "quiet",
			"-an": "",
			"-s": "640x360",
			"-b:v": "900k",
			"-r": "25",
			"-bf": "0",
			"-threads": "1",
		};
		let stream: LiveStream;
		try {
			stream = new LiveStream({ name: camera, streamUrl: "pipe:0", ffmpegOptions });
		} catch (error) {
			this.#log.error({ err: error, camera }, "no live view: its program cannot be started");
			stop();
			return undefined;
		}
		const input = stream.stream?.stdin;
		input?.on("error", () => {}); // its end says that it is gone
		take = (bytes) => {
			if ((input?.writableLength ?? 0) <= MOST_UNSENT * 8) input?.write(bytes);
			else this.#close(camera); // it does not follow, and a picture left out would spoil those after it
		};
		for (const bytes of waiting) take(bytes);
		const view: View = { stream, viewers: new Set(), stop };
		this.#views.set(camera, view);
		stream.on("camdata", (data: Buffer) => {
			for (const viewer of view.viewers) {
				if (viewer.bufferedAmount > MOST_UNSENT) {
					this.dropped++;
					viewer.terminate();
				} else viewer.send(data, { binary: true });
			}
		});
		// the library watches one exit code only: whatever ends the stream, its viewers are told, and connect again
		stream.stream?.once("close", () => {
			if (this.#views.get(camera) === view) this.#close(camera);
		});
		stream.on("error", () => this.#close(camera));
		this.#log.info({ camera }, "live view begins");
		return view;
	}

	#close(camera: string): void {
		const view = this.#views.get(camera);
		if (!view) return;
		this.#views.delete(camera);
		view.linger?.cancel();
		view.stop();
		view.stream.stream?.kill("SIGKILL");
		for (const viewer of view.viewers) viewer.close(4410, "the stream has ended");
		this.#log.info({ camera }, "live view ends");
	}
}
