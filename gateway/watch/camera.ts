import { createHash } from "node:crypto";
import type { Clock, Timer } from "../base/clock.ts";
import { errorMessage } from "../base/errors.ts";
import { defined } from "../base/omit.ts";
import type { Random } from "../base/random.ts";
import type { Service } from "../base/service.ts";
import type { Tally } from "../base/tally.ts";
import { directionOf } from "../geo/lens.ts";
import type { BlindReason, CameraPose, Coverage, Frame, Sighting, SightingKind } from "../model/camera.ts";
import type { Log } from "../ops/log/log.ts";
import { BlindWatch, imageStats } from "./capture/blind.ts";
import { type CodedPicture, PictureDecoder } from "./capture/decoder.ts";
import { type EvidenceOptions, EvidenceRing, savePicture } from "./capture/evidence.ts";
import type { Fragment } from "./capture/fragments.ts";
import { RecentStream } from "./capture/recent.ts";
import { StillCapture, type StillSource } from "./capture/stills.ts";
import { StreamCapture, type StreamHealth, type StreamSource } from "./capture/stream.ts";
import { Viewing } from "./capture/viewing.ts";
import type { Analysis } from "./detect/analyst.ts";
import type { Candidate } from "./detect/candidate-tracker.ts";
import type { Detector } from "./detect/detector.ts";
import { type Model, probabilityOf } from "./detect/manifest.ts";
import type { Move } from "./detect/steadiness.ts";

export interface CameraDeps {
	detector: Detector;
	clock: Clock;
	random: Random;
	log: Log;
	tally: Tally;
}

export interface CameraOptions {
	name: string;
	pose: CameraPose;
	source: StreamSource | StillSource;
	periodMs: number;
	/** How long a camera must be blind before it is told. */
	coverageAfterMs: number;
	evidence: EvidenceOptions;
	model: () => Model;
	exercise: boolean;
	/** Scores at which somebody may want to know: a track is told when it reaches one. */
	levels: () => Record<SightingKind, number[]>;
	onSighting: (sighting: Sighting) => void;
	onCoverage: (coverage: Coverage) => void;
	/** It was found to look elsewhere: what was laid down for its view holds for it no more. */
	onMoved?: () => void;
	/** A frame was scored. */
	onScored?: (frame: Frame, analysis: Analysis) => void;
}

export interface CameraState {
	id: string;
	name: string;
	stream: StreamHealth;
	learning: boolean;
	/** Why the last frame was not judged. */
	unsteady?: "shaken" | "light";
	blind?: { reason: BlindReason; since: number };
	/**
	 * While it learns a new view: since when it looks elsewhere, ms since 1970, and by how many pixels of the analysed
	 * picture, if that is known.
	 */
	moved?: { at: number; shift?: { dx: number; dy: number } };
	/** Capture time of the last scored frame, ms since 1970. */
	lastFrameAt?: number;
	framesScored: number;
	framesFailed: number;
	timesBlind: number;
}

/** A picture that is looked at or was; with what people see of it, once somebody wanted that. */
interface Taken {
	picture: CodedPicture;
	at: number;
	jpeg?: Buffer;
}

/** No camera may be that slow between two keyframes and count as watching. */
const LONGEST_KEY_MS = 60_000;
/** A track is told again this long after the last time, so that the card stays fresh. */
const RETELL_MS = 60_000;

/**
 * One camera: pictures in, sightings and coverage out. One picture at a time is looked at; newer ones replace the
 * waiting one.
 */
export class Camera implements Service {
	readonly #options: CameraOptions;
	readonly #clock: Clock;
	readonly #random: Random;
	readonly #log: Log;
	readonly #tally: Tally;
	readonly #detector: Detector;
	readonly #capture: StreamCapture | StillCapture;
	readonly #decoder: PictureDecoder;
	readonly #evidence: EvidenceRing;
	readonly #viewers = new Set<Viewing>();
	readonly #recent = new RecentStream();
	readonly #blind = new BlindWatch();
	readonly #told = new Map<number, { at: number; id: string; best: number }>();
	readonly #boot: string;
	#header: Buffer | undefined;
	#latest: Taken | undefined;
	#due = 0;
	#waiting: Taken | undefined;
	#busy: Promise<void> | undefined;
	#coverageTold = false;
	#watch: Timer | undefined;
	#lastScored = 0;
	/** When the last keyframe came, and how long after the one before; monotonic ms. */
	#lastKey: number | undefined;
	#keyMs: number | undefined;
	readonly state: CameraState;

	constructor(options: CameraOptions, { detector, clock, random, log, tally }: CameraDeps) {
		this.#options = options;
		this.#detector = detector;
		this.#clock = clock;
		this.#random = random;
		this.#log = log.child({ camera: options.pose.cameraId });
		this.#tally = tally;
		this.#boot = random.uuid().slice(0, 8);
		const { pose } = options;
		this.#evidence = new EvidenceRing(pose.cameraId, options.evidence, clock, this.#log);
		this.#decoder = new PictureDecoder({ widest: () => options.model().manifest.inputWidth }, clock);
		this.#capture = this.#newCapture();
		this.state = {
			id: pose.cameraId,
			name: options.name,
			stream: this.#capture.health,
			learning: true,
			framesScored: 0,
			framesFailed: 0,
			timesBlind: 0,
		};
	}

	#newCapture(): StreamCapture | StillCapture {
		const { source, periodMs } = this.#options;
		const [clock, random, log] = [this.#clock, this.#random, this.#log];
		if (source.type === "snapshot" || source.type === "folder") {
			const onPicture = (bytes: Buffer, at: number) => this.#take({ bytes, format: "jpeg" }, at);
			return new StillCapture(source, onPicture, { periodMs, clock, log });
		}
		const on = {
			header: (header: Buffer) => this.#onHeader(header),
			fragment: (fragment: Fragment, at: number) => this.#onFragment(fragment, at),
		};
		return new StreamCapture(source, on, { periodMs, clock, random, log });
	}

	#onHeader(header: Buffer): void {
		this.#header = header;
		this.#evidence.header(header);
		this.#recent.clear();
		for (const viewing of this.#viewers) viewing.end();
	}

	#onFragment(fragment: Fragment, at: number): void {
		this.#evidence.add(fragment, at);
		this.#recent.add(fragment, at);
		for (const viewing of this.#viewers) viewing.add(fragment);
		if (!fragment.key || !this.#header) return;
		this.#keyMs = this.#lastKey === undefined ? undefined : this.#clock.monotonic() - this.#lastKey;
		this.#lastKey = this.#clock.monotonic();
		if (fragment.isLossy) this.#tally.count("camera.lossy", this.state.id);
		else if (this.#isDue()) this.#take({ header: this.#header, bytes: fragment.bytes, format: "mp4" }, at);
	}

	async start(): Promise<void> {
		this.#lastScored = this.#clock.monotonic();
		await this.#evidence.start();
		await this.#capture.start();
		this.#watch = this.#clock.every("camera.watch", 1000, () => this.#watchCoverage());
	}

	async stop(): Promise<void> {
		this.#watch?.cancel();
		await this.#capture.stop();
		for (const viewing of this.#viewers) viewing.end();
		await this.#busy;
		await this.#decoder.stop();
		await this.#evidence.stop();
	}

	/**
	 * The stream as it comes, with its last seconds before it: a header, then fragments whose time begins at 0. Calls
	 * `ended` when the stream ends or begins anew. Answers with what stops it, or undefined where there is no stream.
	 */
	view(write: (bytes: Buffer) => void, ended: () => void): (() => void) | undefined {
		const header = this.#header;
		if (!header) return undefined;
		const stop = () => void this.#viewers.delete(viewing);
		const viewing = new Viewing(header, write, () => {
			stop();
			ended();
		});
		for (const fragment of this.#recent.fragments()) viewing.add(fragment);
		this.#viewers.add(viewing);
		return stop;
	}

	/** The newest picture as JPEG, for people. Throws LK0402; undefined before the first one. */
	async snapshot(): Promise<{ jpeg: Buffer; at: number } | undefined> {
		const latest = this.#latest;
		if (!latest) return undefined;
		latest.jpeg ??= (await this.#decoder.decode(latest.picture, { jpeg: true })).jpeg;
		return latest.jpeg && { jpeg: latest.jpeg, at: latest.at };
	}

	keepEvidence(incidentId: string, fromMs: number, toMs: number): void {
		this.#evidence.keep(incidentId, fromMs, toMs);
	}

	/**
	 * Only the keyframe that is due is decoded; the due time advances by whole periods, so that none is lost to rounding.
	 */
	#isDue(): boolean {
		const now = this.#clock.monotonic();
		if (now < this.#due) return false;
		this.#due = Math.max(this.#due + this.#options.periodMs, now - this.#options.periodMs);
		return true;
	}

	#take(picture: CodedPicture, at: number): void {
		this.#latest = { picture, at };
		if (this.#waiting) this.#tally.count("camera.skipped", this.state.id);
		this.#waiting = this.#latest;
		this.#busy ??= this.#work();
	}

	async #work(): Promise<void> {
		for (let next = this.#waiting; next; next = this.#waiting) {
			this.#waiting = undefined;
			try {
				await this.#analyse(next);
			} catch (error) {
				this.state.framesFailed++;
				this.#tally.count("camera.failed", `${this.state.id} ${errorMessage(error)}`);
			}
		}
		// together with the look at what waits: the picture that comes next starts a run of its own
		this.#busy = undefined;
	}

	async #analyse(taken: Taken): Promise<void> {
		const { pose } = this.#options;
		const { picture, at: capturedAt } = taken;
		const { jpeg, ...pixels } = await this.#decoder.decode(picture);
		if (jpeg) taken.jpeg = jpeg;
		const hash = createHash("sha256").update(picture.bytes).digest("hex");
		const frame: Frame = { cameraId: pose.cameraId, preset: pose.preset, capturedAt, hash, ...pixels };
		const blind = this.#blind.observe(imageStats(frame), capturedAt);
		const analysis = await this.#detector.analyse(frame);
		this.#lastScored = this.#clock.monotonic();
		this.state.framesScored++;
		this.state.lastFrameAt = capturedAt;
		this.state.learning = analysis.learning;
		if (analysis.unsteady) this.state.unsteady = analysis.unsteady;
		else delete this.state.unsteady;
		if (analysis.moved) this.#onMoved(analysis.moved);
		// learnt: learning that comes later (a detector that began anew) is no turning
		else if (!analysis.learning) delete this.state.moved;
		this.#options.onScored?.(frame, analysis);
		// a picture that shows nothing cannot show smoke either
		if (blind === undefined) await this.#tell(taken, frame, analysis.candidates);
	}

	/** Until the new view is learnt nothing is seen in it, and its bearings are wrong by what it was turned. */
	#onMoved({ shift, since }: Move): void {
		this.state.moved = { at: since, ...(shift ? { shift } : {}) };
		this.#tally.count("camera.moved", this.state.id);
		this.#log.warn({ shift, since }, "the camera looks elsewhere, learning the new view");
		this.#told.clear();
		this.#options.onMoved?.();
	}

	async #tell(taken: Taken, frame: Frame, candidates: Candidate[]): Promise<void> {
		const levels = this.#options.levels();
		for (const candidate of candidates) {
			const told = this.#told.get(candidate.trackId);
			const reached = levels[candidate.what].some((level) => candidate.score >= level && (told?.best ?? 0) < level);
			const due = !told || reached || frame.capturedAt - told.at >= RETELL_MS;
			if (!due) continue;
			const id = told?.id ?? `${this.state.id}-${this.#boot}-${candidate.trackId}`;
			const sighting = this.#sighting(id, frame, candidate);
			const picture = await this.#keepPicture(taken, frame);
			this.#told.set(candidate.trackId, { at: frame.capturedAt, id, best: Math.max(told?.best ?? 0, candidate.score) });
			this.#options.onSighting({ ...sighting, ...defined({ picture }) });
		}
		for (const [track, told] of this.#told) if (frame.capturedAt - told.at > 3_600_000) this.#told.delete(track);
	}

	/** The name of a frame's picture on the disk; undefined where it is lost: the alert goes without it. */
	async #keepPicture(taken: Taken, frame: Frame): Promise<string | undefined> {
		const name = `${frame.hash.slice(0, 24)}.jpg`;
		try {
			taken.jpeg ??= (await this.#decoder.decode(taken.picture, { jpeg: true })).jpeg;
			if (!taken.jpeg) return undefined;
			await savePicture(this.#options.evidence.folder, name, taken.jpeg);
			return name;
		} catch (error) {
			this.#tally.count("camera.pictureLost", errorMessage(error));
			return undefined;
		}
	}

	#sighting(trackId: string, frame: Frame, candidate: Candidate): Sighting {
		const { pose, exercise } = this.#options;
		const { manifest } = this.#options.model();
		const at = directionOf(pose, candidate.box, frame.width / frame.height);
		return {
			id: this.#random.uuid(),
			what: candidate.what,
			cameraId: pose.cameraId,
			trackId,
			pose,
			capturedAt: frame.capturedAt,
			firstSeenAt: candidate.firstSeenAt,
			boxes: [candidate.box],
			score: candidate.score,
			probability: probabilityOf(manifest, candidate.what, candidate.score),
			...at,
			frameHash: frame.hash,
			model: `${manifest.name} ${manifest.sha256.slice(0, 8)}`,
			exercise,
		};
	}

	#watchCoverage(): void {
		this.state.stream = this.#capture.health;
		// a camera that sends a keyframe a minute is slow, and not blind
		const staleMs = Math.max(20_000, 3 * this.#options.periodMs, 2.5 * Math.min(this.#keyMs ?? 0, LONGEST_KEY_MS));
		const silentMs = this.#clock.monotonic() - this.#lastScored;
		if (silentMs > staleMs) this.#blind.stale(Math.round(this.#clock.now() - silentMs));
		const { reason, since } = this.#blindness();
		if (reason && !this.state.blind) this.state.timesBlind++;
		if (reason) this.state.blind = { reason, since };
		else delete this.state.blind;
		const longEnough = reason !== undefined && this.#clock.now() - since >= this.#options.coverageAfterMs;
		if (longEnough && !this.#coverageTold) this.#tellCoverage("blind", since, reason);
		if (reason === undefined && this.#coverageTold) this.#tellCoverage("seeing", since);
	}

	/** Why nothing is seen, if so, and since when, ms since 1970: its pictures show nothing, or another view. */
	#blindness(): { reason?: BlindReason | undefined; since: number } {
		const { reason, since } = this.#blind;
		const { moved, learning } = this.state;
		const isTurned = reason === undefined && moved !== undefined && learning;
		return isTurned ? { reason: "turned", since: moved.at } : { reason, since };
	}

	#tellCoverage(state: "blind" | "seeing", since: number, reason?: BlindReason): void {
		this.#coverageTold = state === "blind";
		const { pose, exercise } = this.#options;
		this.#log.warn({ state, reason, since }, "coverage changed");
		this.#options.onCoverage({
			id: this.#random.uuid(),
			cameraId: pose.cameraId,
			pose,
			state,
			...(reason ? { reason } : {}),
			since,
			at: this.#clock.now(),
			exercise,
		});
	}
}
