import { join, resolve } from "node:path";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Tally } from "../base/tally.ts";
import type { Config } from "../ops/config/schema.ts";
import type { Log } from "../ops/log/log.ts";
import { Camera, type CameraOptions } from "../watch/camera.ts";
import type { EvidenceOptions } from "../watch/capture/evidence.ts";
import type { Detector } from "../watch/detect/detector.ts";
import { poseOf } from "./world.ts";

type Shared = Pick<CameraOptions, "evidence" | "model" | "exercise" | "levels">;
type Around = { clock: Clock; random: Random; log: Log; tally: Tally } & Pick<CameraOptions, "onSighting" | "onCoverage" | "onScored">;

/** Where evidence is kept, and how much of it. */
export function evidenceOf({ evidence }: Config, dataDir: string): EvidenceOptions {
	return {
		folder: join(dataDir, "evidence"),
		preMs: evidence.preMinutes * 60_000,
		postMs: evidence.postMinutes * 60_000,
		budgetBytes: evidence.budgetMiB * 2 ** 20,
	};
}

/** The cameras of the configuration, not yet started. */
export function buildCameras(config: Config, baseDir: string, shared: Shared, detector: Detector, around: Around): Camera[] {
	const { clock, random, log, tally, ...events } = around;
	return config.cameras.map((camera) => {
		const options: CameraOptions = {
			name: camera.name,
			pose: poseOf(camera),
			source: "path" in camera.source ? { ...camera.source, path: resolve(baseDir, camera.source.path) } : camera.source,
			periodMs: camera.periodS * 1000,
			coverageAfterMs: config.ladder.coverageAfterS * 1000,
			...shared,
			...events,
		};
		return new Camera(options, detector, clock, random, log, tally);
	});
}
