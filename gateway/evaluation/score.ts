import type { Box } from "../model/camera.ts";
import type { Footage } from "../watch/capture/stills.ts";

/** Scoring of alerts against labelled footage. Pure; the rules stand in models/README.md. */

export interface Alert {
	/** ms since 1970. */
	at: number;
	box: Box;
	score: number;
}

export interface SequenceScore {
	cameraHours: number;
	cleanHours: number;
	ignition: number | null;
	firstSmoke: number | null;
	/** Whether the sequence counts for recall: five labelled frames or more and a clean beginning. */
	event: boolean;
	detectedAt: number | null;
	falseAlarms: Alert[];
	unexplained: Alert[];
}

const FEWEST_BOXES = 5;
const FRAMES_AHEAD = 5;
const MINUTE_MS = 60_000;

export function scoreSequence(footage: Footage, alerts: Alert[]): SequenceScore {
	const { frames, ignition } = footage;
	const first = frames[0]?.at ?? 0;
	const last = frames.at(-1)?.at ?? first;
	const boxed = frames.filter((f) => f.boxes.length > 0);
	const labelled = boxed.length >= FEWEST_BOXES;
	const firstSmoke = boxed[0]?.at ?? null;
	// footage of which every frame is known to be clean is clean to its end
	const clean = ignition === null && frames.every((f) => f.smoke === false);
	const cleanUntil = ignition === null ? (clean ? last : first) : ignition - MINUTE_MS;
	const hits = alerts.filter((a) => {
		const from = frames.findIndex((f) => f.at >= a.at);
		return frames.slice(from, from + FRAMES_AHEAD + 1).some((f) => f.boxes.some((b) => overlaps(a.box, b)));
	});
	const early = alerts.filter((a) => clean || (ignition !== null && a.at < cleanUntil));
	const elsewhere = alerts.filter(
		(a) => !early.includes(a) && labelled && !frames.some((f) => f.boxes.some((b) => overlaps(a.box, b))),
	);
	return {
		cameraHours: (last - first) / 3_600_000,
		cleanHours: Math.max(0, cleanUntil - first) / 3_600_000,
		ignition,
		firstSmoke,
		event: labelled && frames.some((f) => f.smoke === false),
		detectedAt: hits.find((h) => !early.includes(h))?.at ?? null,
		falseAlarms: [...early, ...elsewhere],
		unexplained: alerts.filter((a) => !labelled && !early.includes(a)),
	};
}

/** Whether an alert touches a label. */
export function overlaps(a: Box, [x, y, w, h]: [number, number, number, number]): boolean {
	return a.x < x + w && x < a.x + a.w && a.y < y + h && y < a.y + a.h;
}

/** Exact two-sided 95 % interval of a Poisson mean after `count` events, divided by `exposure` (Garwood 1936). */
export function poissonInterval(count: number, exposure: number): [number, number] {
	const low = count === 0 ? 0 : solve((m) => 1 - poissonCdf(count - 1, m) - 0.025);
	const high = solve((m) => 0.025 - poissonCdf(count, m));
	return [low / exposure, high / exposure];
}

function poissonCdf(k: number, mean: number): number {
	let term = Math.exp(-mean);
	let sum = term;
	for (let i = 1; i <= k; i++) {
		term *= mean / i;
		sum += term;
	}
	return sum;
}

/** Root of a rising function by bisection. */
function solve(f: (m: number) => number): number {
	let low = 0;
	let high = 700;
	for (let i = 0; i < 100; i++) {
		const middle = (low + high) / 2;
		if (f(middle) < 0) low = middle;
		else high = middle;
	}
	return (low + high) / 2;
}

/** Accuracy, precision, recall, F1 at a level, and the area under the ROC curve, of scored frames. */
export function frameFigures(frames: { positive: boolean; score: number }[], level: number) {
	const count = (p: (f: { positive: boolean; score: number }) => boolean) => frames.filter(p).length;
	const tp = count((f) => f.positive && f.score >= level);
	const fp = count((f) => !f.positive && f.score >= level);
	const fn = count((f) => f.positive && f.score < level);
	const tn = count((f) => !f.positive && f.score < level);
	const ratio = (a: number, b: number) => (b === 0 ? 0 : a / b);
	const precision = ratio(tp, tp + fp);
	const recall = ratio(tp, tp + fn);
	return {
		accuracy: ratio(tp + tn, frames.length),
		precision,
		recall,
		f1: ratio(2 * precision * recall, precision + recall),
		auroc: auroc(frames),
	};
}

/** Area under the ROC curve, ties counted half. */
export function auroc(frames: { positive: boolean; score: number }[]): number {
	const sorted = [...frames].sort((a, b) => a.score - b.score);
	let rankSum = 0;
	for (let i = 0; i < sorted.length; ) {
		let j = i;
		while (j < sorted.length && sorted[j]?.score === sorted[i]?.score) j++;
		const meanRank = (i + 1 + j) / 2;
		for (let k = i; k < j; k++) if (sorted[k]?.positive) rankSum += meanRank;
		i = j;
	}
	const positives = frames.filter((f) => f.positive).length;
	const negatives = frames.length - positives;
	return positives === 0 || negatives === 0
		? 0
		: (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
