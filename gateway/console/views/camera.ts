import { defined } from "../../base/omit.ts";
import type { Mask } from "../../model/camera.ts";
import type { Camera } from "./schemas.ts";

/** What a camera says of itself, and how it is set up. */
interface CameraState {
	id: string;
	name: string;
	learning: boolean;
	blind?: Camera["blind"] | undefined;
	unsteady?: Camera["unsteady"] | undefined;
	lastFrameAt?: number | undefined;
	stream: { restarts: number; lastLines: readonly string[]; reason?: Camera["noPicture"] | undefined };
}

/** Kinds of sources that can be watched live. */
const LIVE = ["rtsp", "mjpeg", "file"];
const MOST_LINES = 3;

export function cameraView(
	{ id, name, learning, stream, blind, unsteady, lastFrameAt }: CameraState,
	set: { azimuthDeg: number; fovDeg: number; source: { type: string } } | undefined,
	masks: Mask[],
): Camera {
	return {
		id,
		name,
		azimuthDeg: set?.azimuthDeg ?? 0,
		fovDeg: set?.fovDeg ?? 0,
		learning,
		restarts: stream.restarts,
		lastLines: stream.lastLines.slice(-MOST_LINES),
		live: LIVE.includes(set?.source.type ?? ""),
		masks,
		...defined({ blind, unsteady, lastFrameAt, noPicture: stream.reason }),
	};
}
