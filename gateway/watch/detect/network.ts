import * as ort from "onnxruntime-node";
import { gridOf } from "./decision.ts";
import type { Comparison } from "./past.ts";

/** The network behind its file: four pictures in, a map of logits out. */
export class Network {
	readonly #session: ort.InferenceSession;

	private constructor(session: ort.InferenceSession) {
		this.#session = session;
	}

	static async open(file: string, threads: number): Promise<Network> {
		return new Network(
			await ort.InferenceSession.create(file, {
				intraOpNumThreads: threads,
				interOpNumThreads: 1,
				executionProviders: ["cpu"],
				graphOptimizationLevel: "all",
				// the arena keeps the largest buffers for ever; pictures of one size make that a fixed cost we can do without
				enableCpuMemArena: false,
				logSeverityLevel: 3,
			}),
		);
	}

	/** Logits, row by row, one per 8 x 8 pixels. */
	async run(
		rgb: Uint8Array,
		comparison: Comparison,
		width: number,
		height: number,
	): Promise<{ logits: Float32Array; rows: number; columns: number }> {
		const tensor = (data: Uint8Array) => new ort.Tensor("uint8", data, [height, width, 3]);
		const out = await this.#session.run({
			frame: tensor(rgb),
			short: tensor(comparison.short),
			previous: tensor(comparison.previous),
			long: tensor(comparison.long),
		});
		return { logits: out["logits"]?.data as Float32Array, ...gridOf(width, height) };
	}

	async close(): Promise<void> {
		await this.#session.release();
	}
}
