import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { type Clock, nextTurn, type Timer } from "../../base/clock.ts";
import { errorMessage } from "../../base/errors.ts";
import type { Random } from "../../base/random.ts";
import { type RetryPlan, retryDelayMs } from "../../base/retry.ts";
import type { Service } from "../../base/service.ts";
import { redactUrl } from "../../base/text.ts";
import type { StreamReason } from "../../model/camera.ts";
import type { Log } from "../../ops/log/log.ts";
import { asPart } from "./decoder.ts";
import { type Fragment, FragmentReader } from "./fragments.ts";
import { ask, JpegSplitter } from "./http.ts";
import { reasonIn } from "./reason.ts";

export type Transport = "auto" | "tcp" | "udp" | "multicast" | "http";
export type StreamSource =
	| { type: "rtsp"; url: string; transport?: Transport }
	| { type: "mjpeg"; url: string; fingerprint?: string }
	| { type: "file"; path: string };

export interface StreamHealth {
	running: boolean;
	restarts: number;
	/** Why there is no picture, while there is none. */
	reason?: StreamReason;
	/** The last lines ffmpeg wrote, without credentials. */
	lastLines: string[];
}

/**
 * Silence after which a stream counts as stalled; three periods of a slow camera, and longer while a wide probe
 * gathers.
 */
const STALL_MS = 12_000;
const WIDE_MS = 75_000;
/**
 * A camera that sends single pictures may send one in so long; once two have come, three times what lay between them is
 * enough.
 */
const SLOWEST_MS = 60_000;
/** What ffmpeg says of a stream that it has joined between two keyframes, without parameters in the SDP. */
const JOINED_BETWEEN = /unspecified size|could not find codec parameters|dimensions not set|non-existing PPS/i;
/** What it says of packets that were lost. */
const LOST = /RTP: missed|max delay reached|packets? lost/i;
const KILL_AFTER_MS = 2_000;
const KEPT_LINES = 20;
/**
 * A camera that is there is asked again within 10 s, one that is not within 15, its connection's time-out of 10 s among
 * them.
 */
const RETRY: RetryPlan = { firstMs: 500, maxMs: 5_000, factor: 2, jitter: 0.3 };
/** In this order, where nothing is said: what works is remembered. */
const TRANSPORTS: Exclude<Transport, "auto">[] = ["tcp", "udp", "multicast", "http"];
/**
 * What comes before the way of sending matters, or from one that the camera does not know: the first one is asked
 * again.
 */
const BEFORE_TRANSPORT: StreamReason[] = ["refused", "noHost", "noRoute", "login", "notFound", "certificate"];
/** So many times in a row one that has given pictures is taken, before another is tried once. */
const FAITHFUL = 3;

export interface StreamEvents {
	header: (header: Buffer) => void;
	fragment: (fragment: Fragment, arrivedAt: number) => void;
}

export interface StreamDeps {
	clock: Clock;
	random: Random;
	log: Log;
	/** How often a picture is wanted; one camera sends one in so long. */
	periodMs?: number;
}

/**
 * One stream, one ffmpeg that copies it (no decoding) into fragments of one picture each. When it ends or falls silent
 * it is started again; a picture shows that it works, so that the next failure waits the shortest time again.
 */
export class StreamCapture implements Service {
	readonly #source: StreamSource;
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #log: Log;
	readonly #on: StreamEvents;
	#child: ChildProcess | undefined;
	#exited: Promise<void> = Promise.resolve();
	#stall: Timer | undefined;
	#retry: Timer | undefined;
	#failures = 0;
	#stopped = true;
	#restarts = 0;
	#lines: string[] = [];
	#reason: StreamReason | undefined;
	/** What this run is ended for, where it did not end by itself. */
	#endedFor: string | undefined;
	#pictures = 0;
	/** An HTTP camera has begun its answer. */
	#hasAnswered = false;
	/** Which way of sending is in use, which is tried next, and which has given pictures: indices into TRANSPORTS. */
	#using = 0;
	#untried = 0;
	#proven: number | undefined;
	/** This camera's parameters come with its keyframes only: remembered, since each short probe would miss them. */
	#isWide = false;
	#abort = new AbortController();
	readonly #slowMs: number;
	/** Between its last two pictures, in whichever run, and when the last of this run came; monotonic ms. */
	#gapMs: number | undefined;
	#lastAt: number | undefined;
	/**
	 * Losses said since the last picture, and before it. A picture comes when the next one has begun: what was lost of it
	 * was said while it or the next one was put together.
	 */
	#losses = 0;
	#lossesBefore = 0;

	constructor(source: StreamSource, on: StreamEvents, { clock, random, log, periodMs = 0 }: StreamDeps) {
		this.#source = source;
		this.#slowMs = Math.max(STALL_MS, 3 * periodMs + KILL_AFTER_MS);
		this.#clock = clock;
		this.#random = random;
		this.#log = log;
		this.#on = on;
	}

	get health(): StreamHealth {
		return {
			running: this.#child !== undefined,
			restarts: this.#restarts,
			lastLines: [...this.#lines],
			reason: this.#reason,
		};
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
		// a camera that is away for a while comes back as it was: what has worked is not left for long
		const isFaithful = this.#failures % (FAITHFUL + 1) < FAITHFUL;
		this.#using = this.#proven !== undefined && isFaithful ? this.#proven : this.#untried;
		this.#endedFor = undefined;
		this.#pictures = 0;
		this.#hasAnswered = false;
		this.#lastAt = undefined;
		this.#losses = 0;
		this.#lossesBefore = 0;
		const { options, list } = inputOf(this.#source, this.#transportInUse, this.#isWide);
		const child = spawn("ffmpeg", ["-hide_banner", "-loglevel", "warning", ...options, ...OUTPUT], {
			stdio: ["pipe", "pipe", "pipe"],
		});
		this.#child = child;
		// without a free file descriptor there is a child without streams
		if (!child.stdin || !child.stdout || !child.stderr) {
			child.once("error", (error) => this.#afterEnd(child, errorMessage(error)));
			return;
		}
		child.stdin.on("error", () => {});
		if (this.#source.type === "mjpeg") void this.#feed(this.#source, child.stdin);
		else child.stdin.end(list);
		// what ffmpeg says of lost packets comes another way than its pictures: it was said before, but may be read after
		// them
		const take = async (fragment: Fragment) => {
			await nextTurn();
			if (this.#child === child) this.#take(fragment);
		};
		const reader = new FragmentReader(this.#on.header, this.#losesPackets ? take : (fragment) => this.#take(fragment));
		child.stdout.on("data", (chunk: Buffer) => {
			try {
				reader.push(chunk);
			} catch (error) {
				this.#end(errorMessage(error));
			}
		});
		child.stderr.setEncoding("utf8").on("data", (text: string) => this.#keepLines(text));
		this.#exited = new Promise((resolve) => {
			const ended = (why: string, signal: string | null = null) => {
				resolve();
				this.#afterEnd(child, why, signal !== null && this.#endedFor === undefined);
			};
			child.once("error", (error) => ended(errorMessage(error)));
			child.once("close", (code, signal) => ended(`ffmpeg ended (${signal ?? code})`, signal));
		});
		this.#watchStall();
	}

	get #transportInUse(): Exclude<Transport, "auto"> {
		const asked = this.#source.type === "rtsp" ? (this.#source.transport ?? "auto") : "tcp";
		return asked === "auto" ? (TRANSPORTS[this.#using] ?? "tcp") : asked;
	}

	/** Pictures of an HTTP camera, cut out of whatever it sends and handed on one by one. */
	async #feed(source: Extract<StreamSource, { type: "mjpeg" }>, to: Writable): Promise<void> {
		this.#abort = new AbortController();
		try {
			const response = await ask(source, this.#abort.signal, SLOWEST_MS);
			const type = response.headers["content-type"] ?? "nothing";
			if (!/^(multipart|image)\//i.test(type)) throw new Error(`the camera answered ${type}`);
			const splitter = new JpegSplitter((jpeg) => {
				if (to.writableLength < MOST_UNREAD) to.write(asPart(jpeg));
			});
			this.#hasAnswered = true;
			this.#watchStall();
			for await (const chunk of response as AsyncIterable<Buffer>) splitter.push(chunk);
			this.#end("the camera has ended the stream");
		} catch (error) {
			this.#end(redactUrl(errorMessage(error)));
		}
	}

	#take(fragment: Fragment): void {
		const now = this.#clock.monotonic();
		if (this.#lastAt !== undefined) this.#gapMs = now - this.#lastAt;
		this.#lastAt = now;
		this.#proven = this.#using;
		this.#pictures++;
		this.#watchStall();
		this.#failures = 0;
		this.#reason = undefined;
		const isLossy = this.#lossesBefore + this.#losses > 0;
		this.#lossesBefore = this.#losses;
		this.#losses = 0;
		this.#on.fragment(isLossy ? { ...fragment, isLossy } : fragment, this.#clock.now());
	}

	get #losesPackets(): boolean {
		return this.#source.type === "rtsp" && ["udp", "multicast"].includes(this.#transportInUse);
	}

	get #patienceMs(): number {
		const slowest = this.#hasAnswered ? SLOWEST_MS : 0;
		return Math.max(this.#slowMs, Math.min(SLOWEST_MS, this.#gapMs === undefined ? slowest : 3 * this.#gapMs));
	}

	#watchStall(): void {
		this.#stall?.cancel();
		const ms = this.#isWide && this.#pictures === 0 ? WIDE_MS : this.#patienceMs;
		this.#stall = this.#clock.after("capture.stall", ms, () => this.#end(`no picture for ${ms / 1000} s`));
	}

	/** Ends the process now in use: first politely, then not. */
	#end(why: string): void {
		this.#stall?.cancel();
		const child = this.#child;
		if (!child) return;
		this.#endedFor ??= why;
		this.#keepLines(why);
		this.#abort.abort();
		child.stdin?.destroy(); // it ends at once, also where it waits for a picture
		child.kill("SIGTERM");
		const kill = this.#clock.after("capture.kill", KILL_AFTER_MS, () => child.kill("SIGKILL"));
		child.once("close", () => kill.cancel());
	}

	/** `isKilled`: by somebody else, which says nothing of the camera. */
	#afterEnd(child: ChildProcess, why: string, isKilled = false): void {
		if (this.#child !== child) return;
		this.#child = undefined;
		this.#stall?.cancel();
		this.#abort.abort();
		if (this.#stopped) return;
		this.#failures++;
		this.#restarts++;
		// a way of sending that has never given a picture may not be the camera's
		const joinedBetween = this.#lines.some((line) => JOINED_BETWEEN.test(line));
		if (this.#pictures === 0 && joinedBetween) this.#isWide = true;
		else if (this.#pictures === 0 && this.#using === this.#untried && !isKilled)
			this.#untried = BEFORE_TRANSPORT.includes(reasonIn(this.#lines)) ? 0 : (this.#using + 1) % TRANSPORTS.length;
		this.#say(this.#endedFor ?? why);
		this.#retry = this.#clock.after("capture.retry", retryDelayMs(RETRY, this.#failures, this.#random), () =>
			this.#run(),
		);
	}

	/** A reason is said once in words, and again when it is another. */
	#say(ended: string): void {
		const reason = reasonIn(this.#lines);
		if (reason === this.#reason) return;
		this.#reason = reason;
		this.#log.warn(
			{ reason, ended, restarts: this.#restarts, lines: this.#lines.slice(-3) },
			"LK0401 no picture, trying again",
		);
	}

	#keepLines(text: string): void {
		if (LOST.test(text)) this.#losses++;
		for (const line of text.split(/[\r\n]+/)) {
			// ffmpeg's pointers differ at each start, and say nothing
			if (line.trim() !== "") this.#lines.push(redactUrl(line.trim().replace(/ @ 0x[0-9a-f]+/g, "")).slice(0, 300));
		}
		this.#lines = this.#lines.slice(-KEPT_LINES);
	}
}

/**
 * The stream is copied, so its parameters from the SDP are enough: guessing the frame rate would cost two seconds at
 * every start. What was read meanwhile is kept (no `nobuffer`): many cameras begin with a keyframe, and the next may be
 * a minute away.
 */
const QUICK = { analyzeduration: "100000", probesize: "100000", fpsprobesize: "0" };
/** Up to a minute, until a keyframe has brought the parameters along. */
const WIDE = { analyzeduration: "60000000", probesize: "50000000" };
/** Pictures of an HTTP camera that wait for the program that packs them, bytes. */
const MOST_UNREAD = 8 << 20;
const PROTOCOLS = "pipe,file,rtsp,rtsps,rtp,srtp,tcp,udp,tls,http,https,httpproxy,crypto";
// one picture per fragment, written at once: a keyframe is whole here one frame after the camera sent it. Pictures
// before the first keyframe come too: they show that the camera sends, however far its keyframes are apart
const OUTPUT = [
	"-an",
	"-dn",
	"-c:v",
	"copy",
	"-copyinkf",
	"-f",
	"mp4",
	"-movflags",
	"frag_every_frame+empty_moov+default_base_moof",
	"-flush_packets",
	"1",
	"pipe:1",
];

/**
 * What ffmpeg is to read. Its arguments can be seen by everybody on the machine, and a camera's address holds its
 * password: it goes through standard input, as a list of one entry.
 */
function inputOf(source: StreamSource, transport: string, isWide: boolean): { options: string[]; list: string } {
	switch (source.type) {
		case "rtsp": {
			const probe = isWide ? WIDE : QUICK;
			return listed(source.url, {
				rtsp_transport: transport === "multicast" ? "udp_multicast" : transport,
				timeout: "10000000",
				...probe,
			});
		}
		case "mjpeg": // comes through our own client, which knows how cameras log people in
			return { options: ["-use_wallclock_as_timestamps", "1", "-f", "mpjpeg", "-i", "pipe:0"], list: "" };
		case "file":
			return { options: ["-re", "-stream_loop", "-1", "-i", source.path], list: "" };
	}
}

function listed(url: string, options: Record<string, string>): { options: string[]; list: string } {
	// a line break would begin another entry of the list
	const quoted = `'${url.replace(/[\r\n]/g, "").replaceAll("'", "'\\''")}'`;
	const list = [
		"ffconcat version 1.0",
		`file ${quoted}`,
		...Object.entries(options).map(([key, value]) => `option ${key} ${value}`),
		"",
	];
	const quick = ["-analyzeduration", "0", "-probesize", "32", "-fpsprobesize", "0"];
	return {
		options: ["-f", "concat", "-safe", "0", "-protocol_whitelist", PROTOCOLS, ...quick, "-i", "pipe:0"],
		list: list.join("\n"),
	};
}
