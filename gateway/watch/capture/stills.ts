import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, Timer } from "../../base/clock.ts";
import { errorMessage, LookoutError } from "../../base/errors.ts";
import type { Service } from "../../base/service.ts";
import { redactUrl } from "../../base/text.ts";
import type { StreamReason } from "../../model/camera.ts";
import type { Log } from "../../ops/log/log.ts";
import { fetchJpeg, type HttpCamera } from "./http.ts";
import { reasonIn } from "./reason.ts";
import type { StreamHealth } from "./stream.ts";

export type StillSource =
	| { type: "snapshot"; url: string; fingerprint?: string }
	| { type: "folder"; path: string; speed: number };
type OnPicture = (jpeg: Buffer, capturedAt: number) => void;

export interface StillDeps {
	/** How often a picture is asked for. */
	periodMs: number;
	clock: Clock;
	log: Log;
}

const TIMEOUT_MS = 8_000;

/** A frame of footage in the `sequence.json` format. */
export interface FootageFrame {
	file: string;
	/** ms since 1970. */
	at: number;
	smoke: boolean | null;
	boxes: [number, number, number, number][];
	/** Truncated SHA-256 of the real frame that a made one was laid over. */
	from?: string;
}

export interface Footage {
	name: string;
	camera: string;
	ignition: number | null;
	/** What was laid over it that is no smoke. */
	deceiver?: string;
	frames: FootageFrame[];
}

/** Reads a folder of footage: `sequence.json`, or plain .jpg files one minute apart. Throws LK0405. */
export function readFootage(folder: string): Footage {
	const file = join(folder, "sequence.json");
	if (!existsSync(file)) return plainFolder(folder);
	try {
		const raw = JSON.parse(readFileSync(file, "utf8")) as {
			name?: string;
			camera?: string;
			ignition?: string | null;
			deceiver?: string;
			frames: {
				file: string;
				time: string;
				smoke?: boolean | null;
				boxes?: [number, number, number, number][] | null;
				from?: string;
			}[];
		};
		const frames = raw.frames.map((f, i) => {
			const at = Date.parse(f.time);
			if (Number.isNaN(at)) throw new Error(`frames[${i}].time "${f.time}" is no ISO time`);
			return {
				file: join(folder, f.file),
				at,
				smoke: f.smoke ?? null,
				boxes: f.boxes ?? [],
				from: f.from,
			};
		});
		const ignition = raw.ignition ? Date.parse(raw.ignition) : null;
		const deceiver = raw.deceiver === undefined ? {} : { deceiver: raw.deceiver };
		return { name: raw.name ?? folder, camera: raw.camera ?? raw.name ?? folder, ignition, ...deceiver, frames };
	} catch (cause) {
		throw new LookoutError("LK0405", `${file} cannot be read: ${errorMessage(cause)}`, { cause });
	}
}

function plainFolder(folder: string): Footage {
	let names: string[];
	try {
		names = readdirSync(folder)
			.filter((n) => /\.jpe?g$/i.test(n))
			.sort();
	} catch (cause) {
		throw new LookoutError("LK0405", `${folder} cannot be read: ${errorMessage(cause)}`, { cause });
	}
	if (names.length === 0) throw new LookoutError("LK0405", `${folder} holds no sequence.json and no .jpg`);
	const stamp = (name: string, i: number) => (/^\d{9,10}\./.test(name) ? Number.parseInt(name, 10) * 1000 : i * 60_000);
	return {
		name: folder,
		camera: folder,
		ignition: null,
		frames: names.map((n, i) => ({ file: join(folder, n), at: stamp(n, i), smoke: null, boxes: [] })),
	};
}

/** Pictures that come one by one: an HTTP snapshot asked for once per period, or recorded frames at their own pace. */
export class StillCapture implements Service {
	readonly #source: StillSource;
	readonly #periodMs: number;
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #onPicture: OnPicture;
	#timer: Timer | undefined;
	#abort = new AbortController();
	#restarts = 0;
	#lines: string[] = [];
	#reason: StreamReason | undefined;

	constructor(source: StillSource, onPicture: OnPicture, { periodMs, clock, log }: StillDeps) {
		this.#source = source;
		this.#periodMs = periodMs;
		this.#clock = clock;
		this.#log = log;
		this.#onPicture = onPicture;
	}

	get health(): StreamHealth {
		return {
			running: this.#timer !== undefined,
			restarts: this.#restarts,
			lastLines: [...this.#lines],
			...(this.#reason ? { reason: this.#reason } : {}),
		};
	}

	async start(): Promise<void> {
		this.#abort = new AbortController();
		if (this.#source.type === "snapshot") this.#ask(this.#source);
		else this.#play(readFootage(this.#source.path), this.#source.speed, 0);
	}

	async stop(): Promise<void> {
		this.#abort.abort();
		this.#timer?.cancel();
		this.#timer = undefined;
	}

	#ask(source: HttpCamera): void {
		const started = this.#clock.monotonic();
		const again = () => {
			if (this.#abort.signal.aborted) return;
			this.#timer = this.#clock.after(
				"snapshot",
				Math.max(0, this.#periodMs - (this.#clock.monotonic() - started)),
				() => this.#ask(source),
			);
		};
		fetchJpeg(source, AbortSignal.any([this.#abort.signal, AbortSignal.timeout(TIMEOUT_MS)])).then(
			(jpeg) => {
				this.#reason = undefined;
				this.#onPicture(jpeg, this.#clock.now());
				again();
			},
			(error) => {
				this.#restarts++;
				this.#say(errorMessage(error));
				again();
			},
		);
	}

	/** A reason is said once in words, and again when it is another. */
	#say(why: string): void {
		this.#lines = [...this.#lines, redactUrl(why)].slice(-20);
		const reason = reasonIn([why]);
		if (reason === this.#reason) return;
		this.#reason = reason;
		this.#log.warn({ reason, why: redactUrl(why) }, "LK0401 no picture, trying again");
	}

	#play(footage: Footage, speed: number, index: number): void {
		const frame = footage.frames[index];
		const next = footage.frames[index + 1];
		if (!frame || this.#abort.signal.aborted) {
			this.#log.info({ footage: footage.name }, "footage has ended");
			this.#timer = undefined;
			return;
		}
		readFile(frame.file).then(
			(jpeg) => this.#onPicture(jpeg, frame.at),
			(error) => {
				this.#lines = [...this.#lines, errorMessage(error)].slice(-20);
			},
		);
		const waitMs = next ? Math.max(1, (next.at - frame.at) / speed) : 1;
		this.#timer = this.#clock.after("folder", waitMs, () => this.#play(footage, speed, index + 1));
	}
}
