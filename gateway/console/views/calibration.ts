import { type Aim, type Fitted, fitAim } from "../../geo/lens.ts";
import { azimuthDeg, curvatureDropM, distanceM, type Position } from "../../geo/position.ts";
import type { Terrain } from "../../geo/terrain.ts";
import type { Lens } from "../../geo/visibility.ts";

/** A place that was clicked in the picture (shares from its upper left corner) and on the map. */
export interface Clicked extends Position {
	x: number;
	y: number;
	/** Of what was clicked above the ground there, metres. */
	aboveM?: number;
}

/**
 * How a camera really looks, by places whose heights the terrain gives; without terrain only its azimuth and angle of
 * view can be told. Undefined without a place.
 */
export function calibrated(
	camera: Lens & Aim,
	terrain: Terrain | undefined,
	clicked: readonly Clicked[],
	aspect: number,
): Fitted | undefined {
	const landmarks = clicked.map(({ x, y, lat, lon, aboveM = 0 }) => {
		const away = distanceM(camera.position, { lat, lon });
		const ground = terrain?.heightM({ lat, lon });
		const up = ground === undefined ? undefined : ground + aboveM - curvatureDropM(away) - camera.heightM;
		const elevationDeg = up === undefined ? undefined : (Math.atan2(up, away) * 180) / Math.PI;
		return { x, y, bearingDeg: azimuthDeg(camera.position, { lat, lon }), elevationDeg };
	});
	const { azimuthDeg: azimuth, tiltDeg, fovDeg } = camera;
	return fitAim({ azimuthDeg: azimuth, tiltDeg, fovDeg }, landmarks, aspect);
}
