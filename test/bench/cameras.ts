import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemClock } from "../../gateway/base/clock.ts";
import { portOf } from "../../gateway/sim/rtsp.ts";
import { freePort, REAL_TIME, startGateway } from "../harness/harness.ts";
import { login } from "../harness/log-in.ts";
import { cpuSeconds, median, pssMiB, round, sleep } from "./proc.ts";

const PAIRS = 3;
const WARM_S = 15;
const WINDOW_S = 30;

/**
 * What the cameras show: a test picture of many colours, in which spots look like flames, or one in which nothing does.
 */
const PICTURES = { busy: "", quiet: ",hue=s=0,eq=contrast=0.6" };
/** Two seconds between keyframes, B-pictures as encoders make them where nobody says otherwise. */
export const H264 =
	"-c:v libx264 -preset superfast -g 30 -keyint_min 30 -sc_threshold 0 -b:v 4M -maxrate 4M -bufsize 8M";
const H265 = "-c:v libx265 -preset ultrafast -x265-params keyint=30:min-keyint=30:scenecut=0:log-level=none -b:v 3M";

interface Row {
	picture: keyof typeof PICTURES;
	/** Codec of each camera. */
	codecs: ("h264" | "h265")[];
}

/**
 * CPU of the gateway with 1080p15 cameras, one analysed frame each per 5 s, beside as many ffmpeg that always decode to
 * 5 fps.
 */
export async function cameras() {
	const mixed: Row["codecs"] = ["h264", "h265", "h264", "h265", "h264", "h265", "h264", "h265"];
	return {
		four: await row({ picture: "busy", codecs: ["h264", "h264", "h264", "h264"] }, PAIRS),
		fourQuiet: await row({ picture: "quiet", codecs: ["h264", "h264", "h264", "h264"] }, PAIRS),
		eightMixed: await row({ picture: "quiet", codecs: mixed }, 2),
	};
}

async function row({ picture, codecs }: Row, pairs: number) {
	const folder = mkdtempSync(join(tmpdir(), "lookout-cameras-"));
	const videos = { h264: join(folder, "camera.h264.mp4"), h265: join(folder, "camera.h265.mp4") };
	for (const codec of new Set(codecs)) encode(videos[codec], picture, codec === "h264" ? H264 : H265);
	const names = codecs.map((_, i) => `c${i}`);
	const { server, urls } = await serveVideos(names.map((c, i) => [c, videos[codecs[i] ?? "h264"]]));
	const runs: (Ours & { decoding: number })[] = [];
	try {
		for (let pair = 0; pair < pairs; pair++) {
			const [us, them] = [() => ours(folder, videos[codecs[0] ?? "h264"], urls), () => theirs(urls)];
			if (pair % 2 === 0) runs.push({ ...(await us()), decoding: await them() });
			else runs.push({ decoding: await them(), ...(await us()) });
		}
	} finally {
		server.kill("SIGKILL");
		rmSync(folder, { recursive: true, force: true });
	}
	if (runs.some((r) => r.decoding === 0 || r.frames === 0)) throw new Error("the cameras were not served: no figure");
	if (runs.some((r) => r.learning > 0))
		throw new Error("some cameras were learning: the smoke network did not run, and the figure would be too good");
	return {
		ratio: round(median(runs.map((r) => r.gateway / r.decoding)), 2),
		gatewayPercent: round(median(runs.map((r) => r.gateway))),
		alwaysDecodingPercent: round(median(runs.map((r) => r.decoding))),
		pssMiB: round(median(runs.map((r) => r.pssMiB)), 0),
		framesScoredPerCameraAnd5s: round(median(runs.map((r) => r.frames)) / codecs.length / (WINDOW_S / 5), 2),
		candidates: median(runs.map((r) => r.candidates)),
		ratios: runs.map((r) => round(r.gateway / r.decoding, 2)),
	};
}

/** An RTSP server with a stream of each name that plays a video again and again. */
export async function serveVideos(
	videos: [name: string, file: string][],
): Promise<{ server: ChildProcess; urls: string[] }> {
	const program = join(import.meta.dirname, "../harness/rtsp_files.py");
	const server = spawn("/usr/bin/python3", [program, ...videos.map((v) => v.join(":"))], {
		stdio: ["ignore", "pipe", "ignore"],
	});
	const port = await portOf(server, new SystemClock());
	return { server, urls: videos.map(([name]) => `rtsp://127.0.0.1:${port}/${name}`) };
}

export function encode(file: string, picture: Row["picture"], codec: string): void {
	const source = `testsrc2=s=1920x1080:r=15:d=${WARM_S + WINDOW_S + 30},noise=alls=12:allf=t${PICTURES[picture]}`;
	const args = [
		"-hide_banner",
		"-loglevel",
		"error",
		"-f",
		"lavfi",
		"-i",
		source,
		"-pix_fmt",
		"yuv420p",
		...codec.split(" "),
		"-tag:v",
		"TAG",
		file,
	];
	execFileSync(
		"ffmpeg",
		args.map((a) => (a === "TAG" ? (codec.includes("265") ? "hvc1" : "avc1") : a)),
	);
}

interface Ours {
	/** Share of one core, percent. */
	gateway: number;
	pssMiB: number;
	frames: number;
	candidates: number;
	learning: number;
}

async function ours(folder: string, video: string, urls: string[]): Promise<Ours> {
	const data = join(folder, "var");
	rmSync(data, { recursive: true, force: true });
	const ids = urls.map((_, i) => `c${i}`);
	for (const id of ids) past(join(data, "past", `${id}.fixed`), video);
	const file = join(folder, "lookout.yaml");
	const place = { lat: 29, lon: 108, heightM: 500, azimuthDeg: 0, fovDeg: 60, periodS: 5 };
	writeFileSync(
		file,
		JSON.stringify({
			tower: { id: "bench", name: "bench", lat: 29, lon: 108 },
			broker: { port: await freePort() },
			console: { port: 0 },
			log: { level: "error" },
			cameras: ids.map((id, i) => ({ id, name: id, source: { type: "rtsp", url: urls[i] }, ...place })),
		}),
	);
	const gateway = await startGateway(file, REAL_TIME);
	const pid = gateway.child.pid ?? 0;
	const cookie = await login(gateway.consoleUrl, "duty", gateway.password ?? "");
	const asked = async (path: string) => (await fetch(`${gateway.consoleUrl}${path}`, { headers: { cookie } })).json();
	const scored = async () => Number(((await asked("/api/health")) as { framesScored: number }).framesScored);
	await sleep(WARM_S * 1000);
	const [cpu, frames] = [cpuSeconds(pid), await scored()];
	const started = performance.now();
	await sleep(WINDOW_S * 1000);
	const share = ((cpuSeconds(pid) - cpu) / ((performance.now() - started) / 1000)) * 100;
	const state = (await asked("/api/state")) as { cameras: { learning: boolean }[]; candidates: unknown[] };
	const result = {
		gateway: share,
		pssMiB: pssMiB(pid),
		frames: (await scored()) - frames,
		candidates: state.candidates.length,
		learning: state.cameras.filter((c) => c.learning).length,
	};
	await gateway.stop();
	return result;
}

async function theirs(urls: string[]): Promise<number> {
	const children = urls.map((url) =>
		spawn(
			"ffmpeg",
			[
				"-hide_banner",
				"-loglevel",
				"error",
				"-nostdin",
				"-rtsp_transport",
				"tcp",
				"-i",
				url,
				"-vf",
				"fps=5,scale=640:360",
				"-f",
				"null",
				"-",
			],
			{ stdio: "ignore" },
		),
	);
	const total = () => children.reduce((sum, c) => sum + cpuSeconds(c.pid ?? 0), 0);
	await sleep(WARM_S * 1000);
	const cpu = total();
	const started = performance.now();
	await sleep(WINDOW_S * 1000);
	const share = ((total() - cpu) / ((performance.now() - started) / 1000)) * 100;
	for (const c of children) c.kill("SIGKILL");
	return share;
}

/**
 * Half an hour of past made of the video's own frames, at half the analysed size: every analysed frame goes through the
 * network.
 */
export function past(folder: string, video: string): void {
	mkdirSync(folder, { recursive: true });
	const halves = ["-vf", "fps=1,scale=480:272:flags=area", "-frames:v", "31", "-q:v", "2"];
	execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", "-i", video, ...halves, join(folder, "f%d.jpg")]);
	const now = Math.floor(Date.now() / 60_000);
	for (const [i, name] of readdirSync(folder).entries())
		renameSync(join(folder, name), join(folder, `${now - 1 - i}.jpg`));
}
