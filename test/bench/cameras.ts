import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemClock } from "../../gateway/base/clock.ts";
import { portOf } from "../../gateway/sim/rtsp.ts";
import { freePort, startGateway } from "../harness/harness.ts";
import { cpuSeconds, median, pssMiB, round, sleep } from "./proc.ts";

const PAIRS = 5;
const WARM_S = 10;
const WINDOW_S = 30;
const CAMERAS = ["a", "b", "c", "d"];

/** CPU of the gateway with four 1080p cameras, beside four ffmpeg that always decode to 5 fps. Shares of one core. */
export async function cameras() {
	const folder = mkdtempSync(join(tmpdir(), "lookout-cameras-"));
	const video = join(folder, "camera.mp4");
	const seconds = String(WARM_S + WINDOW_S + 30);
	execFileSync("ffmpeg", [
		...["-hide_banner", "-loglevel", "error", "-f", "lavfi", "-i", `testsrc2=s=1920x1080:r=15:d=${seconds},noise=alls=12:allf=t`],
		...[
			"-c:v",
			"libx264",
			"-preset",
			"superfast",
			"-pix_fmt",
			"yuv420p",
			"-g",
			"30",
			"-keyint_min",
			"30",
			"-sc_threshold",
			"0",
			"-b:v",
			"4M",
			"-maxrate",
			"4M",
			"-bufsize",
			"8M",
			video,
		],
	]);
	const server = spawn("/usr/bin/python3", [join(import.meta.dirname, "rtsp_files.py"), ...CAMERAS.map((c) => `${c}:${video}`)], {
		stdio: ["ignore", "pipe", "ignore"],
	});
	const port = await portOf(server, new SystemClock());
	const url = (c: string) => `rtsp://127.0.0.1:${port}/${c}`;
	const runs: { gateway: number; decoding: number; pssMiB: number; frames: number }[] = [];
	try {
		for (let pair = 0; pair < PAIRS; pair++) {
			const order = pair % 2 === 0;
			const first = order ? await ours(folder, video, url) : await theirs(url);
			const second = order ? await theirs(url) : await ours(folder, video, url);
			runs.push({ ...first, ...second } as (typeof runs)[number]);
		}
		if (runs.some((r) => r.decoding === 0 || r.frames === 0)) throw new Error("the cameras were not served: no figure");
	} finally {
		server.kill("SIGKILL");
		rmSync(folder, { recursive: true, force: true });
	}
	return {
		gatewayPercent: round(median(runs.map((r) => r.gateway))),
		alwaysDecodingPercent: round(median(runs.map((r) => r.decoding))),
		ratio: round(median(runs.map((r) => r.gateway / r.decoding)), 2),
		pssMiB: round(median(runs.map((r) => r.pssMiB)), 0),
		framesScoredPerCameraAnd5s: round(median(runs.map((r) => r.frames)) / CAMERAS.length / (WINDOW_S / 5), 2),
		pairs: runs.map((r) => ({ gateway: round(r.gateway), decoding: round(r.decoding), pssMiB: round(r.pssMiB, 0), frames: r.frames })),
	};
}

async function ours(folder: string, video: string, url: (c: string) => string): Promise<{ gateway: number; pssMiB: number; frames: number }> {
	const data = join(folder, "var");
	rmSync(data, { recursive: true, force: true });
	for (const camera of CAMERAS) past(join(data, "past", `${camera}.fixed`), video);
	const file = join(folder, "lookout.yaml");
	const place = { lat: 29, lon: 108, heightM: 500, azimuthDeg: 0, fovDeg: 60, periodS: 5 };
	const cameras = CAMERAS.map((id) => ({ id, name: id, source: { type: "rtsp", url: url(id) }, ...place }));
	writeFileSync(
		file,
		JSON.stringify({
			tower: { id: "bench", name: "bench", lat: 29, lon: 108 },
			broker: { port: await freePort() },
			console: { port: 0 },
			log: { level: "error" },
			cameras,
		}),
	);
	const gateway = await startGateway(file);
	const pid = gateway.child.pid ?? 0;
	const { login } = await import("../../gateway/sim/simulation.ts");
	const cookie = await login(gateway.consoleUrl, "duty", gateway.password ?? "");
	const scored = async () =>
		Number(((await (await fetch(`${gateway.consoleUrl}/api/health`, { headers: { cookie } })).json()) as { framesScored: number }).framesScored);
	await sleep(WARM_S * 1000);
	const [cpu, frames] = [cpuSeconds(pid), await scored()];
	const started = performance.now();
	await sleep(WINDOW_S * 1000);
	const share = ((cpuSeconds(pid) - cpu) / ((performance.now() - started) / 1000)) * 100;
	const result = { gateway: share, pssMiB: pssMiB(pid), frames: (await scored()) - frames };
	await gateway.stop();
	return result;
}

async function theirs(url: (c: string) => string): Promise<{ decoding: number }> {
	const children = CAMERAS.map((c) =>
		spawn(
			"ffmpeg",
			["-hide_banner", "-loglevel", "error", "-nostdin", "-rtsp_transport", "tcp", "-i", url(c), "-vf", "fps=5,scale=640:360", "-f", "null", "-"],
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
	return { decoding: share };
}

/** Half an hour of past made of the video's own frames, so that every analysed frame goes through the network. */
function past(folder: string, video: string): void {
	mkdirSync(folder, { recursive: true });
	execFileSync("ffmpeg", [
		"-hide_banner",
		"-loglevel",
		"error",
		"-i",
		video,
		"-vf",
		"fps=1,scale=640:352:flags=area",
		"-frames:v",
		"31",
		"-q:v",
		"2",
		join(folder, "f%d.jpg"),
	]);
	const now = Math.floor(Date.now() / 60_000);
	for (const [i, name] of readdirSync(folder).entries()) renameSync(join(folder, name), join(folder, `${now - 1 - i}.jpg`));
}
