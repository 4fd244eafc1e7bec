import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Footage } from "../watch/capture/stills.ts";
import { Analyst } from "../watch/detect/analyst.ts";
import { type Model, openModel, type PointName, type Points } from "../watch/detect/manifest.ts";
import { Network } from "../watch/detect/network.ts";
import { analysisSize, decodeFootage, findFootage, frameHash, jpegSize } from "./footage.ts";
import { minutes, report, reportPage } from "./report.ts";
import { type Alert, type SequenceScore, scoreSequence } from "./score.ts";

export { POINT_NAMES } from "../watch/detect/manifest.ts";

export interface EvaluateOptions {
	model: Model;
	threads: number;
	point: PointName;
	/** Score each sequence with the network of a fold that has not seen it, at that fold's own point. */
	folds: boolean;
	onSequence?: (result: SequenceResult) => void;
}

/** What the detector said of one frame. */
export interface ScoredFrame {
	at: number;
	/** Whether it shows smoke; null when that is not known. */
	positive: boolean | null;
	/** Highest score anywhere; undefined while the detector was learning. */
	top: number | undefined;
	candidates: (Alert & { trackId: number })[];
}

/** One scored sequence: what the rules say, and the trace that calibration needs. */
export interface SequenceResult {
	footage: Footage;
	network: string;
	/** Score from which a candidate was an alert. */
	alertScore: number;
	seenInTraining: boolean;
	alerts: Alert[];
	score: SequenceScore;
	frames: ScoredFrame[];
}

/** Runs the detector over footage, exactly as the tower does, one frame after the other. */
export async function evaluate(footage: Footage[], options: EvaluateOptions): Promise<SequenceResult[]> {
	const { folder } = options.model;
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
			const alertScore = chosen.points[options.point];
			const frames = await run(sequence, network, options.model);
			const alerts = alertsAt(frames, alertScore);
			const result = { footage: sequence, network: chosen.file, alertScore, seenInTraining: chosen.seen, alerts, frames };
			const full = { ...result, score: scoreSequence(sequence, alerts) };
			results.push(full);
			options.onSequence?.(full);
		}
	} finally {
		for (const network of networks.values()) await network.close();
	}
	return results;
}

function choose(sequence: Footage, { model, folds }: EvaluateOptions): { file: string; points: Points; seen: boolean } {
	const { manifest, folder } = model;
	const hashes = sequence.frames.map((f) => frameHash(f.file));
	const saw = (list: string) => {
		const known = new Set(readFileSync(join(folder, list), "utf8").split("\n"));
		return hashes.some((h) => known.has(h));
	};
	const own = { file: manifest.file, points: manifest.points, seen: saw(manifest.trainingFrames) };
	if (!folds || !own.seen) return own;
	const fold = manifest.folds.find((f) => !saw(f.file.replace(/\.onnx$/, ".frames.txt")));
	return fold ? { file: fold.file, points: fold.points, seen: false } : own;
}

async function run(footage: Footage, network: Network, { manifest }: Model): Promise<ScoredFrame[]> {
	const analyst = new Analyst(network, { candidateScore: manifest.candidateScore });
	const first = footage.frames[0];
	const frames: ScoredFrame[] = [];
	if (!first) return frames;
	const { width, height } = jpegSize(first.file);
	for await (const { index, rgb, ...size } of decodeFootage(footage, analysisSize(width, height, manifest.inputWidth))) {
		const frame = footage.frames[index];
		if (!frame) continue;
		const { candidates, top } = await analyst.look(rgb, size.width, size.height, frame.at);
		const found = candidates.map(({ trackId, box, score }) => ({ at: frame.at, trackId, box, score }));
		frames.push({ at: frame.at, positive: frame.smoke, top, candidates: found });
	}
	return frames;
}

/** The alerts at a point: a place rings once, when its track reaches the score for the first time. */
export function alertsAt(frames: ScoredFrame[], score: number): Alert[] {
	const rung = new Set<number>();
	return frames.flatMap(({ candidates }) =>
		candidates.filter((c) => c.score >= score && !rung.has(c.trackId) && rung.add(c.trackId)).map(({ at, box, score }) => ({ at, box, score })),
	);
}

/** What the command does: a folder of footage in, figures out, a line for each sequence on the way, and a page for people to look at. */
export async function evaluateFolder(
	folder: string,
	options: { model: string; point: PointName; folds: boolean; threads: number; page?: string; onLine: (line: string) => void },
) {
	const model = openModel(options.model);
	const { point, folds, threads } = options;
	const results = await evaluate(findFootage(folder), {
		...{ model, threads, point, folds },
		onSequence: ({ footage, seenInTraining, score }) => {
			const delay = minutes(score.firstSmoke, score.detectedAt);
			const found = !score.event ? "no labelled event" : delay === null ? "missed" : `detected after ${delay} min`;
			options.onLine(`${footage.name}: ${found}, ${score.falseAlarms.length} false alarm(s)${seenInTraining ? ", seen in training" : ""}`);
		},
	});
	const figures = report(results, model, point);
	if (options.page !== undefined) writeFileSync(options.page, reportPage(results, figures));
	return figures;
}
