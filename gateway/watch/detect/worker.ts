import { join } from "node:path";
import { Analyst } from "./analyst.ts";
import type { DecisionOptions } from "./decision.ts";
import { Network } from "./network.ts";

/** The detector's own process: a crash in the model's native code ends this, not the gateway. */

export interface WorkerSetup {
	type: "setup";
	file: string;
	threads: number;
	decision: DecisionOptions;
	/** Folder for the past frames of all views. */
	past: string;
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
			process.send?.({ type: "failed", id: message.type === "frame" ? message.id : undefined, why: String(error) });
		});
});
// the gateway is gone: so is our work
process.on("disconnect", () => process.exit(0));

async function open(message: WorkerSetup): Promise<void> {
	setup = message;
	network = await Network.open(message.file, message.threads);
	process.send?.({ type: "ready" });
}

async function analyse(frame: WorkerFrame): Promise<void> {
	if (!network || !setup) throw new Error("no setup came before the frame");
	let analyst = analysts.get(frame.view);
	if (!analyst) {
		analyst = new Analyst(network, setup.decision, join(setup.past, frame.view));
		analysts.set(frame.view, analyst);
		await analyst.restore(frame.width, frame.height, frame.at);
	}
	const analysis = await analyst.look(frame.rgb, frame.width, frame.height, frame.at);
	process.send?.({ type: "analysis", id: frame.id, analysis });
}
