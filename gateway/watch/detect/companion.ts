import { createHash } from "node:crypto";
import { type Box, overlap } from "../../base/box.ts";
import type { Clock } from "../../base/clock.ts";
import { encodeJpeg } from "../../base/jpeg.ts";
import { omit } from "../../base/omit.ts";
import type { Phrase } from "../../base/phrase.ts";
import { phrase } from "../../base/say.ts";
import type { Service } from "../../base/service.ts";
import type { Tally } from "../../base/tally.ts";
import type { Frame, Opinion, Scores, Sighting } from "../../model/camera.ts";
import type { CompanionState } from "../../model/candidate.ts";
import { type EvidenceOptions, savePicture } from "../capture/evidence.ts";
import type { Candidate } from "./candidate-tracker.ts";
import type { Detector } from "./detector.ts";
import { type Model, pointsOf, probabilityOf } from "./manifest.ts";

export interface CompanionOptions {
	model: Model;
	/**
	 * `opinion`: its word stands on the evidence card. `shadow`: nobody hears of it but those who look at the
	 * differences.
	 */
	role: "opinion" | "shadow";
	/** Scores from which the model in use rings. */
	ownScores: () => Scores;
	evidence: EvidenceOptions;
}

interface Alert {
	side: "own" | "companion";
	cameraId: string;
	at: number;
	box: Box;
	probability: number;
	picture?: string;
	agreed: boolean;
}

/** Two alerts so near in time and touching in the picture are one. */
const TOGETHER_MS = 120_000;
const MOST_DIFFERENCES = 200;

type DetectorMaker = (onFailing: (why: Phrase) => void) => Detector;

/** A second model on the same frames, in a process of its own. It is never waited for, and rings nobody. */
export class Companion implements Service {
	readonly #options: CompanionOptions;
	readonly #detector: Detector;
	readonly #clock: Clock;
	readonly #tally: Tally;
	readonly #busy = new Set<string>();
	/** What it last made of each camera's picture, while it could judge. */
	readonly #seen = new Map<string, { at: number; candidates: Candidate[] }>();
	readonly #rung = new Set<string>();
	/** Why it does not look on any more. */
	#fault: Phrase | undefined;
	#open: Alert[] = [];
	#differences: Alert[] = [];
	#frames = 0;
	#agreed = 0;

	/** `open` makes its detector, which says by `onFailing` that it cannot be relied on. */
	constructor(options: CompanionOptions, open: DetectorMaker, clock: Clock, tally: Tally) {
		this.#options = options;
		this.#detector = open((why) => this.fail(why));
		this.#clock = clock;
		this.#tally = tally;
	}

	async start(): Promise<void> {
		await this.#detector.start();
	}

	async stop(): Promise<void> {
		await this.#detector.stop();
	}

	/**
	 * Shows it a frame and what the model in use made of it. A frame that comes while it is at work is left out, and
	 * counted.
	 */
	compare(frame: Frame, own: Candidate[]): void {
		if (this.#fault !== undefined) return;
		this.#settle(frame.capturedAt);
		const { manifest } = this.#options.model;
		const ringing = loud(own, this.#options.ownScores());
		this.#ring(
			"own",
			frame,
			ringing.map((c) => ({ ...c, probability: c.score })),
		);
		if (this.#busy.has(frame.cameraId)) return this.#tally.count("companion.skipped", frame.cameraId);
		this.#busy.add(frame.cameraId);
		this.#detector
			.analyse(frame)
			.then(({ candidates, learning, unsteady }) => {
				this.#frames++;
				if (learning || unsteady) return;
				this.#seen.set(frame.cameraId, { at: frame.capturedAt, candidates });
				const heard = loud(candidates, pointsOf(manifest).fast);
				this.#ring(
					"companion",
					frame,
					heard.map((c) => ({ ...c, probability: probabilityOf(manifest, c.what, c.score) })),
				);
			})
			.catch((error) => this.#tally.count("companion.failed", String(error)))
			.finally(() => this.#busy.delete(frame.cameraId));
	}

	/** It cannot be relied on: it is stopped, and the page says why. The model in use goes on. */
	fail(why: Phrase): void {
		this.#fault = phrase("fault.LK0404", { why: [why] });
		void this.#detector.stop();
	}

	/**
	 * What it says of a place that the model in use has pointed at; undefined when it has not judged since, or is no
	 * adviser.
	 */
	opinionOn({
		cameraId,
		boxes,
		firstSeenAt,
	}: Pick<Sighting, "cameraId" | "boxes" | "firstSeenAt">): Opinion | undefined {
		const seen = this.#seen.get(cameraId);
		if (this.#options.role !== "opinion" || !seen || seen.at < firstSeenAt || this.#clock.now() - seen.at > TOGETHER_MS)
			return undefined;
		const { manifest } = this.#options.model;
		const there = seen.candidates.filter((c) => boxes.some((b) => overlap(b, c.box) > 0));
		return {
			model: manifest.name,
			probability: Math.max(0, ...there.map((c) => probabilityOf(manifest, c.what, c.score))),
		};
	}

	view(): CompanionState {
		const { model, role } = this.#options;
		return {
			model: model.manifest.name,
			role,
			frames: this.#frames,
			agreed: this.#agreed,
			fault: this.#fault,
			differences: this.#differences.map((d) => omit(d, "agreed")).reverse(),
		};
	}

	#ring(side: Alert["side"], frame: Frame, candidates: (Candidate & { probability: number })[]): void {
		for (const c of candidates) {
			const key = `${side}.${frame.cameraId}.${c.trackId}`;
			if (this.#rung.has(key)) continue;
			this.#rung.add(key);
			const { cameraId, capturedAt: at } = frame;
			const alert: Alert = { side, cameraId, at, box: c.box, probability: c.probability, agreed: false };
			const same = this.#open.filter(
				(o) => o.side !== side && o.cameraId === alert.cameraId && overlap(o.box, alert.box) > 0,
			);
			for (const other of same) {
				if (!other.agreed) this.#agreed++;
				other.agreed = true;
				alert.agreed = true;
			}
			this.#open.push(alert);
			if (!alert.agreed) void this.#keepPicture(alert, frame);
		}
		if (this.#rung.size > 10_000) this.#rung.clear();
	}

	/** Alerts that the other side has not shared in time are differences. */
	#settle(now: number): void {
		const over = this.#open.filter((a) => now - a.at > TOGETHER_MS);
		if (over.length === 0) return;
		this.#open = this.#open.filter((a) => now - a.at <= TOGETHER_MS);
		// what it had no chance to judge is no difference
		const judged = (a: Alert) => a.side === "companion" || (this.#seen.get(a.cameraId)?.at ?? 0) >= a.at;
		this.#differences = [...this.#differences, ...over.filter((a) => !a.agreed && judged(a))].slice(-MOST_DIFFERENCES);
	}

	async #keepPicture(alert: Alert, frame: Frame): Promise<void> {
		const jpeg = encodeJpeg(frame.rgb, frame.width, frame.height);
		const name = `shadow-${createHash("sha256").update(jpeg).digest("hex").slice(0, 24)}.jpg`;
		try {
			await savePicture(this.#options.evidence.folder, name, Buffer.from(jpeg));
			alert.picture = name;
		} catch (error) {
			this.#tally.count("companion.pictureLost", String(error));
		}
	}
}

/** Candidates that are as sure as they must be to ring. */
function loud(candidates: Candidate[], scores: Scores): Candidate[] {
	return candidates.filter((c) => c.score >= scores[c.what]);
}
