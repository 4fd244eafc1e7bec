import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Clock, ManualClock, SystemClock } from "../../gateway/base/clock.ts";
import { portOf } from "../../gateway/sim/rtsp.ts";
import { PictureDecoder } from "../../gateway/watch/capture/decoder.ts";
import type { StreamCapture, StreamSource } from "../../gateway/watch/capture/stream.ts";
import { canNamespace, ffmpegs, fragmentsOf, readArguments, Seen } from "../harness/captures.ts";
import { freePort, until } from "../harness/harness.ts";

/**
 * Servers that nobody here wrote, as cameras are: GStreamer's RTSP server and motion, both from Debian, and
 * rtsp-streaming-server from npm.
 */

const clock = new SystemClock();
let folder: string;
let video: string;
const children: ChildProcess[] = [];
const captures: StreamCapture[] = [];
const proxies: Server[] = [];

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "lookout-cameras-"));
	video = join(folder, "camera.h264.mp4");
	const encoder = [
		"-c:v",
		"libx264",
		"-preset",
		"ultrafast",
		"-pix_fmt",
		"yuv420p",
		"-g",
		"10",
		"-keyint_min",
		"10",
		"-sc_threshold",
		"0",
	];
	execFileSync("ffmpeg", [
		"-loglevel",
		"error",
		"-f",
		"lavfi",
		"-i",
		"testsrc2=s=640x360:r=10:d=120",
		...encoder,
		video,
	]);
});
afterEach(async () => {
	await Promise.all(captures.splice(0).map((c) => c.stop()));
	for (const child of children.splice(0)) child.kill("SIGKILL");
	for (const proxy of proxies.splice(0)) proxy.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function rtspServer(options: string[] = [], file = video): Promise<number> {
	const program = join(import.meta.dirname, "../harness/rtsp_files.py");
	const child = spawn("/usr/bin/python3", [program, ...options, `cam:${file}`], {
		stdio: ["ignore", "pipe", "ignore"],
	});
	children.push(child);
	return portOf(child, clock);
}

/**
 * The same server, whose SDP says nothing of the stream's parameters: a name of the same length that nobody knows
 * stands there.
 */
async function withoutParameters(port: number): Promise<number> {
	const proxy = createServer((client) => {
		const server = connect(port, "127.0.0.1");
		client.pipe(server).on("error", () => client.destroy());
		server.on("data", (bytes) =>
			client.write(
				Buffer.from(bytes.toString("latin1").replace("sprop-parameter-sets", "sprop-parameter-gone"), "latin1"),
			),
		);
		server.on("close", () => client.destroy());
		client.on("error", () => {}).on("close", () => server.destroy());
	});
	proxies.push(proxy);
	await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
	return (proxy.address() as AddressInfo).port;
}

async function watch(source: StreamSource, by: Clock = clock): Promise<Seen> {
	const seen = new Seen(source, by);
	captures.push(seen.capture);
	await seen.capture.start();
	return seen;
}

describe("cameras as they are", () => {
	it("RTSP over UDP alone: what works is found, and taken at once the next time", async () => {
		const port = await rtspServer(["--udp"]);
		const { capture, keys } = await watch({ type: "rtsp", url: `rtsp://127.0.0.1:${port}/cam` });
		await until(
			() => keys.length >= 2,
			20_000,
			() => `pictures over UDP; it says ${capture.health.lastLines.join(" | ")}`,
		);
		const restarts = capture.health.restarts;
		expect(restarts).toBe(1); // TCP was tried first
		process.kill(ffmpegs().at(-1) as number, "SIGKILL");
		// a keyframe that was on its way comes all the same
		await until(() => capture.health.restarts > restarts, 20_000, "the break to be noticed");
		const before = keys.length;
		await until(() => keys.length > before + 1, 20_000, "pictures after the break");
		expect(capture.health.restarts).toBe(restarts + 1);
		expect(capture.health.reason).toBeUndefined();
	}, 60_000);

	it.skipIf(!canNamespace())(
		"multicast alone is found too (skipped where no network namespaces can be made)",
		async () => {
			// the server's own sockets stand on the ports of the group: a camera is another host
			const [camera, tower] = [`lookout-camera-${process.pid}`, `lookout-tower-${process.pid}`];
			const ip = (text: string) => execFileSync("ip", text.split(" "));
			try {
				for (const name of [camera, tower]) ip(`netns add ${name}`);
				ip(`link add eth0 netns ${camera} type veth peer name eth0 netns ${tower}`);
				for (const [name, address] of [
					[camera, "10.77.0.1"],
					[tower, "10.77.0.2"],
				]) {
					ip(`-n ${name} link set lo up`);
					ip(`-n ${name} addr add ${address}/24 dev eth0`);
					ip(`-n ${name} link set eth0 up`);
					ip(`-n ${name} route add default dev eth0`);
				}
				const program = join(import.meta.dirname, "../harness/rtsp_files.py");
				const asked = ["/usr/bin/python3", program, "--multicast", "--address", "10.77.0.1", "cam:live/10"];
				const server = spawn("ip", ["netns", "exec", camera, ...asked], { stdio: ["ignore", "pipe", "ignore"] });
				const url = `rtsp://10.77.0.1:${await portOf(server, clock)}/cam`;
				const watcher = [
					"netns",
					"exec",
					tower,
					process.execPath,
					join(import.meta.dirname, "../harness/watch-camera.ts"),
					url,
				];
				const watching = spawn("ip", watcher, { stdio: ["ignore", "pipe", "pipe"] });
				const said: string[] = [];
				for (const stream of [watching.stdout, watching.stderr]) stream.on("data", (text) => said.push(String(text)));
				await until(
					() => /key\nkey/.test(said.join("")),
					30_000,
					() => `pictures over multicast; it says ${said.join("")}`,
				);
				const ended = new Promise((resolve) => watching.once("close", resolve));
				watching.kill("SIGTERM");
				await ended;
				server.kill("SIGKILL");
			} finally {
				for (const name of [camera, tower]) spawnSync("ip", ["netns", "del", name]);
			}
		},
		60_000,
	);

	it.skipIf(!canNamespace())(
		"rtsp-streaming-server, which offers UDP alone, gives pictures (skipped where no network namespaces can be made)",
		async () => {
			// it listens on every address of its machine, which is therefore one of its own
			const camera = `lookout-streaming-${process.pid}`;
			const within = (...command: string[]) => {
				const child = spawn("ip", ["netns", "exec", camera, ...command], { stdio: ["ignore", "pipe", "pipe"] });
				children.push(child);
				const said: string[] = [];
				for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => said.push(String(text)));
				return () => said.join("");
			};
			execFileSync("ip", ["netns", "add", camera]);
			try {
				execFileSync("ip", ["-n", camera, "link", "set", "lo", "up"]);
				const server = within(process.execPath, join(import.meta.dirname, "../harness/rtsp-streaming.cjs"));
				await until(() => server().includes("up"), 10_000, server);
				const publish = [
					"-re",
					"-stream_loop",
					"-1",
					"-i",
					video,
					"-c",
					"copy",
					"-f",
					"rtsp",
					"-rtsp_transport",
					"udp",
				];
				const publisher = within("ffmpeg", "-loglevel", "error", ...publish, "rtsp://127.0.0.1:15554/cam");
				const watcher = within(
					process.execPath,
					join(import.meta.dirname, "../harness/watch-camera.ts"),
					"rtsp://127.0.0.1:16554/cam",
				);
				await until(
					() => /key\nkey/.test(watcher()),
					40_000,
					() => `pictures; the camera says ${server()}${publisher()}, the tower ${watcher()}`,
				);
			} finally {
				for (const child of children) child.kill("SIGTERM");
				await until(() => spawnSync("ip", ["netns", "pids", camera]).stdout.length === 0, 10_000, "all to have ended");
				spawnSync("ip", ["netns", "del", camera]);
			}
		},
		90_000,
	);

	it("a camera that is away for a while, and breaks off meanwhile, is seen again at once when it is back", async () => {
		const port = await rtspServer();
		const gate = { isOpen: true };
		const proxy = createServer((client) => {
			client.on("error", () => {});
			if (!gate.isOpen) return void client.destroy();
			const server = connect(port, "127.0.0.1").on("error", () => client.destroy());
			client.pipe(server).pipe(client);
			client.once("close", () => server.destroy());
			open.add(client.once("close", () => open.delete(client)));
		});
		const open = new Set<Socket>();
		proxies.push(proxy);
		await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
		const fastClock = new ManualClock();
		const { capture, keys } = await watch(
			{ type: "rtsp", url: `rtsp://127.0.0.1:${(proxy.address() as AddressInfo).port}/cam` },
			fastClock,
		);
		await until(() => keys.length >= 1, 20_000, "the first picture");
		gate.isOpen = false;
		for (const client of open) client.destroy();
		const again = () => {
			if (!capture.health.running) fastClock.advance(7_000);
			return capture.health.restarts;
		};
		await until(() => again() >= 9, 60_000, "nine failures");
		gate.isOpen = true;
		const before = keys.length;
		const restarts = capture.health.restarts;
		await until(() => again() > 0 && keys.length > before, 30_000, "pictures again");
		expect(capture.health.restarts).toBeLessThanOrEqual(restarts + 2);
	}, 120_000);

	it("RTSP inside HTTP", async () => {
		const { keys, capture } = await watch({
			type: "rtsp",
			transport: "http",
			url: `rtsp://127.0.0.1:${await rtspServer()}/cam`,
		});
		await until(
			() => keys.length >= 2,
			20_000,
			() => `pictures; it says ${capture.health.lastLines.join(" | ")}`,
		);
	}, 30_000);

	it("packets that are lost on the way: a picture that lacks some is known, and every other is as it was sent", async () => {
		const port = await rtspServer(["--udp", "--loss", "0.01"]);
		const seen = await watch({ type: "rtsp", transport: "udp", url: `rtsp://127.0.0.1:${port}/cam` });
		const whole = () => seen.keys.filter((k) => !k.isLossy);
		await until(
			() => whole().length >= 8 && whole().length < seen.keys.length,
			60_000,
			"pictures with losses and without",
		);
		await seen.capture.stop();
		const decoder = new PictureDecoder({ widest: () => 640 }, clock);
		const picture = async (header: Buffer, bytes: Buffer) =>
			createHash("sha256")
				.update((await decoder.decode({ format: "mp4", header, bytes })).rgb)
				.digest("hex");
		const sent = new Set<string>();
		const { header, keys } = fragmentsOf(video);
		for (const { bytes } of keys) sent.add(await picture(header, bytes));
		// what a busy machine drops beside is refused by the decoder: nothing that is scored is another picture
		const isRefused = (error: { code?: string }) => (error.code === "LK0402" ? undefined : Promise.reject(error));
		const scored: string[] = [];
		for (const { bytes } of whole()) {
			const hash = await picture(seen.header, bytes).catch(isRefused);
			if (hash !== undefined) scored.push(hash);
		}
		expect(scored.length).toBeGreaterThanOrEqual(5);
		for (const hash of scored) expect(sent).toContain(hash);
		await decoder.stop();
	}, 150_000);

	it("joined between two keyframes that are far apart: its pictures show that it sends, and its keyframe comes when it comes", async () => {
		const port = await rtspServer([], "live/150");
		const first = await watch({ type: "rtsp", url: `rtsp://127.0.0.1:${port}/cam` });
		await until(() => first.keys.length === 1, 20_000, "its first keyframe");
		const fastClock = new ManualClock();
		const second = await watch({ type: "rtsp", url: `rtsp://127.0.0.1:${port}/cam` }, fastClock);
		for (let pictures = 0; second.keys.length === 0; pictures = second.pictures) {
			await until(() => second.pictures > pictures, 10_000, "the next picture");
			fastClock.advance(11_000); // together far more than any silence is allowed to last
		}
		expect(second.pictures).toBeGreaterThan(20);
		expect(second.capture.health.restarts).toBe(0);
	}, 60_000);

	it("joined between two keyframes without its parameters: it is listened to until they come, the next time at once", async () => {
		const port = await withoutParameters(await rtspServer([], "live/50"));
		const first = await watch({ type: "rtsp", url: `rtsp://127.0.0.1:${port}/cam` });
		await until(() => first.keys.length === 1, 10_000, "its first keyframe");
		const { capture, keys } = await watch({ type: "rtsp", url: `rtsp://127.0.0.1:${port}/cam` });
		await until(
			() => keys.length >= 1,
			30_000,
			() => `a keyframe; it says ${capture.health.lastLines.join(" | ")}`,
		);
		const { restarts } = capture.health;
		expect(restarts).toBeGreaterThan(0);
		process.kill(ffmpegs().at(-1) as number, "SIGKILL");
		// a keyframe that was on its way comes all the same
		await until(() => capture.health.restarts > restarts, 30_000, "the break to be noticed");
		const before = keys.length;
		await until(() => keys.length > before, 30_000, "pictures after the break");
		expect(capture.health.restarts).toBe(restarts + 1);
	}, 90_000);

	it("no address with its password stands in the arguments of any process, and a wrong one is said in words", async () => {
		const port = await rtspServer(["--user", "admin:S3cr3t"]);
		const right = await watch({ type: "rtsp", url: `rtsp://admin:S3cr3t@127.0.0.1:${port}/cam` });
		await until(
			() => right.keys.length >= 1,
			20_000,
			() => `a picture; it says ${right.capture.health.lastLines.join(" | ")}`,
		);
		const args = readdirSync("/proc")
			.filter((name) => /^\d+$/.test(name))
			.map((pid) => [pid, readArguments(pid)] as const);
		const showing = args.filter(([, text]) => text.includes("S3cr3t") && !text.includes("rtsp_files.py"));
		expect(showing).toEqual([]);
		const wrong = await watch({ type: "rtsp", url: `rtsp://admin:wrong@127.0.0.1:${port}/cam` });
		await until(() => wrong.capture.health.reason !== undefined, 20_000, "the reason");
		expect(wrong.capture.health.reason).toBe("login");
		expect(wrong.capture.health.lastLines.join(" ")).not.toMatch(/wrong@|0x[0-9a-f]{6}/);
	}, 60_000);

	it("motion: its MJPEG behind Digest is read and decoded, also after a cut", async () => {
		const rtsp = await rtspServer();
		const port = await freePort();
		const config = join(folder, "motion.conf");
		const lines = {
			daemon: "off",
			setup_mode: "off",
			log_level: "4",
			target_dir: folder,
			netcam_url: `rtsp://127.0.0.1:${rtsp}/cam`,
			width: "640",
			height: "360",
			framerate: "5",
			picture_output: "off",
			movie_output: "off",
			emulate_motion: "off",
			webcontrol_port: "0",
			pause: "on",
			stream_port: String(port),
			stream_localhost: "on",
			stream_auth_method: "2",
			stream_authentication: "admin:S3cr3t",
			stream_maxrate: "5",
		};
		writeFileSync(
			config,
			`${Object.entries(lines)
				.map(([key, value]) => `${key} ${value}`)
				.join("\n")}\n`,
		);
		const start = () => children.push(spawn("motion", ["-c", config, "-n"], { stdio: "ignore" }));
		start();
		const seen = await watch({ type: "mjpeg", url: `http://admin:S3cr3t@127.0.0.1:${port}/` });
		await until(
			() => seen.keys.length >= 3,
			40_000,
			() => `motion's pictures; it says ${seen.capture.health.lastLines.join(" | ")}`,
		);
		const decoder = new PictureDecoder({ widest: () => 640 }, clock);
		const picture = { format: "mp4" as const, header: seen.header, bytes: seen.keys[0]?.bytes as Buffer };
		expect((await decoder.decode(picture)).width).toBe(640);
		await decoder.stop();
		children.at(-1)?.kill("SIGKILL");
		await until(() => seen.capture.health.reason === "refused", 20_000, "the cut to be said");
		const before = seen.keys.length;
		start();
		await until(() => seen.keys.length > before, 40_000, "pictures after the cut");
		expect(seen.capture.health.reason).toBeUndefined();
	}, 150_000);
});
