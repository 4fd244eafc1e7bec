import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { SeededRandom } from "../../gateway/base/random.ts";
import { Analyst } from "../../gateway/watch/detect/analyst.ts";
import { openModel } from "../../gateway/watch/detect/manifest.ts";
import { Network } from "../../gateway/watch/detect/network.ts";
import { median, round } from "./proc.ts";

const SIZES = [
	[640, 480],
	[960, 736],
	[1280, 960],
] as const;
const FRAMES = 24;
const PERIOD_MS = 5000;
const REPEATS = 3;

/**
 * CPU milliseconds per analysed frame, decode excluded, pasts and decision included, at an analysis every five
 * seconds; beside one run of a network with the operators and size of YOLO11s on a 1024 x 576 picture (reference/make.py).
 */
export async function detectorCost() {
	const model = openModel("smoke-2");
	const file = join(model.folder, model.manifest.file);
	const rows: Record<string, number>[] = [];
	for (const threads of [1, 2]) {
		const row: Record<string, number> = { threads };
		const network = await Network.open(file, threads);
		const reference = await ort.InferenceSession.create(join(import.meta.dirname, "reference/reference.onnx"), {
			...{ intraOpNumThreads: threads, interOpNumThreads: 1, executionProviders: ["cpu"], graphOptimizationLevel: "all" },
		});
		const image = new ort.Tensor("float32", new Float32Array(3 * 576 * 1024).fill(0.5), [1, 3, 576, 1024]);
		const ours: number[][] = SIZES.map(() => []);
		const theirs: number[] = [];
		await reference.run({ image });
		for (let repeat = 0; repeat < REPEATS; repeat++) {
			for (const [i, [width, height]] of SIZES.entries()) ours[i]?.push(await costOf(network, model.manifest.candidateScore, width, height));
			theirs.push(await cpuMs(3, async () => void (await reference.run({ image }))));
		}
		for (const [i, [width, height]] of SIZES.entries()) row[`${width}x${height}`] = round(median(ours[i] ?? []), 1);
		row["reference1024x576"] = round(median(theirs), 0);
		await network.close();
		await reference.release();
		rows.push(row);
	}
	const flags = /^flags\s*: (.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1]?.split(" ") ?? [];
	return { cpuMsPerFrame: rows, cpu: cpus()[0]?.model, flags: flags.filter((f) => /^(avx|fma|f16c|amx)/.test(f)).join(" ") };
}

async function costOf(network: Network, candidateScore: number, width: number, height: number): Promise<number> {
	const random = new SeededRandom(1);
	const frame = () => {
		const rgb = new Uint8Array(width * height * 3);
		const shade = 100 + Math.floor(random.next() * 20);
		for (let i = 0; i < rgb.length; i++) rgb[i] = shade + (i % 23);
		return rgb;
	};
	const analyst = new Analyst(network, { candidateScore });
	let at = 0;
	for (; at < 31 * 60_000; at += 60_000) await analyst.look(frame(), width, height, at);
	const frames = Array.from({ length: FRAMES }, frame);
	return cpuMs(FRAMES, async (i) => {
		await analyst.look(frames[i] as Uint8Array, width, height, at);
		at += PERIOD_MS;
	});
}

/** CPU time of this process per call, all its threads. */
async function cpuMs(calls: number, work: (i: number) => Promise<void>): Promise<number> {
	const before = process.cpuUsage();
	for (let i = 0; i < calls; i++) await work(i);
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000 / calls;
}
