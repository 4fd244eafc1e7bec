import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { cellsOf, type Logits, type Network, type NetworkInput } from "./logits.ts";
import type { ModelFiles } from "./manifest.ts";
import { ThirdPartyNetwork } from "./third-party.ts";

/** Opens the network of a model. Throws what onnxruntime says of the file, or what is wrong with its shapes. */
export async function openNetwork({ folder, files, foreign }: ModelFiles, threads: number): Promise<Network> {
	const session = await openSession(join(folder, files.smoke), threads);
	if (foreign) return new ThirdPartyNetwork(session, foreign);
	return new OwnNetwork(
		session,
		files.flame === undefined ? undefined : await openSession(join(folder, files.flame), threads),
	);
}

/** Our own pair: smoke from a picture and its pasts, flames from the picture alone. */
class OwnNetwork implements Network {
	readonly needsPast = true;
	readonly #smoke: ort.InferenceSession;
	readonly #flame: ort.InferenceSession | undefined;

	constructor(smoke: ort.InferenceSession, flame: ort.InferenceSession | undefined) {
		this.#smoke = smoke;
		this.#flame = flame;
	}

	async infer({ rgb, half, comparison, width, height }: NetworkInput): Promise<{ smoke?: Logits; flame?: Logits }> {
		const tensor = (data: Uint8Array, part = 2) => new ort.Tensor("uint8", data, [height / part, width / part, 3]);
		const logits = (out: ort.InferenceSession.OnnxValueMapType) => ({
			logits: out["logits"]?.data as Float32Array,
			...cellsOf(width, height),
		});
		const found: { smoke?: Logits; flame?: Logits } = {};
		if (this.#flame) found.flame = logits(await this.#flame.run({ half: tensor(half) }));
		if (comparison) {
			const { short, previous, long } = comparison;
			found.smoke = logits(
				await this.#smoke.run({
					frame: tensor(rgb, 1),
					short: tensor(short),
					previous: tensor(previous),
					long: tensor(long),
				}),
			);
		}
		return found;
	}

	async close(): Promise<void> {
		await this.#smoke.release();
		await this.#flame?.release();
	}
}

function openSession(file: string, threads: number): Promise<ort.InferenceSession> {
	return ort.InferenceSession.create(file, {
		intraOpNumThreads: threads,
		interOpNumThreads: 1,
		executionProviders: ["cpu"],
		graphOptimizationLevel: "all",
		// the arena keeps its buffers, some 35 MiB; without it each layer's are fetched from the system anew, which takes
		// longer than the network
		enableCpuMemArena: true,
		enableMemPattern: false,
		logSeverityLevel: 3,
	});
}
