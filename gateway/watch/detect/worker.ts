import { join } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { Analyst, type AnalystOptions } from "./analyst.ts";
import type { ModelFiles } from "./manifest.ts";
import { type Network, openNetwork } from "./network.ts";

/** The detector's own process: a crash in the model's native code ends this, not the gateway. */

export interface WorkerSetup {
	type: "setup";
	model: ModelFiles;
	threads: number;
	analyst: AnalystOptions;
	/** Folder for the past frames of all views; none are kept without one. */
	past?: string;
	/** Run it once on an empty picture of each size before it is called ready: wrong shapes show then, not at the first fire. */
	proof?: { width: number; height: number }[];
}

export interface WorkerFrame {
	type: "frame";
	id: number;
	view: string;
	at: number;
	width: number;
	height: number;
	rgb: Uint8Array;
}

const analysts = new Map<string, Analyst>();
let network: Network | undefined;
let setup: WorkerSetup | undefined;
let tail: Promise<void> = Promise.resolve();

process.on("message", (message: WorkerSetup | WorkerFrame) => {
	tail = tail
		.then(() => (message.type === "setup" ? open(message) : analyse(message)))
		.catch((error) => {
			process.send?.({ type: "failed", id: message.type === "frame" ? message.id : undefined, why: messageOf(error) });
		});
});
// the gateway is gone: so is our work
process.on("disconnect", () => process.exit(0));

async function open(message: WorkerSetup): Promise<void> {
	setup = message;
	network = await openNetwork(message.model, message.threads);
	for (const size of message.proof ?? []) await prove(network, size);
	process.send?.({ type: "ready" });
}

async function prove(candidate: Network, { width, height }: { width: number; height: number }): Promise<void> {
	const half = new Uint8Array((width * height * 3) / 4).fill(120);
	const comparison = { short: half, previous: half, long: half };
	const found = await candidate.look({ rgb: new Uint8Array(width * height * 3).fill(120), half, comparison, width, height });
	const maps = Object.entries(found);
	if (maps.length === 0) throw new Error("it says nothing of smoke or flames: name a class `smoke` or `flame`");
	for (const [kind, map] of maps)
		if (map.logits?.length !== map.rows * map.columns || !map.logits.every(Number.isFinite))
			throw new Error(`its map of ${kind} holds ${map.logits?.length ?? 0} numbers for ${map.rows} x ${map.columns} cells, or some that are none`);
}

async function analyse(frame: WorkerFrame): Promise<void> {
	if (!network || !setup) throw new Error("no setup came before the frame");
	process.send?.({ type: "begun", id: frame.id });
	let analyst = analysts.get(frame.view);
	if (!analyst) {
		analyst = new Analyst(network, setup.analyst, setup.past === undefined ? undefined : join(setup.past, frame.view));
		analysts.set(frame.view, analyst);
		await analyst.restore(frame.width, frame.height, frame.at);
	}
	const analysis = await analyst.look(frame.rgb, frame.width, frame.height, frame.at);
	process.send?.({ type: "analysis", id: frame.id, analysis });
}
