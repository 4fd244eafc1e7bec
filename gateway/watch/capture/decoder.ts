import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { type Clock, nextTurn, type Timer } from "../../base/clock.ts";
import { LookoutError } from "../../base/errors.ts";
import { jpegEnd, sizeOfJpeg } from "../../base/jpeg.ts";
import { redactUrl } from "../../base/text.ts";
import { withDecodeTime } from "./fragments.ts";
import { isTooTall, MOST_PIXELS } from "./picture-limits.ts";
import { JpegReader, PpmReader } from "./picture-readers.ts";
import { parameterSets, standsAlone, withoutReordering } from "./reorder.ts";

/** A picture as it came from the camera: a JPEG, or a key fragment with the header (`ftyp`, `moov`) of its stream. */
export type CodedPicture = { format: "jpeg"; bytes: Buffer } | { format: "mp4"; bytes: Buffer; header: Buffer };

export interface DecodedPicture {
	/** Pixels; both are multiples of 32. */
	width: number;
	height: number;
	/** `height * width * 3` bytes. */
	rgb: Buffer;
	/** The picture in its own size for people, where it was asked for. */
	jpeg?: Buffer;
}

export interface DecoderOptions {
	/** The network's greatest width, pixels; asked again for each picture. */
	widest: () => number;
	/** What is started to decode; another program in tests. */
	program?: string;
}

const TIMEOUT_MS = 6_000;
/**
 * After this without a picture it is sent again: the decoder holds as many back as its stream may reorder (16 at most).
 */
const HELD_BACK_MS = 1_500;
const MOST_HELD_BACK = 16;

/** How long pictures for people are made along with the network's after the last time somebody wanted one. */
const PAGE_MS = 120_000;

/**
 * Decodes single pictures of one camera in one ffmpeg that stays: a start costs more than ten pictures. Each key
 * fragment is handed over by itself, so that no picture leans on another. Where the decoder complains, the picture
 * counts as damaged and the process is replaced: what was wrong with one picture reaches no other.
 */
export class PictureDecoder {
	readonly #options: DecoderOptions;
	readonly #clock: Clock;
	#process: DecoderProcess | undefined;
	#tail: Promise<unknown> = Promise.resolve();
	#wantedAt = Number.NEGATIVE_INFINITY;
	/** Processes started, for tests and the health page: it must not grow with the pictures. */
	starts = 0;

	constructor(options: DecoderOptions, clock: Clock) {
		this.#options = options;
		this.#clock = clock;
	}

	/** Process id of the decoder in use. */
	get pid(): number | undefined {
		return this.#process?.pid;
	}

	/**
	 * The picture for the network, and for people where somebody wants it now or wanted one lately. Throws LK0402 for a
	 * damaged one.
	 */
	decode(picture: CodedPicture, want: { jpeg: boolean } = { jpeg: false }): Promise<DecodedPicture> {
		if (want.jpeg) this.#wantedAt = this.#clock.monotonic();
		const work = () => this.#decode(picture);
		const result = this.#tail.then(work, work);
		this.#tail = result.catch(() => {});
		return result;
	}

	async stop(): Promise<void> {
		await this.#tail;
		await this.#process?.end();
		this.#process = undefined;
	}

	async #decode(picture: CodedPicture): Promise<DecodedPicture> {
		if (picture.format === "jpeg") checkJpeg(picture.bytes);
		const forPage = picture.format === "mp4" && this.#clock.monotonic() - this.#wantedAt < PAGE_MS;
		for (;;) {
			const process = await this.#fitting(picture, forPage);
			const isFresh = process.isFresh;
			try {
				return await this.#decodeWith(process, picture);
			} catch (error) {
				await this.#drop(process);
				// what went before may have confused it: only a new process proves that this picture is damaged
				if (isFresh) throw error;
			}
		}
	}

	async #decodeWith(process: DecoderProcess, picture: CodedPicture): Promise<DecodedPicture> {
		const decoded = await process.decode(picture);
		if (picture.format === "jpeg") return { ...decoded, jpeg: picture.bytes };
		if (!standsAlone(picture)) await this.#drop(process);
		return decoded;
	}

	async #drop(process: DecoderProcess): Promise<void> {
		this.#process = undefined;
		await process.end();
	}

	/** The process in use, or a new one where the stream, the size or the wish for pictures has changed. */
	async #fitting(picture: CodedPicture, forPage: boolean): Promise<DecoderProcess> {
		const made = { widest: this.#options.widest(), forPage, ...streamOf(picture) };
		const old = this.#process;
		if (old?.fits(made) && (old.isFresh || picture.format === "jpeg" || standsAlone(picture))) return old;
		await old?.end();
		this.starts++;
		this.#process = new DecoderProcess(made, this.#options.program ?? "ffmpeg", this.#clock);
		return this.#process;
	}
}

/** What a process was started for. */
interface Made {
	widest: number;
	forPage: boolean;
	format: CodedPicture["format"];
	/** Header of the stream, and parameter sets in the picture where it has some: another size needs another process. */
	header?: Buffer;
	sets?: Buffer;
}

function streamOf(picture: CodedPicture): Pick<Made, "format" | "header" | "sets"> {
	if (picture.format === "jpeg") return { format: "jpeg" };
	const sets = parameterSets(picture);
	return { format: "mp4", header: picture.header, ...(sets.length > 0 ? { sets } : {}) };
}

class DecoderProcess {
	readonly #made: Made;
	readonly #clock: Clock;
	readonly #child: ChildProcess;
	readonly #ended: Promise<void>;
	#isOver = false;
	/** Pictures handed over, copies included, and pictures that came out. */
	#given = 0;
	#taken = 0;
	/** How many further copies it takes until a picture comes out. */
	#heldBack = 0;
	#wanted:
		| { index: number; decoded?: DecodedPicture; jpeg?: Buffer; settle: (outcome: DecodedPicture | Error) => void }
		| undefined;
	#jpegs = 0;
	#complaint = "";

	constructor(made: Made, program: string, clock: Clock) {
		this.#made = made;
		this.#clock = clock;
		const child = spawn(program, argumentsOf(made), { stdio: ["pipe", "pipe", "pipe", "pipe"] });
		this.#child = child;
		child.stdin?.on("error", () => {}); // its end says why
		const pictures = new PpmReader((width, height, rgb) => this.#onPicture({ width, height, rgb }));
		child.stdout?.on("data", (chunk: Buffer) => this.#guard(() => pictures.push(chunk)));
		const jpegs = new JpegReader((jpeg) => this.#onJpeg(jpeg));
		(child.stdio?.[3] as Readable | undefined)?.on("data", (chunk: Buffer) => this.#guard(() => jpegs.push(chunk)));
		child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#onComplaint(text));
		this.#ended = new Promise((resolve) => {
			const over = (why: string) => {
				this.#isOver = true;
				this.#wanted?.settle(damaged(this.#complaint || why));
				resolve();
			};
			child.once("error", (error) => over(`ffmpeg cannot be started: ${error.message}`));
			child.once("close", (code, signal) => over(`ffmpeg ended with ${signal ?? code}`));
		});
		if (made.header) child.stdin?.write(withoutReordering({ header: made.header, bytes: Buffer.alloc(0) }).header);
	}

	get pid(): number | undefined {
		return this.#child.pid;
	}

	get isFresh(): boolean {
		return this.#given === 0;
	}

	fits({ widest, forPage, format, header, sets }: Made): boolean {
		const made = this.#made;
		const alike = made.widest === widest && made.forPage === forPage && made.format === format;
		const same = (a: Buffer | undefined, b: Buffer | undefined) =>
			a === b || (a !== undefined && b !== undefined && a.equals(b));
		return !this.#isOver && alike && same(made.header, header) && (sets === undefined || same(made.sets, sets));
	}

	async end(): Promise<void> {
		this.#child.kill("SIGKILL");
		await this.#ended;
	}

	decode(picture: CodedPicture): Promise<DecodedPicture> {
		if (this.#isOver) return Promise.reject(damaged(this.#complaint || "the decoder has ended"));
		const bytes = picture.format === "mp4" ? withoutReordering(picture).bytes : asPart(picture.bytes);
		const timers: Timer[] = [];
		return new Promise<DecodedPicture>((resolve, reject) => {
			const settle = (outcome: DecodedPicture | Error) => {
				for (const timer of timers) timer.cancel();
				this.#wanted = undefined;
				if (outcome instanceof Error) reject(outcome);
				else resolve(outcome);
			};
			this.#wanted = { index: this.#given, settle };
			timers.push(
				this.#clock.after("decode.timeout", TIMEOUT_MS, () => settle(damaged(`no picture within ${TIMEOUT_MS} ms`))),
			);
			timers.push(this.#clock.every("decode.heldBack", HELD_BACK_MS, () => this.#pushOut(bytes)));
			for (let copy = 0; copy <= this.#heldBack; copy++) this.#give(bytes);
		});
	}

	/** The picture is still in the decoder: another copy pushes it out, and so it does with each later one. */
	#pushOut(bytes: Buffer): void {
		if (this.#wanted?.decoded || this.#heldBack >= MOST_HELD_BACK) return;
		this.#heldBack++;
		this.#give(bytes);
	}

	#give(bytes: Buffer): void {
		if (this.#made.format === "mp4") this.#child.stdin?.write(withDecodeTime(bytes, BigInt(this.#given) * STEP));
		else this.#child.stdin?.write(bytes);
		this.#given++;
	}

	#onPicture(decoded: DecodedPicture): void {
		const wanted = this.#wanted;
		if (this.#taken++ !== wanted?.index) return;
		wanted.decoded = decoded;
		this.#settleWhole();
	}

	#onJpeg(jpeg: Buffer): void {
		const wanted = this.#wanted;
		if (this.#jpegs++ !== wanted?.index) return;
		wanted.jpeg = jpeg;
		this.#settleWhole();
	}

	#settleWhole(): void {
		const { decoded, jpeg } = this.#wanted ?? {};
		if (!decoded || (this.#made.forPage && !jpeg)) return;
		// what it has to say of this picture comes by another pipe, and may be read a turn later
		const wanted = this.#wanted;
		void nextTurn().then(() => {
			if (this.#complaint === "") wanted?.settle(jpeg ? { ...decoded, jpeg } : decoded);
		});
	}

	#onComplaint(text: string): void {
		this.#complaint = (this.#complaint + text).slice(0, 500);
		this.#wanted?.settle(damaged(this.#complaint));
	}

	#guard(read: () => void): void {
		try {
			read();
		} catch (error) {
			this.#wanted?.settle(damaged((error as Error).message));
		}
	}
}

/** What can be said of a JPEG before it costs anything. */
function checkJpeg(bytes: Buffer): void {
	if (jpegEnd(bytes) === undefined) throw damaged("the JPEG has no end");
	try {
		const { width, height } = sizeOfJpeg(bytes);
		if (width * height > MOST_PIXELS || isTooTall(width, height)) throw new Error(`a picture of ${width} x ${height}`);
	} catch (error) {
		throw damaged((error as Error).message);
	}
}

function damaged(why: string): LookoutError {
	return new LookoutError("LK0402", `the picture cannot be decoded: ${redactUrl(why.trim().split("\n")[0] ?? "")}`);
}

/**
 * Both sides of the network's picture are multiples of 32, at most `widest` wide, and never enlarged, for that shows
 * nothing more and rings more often. One thread on both sides: frame threads hold pictures back.
 */
function argumentsOf({ widest, forPage, format }: Made): string[] {
	const width = `min(${widest}\\,max(32\\,trunc(iw/32)*32))`;
	const scale = `scale=${width}:max(32\\,trunc(${width}*ih/iw/32+0.5)*32):flags=area,format=rgb24`;
	const atOnce = [
		"-threads",
		"1",
		"-max_pixels",
		String(MOST_PIXELS),
		"-flags",
		"low_delay",
		"-probesize",
		"32",
		"-analyzeduration",
		"0",
		"-fpsprobesize",
		"0",
	];
	const output = ["-map", "0:v:0", "-vsync", "passthrough", "-threads", "1"];
	return [
		"-hide_banner",
		"-loglevel",
		"error",
		...atOnce,
		"-err_detect",
		"explode",
		"-f",
		format === "mp4" ? "mp4" : "mpjpeg",
		"-i",
		"pipe:0",
		// a portable pixmap says its size before its pixels
		...output,
		"-vf",
		scale,
		"-c:v",
		"ppm",
		"-f",
		"image2pipe",
		"pipe:1",
		...(forPage ? [...output, "-pix_fmt", "yuvj420p", "-q:v", "4", "-c:v", "mjpeg", "-f", "image2pipe", "pipe:3"] : []),
	];
}

/** Ticks, of whatever timescale, between two pictures: the decoder passes over one that is not later than the last. */
const STEP = 90_000n;

/** A JPEG as a part of a multipart stream: the length before it tells the decoder that the picture is whole. */
export function asPart(jpeg: Buffer): Buffer {
	return Buffer.concat([
		Buffer.from(`--p\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`),
		jpeg,
		Buffer.from("\r\n"),
	]);
}
