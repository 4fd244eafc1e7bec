import type { Box, SightingKind } from "../../model/camera.ts";
import type { Logits } from "./logits.ts";
import { dilate, quantile } from "./maps.ts";

/**
 * From maps of logits to places that smoke. A place scores the mean of its last three logits (dilated by one cell), or
 * of its last five and a bonus, less its own baseline: the 80th percentile of the last 40 minutes, so that a chimney or
 * a glinting dish must exceed its own baseline. Below a floor all baselines count alike: a place that never looked like
 * smoke gains nothing by it, or the emptiest sky would ring first.
 */

const BASELINE_MINUTES = 40;
/** Minutes of the present that do not count for the baseline yet. */
const BASELINE_DELAY = 3;
const BASELINE_QUANTILE = 0.8;
/** Logit below which a baseline counts as this. */
const LEAST_BASELINE = -1;
const BASELINE_LEAST = 4;
/** Frames nearer than this to each other are one observation: three are spread over half a minute at least. */
const LEAST_LAG_MS = 15_000;
const OBSERVATIONS = 3;
/** What persists is surer: the mean of more observations strays less, and counts for so much more. */
const MORE_OBSERVATIONS = 5;
const MORE_OBSERVATIONS_BONUS = 0.3;
/** Observations older than this are no part of the present. */
const PRESENT_MS = 8 * 60_000;
const MOST_RECENT = 64;
const MINUTE_MS = 60_000;
/** Share of the picture's width within which two spots, or a spot and a track, are one. */
const MERGE_SHARE = 0.075;
const TRACK_MS = 30 * MINUTE_MS;

export interface Candidate {
	what: SightingKind;
	trackId: number;
	box: Box;
	score: number;
	firstSeenAt: number;
}

export interface CandidateTrackerOptions {
	/** Score from which a spot is kept as a candidate. */
	candidateScore: number;
	what?: SightingKind;
	/** Whether it says nothing before it knows what is usual. */
	needsBaseline?: boolean;
	/** Logit that counts as the baseline of a place that is not known yet. */
	unknownBaseline?: number;
	/** Numbers tracks; two decisions about one view share it. */
	numbers?: TrackNumbers;
}

/**
 * Numbers of tracks, counted from the time, so that a detector that began anew does not use one that people have
 * answered.
 */
export class TrackNumbers {
	#newest = 0;

	next(at: number): number {
		this.#newest = Math.max(this.#newest + 1, Math.floor(at));
		return this.#newest;
	}
}

interface LogitMap {
	at: number;
	values: Float32Array;
}

interface Track {
	id: number;
	x: number;
	y: number;
	firstSeenAt: number;
	lastSeenAt: number;
}

export class CandidateTracker {
	readonly #options: Required<CandidateTrackerOptions>;
	#columns = 0;
	#rows = 0;
	#recent: LogitMap[] = [];
	#baselineMaps: { minute: number; values: Float32Array }[] = [];
	#baseline: { minute: number; values: Float32Array } | undefined;
	#tracks: Track[] = [];
	/** Highest score anywhere in the last frame, below candidate level too; undefined when none was given. */
	top: number | undefined;

	constructor(options: CandidateTrackerOptions) {
		this.#options = {
			what: "smoke",
			needsBaseline: true,
			unknownBaseline: LEAST_BASELINE,
			numbers: new TrackNumbers(),
			...options,
		};
	}

	/** Whether there is enough of a baseline to judge by. */
	get ready(): boolean {
		return this.#baselineMaps.length >= BASELINE_LEAST;
	}

	/** A past frame's logits, while the past is rebuilt after a restart. */
	recall({ logits, rows, columns }: Logits, at: number): void {
		this.#size(rows, columns);
		this.#remember(dilate(logits, rows, columns), at);
	}

	/**
	 * Takes the logits of one frame, and where its sky ends (see skyline.ts) if that is known; answers with the spots at
	 * or above candidate level.
	 */
	observe({ logits, rows, columns }: Logits, at: number, skyline?: Float32Array): Candidate[] {
		this.#size(rows, columns);
		const now = { at, values: dilate(logits, rows, columns) };
		const observations = this.#observationsWith(now);
		this.#recent = [...this.#recent.filter((m) => at - m.at < PRESENT_MS), now].slice(-MOST_RECENT);
		const baseline = this.#baselineAt(Math.floor(at / MINUTE_MS));
		this.#remember(now.values, at);
		this.top = undefined;
		if (observations.length < OBSERVATIONS || (!baseline && this.#options.needsBaseline)) return [];
		const score = this.#persisting(observations.map((m) => m.values));
		this.#aboveBaseline(score, baseline, skyline);
		this.top = score.length === 0 ? undefined : score.reduce((a, b) => Math.max(a, b));
		return this.#candidates(score, at);
	}

	/** This frame and those before it that are observations of their own, newest first. */
	#observationsWith(now: LogitMap): LogitMap[] {
		const observations = [now];
		for (const m of this.#recent.toReversed()) {
			if (observations.length === MORE_OBSERVATIONS) break;
			const { at } = observations.at(-1) as LogitMap;
			if (at - m.at >= LEAST_LAG_MS) observations.push(m);
		}
		return observations;
	}

	/** Takes from each score the baseline of its place. */
	#aboveBaseline(score: Float32Array, baseline: Float32Array | undefined, skyline: Float32Array | undefined): void {
		const { unknownBaseline, candidateScore } = this.#options;
		for (let i = 0; i < score.length; i++) {
			const above = (score[i] as number) - Math.max(LEAST_BASELINE, baseline?.[i] ?? unknownBaseline);
			// kept as a candidate at the most: it can be looked at, and rings nobody
			const isCloud = skyline !== undefined && isSky(i, this.#rows, this.#columns, skyline);
			score[i] = isCloud ? Math.min(above, candidateScore) : above;
		}
	}

	/** Mean of the newest three observations or of the newest five and a bonus, whichever is higher; newest first. */
	#persisting(observations: Float32Array[]): Float32Array {
		const mean = new Float32Array(this.#rows * this.#columns);
		for (let i = 0; i < mean.length; i++) {
			let sum = 0;
			for (let k = 0; k < OBSERVATIONS; k++) sum += observations[k]?.[i] as number;
			mean[i] = sum / OBSERVATIONS;
			if (observations.length < MORE_OBSERVATIONS) continue;
			for (let k = OBSERVATIONS; k < MORE_OBSERVATIONS; k++) sum += observations[k]?.[i] as number;
			mean[i] = Math.max(mean[i] as number, sum / MORE_OBSERVATIONS + MORE_OBSERVATIONS_BONUS);
		}
		return mean;
	}

	#size(rows: number, columns: number): void {
		if (rows === this.#rows && columns === this.#columns) return;
		this.#rows = rows;
		this.#columns = columns;
		this.#recent = [];
		this.#baselineMaps = [];
		this.#baseline = undefined;
		this.#tracks = [];
	}

	#remember(values: Float32Array, at: number): void {
		const minute = Math.floor(at / MINUTE_MS);
		if (this.#baselineMaps.at(-1)?.minute === minute) return;
		this.#baselineMaps = [...this.#baselineMaps, { minute, values }].slice(-BASELINE_MINUTES - BASELINE_DELAY);
	}

	#baselineAt(minute: number): Float32Array | undefined {
		if (this.#baseline?.minute === minute) return this.#baseline.values;
		const maps = this.#baselineMaps.filter(
			(m) => m.minute <= minute - BASELINE_DELAY && m.minute >= minute - BASELINE_DELAY - BASELINE_MINUTES,
		);
		if (maps.length < BASELINE_LEAST) return undefined;
		const values = quantile(
			maps.map((m) => m.values),
			BASELINE_QUANTILE,
		);
		this.#baseline = { minute, values };
		return values;
	}

	#candidates(score: Float32Array, at: number): Candidate[] {
		this.#tracks = this.#tracks.filter((t) => at - t.lastSeenAt < TRACK_MS);
		const found: Candidate[] = [];
		for (const spot of spots(score, this.#rows, this.#columns, this.#options.candidateScore)) {
			const track = this.#trackOf((spot.left + spot.right) / 2, (spot.top + spot.bottom) / 2, at);
			if (found.some((f) => f.trackId === track.id && f.score >= spot.score)) continue;
			found.push({
				what: this.#options.what,
				trackId: track.id,
				box: this.#boxOf(spot),
				score: spot.score,
				firstSeenAt: track.firstSeenAt,
			});
		}
		return found.sort((a, b) => b.score - a.score);
	}

	#trackOf(x: number, y: number, at: number): Track {
		let track = this.#tracks.find((t) => Math.hypot(t.x - x, t.y - y) <= MERGE_SHARE * this.#columns);
		if (!track) {
			track = { id: this.#options.numbers.next(at), x, y, firstSeenAt: at, lastSeenAt: at };
			this.#tracks.push(track);
		}
		track.x = x;
		track.y = y;
		track.lastSeenAt = at;
		return track;
	}

	#boxOf(s: Spot): Box {
		return {
			x: s.left / this.#columns,
			y: s.top / this.#rows,
			w: (s.right - s.left + 1) / this.#columns,
			h: (s.bottom - s.top + 1) / this.#rows,
		};
	}
}

/** Smoke may stand so far above the skyline before it counts as sky; share of the picture's height. */
const ABOVE_SKYLINE = 0.1;

/**
 * Whether a cell lies in the sky, where nothing burns: clouds form there. `skyline`: shares of the height, for columns
 * of its own.
 */
function isSky(cell: number, rows: number, columns: number, skyline: Float32Array): boolean {
	const column = Math.min(skyline.length - 1, Math.floor((((cell % columns) + 0.5) / columns) * skyline.length));
	return (Math.floor(cell / columns) + 1) / rows < (skyline[column] ?? 0) - ABOVE_SKYLINE;
}

interface Spot {
	left: number;
	right: number;
	top: number;
	bottom: number;
	score: number;
}

/** Connected cells at or above `least`, strongest first, spots close to a stronger one merged into it. */
function spots(score: Float32Array, rows: number, columns: number, least: number): Spot[] {
	const seen = new Uint8Array(score.length);
	const list: Spot[] = [];
	/** Whether a cell is part of a spot, and was not met before. */
	const isFresh = (cell: number): boolean => {
		if (seen[cell] || !((score[cell] as number) >= least)) return false;
		seen[cell] = 1;
		return true;
	};
	for (let start = 0; start < score.length; start++) {
		if (!isFresh(start)) continue;
		const spot: Spot = { left: columns, right: 0, top: rows, bottom: 0, score: Number.NEGATIVE_INFINITY };
		const queue = [start];
		for (let i = queue.pop(); i !== undefined; i = queue.pop()) {
			widen(spot, i % columns, Math.floor(i / columns), score[i] as number);
			for (const n of neighbours(i, columns, score.length)) if (isFresh(n)) queue.push(n);
		}
		list.push(spot);
	}
	return list.sort((a, b) => b.score - a.score).slice(0, 20);
}

function widen(spot: Spot, x: number, y: number, score: number): void {
	spot.left = Math.min(spot.left, x);
	spot.right = Math.max(spot.right, x);
	spot.top = Math.min(spot.top, y);
	spot.bottom = Math.max(spot.bottom, y);
	spot.score = Math.max(spot.score, score);
}

/** The cells left of, right of, above and below one, where the map goes on there. */
function neighbours(cell: number, columns: number, cells: number): number[] {
	const x = cell % columns;
	const found: number[] = [];
	if (x > 0) found.push(cell - 1);
	if (x + 1 < columns) found.push(cell + 1);
	if (cell >= columns) found.push(cell - columns);
	if (cell + columns < cells) found.push(cell + columns);
	return found;
}
