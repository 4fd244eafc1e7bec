import * as ort from "onnxruntime-node";
import { LookoutError } from "../../base/errors.ts";
import type { SightingKind } from "../../model/camera.ts";
import { cellsOf, type Logits, type Network, type NetworkInput } from "./logits.ts";
import type { Foreign } from "./manifest.ts";

/**
 * Other people's networks: detectors of the YOLO family, and classifiers of whole pictures. What they say is laid on
 * the grid of our own maps, so that the same rule over time, baseline included, applies to it.
 */

/** One thing a detector found: its box as fractions of its input, its class, and how sure it is (0...1). */
export interface Detection {
	x: number;
	y: number;
	w: number;
	h: number;
	label: number;
	confidence: number;
}

/** Where nothing was found. */
const NOTHING = -6;
const CELL = 8;

/** logit(p), within the bounds of our own maps. */
function logitOf(p: number): number {
	const q = Math.min(0.9975, Math.max(0.0025, p));
	return Math.log(q / (1 - q));
}

/**
 * Reads a detector's output. `v5`: rows of centre, size, objectness, classes. `v8` (also 11): the same without
 * objectness, columns for rows. `v10`: rows of two corners, confidence, class. Coordinates are pixels of the input.
 * Throws LK0403.
 */
export function detectionsOf(
	layout: "v5" | "v8" | "v10",
	{ data, dims }: { data: Float32Array; dims: readonly number[] },
	size: number,
	classes: readonly string[],
	minConfidence: number,
): Detection[] {
	const wanted = classes.flatMap((name, label) => (name === "smoke" || name === "flame" ? [label] : []));
	const [, a = 0, b = 0] = dims;
	const expected = { v5: [a, 5 + classes.length], v8: [4 + classes.length, b], v10: [a, 6] }[layout];
	if (dims.length !== 3 || dims[0] !== 1 || a !== expected[0] || b !== expected[1])
		throw new LookoutError(
			"LK0403",
			`a ${layout} output for ${classes.length} classes has the shape 1 x ${expected.join(" x ")}, this one has ${dims.join(" x ")}`,
			{
				hint: "Mend `layout` or `classes` in manifest.json.",
			},
		);
	const [count, stride, step] = layout === "v8" ? [b, 1, b] : [a, b, 1];
	const at = (row: number, field: number) => data[row * stride + field * step] as number;
	const found: Detection[] = [];
	for (let i = 0; i < count; i++) {
		const [p, q, r, s] = [at(i, 0) / size, at(i, 1) / size, at(i, 2) / size, at(i, 3) / size];
		if (layout === "v10") {
			if (at(i, 4) >= minConfidence)
				found.push({ x: p, y: q, w: r - p, h: s - q, confidence: at(i, 4), label: at(i, 5) });
			continue;
		}
		const first = layout === "v5" ? 5 : 4;
		const objectness = layout === "v5" ? at(i, 4) : 1;
		for (const label of wanted) {
			const confidence = objectness * at(i, first + label);
			if (confidence >= minConfidence) found.push({ x: p - r / 2, y: q - s / 2, w: r, h: s, confidence, label });
		}
	}
	return found;
}

export class ThirdPartyNetwork implements Network {
	readonly needsPast = false;
	readonly #session: ort.InferenceSession;
	readonly #foreign: Foreign;

	constructor(session: ort.InferenceSession, foreign: Foreign) {
		this.#session = session;
		this.#foreign = foreign;
	}

	async infer({ rgb, width, height }: NetworkInput): Promise<{ smoke?: Logits; flame?: Logits }> {
		const { inputSize: size, kind } = this.#foreign;
		const input = this.#session.inputNames[0] ?? "";
		const letter = letterbox(rgb, width, height, size, kind === "yolo");
		const out = await this.#session.run({ [input]: new ort.Tensor("float32", letter.planes, [1, 3, size, size]) });
		const output = out[this.#session.outputNames[0] ?? ""];
		if (output?.type !== "float32")
			throw new LookoutError("LK0403", `the first output is ${output?.type}, not float32`);
		const data = output.data as Float32Array;
		return kind === "classifier"
			? this.#classified(data, output.dims, width, height)
			: this.#detected(data, output.dims, letter, width, height);
	}

	#detected(
		data: Float32Array,
		dims: readonly number[],
		letter: Letterbox,
		width: number,
		height: number,
	): { smoke?: Logits; flame?: Logits } {
		const { classes, layout = "v8", minConfidence = 0.05, inputSize } = this.#foreign;
		const maps = this.#blank(width, height);
		for (const d of detectionsOf(layout, { data, dims }, inputSize, classes, minConfidence)) {
			const map = maps[classes[d.label] as SightingKind];
			if (!map) continue;
			const { columns, rows, logits } = map;
			const cellX = (share: number) =>
				Math.floor((((share * inputSize - letter.left) / letter.scale) as number) / CELL);
			const cellY = (share: number) => Math.floor((((share * inputSize - letter.top) / letter.scale) as number) / CELL);
			const [x0, x1] = [Math.max(0, cellX(d.x)), Math.min(columns - 1, cellX(d.x + d.w))];
			const [y0, y1] = [Math.max(0, cellY(d.y)), Math.min(rows - 1, cellY(d.y + d.h))];
			const value = logitOf(d.confidence);
			for (let y = y0; y <= y1; y++)
				for (let x = x0; x <= x1; x++) logits[y * columns + x] = Math.max(logits[y * columns + x] as number, value);
		}
		return maps;
	}

	/** A classifier says whether, not where: its word holds for the whole picture. */
	#classified(
		data: Float32Array,
		dims: readonly number[],
		width: number,
		height: number,
	): { smoke?: Logits; flame?: Logits } {
		const { classes } = this.#foreign;
		if (data.length !== classes.length)
			throw new LookoutError(
				"LK0403",
				`a classifier of ${classes.length} classes gives as many numbers, this one gives ${dims.join(" x ")}`,
				{
					hint: "Name every class of the output, in order, in `classes` of manifest.json.",
				},
			);
		const sum = data.reduce((s, v) => s + v, 0);
		const isSoft = data.every((v) => v >= 0) && Math.abs(sum - 1) < 1e-3;
		const most = Math.max(...data);
		const raised = isSoft ? [...data] : [...data].map((v) => Math.exp(v - most));
		const total = raised.reduce((s, v) => s + v, 0);
		const maps = this.#blank(width, height);
		classes.forEach((name, label) => {
			const map = maps[name as SightingKind];
			if (map) map.logits.fill(Math.max(map.logits[0] as number, logitOf((raised[label] as number) / total)));
		});
		return maps;
	}

	#blank(width: number, height: number): { smoke?: Logits; flame?: Logits } {
		const grid = cellsOf(width, height);
		const maps: { smoke?: Logits; flame?: Logits } = {};
		for (const kind of ["smoke", "flame"] as const)
			if (this.#foreign.classes.includes(kind))
				maps[kind] = { logits: new Float32Array(grid.rows * grid.columns).fill(NOTHING), ...grid };
		return maps;
	}

	async close(): Promise<void> {
		await this.#session.release();
	}
}

interface Letterbox {
	planes: Float32Array;
	/** Pixels of the input per pixel of the picture, and where the picture begins in it. */
	scale: number;
	left: number;
	top: number;
}

/**
 * A picture in a square of `size`, three planes of 0...1: whole with grey bars, as detectors are trained, or stretched.
 */
function letterbox(rgb: Uint8Array, width: number, height: number, size: number, keepShape: boolean): Letterbox {
	const scale = keepShape ? size / Math.max(width, height) : size / width;
	const scaleY = keepShape ? scale : size / height;
	const [left, top] = keepShape
		? [Math.floor((size - width * scale) / 2), Math.floor((size - height * scale) / 2)]
		: [0, 0];
	const planes = new Float32Array(3 * size * size).fill(114 / 255);
	const [x1, y1] = [
		Math.min(size, Math.round(left + width * scale)),
		Math.min(size, Math.round(top + height * scaleY)),
	];
	for (let y = top; y < y1; y++) {
		const row = Math.min(height - 1, Math.floor((y - top + 0.5) / scaleY)) * width;
		for (let x = left; x < x1; x++) {
			const from = (row + Math.min(width - 1, Math.floor((x - left + 0.5) / scale))) * 3;
			for (let c = 0; c < 3; c++) planes[(c * size + y) * size + x] = (rgb[from + c] as number) / 255;
		}
	}
	return { planes, scale, left, top };
}
