import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { POINT_NAMES, type PointName, type Scores } from "../model/camera.ts";
import type { Footage } from "../watch/capture/stills.ts";
import { Analyst } from "../watch/detect/analyst.ts";
import type { Network } from "../watch/detect/logits.ts";
import {
	analystOptionsOf,
	type Model,
	openModel,
	type Points,
	pointsOf,
	SHIPPED_MODEL,
} from "../watch/detect/manifest.ts";
import { openNetwork } from "../watch/detect/network.ts";
import { type Correction, corrected, readCorrections } from "./corrections.ts";
import { analysisSize, decodeFootage, findFootage, frameHash, pictureSize } from "./footage.ts";
import { minutes, report, reportPage } from "./report.ts";
import type { ScoredFrame, SequenceResult } from "./result.ts";
import { type Alert, scoreSequence } from "./score.ts";

export { POINT_NAMES, SHIPPED_MODEL };

export interface EvaluateOptions {
	model: Model;
	threads: number;
	point: PointName;
	/** Score each sequence with the network of a fold that has not seen it, at that fold's own point. */
	folds: boolean;
	onSequence?: (result: SequenceResult) => void;
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
				const { foreign } = options.model.manifest;
				const files = { smoke: chosen.file, flame: chosen.flameFile };
				network = await openNetwork({ folder, files, ...(foreign ? { foreign } : {}) }, options.threads);
				networks.set(chosen.file, network);
			}
			const alertScores = { ...pointsOf(options.model.manifest)[options.point], smoke: chosen.points[options.point] };
			const frames = await run(sequence, network, options.model);
			const alerts = alertsAt(frames, alertScores);
			const result = {
				footage: sequence,
				network: chosen.file,
				alertScores,
				seenInTraining: chosen.seen,
				alerts,
				frames,
			};
			const full = { ...result, score: scoreSequence(sequence, alerts) };
			results.push(full);
			options.onSequence?.(full);
		}
	} finally {
		for (const network of networks.values()) await network.close();
	}
	return results;
}

function choose(
	sequence: Footage,
	{ model, folds }: EvaluateOptions,
): { file: string; flameFile: string | undefined; points: Points; seen: boolean } {
	const { manifest, folder } = model;
	const hashes = sequence.frames.flatMap((f) => [frameHash(f.file), ...(f.from === undefined ? [] : [f.from])]);
	const saw = (list: string | undefined) => {
		if (list === undefined) return false;
		const known = new Set(readFileSync(join(folder, list), "utf8").split("\n"));
		return hashes.some((h) => known.has(h));
	};
	const own = {
		file: manifest.file,
		flameFile: manifest.flame?.file,
		points: manifest.points,
		seen: saw(manifest.trainingFrames),
	};
	if (!folds || !own.seen) return own;
	const fold = manifest.folds.find((f) => !saw(f.file.replace(/\.onnx$/, ".frames.txt")));
	return fold ? { file: fold.file, flameFile: fold.flame?.file, points: fold.points, seen: false } : own;
}

async function run(footage: Footage, network: Network, { manifest }: Model): Promise<ScoredFrame[]> {
	const analyst = new Analyst(network, analystOptionsOf(manifest));
	const first = footage.frames[0];
	const frames: ScoredFrame[] = [];
	if (!first) return frames;
	const { width, height } = pictureSize(first.file);
	for await (const { index, rgb, ...size } of decodeFootage(
		footage,
		analysisSize(width, height, manifest.inputWidth),
	)) {
		const frame = footage.frames[index];
		if (!frame) continue;
		const { candidates, top } = await analyst.analyse(rgb, size.width, size.height, frame.at);
		const found = candidates.map(({ what, trackId, box, score }) => ({ at: frame.at, what, trackId, box, score }));
		frames.push({ at: frame.at, positive: frame.smoke, top, candidates: found });
	}
	return frames;
}

/** The alerts at a point: a place rings once, when its track reaches the score for the first time. */
export function alertsAt(frames: ScoredFrame[], scores: Scores): Alert[] {
	const rung = new Set<number>();
	return frames.flatMap(({ candidates }) =>
		candidates
			.filter((c) => c.score >= scores[c.what] && !rung.has(c.trackId) && rung.add(c.trackId))
			.map(({ at, box, score }) => ({ at, box, score })),
	);
}

/** The same alerts scored on corrected labels. */
export function correctedOverall(results: SequenceResult[], corrections: Correction[], model: Model, point: PointName) {
	const again = results.map((r) => {
		const { footage, alerts } = corrected(r.footage, r.alerts, corrections);
		return { ...r, footage, alerts, score: scoreSequence(footage, alerts) };
	});
	return report(again, model, point).overall;
}

/**
 * What the command does: a folder of footage in, figures out, a line for each sequence on the way, and a page for
 * people to look at.
 */
export async function evaluateFolder(
	folder: string,
	options: {
		model: string;
		point: PointName;
		folds: boolean;
		threads: number;
		page?: string;
		corrections?: string;
		onLine: (line: string) => void;
	},
) {
	const model = openModel(options.model);
	const { point, folds, threads } = options;
	const results = await evaluate(findFootage(folder), {
		model,
		threads,
		point,
		folds,
		onSequence: ({ footage, seenInTraining, score }) => {
			const delay = minutes(score.firstSmoke, score.detectedAt);
			const found = !score.event ? "no labelled event" : delay === null ? "missed" : `detected after ${delay} min`;
			options.onLine(
				`${footage.name}: ${found}, ${score.falseAlarms.length} false alarm(s)${seenInTraining ? ", seen in training" : ""}`,
			);
		},
	});
	const figures = report(results, model, point);
	if (options.corrections !== undefined)
		figures.corrected = correctedOverall(results, readCorrections(options.corrections), model, point);
	if (options.page !== undefined) writeFileSync(options.page, reportPage(results, figures));
	return figures;
}
