import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import jpeg from "jpeg-js";
import { encodeJpeg } from "../../base/jpeg.ts";
import { type Candidate, Decision, type DecisionOptions } from "./decision.ts";
import type { Network } from "./network.ts";
import { Past } from "./past.ts";
import { type Move, Steadiness, type View, viewOf } from "./steadiness.ts";

export interface Analysis {
	/** True while there is too little past to judge by. */
	learning: boolean;
	candidates: Candidate[];
	/** Highest score in the frame, candidate or not. */
	top?: number | undefined;
	/** The camera was found to look elsewhere: its past is forgotten, and it learns again. Said once. */
	moved?: Move;
}

const MINUTE_MS = 60_000;
/** Every other minute says enough about what is usual, and halves the time until the first frame after a start. */
const RECALL_EVERY = 2;
/** Past frames older than this are of another light. */
const STALE_MINUTES = 60;

/** Judges the frames of one view, and keeps the view's past across restarts when it is given a folder. */
export class Analyst {
	readonly #network: Network;
	readonly #folder: string | undefined;
	readonly #options: DecisionOptions;
	#past = new Past();
	#decision: Decision;
	readonly #steadiness = new Steadiness();
	#usual: { short: Uint8Array; view: View } | undefined;

	constructor(network: Network, options: DecisionOptions, folder?: string) {
		this.#network = network;
		this.#folder = folder;
		this.#options = options;
		this.#decision = new Decision(options);
	}

	/** Loads the kept past and works out again what was usual in it. `now` in ms since 1970, of the coming frame. */
	async restore(width: number, height: number, now: number): Promise<void> {
		if (!this.#folder) return;
		mkdirSync(this.#folder, { recursive: true });
		const newest = Math.floor(now / MINUTE_MS);
		const minutes = readdirSync(this.#folder)
			.map((name) => Number(/^(\d+)\.jpg$/.exec(name)?.[1]))
			.filter((m) => m > 0)
			.sort((a, b) => a - b);
		if (newest - (minutes.at(-1) ?? 0) > STALE_MINUTES) return;
		for (const minute of minutes) {
			const rgb = minute >= newest - STALE_MINUTES ? readSmall(join(this.#folder, `${minute}.jpg`), width, height) : undefined;
			if (rgb && minute < newest) this.#past.add(rgb, minute * MINUTE_MS);
			else rmSync(join(this.#folder, `${minute}.jpg`), { force: true });
		}
		for (const minute of this.#past.minutes()) {
			if (minute % RECALL_EVERY !== 0) continue;
			const rgb = this.#past.frame(minute);
			const comparison = this.#past.comparison(minute * MINUTE_MS);
			if (!rgb || !comparison) continue;
			const { logits, rows, columns } = await this.#network.run(rgb, comparison, width, height);
			this.#decision.recall(logits, rows, columns, minute * MINUTE_MS);
		}
	}

	async look(rgb: Uint8Array, width: number, height: number, at: number): Promise<Analysis> {
		const comparison = this.#past.comparison(at);
		if (comparison) {
			const steady = this.#steadiness.look(this.#viewOf(comparison.short, width, height), viewOf(rgb, width, height), at);
			// a shaken picture neither rings nor becomes part of what is usual
			if (steady === "unsteady") return { learning: !this.#decision.ready, candidates: [] };
			if (steady !== "steady") {
				this.#past = new Past();
				this.#decision = new Decision(this.#options);
				this.#remember(rgb, width, height, at);
				return { learning: true, candidates: [], moved: steady };
			}
		}
		this.#remember(rgb, width, height, at);
		if (!comparison) return { learning: true, candidates: [] };
		const { logits, rows, columns } = await this.#network.run(rgb, comparison, width, height);
		const candidates = this.#decision.look(logits, rows, columns, at);
		return { learning: !this.#decision.ready, candidates, top: this.#decision.top };
	}

	#remember(rgb: Uint8Array, width: number, height: number, at: number): void {
		if (this.#past.add(rgb, at)) this.#persist(rgb, width, height, Math.floor(at / MINUTE_MS));
	}

	/** The edges of the short past change with its minute, not with each frame. */
	#viewOf(short: Uint8Array, width: number, height: number): View {
		if (this.#usual?.short !== short) this.#usual = { short, view: viewOf(short, width, height) };
		return this.#usual.view;
	}

	#persist(rgb: Uint8Array, width: number, height: number, minute: number): void {
		if (!this.#folder) return;
		const file = join(this.#folder, `${minute}.jpg`);
		writeFileSync(`${file}.new`, encodeJpeg(rgb, width, height));
		renameSync(`${file}.new`, file);
		const kept = new Set(this.#past.minutes().map((m) => `${m}.jpg`));
		for (const name of readdirSync(this.#folder)) if (!kept.has(name)) rmSync(join(this.#folder, name), { force: true });
	}
}

/** A kept past frame; undefined when it is damaged (a power cut) or of another size. */
function readSmall(file: string, width: number, height: number): Uint8Array | undefined {
	try {
		const picture = jpeg.decode(readFileSync(file), { useTArray: true, formatAsRGBA: false, maxMemoryUsageInMB: 64 });
		return picture.width === width && picture.height === height ? picture.data : undefined;
	} catch {
		return undefined;
	}
}
