import { join, resolve } from "node:path";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import type { Tally } from "../base/tally.ts";
import { pointInForce } from "../judge/incident/point.ts";
import type { World } from "../judge/world.ts";
import type { Coverage, Sighting } from "../model/camera.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { Camera } from "../watch/camera.ts";
import type { EvidenceOptions } from "../watch/capture/evidence.ts";
import { Detector } from "../watch/detect/detector.ts";
import { levelsOf, openModel } from "../watch/detect/manifest.ts";
import { Companion } from "./companion.ts";
import type { Models } from "./models.ts";
import { poseOf } from "./world.ts";

export interface VisionOptions {
	config: Config;
	baseDir: string;
	dataDir: string;
	exercise: boolean;
	models: Models;
	world: () => World;
	onSighting: (sighting: Sighting) => void;
	onCoverage: (coverage: Coverage) => void;
	/** A frame was scored: the cameras' state has changed. */
	onScored: () => void;
	/** A camera was found to look elsewhere. */
	onMoved: (cameraId: string) => void;
	/** Another model has taken the place of one that cannot be relied on. */
	onModel: () => void;
}

interface Around {
	clock: Clock;
	random: Random;
	log: Log;
	tally: Tally;
}

/** Cameras, the detector they share, and a second model beside it. None is started yet. */
export interface Vision {
	detector: Detector;
	companion: Companion | undefined;
	cameras: Camera[];
	evidence: EvidenceOptions;
}

export function buildVision(options: VisionOptions, around: Around): Vision {
	const { config, baseDir, dataDir, exercise, models, world } = options;
	const { clock, random, log, tally } = around;
	const { threads, memoryMiB } = config.detector;
	const evidence: EvidenceOptions = {
		folder: join(dataDir, "evidence"),
		preMs: config.evidence.preMinutes * 60_000,
		postMs: config.evidence.postMinutes * 60_000,
		budgetBytes: config.evidence.budgetMiB * 2 ** 20,
	};
	const onFailing = (why: string) => models.fallBack(why) && options.onModel();
	const detector = new Detector(
		{ model: () => models.current, threads, pastFolder: join(dataDir, "past"), memoryMiB, onFailing },
		clock,
		random,
		log,
	);
	const companion = buildCompanion(options, evidence, around);
	const levels = () => {
		const { policy } = world();
		return levelsOf(models.current.manifest, typeof policy === "string" ? undefined : policy);
	};
	const cameras = config.cameras.map((camera) => {
		const source = "path" in camera.source ? { ...camera.source, path: resolve(baseDir, camera.source.path) } : camera.source;
		return new Camera(
			{
				...{ name: camera.name, pose: poseOf(camera), source, periodMs: camera.periodS * 1000 },
				coverageAfterMs: config.ladder.coverageAfterS * 1000,
				...{ evidence, model: () => models.current, exercise, levels },
				onSighting: (seen) => {
					const opinion = companion?.opinionOn(seen);
					options.onSighting(opinion ? { ...seen, opinion } : seen);
				},
				onCoverage: options.onCoverage,
				onMoved: () => options.onMoved(camera.id),
				onScored: (frame, { candidates }) => {
					companion?.look(frame, candidates);
					options.onScored();
				},
			},
			detector,
			clock,
			random,
			log,
			tally,
		);
	});
	return { detector, companion, cameras, evidence };
}

/** A second model, if one is asked for. One that cannot be used is said and left out: the first goes on. */
function buildCompanion(
	{ config, world, models }: VisionOptions,
	evidence: EvidenceOptions,
	{ clock, random, log, tally }: Around,
): Companion | undefined {
	const { companion, memoryMiB } = config.detector;
	if (!companion) return undefined;
	try {
		const model = openModel(companion.model);
		const onFailing = (why: string) => beside.fail(why);
		const detector = new Detector({ model: () => model, threads: 1, memoryMiB, onFailing }, clock, random, log.child({ model: model.manifest.name }));
		const ownScores = () => pointInForce(world(), clock.now()).scores;
		const beside = new Companion({ model, role: companion.role, ownScores, evidence }, detector, clock, tally);
		return beside;
	} catch (error) {
		log.error({ err: error }, "the companion model cannot be used");
		models.fault ??= messageOf(error);
		return undefined;
	}
}
