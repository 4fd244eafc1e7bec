import { spawn } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportFootage } from "../../gateway/sim/footage.ts";
import { pssMiB, round, sleep } from "./proc.ts";

const SPEED = 60;
const WARM_S = 90;
const WINDOW_S = 300;

/**
 * Growth of memory of the lasting processes (decoders live for one picture and come and go) while footage plays at
 * sixty times its speed: MiB per recorded hour, by least squares.
 */
export async function memorySlope() {
	const folder = mkdtempSync(join(tmpdir(), "lookout-memory-"));
	const made = join(folder, "made");
	exportFootage({ seed: 900, folder: made, startMs: Date.UTC(2026, 3, 5, 5), before: 40, after: 0 });
	const frames = join(folder, "frames");
	mkdirSync(frames);
	const { readdirSync } = await import("node:fs");
	const pictures = readdirSync(join(made, "frames")).sort();
	const start = Math.floor(Date.UTC(2026, 3, 5, 5) / 1000);
	for (let i = 0; i < WARM_S + WINDOW_S + 60; i++)
		linkSync(join(made, "frames", pictures[i % pictures.length] as string), join(frames, `${start + i * 60}.jpg`));
	writeFileSync(join(folder, "log"), "");
	const root = join(import.meta.dirname, "../..");
	const child = spawn(
		join(root, "node_modules/.bin/node"),
		[join(root, "gateway/cli/main.ts"), "replay", frames, "--speed", String(SPEED), "--port", "0"],
		{ stdio: "ignore" },
	);
	const samples: { hours: number; mib: number }[] = [];
	try {
		await sleep(WARM_S * 1000);
		for (let s = 0; s < WINDOW_S; s += 3) {
			samples.push({ hours: (s * SPEED) / 3600, mib: pssMiB(child.pid ?? 0, "bin/node") });
			await sleep(3000);
		}
	} finally {
		child.kill("SIGTERM");
		await new Promise((resolve) => child.once("close", resolve));
		rmSync(folder, { recursive: true, force: true });
	}
	const mean = (f: (s: { hours: number; mib: number }) => number) =>
		samples.reduce((sum, s) => sum + f(s), 0) / samples.length;
	const [x, y] = [mean((s) => s.hours), mean((s) => s.mib)];
	const slope = mean((s) => (s.hours - x) * (s.mib - y)) / mean((s) => (s.hours - x) ** 2);
	return {
		recordedHours: round((WINDOW_S * SPEED) / 3600),
		slopeMiBPerRecordedHour: round(slope, 2),
		meanMiB: round(y, 0),
	};
}
