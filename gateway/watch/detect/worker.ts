import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { errorMessage } from "../../base/errors.ts";
import { Analyst, STALE_MINUTES } from "./analyst.ts";
import type { Network } from "./logits.ts";
import type { AnalystOptions, ModelFiles } from "./manifest.ts";
import { openNetwork } from "./network.ts";

/** The detector's own process: a crash in the model's native code ends this, not the gateway. */

export interface WorkerSetup {
	type: "setup";
	model: ModelFiles;
	threads: number;
	analyst: AnalystOptions;
	/** Folder for the past frames of all views; none are kept without one. */
	past?: string;
	/**
	 * Run it once on an empty picture of each size before it is called ready: wrong shapes show then, not at the first
	 * fire.
	 */
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
/** Views whose past was taken up before their first frame came, and for which frame and time. */
const warmed = new Map<string, { analyst: Analyst; width: number; height: number; at: number }>();
let network: Network | undefined;
let setup: WorkerSetup | undefined;
/** Frames first, then the pasts of views that have none yet; one after the other. */
const frames: (WorkerSetup | WorkerFrame)[] = [];
const cold: string[] = [];
let isWorking = false;

process.on("message", (message: WorkerSetup | WorkerFrame) => {
	frames.push(message);
	void work();
});
// Ctrl+C reaches every process of a terminal: the gateway ends this one when it has stopped what asks for frames
process.on("SIGINT", () => {});
// the gateway is gone: so is our work
process.on("disconnect", () => process.exit(0));

async function work(): Promise<void> {
	if (isWorking) return;
	isWorking = true;
	for (;;) {
		const message = frames.shift();
		const view = message ? undefined : cold.shift();
		if (message) await take(message);
		else if (view !== undefined)
			await warm(view).catch(() => {}); // its first frame finds out
		else break;
	}
	isWorking = false;
}

async function take(message: WorkerSetup | WorkerFrame): Promise<void> {
	try {
		if (message.type === "setup") await open(message);
		else await analyse(message);
	} catch (error) {
		const id = message.type === "frame" ? message.id : undefined;
		process.send?.({ type: "failed", id, why: errorMessage(error) });
	}
}

async function open(message: WorkerSetup): Promise<void> {
	setup = message;
	network = await openNetwork(message.model, message.threads);
	for (const size of message.proof ?? []) await prove(network, size);
	process.send?.({ type: "ready" });
	if (message.past !== undefined && existsSync(message.past)) cold.push(...readdirSync(message.past));
}

/**
 * Takes up a view's past while its camera is still waited for: half a second and more that the first frame need not
 * wait.
 */
async function warm(view: string): Promise<void> {
	if (!network || setup?.past === undefined || analysts.has(view)) return;
	const kept = Analyst.kept(join(setup.past, view));
	if (!kept) return;
	const analyst = new Analyst(network, setup.analyst, join(setup.past, view));
	await analyst.restore(kept.width, kept.height, kept.at);
	warmed.set(view, { analyst, ...kept });
}

/** The analyst of a frame's view: the one that has been made ready, where it was for such a frame. */
async function analystOf({ view, width, height, at }: WorkerFrame): Promise<Analyst> {
	const known = analysts.get(view);
	if (known) return known;
	if (!network || !setup) throw new Error("no setup came before the frame");
	const ready = warmed.get(view);
	warmed.delete(view);
	if (ready && isFor(ready, { width, height, at })) {
		analysts.set(view, ready.analyst);
		return ready.analyst;
	}
	const folder = setup.past === undefined ? undefined : join(setup.past, view);
	const analyst = new Analyst(network, setup.analyst, folder);
	analysts.set(view, analyst);
	await analyst.restore(width, height, at);
	return analyst;
}

type Moment = Pick<WorkerFrame, "width" | "height" | "at">;

/** Whether what was made ready for one moment is ready for another: the same size, and not too long after. */
function isFor(ready: Moment, { width, height, at }: Moment): boolean {
	const minutes = (at - ready.at) / 60_000;
	return ready.width === width && ready.height === height && minutes > -1 && minutes < STALE_MINUTES;
}

async function prove(candidate: Network, { width, height }: { width: number; height: number }): Promise<void> {
	const half = new Uint8Array((width * height * 3) / 4).fill(120);
	const comparison = { short: half, previous: half, long: half };
	const rgb = new Uint8Array(width * height * 3).fill(120);
	const found = await candidate.infer({ rgb, half, comparison, width, height });
	const maps = Object.entries(found);
	if (maps.length === 0) throw new Error("it says nothing of smoke or flames: name a class `smoke` or `flame`");
	for (const [kind, { logits, rows, columns }] of maps) {
		if (logits?.length === rows * columns && logits.every(Number.isFinite)) continue;
		const count = logits?.length ?? 0;
		throw new Error(
			`its map of ${kind} holds ${count} numbers for ${rows} x ${columns} cells, or contains NaN or Infinity`,
		);
	}
}

async function analyse(frame: WorkerFrame): Promise<void> {
	process.send?.({ type: "begun", id: frame.id });
	const analyst = await analystOf(frame);
	const analysis = await analyst.analyse(frame.rgb, frame.width, frame.height, frame.at);
	process.send?.({ type: "analysis", id: frame.id, analysis });
}
