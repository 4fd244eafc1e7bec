import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Footage } from "../watch/capture/stills.ts";
import { Analyst } from "../watch/detect/analyst.ts";
import { type Model, openModel } from "../watch/detect/manifest.ts";
import { Network } from "../watch/detect/network.ts";
import { analysisSize, decodeFootage, findFootage, frameHash, jpegSize } from "./footage.ts";
import { type Alert, frameFigures, poissonInterval, type SequenceScore, scoreSequence } from "./score.ts";

export interface EvaluateOptions {
	model: Model;
	threads: number;
	/** Score each sequence with the network of a fold that has not seen it, at that fold's own point. */
	crossValidate: boolean;
	/** Candidate level and point instead of the manifest's, for calibration. */
	alertScore?: number;
	onSequence?: (result: SequenceResult) => void;
}

/** One scored sequence: what the rules say, and the trace that calibration needs. */
export interface SequenceResult {
	footage: Footage;
	network: string;
	alertScore: number;
	seenInTraining: boolean;
	alerts: Alert[];
	score: SequenceScore;
	frames: { at: number; positive: boolean | null; top: number | undefined; candidates: Alert[] }[];
}

/** Runs the detector over footage, exactly as the tower does, one frame after the other. */
export async function evaluate(footage: Footage[], options: EvaluateOptions): Promise<SequenceResult[]> {
	const { manifest, folder } = options.model;
	const networks = new Map<string, Network>();
	const results: SequenceResult[] = [];
	try {
		for (const sequence of footage) {
			const chosen = choose(sequence, options);
			let network = networks.get(chosen.file);
			if (!network) {
				network = await Network.open(join(folder, chosen.file), options.threads);
				networks.set(chosen.file, network);
			}
			const alertScore = options.alertScore ?? chosen.alertScore;
			const result = await run(sequence, network, { candidateScore: manifest.candidateScore, alertScore });
			const full = { ...result, network: chosen.file, alertScore, seenInTraining: chosen.seen };
			results.push(full);
			options.onSequence?.(full);
		}
	} finally {
		for (const network of networks.values()) await network.close();
	}
	return results;
}

function choose(sequence: Footage, { model, crossValidate }: EvaluateOptions): { file: string; alertScore: number; seen: boolean } {
	const { manifest, folder } = model;
	const hashes = sequence.frames.map((f) => frameHash(f.file));
	const saw = (list: string) => {
		const known = new Set(readFileSync(join(folder, list), "utf8").split("\n"));
		return hashes.some((h) => known.has(h));
	};
	const own = { file: manifest.file, alertScore: manifest.operatingPoint.alertScore, seen: saw(manifest.trainingFrames) };
	if (!crossValidate || !own.seen) return own;
	const fold = manifest.folds.find((f) => !saw(f.file.replace(/\.onnx$/, ".frames.txt")));
	return fold ? { file: fold.file, alertScore: fold.alertScore, seen: false } : own;
}

async function run(footage: Footage, network: Network, decision: { candidateScore: number; alertScore: number }) {
	const analyst = new Analyst(network, decision);
	const first = footage.frames[0];
	const alerts: Alert[] = [];
	const frames: SequenceResult["frames"] = [];
	if (first) {
		const { width, height } = jpegSize(first.file);
		for await (const { index, rgb, ...size } of decodeFootage(footage, analysisSize(width, height))) {
			const frame = footage.frames[index];
			if (!frame) continue;
			const { candidates, top } = await analyst.look(rgb, size.width, size.height, frame.at);
			const found = candidates.map((c) => ({ at: frame.at, box: c.box, score: c.score }));
			alerts.push(...found.filter((_, i) => candidates[i]?.crossed));
			frames.push({ at: frame.at, positive: frame.smoke, top, candidates: found });
		}
	}
	return { footage, alerts, frames, score: scoreSequence(footage, alerts) };
}

const iso = (at: number) => new Date(at).toISOString();
const minutes = (from: number | null, to: number | null) => (from === null || to === null ? null : Math.max(0, (to - from) / 60_000));
const plain = (alerts: Alert[]) => alerts.map((a) => ({ time: iso(a.at), box: [a.box.x, a.box.y, a.box.w, a.box.h], score: a.score }));

/** The object that `lookout evaluate --json` prints. */
export function report(results: SequenceResult[], model: Model) {
	const counted = results.filter((r) => !r.seenInTraining);
	const events = counted.filter((r) => r.score.event);
	const detected = events.filter((r) => r.score.detectedAt !== null);
	const delays = detected.map((r) => minutes(r.score.firstSmoke, r.score.detectedAt) ?? 0).sort((a, b) => a - b);
	const falseAlarms = counted.reduce((n, r) => n + r.score.falseAlarms.length, 0);
	const cleanDays = counted.reduce((n, r) => n + r.score.cleanHours, 0) / 24;
	const frames = counted.flatMap((r) =>
		r.frames
			.filter((f) => f.positive !== null && f.top !== undefined)
			.map((f) => ({ positive: f.positive === true, score: (f.top ?? 0) - r.alertScore })),
	);
	return {
		point: model.manifest.operatingPoint.name,
		model: { name: model.manifest.name, sha256: model.manifest.sha256 },
		sequences: results.map((r) => ({
			name: r.footage.name,
			network: r.network,
			seenInTraining: r.seenInTraining,
			frames: r.frames.length,
			cameraHours: r.score.cameraHours,
			ignition: r.score.ignition === null ? null : iso(r.score.ignition),
			firstSmoke: r.score.firstSmoke === null ? null : iso(r.score.firstSmoke),
			detectedAt: r.score.detectedAt === null ? null : iso(r.score.detectedAt),
			minutesFromFirstSmoke: minutes(r.score.firstSmoke, r.score.detectedAt),
			minutesFromIgnition: minutes(r.score.ignition, r.score.detectedAt),
			falseAlarms: plain(r.score.falseAlarms),
			unexplained: plain(r.score.unexplained),
			alerts: plain(r.alerts),
		})),
		overall: {
			events: events.length,
			detected: detected.length,
			eventRecall: events.length === 0 ? 0 : detected.length / events.length,
			medianMinutes: quantile(delays, 0.5),
			p90Minutes: quantile(delays, 0.9),
			falseAlarms,
			cleanCameraDays: cleanDays,
			falseAlarmsPerCameraDay: cleanDays === 0 ? null : falseAlarms / cleanDays,
			interval95: cleanDays === 0 ? null : poissonInterval(falseAlarms, cleanDays),
			frame: frameFigures(frames, 0),
		},
	};
}

function quantile(sorted: number[], q: number): number | null {
	if (sorted.length === 0) return null;
	return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? null;
}

/** What the command does: a folder of footage in, figures out, a line for each sequence on the way. */
export async function evaluateFolder(
	folder: string,
	options: { model: string; crossValidate: boolean; threads: number; onLine: (line: string) => void },
) {
	const model = openModel(options.model);
	const results = await evaluate(findFootage(folder), {
		model,
		threads: options.threads,
		crossValidate: options.crossValidate,
		onSequence: ({ footage, seenInTraining, score }) => {
			const found = score.event
				? score.detectedAt === null
					? "missed"
					: `detected after ${minutes(score.firstSmoke, score.detectedAt)} min`
				: "no labelled event";
			options.onLine(`${footage.name}: ${found}, ${score.falseAlarms.length} false alarm(s)${seenInTraining ? ", seen in training" : ""}`);
		},
	});
	return report(results, model);
}
