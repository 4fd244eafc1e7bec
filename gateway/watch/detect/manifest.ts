import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { Ajv } from "ajv";
import { type Static, Type } from "typebox";
import { errorMessage, LookoutError } from "../../base/errors.ts";
import { OWN_SCHEMA } from "../../base/own-schema.ts";
import { POINT_NAMES, type PointName, type Scores, type SightingKind } from "../../model/camera.ts";

/** manifest.json of a model folder: one schema for its type and its check; models/README.md describes it. */

const strict = { additionalProperties: false };
const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });
const PointsSchema = Type.Object({ fast: Type.Number(), quiet: Type.Number() }, strict);
/** probability = 1 / (1 + exp(-(slope * score + offset))), fitted on held-out footage. */
const CalibrationSchema = Type.Object({ slope: Type.Number(), offset: Type.Number() }, strict);
const FileSchema = { file: Type.String({ minLength: 1 }), sha256: Sha256 };

const ThirdPartySchema = Type.Object(
	{
		kind: Type.Enum(["yolo", "classifier"]),
		/** How a detector writes its boxes; v8 is also that of YOLO11. */
		layout: Type.Optional(Type.Enum(["v5", "v8", "v10"])),
		/** Side of the square picture it takes, pixels. */
		inputSize: Type.Integer({ minimum: 32, maximum: 2048 }),
		/** Every class of the output in order; those named `smoke` and `flame` count. */
		classes: Type.Array(Type.String(), { minItems: 1, maxItems: 1000 }),
		/** Boxes below this are not looked at, 0...1. */
		minConfidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
	},
	strict,
);

export const ManifestSchema = Type.Object({
	name: Type.String({ minLength: 1 }),
	...FileSchema,
	/** Score from which a spot is kept as a candidate. */
	candidateScore: Type.Number(),
	/** Scores from which a candidate is an alert. */
	points: PointsSchema,
	/** Width of the analysed picture at most, pixels; a multiple of 32. A smaller picture is not enlarged. */
	inputWidth: Type.Integer({ minimum: 160, maximum: 2560, multipleOf: 32 }),
	calibration: CalibrationSchema,
	/** The network for flames, if there is one: it looks at the frame alone. */
	flame: Type.Optional(
		Type.Object({ ...FileSchema, candidateScore: Type.Number(), points: PointsSchema, calibration: CalibrationSchema }),
	),
	/** What makes it another people's model. */
	foreign: Type.Optional(ThirdPartySchema),
	/** Truncated SHA-256 of every frame trained on, one per line. */
	trainingFrames: Type.Optional(Type.String()),
	/** Networks that have not seen some sites, for cross-validation. */
	folds: Type.Array(
		Type.Object({
			...FileSchema,
			heldOutSites: Type.Array(Type.String()),
			points: PointsSchema,
			flame: Type.Optional(Type.Object(FileSchema)),
		}),
	),
});

export type Manifest = Static<typeof ManifestSchema>;
export type Points = Static<typeof PointsSchema>;
export type Calibration = Static<typeof CalibrationSchema>;
export type ThirdPartyModel = Static<typeof ThirdPartySchema>;

export interface Model {
	folder: string;
	manifest: Manifest;
}

/** What a detector's process needs to know of a model. */
export interface ModelFiles {
	folder: string;
	files: { smoke: string; flame?: string };
	foreign?: ThirdPartyModel;
}

/** The model that comes with the gateway. */
export const SHIPPED_MODEL = "smoke-4";
const MODELS = join(import.meta.dirname, "../../../models");
/**
 * What a foreign manifest need not say: its confidences are taken for probabilities. A score is a logit above the
 * place's baseline, which counts as -1 at least, so that a confidence of one half scores 1.
 */
const THIRD_PARTY_DEFAULTS = {
	candidateScore: 0,
	points: { fast: 1, quiet: 2.4 },
	inputWidth: 960,
	calibration: { slope: 1, offset: -1 },
	folds: [],
};

const validate = new Ajv({ ...OWN_SCHEMA, allErrors: true, strict: false }).compile<Manifest>(ManifestSchema);

/** Reads a model by name (in models/) or path, and checks its manifest and hashes. Throws LK0403. */
export function openModel(nameOrPath: string): Model {
	const folder =
		isAbsolute(nameOrPath) || existsSync(join(nameOrPath, "manifest.json"))
			? resolve(nameOrPath)
			: join(MODELS, nameOrPath);
	try {
		const manifest = parseManifest(readFileSync(join(folder, "manifest.json"), "utf8"));
		for (const { file, sha256 } of [manifest, ...(manifest.flame ? [manifest.flame] : [])]) {
			const found = createHash("sha256")
				.update(readFileSync(join(folder, file)))
				.digest("hex");
			if (found !== sha256)
				throw new Error(`${file} has the SHA-256 ${found.slice(0, 12)}…, the manifest says ${sha256.slice(0, 12)}…`);
		}
		return { folder, manifest };
	} catch (cause) {
		throw new LookoutError("LK0403", `the model ${nameOrPath} cannot be used: ${errorMessage(cause)}`, {
			cause,
			hint: "Take the folder whole from where it comes from; models/README.md says what a manifest holds.",
		});
	}
}

function parseManifest(text: string): Manifest {
	const raw = JSON.parse(text) as Partial<Manifest>;
	const manifest = raw.foreign ? { ...THIRD_PARTY_DEFAULTS, ...raw } : raw;
	if (validate(manifest)) return manifest;
	const faults = (validate.errors ?? [])
		.slice(0, 4)
		.map((e) => `${e.instancePath.slice(1).replaceAll("/", ".") || "it"} ${e.message}`);
	throw new Error(`manifest.json: ${faults.join("; ")}`);
}

export function filesOf({ folder, manifest: { file, flame, foreign } }: Model): ModelFiles {
	return { folder, files: { smoke: file, ...(flame ? { flame: flame.file } : {}) }, ...(foreign ? { foreign } : {}) };
}

/** From which scores a model's spots are worth keeping. */
export function analystOptionsOf({ candidateScore, flame }: Manifest): AnalystOptions {
	return { candidateScore, ...(flame ? { flameCandidateScore: flame.candidateScore } : {}) };
}

function calibrationOf(manifest: Manifest, kind: SightingKind): Calibration {
	return kind === "flame" && manifest.flame ? manifest.flame.calibration : manifest.calibration;
}

export function probabilityOf(manifest: Manifest, kind: SightingKind, score: number): number {
	const { slope, offset } = calibrationOf(manifest, kind);
	return 1 / (1 + Math.exp(-(slope * score + offset)));
}

/** The score at which a probability is reached. */
export function scoreOf(manifest: Manifest, kind: SightingKind, probability: number): number {
	const { slope, offset } = calibrationOf(manifest, kind);
	const p = Math.min(1 - 1e-6, Math.max(1e-6, probability));
	return (Math.log(p / (1 - p)) - offset) / slope;
}

/** The operating points of a model; what it does not look for never reaches one. */
export function pointsOf({ points, flame, foreign }: Manifest): Record<PointName, Scores> {
	const never = Number.POSITIVE_INFINITY;
	const flames = flame?.points ?? (foreign?.classes.includes("flame") ? points : { fast: never, quiet: never });
	const scores = (name: PointName): Scores => ({ smoke: points[name], flame: flames[name] });
	return { fast: scores("fast"), quiet: scores("quiet") };
}

/** The scores that somebody may want to hear of, by kind. */
export function levelsOf(manifest: Manifest, policy: { scores: Scores } | undefined): Record<SightingKind, number[]> {
	const points = pointsOf(manifest);
	const middle = (kind: SightingKind) => (points.fast[kind] + points.quiet[kind]) / 2;
	const of = (kind: SightingKind) => [
		...POINT_NAMES.map((name) => points[name][kind]),
		middle(kind),
		...(policy ? [policy.scores[kind]] : []),
	];
	return { smoke: of("smoke"), flame: of("flame") };
}

/** Scores from which spots are kept as candidates. */
export interface AnalystOptions {
	candidateScore: number;
	flameCandidateScore?: number;
}
