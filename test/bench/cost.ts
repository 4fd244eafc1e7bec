import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { SeededRandom } from "../../gateway/base/random.ts";
import { Analyst } from "../../gateway/watch/detect/analyst.ts";
import { WORKER_ENV } from "../../gateway/watch/detect/detector.ts";
import type { Network } from "../../gateway/watch/detect/logits.ts";
import {
	analystOptionsOf,
	filesOf,
	type Manifest,
	type Model,
	openModel,
	SHIPPED_MODEL,
} from "../../gateway/watch/detect/manifest.ts";
import { openNetwork } from "../../gateway/watch/detect/network.ts";
import { median, round } from "./proc.ts";

const SIZES = [
	[640, 480],
	[960, 736],
	[1280, 960],
] as const;
const REFERENCES = [768, 1024];
const FRAMES = 24;
const PERIOD_MS = 5000;
const REPEATS = 3;

/**
 * CPU milliseconds per analysed frame, decode excluded, pasts and decision included, at an analysis every five seconds;
 * beside, in turn, one run of a network with the operators and size of YOLO11s on a picture 1024 wide, in the shape of
 * the footage and in the square that such networks are exported with (reference/make.py). Measured in a process set up
 * as the detector's is: how it gets its memory decides as much as what it reckons.
 */
export async function detectorCost() {
	const child = fork(import.meta.filename, [], { env: { ...process.env, ...WORKER_ENV } });
	const figures = await new Promise((resolve, reject) => {
		child.once("message", resolve);
		child.once("error", reject);
		child.once("close", (code) => reject(new Error(`the measuring process ended (${code})`)));
	});
	child.kill();
	return figures;
}

async function measure() {
	const model = openModel(SHIPPED_MODEL);
	const rows: Record<string, number>[] = [];
	for (const threads of [1, 2]) {
		rows.push(await rowOf(model, threads));
	}
	const flags = /^flags\s*: (.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1]?.split(" ") ?? [];
	return {
		cpuMsPerFrame: rows,
		cpu: cpus()[0]?.model,
		flags: flags.filter((f) => /^(avx|fma|f16c|amx)/.test(f)).join(" "),
	};
}

/** CPU milliseconds of ours by size, and of the references beside, with so many threads. */
async function rowOf(model: Model, threads: number): Promise<Record<string, number>> {
	const network = await openNetwork(filesOf(model), threads);
	const ours = SIZES.map(([width, height]) => ({
		name: `${width}x${height}`,
		digits: 1,
		measure: () => costOf(network, model.manifest, width, height),
	}));
	const references = REFERENCES.map(async (height) => {
		const run = await openReference(height, threads);
		await run();
		return { name: `reference1024x${height}`, digits: 0, measure: () => cpuMs(3, run) };
	});
	const all = [...ours, ...(await Promise.all(references))];
	const samples = new Map<string, number[]>(all.map(({ name }) => [name, []]));
	// in turn: whatever else the machine does meets all alike
	for (let repeat = 0; repeat < REPEATS; repeat++)
		for (const { name, measure } of all) samples.get(name)?.push(await measure());
	const medians = all.map(({ name, digits }) => [name, round(median(samples.get(name) ?? []), digits)] as const);
	const row: Record<string, number> = { threads, ...Object.fromEntries(medians) };
	row["ratioAt960"] = round((row["reference1024x1024"] as number) / (row["960x736"] as number), 1);
	await network.close();
	return row;
}

async function openReference(height: number, threads: number): Promise<() => Promise<void>> {
	const session = await ort.InferenceSession.create(join(import.meta.dirname, `reference/reference-${height}.onnx`), {
		intraOpNumThreads: threads,
		interOpNumThreads: 1,
		executionProviders: ["cpu"],
		graphOptimizationLevel: "all",
	});
	const image = new ort.Tensor("float32", new Float32Array(3 * height * 1024).fill(0.5), [1, 3, height, 1024]);
	return async () => void (await session.run({ image }));
}

async function costOf(network: Network, manifest: Manifest, width: number, height: number): Promise<number> {
	const random = new SeededRandom(1);
	const frame = () => {
		const rgb = new Uint8Array(width * height * 3);
		const shade = 100 + Math.floor(random.next() * 20);
		for (let i = 0; i < rgb.length; i++) rgb[i] = shade + (i % 23);
		return rgb;
	};
	const analyst = new Analyst(network, analystOptionsOf(manifest));
	let at = 0;
	for (; at < 31 * 60_000; at += 60_000) await analyst.analyse(frame(), width, height, at);
	const frames = Array.from({ length: FRAMES }, frame);
	return cpuMs(FRAMES, async (i) => {
		await analyst.analyse(frames[i] as Uint8Array, width, height, at);
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

if (process.argv[1] === import.meta.filename) process.send?.(await measure());
