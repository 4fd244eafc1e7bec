import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJpeg, encodeJpeg, sizeOfJpeg } from "../../base/jpeg.ts";
import { type Candidate, CandidateTracker, TrackNumbers } from "./candidate-tracker.ts";
import { type Grid, gridOf } from "./grid.ts";
import { type Comparison, double, FrameHistory, halve } from "./history.ts";
import { Light } from "./light.ts";
import type { Network } from "./logits.ts";
import type { AnalystOptions } from "./manifest.ts";
import { SKYLINE_MINUTES, Skyline, skylineOf } from "./skyline.ts";
import { type Move, Steadiness, type View, viewOf } from "./steadiness.ts";

export interface Analysis {
	/** True while there is too little past to judge by. */
	learning: boolean;
	candidates: Candidate[];
	/** Highest score of smoke in the frame, candidate or not. */
	top?: number | undefined;
	/** Why the frame was not judged: the camera shakes, or the light of the whole picture has changed. */
	unsteady?: "shaken" | "light";
	/** The camera was found to look elsewhere: its past is forgotten, and it learns again. Said once. */
	moved?: Move;
}

interface Baseline {
	/** The short past it was made of. */
	short: Uint8Array;
	grid: Grid;
	view: View;
}

const MINUTE_MS = 60_000;
/** Every other minute says enough about what is usual, and halves the time until the first frame after a start. */
const RECALL_EVERY = 2;
/**
 * Logit of flames that a place is taken to have usually, before its baseline is known: seven minutes after the first
 * frame of a view.
 */
const UNKNOWN_FLAME = 1;
/** Past frames older than this are of another light. */
export const STALE_MINUTES = 60;

/** Judges the frames of one view, and keeps the view's past across restarts when it is given a folder. */
export class Analyst {
	readonly #network: Network;
	readonly #folder: string | undefined;
	readonly #options: AnalystOptions;
	readonly #numbers = new TrackNumbers();
	#past = new FrameHistory();
	#smoke: CandidateTracker;
	#flames: CandidateTracker;
	readonly #steadiness = new Steadiness();
	readonly #light = new Light();
	#skyline = new Skyline();
	#baseline: Baseline | undefined;

	constructor(network: Network, options: AnalystOptions, folder?: string) {
		this.#network = network;
		this.#folder = folder;
		this.#options = options;
		this.#smoke = this.#newSmoke();
		this.#flames = this.#newFlames();
	}

	/**
	 * What is kept in a view's folder, for `restore` before its first frame comes: the size that frame had last time, and
	 * a time right after the newest one. Undefined where nothing is kept.
	 */
	static kept(folder: string): { width: number; height: number; at: number } | undefined {
		const newest = Math.max(...minutesIn(folder));
		if (!Number.isFinite(newest)) return undefined;
		try {
			const half = sizeOfJpeg(readFileSync(join(folder, `${newest}.jpg`)));
			return { width: half.width * 2, height: half.height * 2, at: (newest + 1) * MINUTE_MS };
		} catch {
			return undefined; // damaged: the first frame finds out
		}
	}

	/** Loads the kept past and works out again what was usual in it. `now` in ms since 1970, of the coming frame. */
	async restore(width: number, height: number, now: number): Promise<void> {
		if (!this.#folder) return;
		mkdirSync(this.#folder, { recursive: true });
		const newest = Math.floor(now / MINUTE_MS);
		const minutes = minutesIn(this.#folder);
		if (newest - (minutes.at(-1) ?? 0) > STALE_MINUTES) return;
		for (const minute of minutes) {
			const file = join(this.#folder, `${minute}.jpg`);
			const isRecent = minute >= newest - STALE_MINUTES && minute < newest;
			const half = isRecent ? readSmall(file, width / 2, height / 2) : undefined;
			if (half) this.#past.add(half, minute * MINUTE_MS);
			else rmSync(file, { force: true });
		}
		// what is usual only makes such a network quieter: not worth a start that takes minutes
		if (this.#network.needsPast) await this.#recall(width, height);
	}

	/** Works out again what was usual in the past that is kept. */
	async #recall(width: number, height: number): Promise<void> {
		for (const minute of this.#past.minutes().filter((m) => m % RECALL_EVERY === 0)) {
			const at = minute * MINUTE_MS;
			const half = this.#past.frame(minute);
			const comparison = this.#past.comparison(at);
			if (!half || !comparison) continue;
			const rgb = double(half, width, height);
			const { smoke, flame } = await this.#network.infer({ rgb, half, comparison, width, height });
			if (smoke) this.#smoke.recall(smoke, at);
			if (flame) this.#flames.recall(flame, at);
		}
	}

	async analyse(rgb: Uint8Array, width: number, height: number, at: number): Promise<Analysis> {
		const comparison = this.#past.comparison(at);
		const half = halve(rgb, width, height);
		const stance = comparison ? this.#stanceOf(comparison, { half, width, height, at }) : "steady";
		// a shaken picture neither rings nor becomes part of what is usual
		if (stance === "shaken") return { learning: this.#learning, candidates: [], unsteady: stance };
		if (typeof stance !== "string") {
			this.#forget();
			this.#remember(half, width, height, at);
			return { learning: true, candidates: [], moved: atFullSize(stance) };
		}
		this.#remember(half, width, height, at);
		// in another light the past tells nothing of smoke, though it must come to know that light; flames are seen without
		// it
		const seen = { rgb, half, comparison: stance === "relit" ? undefined : comparison, width, height };
		const candidates = this.#candidatesIn(await this.#network.infer(seen), at);
		const learning = this.#learning;
		if (stance === "relit") return { learning, candidates, unsteady: "light" };
		return { learning, candidates, top: this.#smoke.top };
	}

	/** How a frame stands to what its view usually looks like. */
	#stanceOf(
		comparison: Comparison,
		{ half, width, height, at }: { half: Uint8Array; width: number; height: number; at: number },
	): "steady" | "shaken" | "relit" | Move {
		const baseline = this.#baselineOf(comparison, width, height, at);
		const now = gridOf(half, width / 2, height / 2);
		const steady = this.#steadiness.compare(baseline.view, viewOf(now), at);
		if (steady === "unsteady") return "shaken";
		if (steady !== "steady") return steady;
		return this.#network.needsPast && this.#light.changed(baseline.grid, now, at) ? "relit" : "steady";
	}

	/** Another view has another past. */
	#forget(): void {
		this.#past = new FrameHistory();
		this.#smoke = this.#newSmoke();
		this.#flames = this.#newFlames();
		this.#skyline = new Skyline();
	}

	#candidatesIn({ smoke, flame }: Awaited<ReturnType<Network["infer"]>>, at: number): Candidate[] {
		for (const map of [smoke, flame])
			if (map && !map.logits.every(Number.isFinite)) throw new Error("model output contains NaN or Infinity");
		// other people's networks are not ours to correct, and a flame may be seen where the land is too dark to have edges
		const skyline = this.#network.needsPast ? this.#skyline.highest : undefined;
		return [
			...(smoke ? this.#smoke.observe(smoke, at, skyline) : []),
			...(flame ? this.#flames.observe(flame, at) : []),
		];
	}

	/** What a view usually looks like changes with its minute, not with each frame. */
	#baselineOf({ short }: Comparison, width: number, height: number, at: number): Baseline {
		if (this.#baseline?.short !== short) {
			const grid = gridOf(short, width / 2, height / 2);
			const grids = this.#past.framesAgo(at, SKYLINE_MINUTES).map((frame) => gridOf(frame, width / 2, height / 2));
			this.#skyline.see(skylineOf(grids), at);
			this.#baseline = { short, grid, view: viewOf(grid) };
		}
		return this.#baseline;
	}

	/** A network that needs no past has nothing to learn: the baseline of a place only makes it quieter. */
	get #learning(): boolean {
		return this.#network.needsPast && !this.#smoke.ready;
	}

	#newSmoke(): CandidateTracker {
		const { candidateScore } = this.#options;
		return new CandidateTracker({
			candidateScore,
			what: "smoke",
			needsBaseline: this.#network.needsPast,
			numbers: this.#numbers,
		});
	}

	/**
	 * A flame needs no past to be seen, but before lamps, signs and red soil are known it must look like nothing else.
	 */
	#newFlames(): CandidateTracker {
		const candidateScore = this.#options.flameCandidateScore ?? this.#options.candidateScore;
		const ours = this.#network.needsPast ? { unknownBaseline: UNKNOWN_FLAME } : {};
		return new CandidateTracker({
			candidateScore,
			what: "flame",
			needsBaseline: false,
			...ours,
			numbers: this.#numbers,
		});
	}

	#remember(half: Uint8Array, width: number, height: number, at: number): void {
		if (this.#past.add(half, at)) this.#persist(half, width / 2, height / 2, Math.floor(at / MINUTE_MS));
	}

	#persist(rgb: Uint8Array, width: number, height: number, minute: number): void {
		if (!this.#folder) return;
		const file = join(this.#folder, `${minute}.jpg`);
		writeFileSync(`${file}.new`, encodeJpeg(rgb, width, height));
		renameSync(`${file}.new`, file);
		const kept = new Set(this.#past.minutes().map((m) => `${m}.jpg`));
		for (const name of readdirSync(this.#folder))
			if (!kept.has(name)) rmSync(join(this.#folder, name), { force: true });
	}
}

/** The minutes of which a folder keeps a frame, oldest first. */
function minutesIn(folder: string): number[] {
	return readdirSync(folder)
		.map((name) => Number(/^(\d+)\.jpg$/.exec(name)?.[1]))
		.filter((m) => m > 0)
		.sort((a, b) => a - b);
}

function atFullSize(move: Move): Move {
	return move.shift ? { ...move, shift: { dx: move.shift.dx * 2, dy: move.shift.dy * 2 } } : move;
}

/** A kept past frame; undefined when it is damaged (a power cut) or of another size. */
function readSmall(file: string, width: number, height: number): Uint8Array | undefined {
	try {
		const picture = decodeJpeg(readFileSync(file));
		return picture.width === width && picture.height === height ? picture.rgb : undefined;
	} catch {
		return undefined;
	}
}
