import { execFileSync, spawn } from "node:child_process";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../test/harness/harness.ts";
import { ManualClock, SystemClock } from "../../base/clock.ts";
import { SeededRandom } from "../../base/random.ts";
import { createLog } from "../../ops/log/log.ts";
import { BlindWatch, imageStats } from "./blind.ts";
import { PictureDecoder } from "./decoder.ts";
import { EvidenceRing, enforceBudget } from "./evidence.ts";
import { type Fragment, FragmentReader } from "./fragments.ts";
import { readFootage, StillCapture } from "./stills.ts";
import { StreamCapture } from "./stream.ts";

const log = createLog("silent");
const clock = new SystemClock();

describe("capture with the real ffmpeg", () => {
	let folder: string;
	let video: string;
	let header: Buffer;
	const fragments: Fragment[] = [];

	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), "lookout-capture-"));
		video = join(folder, "video.mp4");
		const fragmented = join(folder, "fragmented.mp4");
		const ffmpeg = (args: string[]) => execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", ...args]);
		ffmpeg([
			"-f",
			"lavfi",
			"-i",
			"testsrc2=s=640x360:r=10:d=4,noise=alls=10:allf=t",
			"-c:v",
			"libx264",
			"-g",
			"10",
			"-keyint_min",
			"10",
			"-sc_threshold",
			"0",
			"-bf",
			"0",
			"-pix_fmt",
			"yuv420p",
			video,
		]);
		ffmpeg(["-i", video, "-c", "copy", "-movflags", "frag_every_frame+empty_moov+default_base_moof", fragmented]);
		const reader = new FragmentReader(
			(h) => {
				header = h;
			},
			(f) => fragments.push(f),
		);
		// byte by byte at the beginning, then in odd pieces: cuts may fall anywhere
		const bytes = readFileSync(fragmented);
		for (let i = 0; i < 2000; i++) reader.push(bytes.subarray(i, i + 1));
		for (let i = 2000; i < bytes.length; i += 7919) reader.push(bytes.subarray(i, i + 7919));
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	it("cuts a stream into single pictures and knows the keyframes", () => {
		expect(fragments).toHaveLength(40);
		expect(fragments.flatMap((f, i) => (f.key ? [i] : []))).toEqual([0, 10, 20, 30]);
	});

	it("says so when bytes are no stream", () => {
		const reader = () => new FragmentReader(String, String);
		expect(() => reader().push(Buffer.from("HTTP/1.1 404"))).toThrow(/LK0401/);
		expect(() => reader().push(Buffer.alloc(16))).toThrow(/LK0401/);
	});

	it("reads a file as a stream, restarts after it is lost, and keeps the last lines without the password", async () => {
		const keys: number[] = [];
		const manual = new ManualClock();
		const stream = new StreamCapture(
			{ type: "file", path: video },
			{ header: () => {}, fragment: (f, at) => f.key && keys.push(at) },
			{ clock, random: new SeededRandom(1), log },
		);
		await stream.start();
		await until(() => keys.length >= 3, 20_000, "three keyframes");
		await stream.stop();
		await stream.stop();
		expect(keys.length).toBeGreaterThanOrEqual(3);

		const lost = new StreamCapture(
			{ type: "rtsp", url: "rtsp://admin:hunter22@127.0.0.1:1/live" },
			{ header: () => {}, fragment: () => {} },
			{ clock: manual, random: new SeededRandom(1), log },
		);
		await lost.start();
		await until(() => lost.health.restarts === 1, 20_000, "the first end");
		expect(manual.waiting()).toEqual(["capture.retry"]);
		manual.advance(2000);
		await until(() => lost.health.restarts === 2, 20_000, "the second end");
		await lost.stop();
		expect(lost.health.lastLines.join(" ")).toMatch(/refused/i);
		expect(lost.health.lastLines.join(" ")).not.toContain("hunter22");
	});

	it("keeps the video from before the decisive frame for an incident, and forgets the rest", async () => {
		const manual = new ManualClock(1_000_000_000);
		const options = { folder: join(folder, "evidence"), preMs: 30_000, postMs: 0, budgetBytes: 1 << 20 };
		const ring = new EvidenceRing("cam", options, manual, log);
		await ring.start();
		ring.header(header);
		for (let second = 0; second < 120; second++) {
			ring.add(fragments[(second % 4) * 10] as Fragment, manual.now());
			if (second === 100) ring.keep("FF-1", manual.now() - 30_000, manual.now() + 5_000);
			manual.advance(1000);
		}
		await ring.stop();
		const kept = readdirSync(join(options.folder, "incidents/FF-1")).sort();
		expect(kept.length).toBeGreaterThanOrEqual(4);
		expect(kept.length).toBeLessThanOrEqual(6);
		expect(readdirSync(join(options.folder, "ring/cam")).length).toBeLessThan(8);
		const playable = execFileSync(
			"ffmpeg",
			["-hide_banner", "-i", join(options.folder, "incidents/FF-1", kept[0] ?? ""), "-f", "null", "-"],
			{
				stdio: "pipe",
			},
		);
		expect(playable.length).toBe(0);
		writeFileSync(join(options.folder, "incidents/FF-1/large.bin"), Buffer.alloc(2 << 20));
		expect(await enforceBudget(options)).toBeLessThanOrEqual(1 << 20);
		// what people send takes a quarter at most, and pushes out nothing that a camera has seen
		mkdirSync(join(options.folder, "pictures"), { recursive: true });
		writeFileSync(join(options.folder, "pictures/seen-cam.jpg"), Buffer.alloc(64 << 10));
		for (let n = 0; n < 10; n++)
			writeFileSync(join(options.folder, `pictures/report-${n}.jpg`), Buffer.alloc(100 << 10));
		await enforceBudget(options);
		const pictures = readdirSync(join(options.folder, "pictures"));
		expect(pictures).toContain("seen-cam.jpg");
		expect(pictures.filter((name) => name.startsWith("report-"))).toHaveLength(2);
		expect(existsSync(options.folder) && statSync(options.folder).isDirectory()).toBe(true);
	});

	it("asks an HTTP camera with the credentials of its URL, and hides them in what it reports", async () => {
		const asked: (string | undefined)[] = [];
		const jpeg = execFileSync("ffmpeg", ["-loglevel", "error", "-i", video, "-frames:v", "1", "-f", "mjpeg", "pipe:1"]);
		const server = createServer((request, response) => {
			asked.push(request.headers.authorization);
			if (asked.length === 1) response.writeHead(500).end();
			else if (request.headers.authorization === undefined)
				response.writeHead(401, { "www-authenticate": 'Basic realm="cam"' }).end();
			else response.end(jpeg);
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const url = `http://admin:hunter22@127.0.0.1:${(server.address() as { port: number }).port}/snap.jpg`;
		const got = new Promise<Buffer>((resolve) => {
			const onPicture = (bytes: Buffer) => {
				expect(still.health.restarts).toBe(1);
				expect(still.health.lastLines.join("")).toContain("500");
				void still.stop();
				resolve(bytes);
			};
			const still = new StillCapture({ type: "snapshot", url }, onPicture, { periodMs: 50, clock, log });
			void still.start();
		});
		expect((await got).equals(jpeg)).toBe(true);
		expect(asked).toHaveLength(3);
		expect(asked[2]).toBe(`Basic ${Buffer.from("admin:hunter22").toString("base64")}`);
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});

	it("reads motion JPEG over HTTP the same way: every picture is a keyframe", async () => {
		const source = spawn(
			"ffmpeg",
			[
				"-hide_banner",
				"-loglevel",
				"error",
				"-re",
				"-f",
				"lavfi",
				"-i",
				"testsrc2=s=320x180:r=5",
				"-f",
				"mpjpeg",
				"-boundary_tag",
				"ffserver",
				"pipe:1",
			],
			{
				stdio: ["ignore", "pipe", "ignore"],
			},
		);
		const server = createServer((_request, response) => {
			response.writeHead(200, { "content-type": "multipart/x-mixed-replace;boundary=ffserver" });
			source.stdout.pipe(response);
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		let head: Buffer = Buffer.alloc(0);
		const pictures: Fragment[] = [];
		const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
		const on = {
			header: (h: Buffer) => {
				head = h;
			},
			fragment: (f: Fragment) => void pictures.push(f),
		};
		const stream = new StreamCapture({ type: "mjpeg", url }, on, { clock, random: new SeededRandom(1), log });
		await stream.start();
		await until(() => pictures.length >= 5, 20_000, "five pictures");
		await stream.stop();
		source.kill("SIGKILL");
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
		expect(pictures.every((p) => p.key)).toBe(true);
		const decoder = new PictureDecoder({ widest: () => 640 }, clock);
		const picture = { header: head, bytes: pictures[2]?.bytes ?? Buffer.alloc(0), format: "mp4" as const };
		expect(await decoder.decode(picture)).toMatchObject({ width: 320, height: 192 }); // as it is, never enlarged
		await decoder.stop();
	});

	it("a camera of one picture in half a minute is waited for, and one of many a second that falls silent is not", async () => {
		const jpeg = execFileSync("ffmpeg", [
			"-loglevel",
			"error",
			"-f",
			"lavfi",
			"-i",
			"testsrc2=s=320x180",
			"-frames:v",
			"1",
			"-f",
			"mjpeg",
			"-",
		]);
		let answer: ServerResponse | undefined;
		const server = createServer((_request, response) => {
			response.writeHead(200, { "content-type": "multipart/x-mixed-replace;boundary=x" });
			answer = response;
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const manual = new ManualClock();
		const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
		let pictures = 0;
		const events = { header: () => {}, fragment: () => void pictures++ };
		const stream = new StreamCapture({ type: "mjpeg", url }, events, {
			clock: manual,
			random: new SeededRandom(1),
			log,
		});
		await stream.start();
		await until(() => answer !== undefined, 10_000, "the camera to be asked");
		const sendAfter = (ms: number) => {
			manual.advance(ms);
			answer?.write(`--x\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
			answer?.write(jpeg);
			answer?.write("\r\n");
		};
		const taken = (count: number) => until(() => pictures === count, 10_000, `${count} pictures`);
		sendAfter(0);
		sendAfter(0); // a picture is whole when the next has begun
		await taken(1);
		for (let count = 2; count < 5; count++) {
			sendAfter(30_000);
			await taken(count);
		}
		expect(stream.health.restarts).toBe(0);
		for (let count = 5; count < 8; count++) {
			sendAfter(200);
			await taken(count);
		}
		manual.advance(13_000);
		await until(() => stream.health.restarts === 1, 10_000, "the silent camera to be asked again");
		expect(stream.health.reason).toBe("stalled");
		await stream.stop();
		server.closeAllConnections();
		server.close();
	});

	it("reads footage, and names the entry that is wrong", () => {
		writeFileSync(
			join(folder, "sequence.json"),
			JSON.stringify({
				name: "s",
				frames: [
					{ file: "a.jpg", time: "2020-01-01T00:00:00Z" },
					{ file: "b.jpg", time: "yesterday" },
				],
			}),
		);
		expect(() => readFootage(folder)).toThrow(/LK0405 .*frames\[1\]\.time "yesterday"/);
		expect(() => readFootage(join(folder, "nowhere"))).toThrow(/LK0405/);
	});
});

describe("blindness", () => {
	const random = new SeededRandom(3);
	/** A picture of the given brightness and contrast, with sensor noise unless frozen. */
	const picture = (mean: number, contrast: number, noise = 4) => {
		const [width, height] = [160, 96];
		const rgb = new Uint8Array(width * height * 3);
		for (let i = 0; i < width * height; i++) {
			const v = mean + contrast * (((i >> 2) % 7) / 3 - 1) + (random.next() - 0.5) * noise;
			rgb.fill(Math.max(0, Math.min(255, v)), i * 3, i * 3 + 3);
		}
		return imageStats({ rgb, width, height });
	};
	const play = (observations: ReturnType<typeof picture>[], watch = new BlindWatch()) => {
		observations.forEach((l, i) => {
			watch.observe(l, i * 1000);
		});
		return watch;
	};
	const good = () => Array.from({ length: 12 }, () => picture(110, 50));

	it("a good picture is seen", () => {
		expect(play(good()).reason).toBeUndefined();
	});

	it.each([
		["black", () => picture(4, 1)],
		["washedOut", () => picture(252, 2)],
		["fogged", () => picture(150, 3, 3)],
	] as const)("%s after three pictures, since the first of them", (reason, bad) => {
		const watch = play(good());
		for (let i = 0; i < 2; i++) watch.observe(bad(), 100_000 + i * 1000);
		expect(watch.reason).toBeUndefined();
		watch.observe(bad(), 102_000);
		expect([watch.reason, watch.since]).toEqual([reason, 100_000]);
		for (let i = 0; i < 3; i++) watch.observe(picture(110, 50), 110_000 + i * 1000);
		expect(watch.reason).toBeUndefined();
	});

	it("identical pictures are a frozen camera, noise is life", () => {
		const frozen = picture(110, 50);
		expect(play([...good(), frozen, frozen, frozen, frozen]).reason).toBe("identical");
	});

	it("stale counts at once, and takes three good pictures to be over", () => {
		const watch = play(good());
		watch.stale(50_000);
		expect([watch.reason, watch.since]).toEqual(["stale", 50_000]);
		watch.observe(picture(110, 50), 60_000);
		expect(watch.reason).toBe("stale");
		watch.observe(picture(110, 50), 61_000);
		watch.observe(picture(110, 50), 62_000);
		expect(watch.reason).toBeUndefined();
	});
});
