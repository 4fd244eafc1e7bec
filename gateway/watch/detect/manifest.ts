import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { LookoutError, messageOf } from "../../base/errors.ts";

/** The two published operating points: `fast` for dangerous days, `quiet` for many cameras and few people. */
export const POINT_NAMES = ["fast", "quiet"] as const;
export type PointName = (typeof POINT_NAMES)[number];
export type Points = Record<PointName, number>;

/** manifest.json of a model folder; models/README.md describes it. */
export interface Manifest {
	name: string;
	file: string;
	sha256: string;
	/** Score from which a spot is kept as a candidate. */
	candidateScore: number;
	/** Scores from which a candidate is an alert. */
	points: Points;
	/** Width of the analysed picture, pixels; a multiple of 32. */
	inputWidth: number;
	/** probability = 1 / (1 + exp(-(slope * score + offset))), fitted on held-out footage. */
	calibration: { slope: number; offset: number };
	/** Truncated SHA-256 of every frame trained on, one per line. */
	trainingFrames: string;
	/** Networks that have not seen some sites, for cross-validation. */
	folds: { file: string; sha256: string; heldOutSites: string[]; points: Points }[];
}

export interface Model {
	folder: string;
	manifest: Manifest;
}

const MODELS = join(import.meta.dirname, "../../../models");

/** Reads a model by name (in models/) or path and checks its hash. Throws LK0403. */
export function openModel(nameOrPath: string): Model {
	const folder = isAbsolute(nameOrPath) || existsSync(join(nameOrPath, "manifest.json")) ? resolve(nameOrPath) : join(MODELS, nameOrPath);
	try {
		const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest;
		const found = createHash("sha256")
			.update(readFileSync(join(folder, manifest.file)))
			.digest("hex");
		if (found !== manifest.sha256)
			throw new Error(`${manifest.file} has the SHA-256 ${found.slice(0, 12)}…, the manifest says ${manifest.sha256.slice(0, 12)}…`);
		return { folder, manifest };
	} catch (cause) {
		throw new LookoutError("LK0403", `the model ${nameOrPath} cannot be used: ${messageOf(cause)}`, {
			cause,
			hint: "Take the folder whole from a release.",
		});
	}
}

export function probabilityOf(manifest: Manifest, score: number): number {
	return 1 / (1 + Math.exp(-(manifest.calibration.slope * score + manifest.calibration.offset)));
}

/** The score at which a probability is reached. */
export function scoreOf(manifest: Manifest, probability: number): number {
	const p = Math.min(1 - 1e-6, Math.max(1e-6, probability));
	return (Math.log(p / (1 - p)) - manifest.calibration.offset) / manifest.calibration.slope;
}
