import type { SequenceResult } from "../../gateway/evaluation/result.ts";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { corrected, readCorrections } from "../../gateway/evaluation/corrections.ts";
import { alertsAt, correctedOverall, evaluate } from "../../gateway/evaluation/evaluate.ts";
import { findFootage } from "../../gateway/evaluation/footage.ts";
import { report, reportPage } from "../../gateway/evaluation/report.ts";
import { scoreSequence } from "../../gateway/evaluation/score.ts";
import { POINT_NAMES, type PointName, type Scores, type SightingKind } from "../../gateway/model/camera.ts";
import type { Calibration, Manifest, Points } from "../../gateway/watch/detect/manifest.ts";

/**
 * Turns trained networks into a model folder: hashes, lists of seen frames, operating points, calibration.
 *
 *  node models/training/calibrate.ts models/smoke-4 ../shared/data/sequences
 *  node models/training/calibrate.ts models/smoke-4 ../shared/data/sequences --width 640 --into models/smoke-4-small
 *
 * The point of a fold is chosen on the sequences of the *other* folds (each scored by the network that has not seen
 * it): the lowest level with at most ALLOWED false alarms on them. The model's own point uses them all. Labels count as
 * corrected (corrections.json): real smoke without a box must not make the tower deafer. The figures say both. With
 * --into, another folder gets a manifest of the same networks at another width; --report FOLDER writes the figures at
 * both points.
 */
const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: {
		width: { type: "string", default: "960" },
		into: { type: "string" },
		threads: { type: "string", default: "2" },
		report: { type: "string" },
	},
});
const [folder, data] = positionals;
if (!folder || !data) throw new Error("usage: calibrate.ts MODEL_FOLDER DATA_FOLDER [--width N] [--into FOLDER]");
const into = values.into ?? folder;
mkdirSync(into, { recursive: true });
/** Spots are worth a look from here on. */
const CANDIDATE_SCORE = 0.75;
/** False alarms allowed per camera-hour of clean time when a point is chosen. */
const ALLOWED_PER_HOUR: Points = { fast: 3 / 27, quiet: 1 / 27 };
/** A level that just holds on some footage does not hold on other footage: so much is added to it. */
const MARGIN: Points = { fast: 0.15, quiet: 0.3 };
/**
 * Every flame in a frame known to be clean is false (smoke of a real fire may glow). Beyond the worst of them comes a
 * margin.
 */
const FLAME_MARGIN: Points = { fast: 0.25, quiet: 1 };
const NEVER = Number.POSITIVE_INFINITY;

const sha = (file: string) => createHash("sha256").update(readFileSync(join(into, file))).digest("hex");
/** A file of the model's folder, seen from the folder the manifest goes to. */
const seen = (file: string) => relative(into, join(folder, file));
const hashed = (file: string) => ({ file: seen(file), sha256: sha(seen(file)) });

interface Facts {
	seed: number;
	steps: number;
	heldOutSites: string[];
	trainedOn: string[];
}

function takeFacts(name: string): Facts {
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
const folds: Facts[] = [];
for (let k = 0; existsSync(join(folder, `folds/fold-${k}.onnx`)); k++) folds.push(takeFacts(`folds/fold-${k}`));

const nowhere: Points = { fast: 99, quiet: 99 };
/** Its confidence as it is: a score is a logit above a habit that counts as -1. */
const plain: Calibration = { slope: 1, offset: -1 };
const hasFlames = existsSync(join(folder, "flame.onnx"));
const manifest: Manifest & { training: unknown } = {
	name: basename(into),
	...hashed("model.onnx"),
	candidateScore: CANDIDATE_SCORE,
	points: nowhere,
	inputWidth: Number(values.width),
	calibration: plain,
	...(hasFlames ? { flame: { ...hashed("flame.onnx"), candidateScore: CANDIDATE_SCORE, points: nowhere, calibration: plain } } : {}),
	trainingFrames: seen("model.frames.txt"),
	folds: folds.map(({ heldOutSites }, k) => ({
		...hashed(`folds/fold-${k}.onnx`),
		heldOutSites,
		points: nowhere,
		...(hasFlames ? { flame: hashed(`folds/fold-${k}.flame.onnx`) } : {}),
	})),
	training: main,
};
const results = await evaluate(findFootage(data), {
	model: { folder: into, manifest },
	threads: Number(values.threads),
	point: "fast",
	folds: true,
	onSequence: (r) => console.error(`${r.network} ${r.footage.name}`),
});

const corrections = readCorrections(join(import.meta.dirname, "corrections.json"));
const rescored = (r: SequenceResult, scores: Scores) => {
	const { footage, alerts } = corrected(r.footage, alertsAt(r.frames, scores), corrections);
	return scoreSequence(footage, alerts);
};
const only = (kind: SightingKind, level: number): Scores => ({ smoke: NEVER, flame: NEVER, [kind]: level });

/** The lowest score of smoke with at most as many false alarms per clean hour as the point allows, and its margin. */
function pointAt(of: SequenceResult[], name: PointName): number {
	for (let level = CANDIDATE_SCORE; level < 20; level += 0.05) {
		const scores = of.map((r) => rescored(r, only("smoke", level)));
		const alarms = scores.reduce((n, s) => n + s.falseAlarms.length, 0);
		const hours = scores.reduce((n, s) => n + s.cleanHours, 0);
		// one is allowed in any case: on a part of the footage a fraction of one would be none, and the worst of all would
		// decide
		if (alarms <= Math.max(1, hours * ALLOWED_PER_HOUR[name])) return Math.round((level + MARGIN[name]) * 100) / 100;
	}
	return 20;
}

const delivered = (r: SequenceResult, scores: Scores) => scoreSequence(r.footage, alertsAt(r.frames, scores));
for (let level = 1; level <= 4; level += 0.25) {
	const said = [delivered, rescored].map((score) => {
		const s = results.map((r) => score(r, only("smoke", level)));
		const events = s.filter((x) => x.event);
		const alarms = s.reduce((n, x) => n + x.falseAlarms.length, 0);
		return `${events.filter((e) => e.detectedAt !== null).length} of ${events.length} events, ${alarms} false alarms`;
	});
	console.error(`level ${level}: ${said[0]}; on corrected labels ${said[1]}`);
}
const pointsOf = (of: SequenceResult[]): Points => ({ fast: pointAt(of, "fast"), quiet: pointAt(of, "quiet") });
for (const fold of manifest.folds) fold.points = pointsOf(results.filter((r) => r.network !== fold.file));
manifest.points = pointsOf(results);
manifest.calibration = logistic(results);
if (manifest.flame) {
	const clean = results.flatMap((r) => r.frames.filter((f) => f.positive === false));
	const worst = Math.max(1, ...clean.flatMap((f) => f.candidates.filter((c) => c.what === "flame").map((c) => c.score)));
	manifest.flame.points = { fast: worst + FLAME_MARGIN.fast, quiet: worst + FLAME_MARGIN.quiet };
	console.error(`flames: the worst false one scores ${worst.toFixed(2)}`);
}
if (values.report !== undefined) for (const name of POINT_NAMES) writeReport(values.report, name);
writeFileSync(join(into, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
console.error(JSON.stringify(manifest.folds.map((f) => f.points)), manifest.points, manifest.calibration);

/**
 * What `lookout evaluate --folds` says at a point, without running the networks once more: FOLDER/POINT.json and .html.
 */
function writeReport(to: string, name: PointName): void {
	const scored = results.map((r) => {
		const fold = manifest.folds.find((f) => f.file === r.network);
		const alertScores: Scores = { smoke: (fold ?? manifest).points[name], flame: manifest.flame?.points[name] ?? NEVER };
		const alerts = alertsAt(r.frames, alertScores);
		return { ...r, alertScores, alerts, score: scoreSequence(r.footage, alerts) };
	});
	const figures = report(scored, { folder: into, manifest }, name);
	figures.corrected = correctedOverall(scored, corrections, { folder: into, manifest }, name);
	mkdirSync(to, { recursive: true });
	writeFileSync(join(to, `${name}.json`), JSON.stringify(figures, null, 1));
	writeFileSync(join(to, `${name}.html`), reportPage(scored, figures));
}

/** Logistic fit of "this frame shows smoke" to the frame's top score, clean and smoking frames weighted alike. */
function logistic(of: SequenceResult[]): Calibration {
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
