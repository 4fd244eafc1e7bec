import { join, resolve } from "node:path";
import { faultPhrase } from "../base/errors.ts";
import type { Phrase } from "../base/phrase.ts";
import type { ClockWatch } from "../engine/clock-watch.ts";
import { maskOver } from "../judge/lifecycle/nuisance.ts";
import { pointInForce } from "../judge/lifecycle/operating-point.ts";
import type { Sighting } from "../model/camera.ts";
import type { Effect } from "../model/event.ts";
import type { CameraConfig } from "../ops/config/schema.ts";
import { mostStrangers } from "../ops/health/limits.ts";
import { Sense } from "../sense/sense.ts";
import { Camera } from "../watch/camera.ts";
import { type EvidenceOptions, keepView } from "../watch/capture/evidence.ts";
import { Companion } from "../watch/detect/companion.ts";
import { Detector } from "../watch/detect/detector.ts";
import { levelsOf, openModel } from "../watch/detect/manifest.ts";
import { poseOf } from "./context.ts";
import type { Core } from "./core.ts";

/**
 * Where events come from: sensors, cameras with the detector they share, and a second model beside it. None is started
 * yet.
 */
export interface Inputs {
	sense: Sense;
	detector: Detector;
	companion: Companion | undefined;
	cameras: Camera[];
	evidence: EvidenceOptions;
}

export function buildInputs(core: Core, clockWatch: ClockWatch): Inputs {
	const { config, dataDir, models, clock, random, log, context, processor } = core;
	const evidence: EvidenceOptions = {
		folder: join(dataDir, "evidence"),
		preMs: config.evidence.preMinutes * 60_000,
		postMs: config.evidence.postMinutes * 60_000,
		budgetBytes: config.evidence.budgetMiB * 2 ** 20,
	};
	const { threads, memoryMiB } = config.detector;
	const onFailing = (why: Phrase) => models.fallBack(why) && context.renew();
	const detectorOptions = {
		model: () => models.current,
		threads,
		pastFolder: join(dataDir, "past"),
		memoryMiB,
		onFailing,
	};
	const detector = new Detector(detectorOptions, clock, random, log);
	const companion = buildCompanion(core, evidence);
	const cameras = config.cameras.map((camera) => buildCamera(core, { detector, companion, evidence }, camera));
	processor.onJudged((_, effects) => {
		for (const effect of effects) if (effect.type === "keepEvidence") keepEvidence(core, cameras, effect);
	});
	return { sense: buildSense(core, clockWatch), detector, companion, cameras, evidence };
}

function buildSense(
	{ config, options, clock, log, stores, keeper, failPoint, processor, feed }: Core,
	clockWatch: ClockWatch,
): Sense {
	return new Sense(
		{
			...config.broker,
			mostStrangers: mostStrangers(),
			towerId: config.tower.id,
			commands: stores.commands,
			averages: stores.averages,
			keeps: () => keeper.takesReadings,
			nodes: config.sensors.map(({ id, name, lat, lon, credential, silentAfterS }) => ({
				id,
				name,
				position: { lat, lon },
				credential,
				silentAfterMs: silentAfterS * 1000,
			})),
			exercise: options.exercise,
			mayForget: () => clockWatch.isTrusted,
			onEvent: (event) => {
				failPoint("stored:alarm");
				void processor.submit(event);
			},
			onChange: ({ id }) => feed.sensorChanged(id),
		},
		clock,
		log,
		stores.messages,
	);
}

/** What the cameras of a gateway have in common. */
type Shared = Pick<Inputs, "detector" | "companion" | "evidence">;

function buildCamera(core: Core, { detector, companion, evidence }: Shared, camera: CameraConfig): Camera {
	const { config, options, models, clock, random, log, tally, context, processor, feed } = core;
	const source =
		"path" in camera.source
			? { ...camera.source, path: resolve(options.inForce.baseDir, camera.source.path) }
			: camera.source;
	const levels = () => {
		const { policy } = context.current;
		return levelsOf(models.current.manifest, typeof policy === "string" ? undefined : policy);
	};
	return new Camera(
		{
			name: camera.name,
			pose: poseOf(camera),
			source,
			periodMs: camera.periodS * 1000,
			coverageAfterMs: config.ladder.coverageAfterS * 1000,
			evidence,
			model: () => models.current,
			exercise: options.exercise,
			levels,
			onSighting: (seen) => {
				const opinion = companion?.opinionOn(seen);
				submitSighting(core, opinion ? { ...seen, opinion } : seen);
			},
			onCoverage: (coverage) => void processor.submit({ type: "coverage", id: coverage.id, at: clock.now(), coverage }),
			onMoved: () => endMasks(core, camera.id),
			onScored: (frame, { candidates }) => {
				companion?.compare(frame, candidates);
				feed.camerasChanged();
			},
		},
		{ detector, clock, random, log, tally },
	);
}

/** What becomes no incident, whether for its score, a mask or a person's word, is there to be looked at. */
function submitSighting({ processor, candidates, context, clock, feed }: Core, sighting: Sighting): void {
	void processor.submit({ type: "sighting", id: sighting.id, at: clock.now(), sighting }).then((result) => {
		if (result.kind === "accepted" && result.incidentId !== undefined) candidates.remove(sighting.trackId);
		else candidates.add(sighting, maskOver(context.current.masks, sighting, clock.now()));
		feed.candidatesChanged();
	});
}

/** Masks drawn over another view: what stands there now must be able to ring. */
function endMasks({ stores, clock, context, log }: Core, cameraId: string): void {
	stores.rulings.endMasksOf(cameraId, "rule: the camera was turned", clock.now()).then(
		() => context.renew(),
		(err) => log.error({ err, cameraId }, "the masks of a turned camera could not be ended"),
	);
}

/** A second model, if one is asked for. One that cannot be used is said and left out: the first goes on. */
function buildCompanion(
	{ config, context, models, clock, random, log, tally }: Core,
	evidence: EvidenceOptions,
): Companion | undefined {
	const { companion, memoryMiB } = config.detector;
	if (!companion) return undefined;
	try {
		const model = openModel(companion.model);
		const own = log.child({ model: model.manifest.name });
		const detector = (onFailing: (why: Phrase) => void) =>
			new Detector({ model: () => model, threads: 1, memoryMiB, onFailing }, clock, random, own);
		const ownScores = () => pointInForce(context.current, clock.now()).scores;
		return new Companion({ model, role: companion.role, ownScores, evidence }, detector, clock, tally);
	} catch (error) {
		log.error({ err: error }, "the companion model cannot be used");
		models.fault ??= faultPhrase(error);
		return undefined;
	}
}

/**
 * Keeps video around the decisive frame, and the view's half hour before it: without that a verdict could teach
 * nothing.
 */
function keepEvidence(
	{ dataDir, log }: Core,
	cameras: Camera[],
	effect: Extract<Effect, { type: "keepEvidence" }>,
): void {
	const { incidentId, cameraId, fromMs, toMs } = effect;
	const camera = cameras.find((c) => c.state.id === cameraId);
	if (!camera) return;
	camera.keepEvidence(incidentId, fromMs, toMs);
	keepView({ past: join(dataDir, "past"), evidence: join(dataDir, "evidence") }, incidentId, cameraId).catch((err) =>
		log.warn({ err, incidentId }, "the view of the half hour before could not be kept"),
	);
}
