import { createHash } from "node:crypto";
import { existsSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alertsAt, evaluate, type SequenceResult } from "../../gateway/app/evaluate.ts";
import { findFootage } from "../../gateway/app/footage.ts";
import { scoreSequence } from "../../gateway/app/score.ts";
import type { Manifest, Points } from "../../gateway/watch/detect/manifest.ts";

/**
 * Turns trained networks into a model folder: hashes, lists of seen frames, operating points, calibration.
 *
 *     node models/training/calibrate.ts models/smoke-2 ../shared/data/sequences
 *
 * The point of a fold is chosen on the sequences of the *other* folds (each scored by the network that has not
 * seen it): the lowest level with at most ALLOWED false alarms on them. The model's own point uses them all.
 */
const [folder, data] = process.argv.slice(2);
if (!folder || !data) throw new Error("usage: calibrate.ts MODEL_FOLDER DATA_FOLDER");
const CANDIDATE_SCORE = 0.75;
/** False alarms allowed per camera-hour of clean time when a point is chosen. */
const ALLOWED_PER_HOUR: Points = { fast: 3 / 27, quiet: 1 / 27 };

const sha = (file: string) => createHash("sha256").update(readFileSync(join(folder, file))).digest("hex");
const heldOut: string[][] = [];
function takeFacts(name: string): { seed: number; steps: number; heldOutSites: string[]; trainedOn: string[] } {
	const facts = join(folder as string, `${name}.json`);
	const short = join(folder as string, `${name}.facts.json`);
	if (existsSync(facts)) {
		const { frames, ...rest } = JSON.parse(readFileSync(facts, "utf8"));
		writeFileSync(join(folder as string, `${name}.frames.txt`), `${frames.join("\n")}\n`);
		writeFileSync(short, `${JSON.stringify(rest)}\n`);
		unlinkSync(facts);
	}
	return JSON.parse(readFileSync(short, "utf8"));
}
const main = takeFacts("model");
for (let k = 0; existsSync(join(folder, `folds/fold-${k}.onnx`)); k++) heldOut.push(takeFacts(`folds/fold-${k}`).heldOutSites);

const manifest: Manifest & { training: unknown } = {
	name: folder.split("/").at(-1) as string,
	file: "model.onnx",
	sha256: sha("model.onnx"),
	candidateScore: CANDIDATE_SCORE,
	points: { fast: 99, quiet: 99 },
	inputWidth: Number(process.env["INPUT_WIDTH"] ?? 640),
	calibration: { slope: 1, offset: 0 },
	trainingFrames: "model.frames.txt",
	folds: heldOut.map((sites, k) => ({ file: `folds/fold-${k}.onnx`, sha256: sha(`folds/fold-${k}.onnx`), heldOutSites: sites, points: { fast: 99, quiet: 99 } })),
	training: main,
};
const results = await evaluate(findFootage(data), {
	model: { folder, manifest },
	threads: 2,
	point: "fast",
	folds: true,
	onSequence: (r) => console.error(`${r.network} ${r.footage.name}`),
});
const foldOf = (r: SequenceResult) => r.network;

const rescored = (r: SequenceResult, level: number) => scoreSequence(r.footage, alertsAt(r.frames, level));

/** The lowest score with at most so many false alarms per clean hour. */
function pointAt(of: SequenceResult[], allowedPerHour: number): number {
	for (let level = CANDIDATE_SCORE; level < 20; level += 0.05) {
		const scores = of.map((r) => rescored(r, level));
		const alarms = scores.reduce((n, s) => n + s.falseAlarms.length, 0);
		const hours = scores.reduce((n, s) => n + s.cleanHours, 0);
		if (alarms <= hours * allowedPerHour) return Math.round(level * 100) / 100;
	}
	return 20;
}

for (let level = 1; level <= 8; level += 0.5) {
	const s = results.map((r) => rescored(r, level));
	const events = s.filter((x) => x.event);
	console.error(`level ${level}: ${events.filter((e) => e.detectedAt !== null).length} of ${events.length} events, ${s.reduce((n, x) => n + x.falseAlarms.length, 0)} false alarms`);
}
const pointsOf = (of: SequenceResult[]): Points => ({ fast: pointAt(of, ALLOWED_PER_HOUR.fast), quiet: pointAt(of, ALLOWED_PER_HOUR.quiet) });
for (const fold of manifest.folds) fold.points = pointsOf(results.filter((r) => foldOf(r) !== fold.file));
manifest.points = pointsOf(results);
manifest.calibration = logistic(results);
writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
console.error(JSON.stringify(manifest.folds.map((f) => f.points)), manifest.points, manifest.calibration);

/** Logistic fit of "this frame shows smoke" to the frame's top score, clean and smoking frames weighted alike. */
function logistic(of: SequenceResult[]): { slope: number; offset: number } {
	const frames = of.flatMap((r) => r.frames).filter((f) => f.positive !== null && f.top !== undefined);
	const positives = frames.filter((f) => f.positive).length;
	let slope = 1;
	let offset = 0;
	for (let step = 0; step < 4000; step++) {
		let ds = 0;
		let dO = 0;
		for (const f of frames) {
			const p = 1 / (1 + Math.exp(-(slope * (f.top as number) + offset)));
			const weight = f.positive ? 0.5 / positives : 0.5 / (frames.length - positives);
			ds += weight * ((f.positive ? 1 : 0) - p) * (f.top as number);
			dO += weight * ((f.positive ? 1 : 0) - p);
		}
		slope += 0.05 * ds;
		offset += 0.05 * dO;
	}
	return { slope, offset };
}
