import * as ort from "onnxruntime-node";
import { LookoutError } from "../../base/errors.ts";
import type { SightingKind } from "../../model/camera.ts";
import { cellsOf, type Logits, type Network, type NetworkInput } from "./logits.ts";
import type { ThirdPartyModel } from "./manifest.ts";

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
export function detectionsOf(output: Output, { layout, size, classes, minConfidence }: Reading): Detection[] {
	const wanted = classes.flatMap((name, label) => (name === "smoke" || name === "flame" ? [label] : []));
	refuseShape(output.dims, layout, classes);
	const { data, dims } = output;
	const [, a = 0, b = 0] = dims;
	const [count, stride, step] = layout === "v8" ? [b, 1, b] : [a, b, 1];
	const rows = Array.from(
		{ length: count },
		(_, row) => (field: number) => data[row * stride + field * step] as number,
	);
	const found = rows.flatMap((at) => {
		if (layout === "v10") return [byCorners(at, size)];
		// `v5` says first whether there is anything at all
		const [first, objectness] = layout === "v5" ? [5, at(4)] : [4, 1];
		return wanted.map((label) => byCentre(at, size, { label, confidence: objectness * at(first + label) }));
	});
	return found.filter(({ confidence }) => confidence >= minConfidence);
}

interface Output {
	data: Float32Array;
	dims: readonly number[];
}

interface Reading {
	layout: "v5" | "v8" | "v10";
	/** Width and height of the input, pixels. */
	size: number;
	classes: readonly string[];
	minConfidence: number;
}

/** A number of a row of the output. */
type Row = (field: number) => number;

function byCorners(at: Row, size: number): Detection {
	const [x, y] = [at(0) / size, at(1) / size];
	return { x, y, w: at(2) / size - x, h: at(3) / size - y, confidence: at(4), label: at(5) };
}

function byCentre(at: Row, size: number, said: Pick<Detection, "label" | "confidence">): Detection {
	const [w, h] = [at(2) / size, at(3) / size];
	return { x: at(0) / size - w / 2, y: at(1) / size - h / 2, w, h, ...said };
}

function refuseShape(dims: readonly number[], layout: Reading["layout"], classes: readonly string[]): void {
	const [, a = 0, b = 0] = dims;
	const expected = { v5: [1, a, 5 + classes.length], v8: [1, 4 + classes.length, b], v10: [1, a, 6] }[layout];
	const [is, should] = [dims.join(" x "), expected.join(" x ")];
	if (is === should) return;
	const outputs = `a ${layout} output for ${classes.length} classes`;
	throw new LookoutError("LK0403", `${outputs} has the shape ${should}, this one has ${is}`, {
		hint: "Mend `layout` or `classes` in manifest.json.",
	});
}

export class ThirdPartyNetwork implements Network {
	readonly needsPast = false;
	readonly #session: ort.InferenceSession;
	readonly #model: ThirdPartyModel;

	constructor(session: ort.InferenceSession, foreign: ThirdPartyModel) {
		this.#session = session;
		this.#model = foreign;
	}

	async infer({ rgb, width, height }: NetworkInput): Promise<{ smoke?: Logits; flame?: Logits }> {
		const { inputSize: size, kind } = this.#model;
		const input = this.#session.inputNames[0] ?? "";
		const letter = letterbox({ rgb, width, height }, size, kind === "yolo");
		const out = await this.#session.run({ [input]: new ort.Tensor("float32", letter.planes, [1, 3, size, size]) });
		const output = out[this.#session.outputNames[0] ?? ""];
		if (output?.type !== "float32")
			throw new LookoutError("LK0403", `the first output is ${output?.type}, not float32`);
		const data = output.data as Float32Array;
		const maps = this.#blank(width, height);
		if (kind === "classifier") this.#classified(maps, data, output.dims);
		else this.#detected(maps, { data, dims: output.dims }, letter);
		return maps;
	}

	/** Lays what was found on the maps. */
	#detected(maps: Maps, output: Output, { left, top, scale }: Letterbox): void {
		const { classes, layout = "v8", minConfidence = 0.05, inputSize: size } = this.#model;
		const cell = (share: number, begins: number) => Math.floor((share * size - begins) / scale / CELL);
		for (const { x, y, w, h, ...said } of detectionsOf(output, { layout, size, classes, minConfidence })) {
			const map = maps[classes[said.label] as SightingKind];
			const cells = { x0: cell(x, left), x1: cell(x + w, left), y0: cell(y, top), y1: cell(y + h, top) };
			if (map) raise(map, cells, logitOf(said.confidence));
		}
	}

	/** A classifier says whether, not where: its word holds for the whole picture. */
	#classified(maps: Maps, data: Float32Array, dims: readonly number[]): void {
		const { classes } = this.#model;
		if (data.length !== classes.length) {
			const outputs = `a classifier of ${classes.length} classes gives as many numbers`;
			throw new LookoutError("LK0403", `${outputs}, this one gives ${dims.join(" x ")}`, {
				hint: "Name every class of the output, in order, in `classes` of manifest.json.",
			});
		}
		const shares = sharesOf(data);
		classes.forEach((name, label) => {
			const map = maps[name as SightingKind];
			map?.logits.fill(Math.max(map.logits[0] as number, logitOf(shares[label] as number)));
		});
	}

	#blank(width: number, height: number): Maps {
		const grid = cellsOf(width, height);
		const maps: Maps = {};
		for (const kind of ["smoke", "flame"] as const)
			if (this.#model.classes.includes(kind))
				maps[kind] = { logits: new Float32Array(grid.rows * grid.columns).fill(NOTHING), ...grid };
		return maps;
	}

	async close(): Promise<void> {
		await this.#session.release();
	}
}

interface Maps {
	smoke?: Logits;
	flame?: Logits;
}

/** Raises the cells of a map from one corner to another to a logit at least. */
function raise(
	{ logits, rows, columns }: Logits,
	{ x0, x1, y0, y1 }: { x0: number; x1: number; y0: number; y1: number },
	value: number,
): void {
	for (let y = Math.max(0, y0); y <= Math.min(rows - 1, y1); y++)
		for (let x = Math.max(0, x0); x <= Math.min(columns - 1, x1); x++)
			logits[y * columns + x] = Math.max(logits[y * columns + x] as number, value);
}

/** What a classifier gives as shares of 1, where it gives them raw. */
function sharesOf(data: Float32Array): number[] {
	const values = [...data];
	const sum = values.reduce((s, v) => s + v, 0);
	const isSoft = values.every((v) => v >= 0) && Math.abs(sum - 1) < 1e-3;
	const most = Math.max(...values);
	const raised = isSoft ? values : values.map((v) => Math.exp(v - most));
	const total = raised.reduce((s, v) => s + v, 0);
	return raised.map((v) => v / total);
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
function letterbox(
	{ rgb, width, height }: Pick<NetworkInput, "rgb" | "width" | "height">,
	size: number,
	keepShape: boolean,
): Letterbox {
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
