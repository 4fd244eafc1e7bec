import { angleBetweenDeg, azimuthDeg, distanceM } from "../../geo/position.ts";
import type { Terrain } from "../../geo/terrain.ts";
import { hiddenAt } from "../../geo/visibility.ts";
import type { Incident } from "../../model/incident.ts";

/** Smoke that must rise higher than this over a ridge may well be there and unseen, metres. */
const MOST_HIDDEN_M = 50;

/** Where a camera stands, and what it looks at. */
export interface Witness {
	id: string;
	lat: number;
	lon: number;
	/** Of the lens above sea level, metres. */
	heightM: number;
	azimuthDeg: number;
	fovDeg: number;
	rangeM: number;
}

/**
 * Cameras that look at the place of a fire, see its ground, and have seen nothing of it: what speaks against it. None
 * where the place is not known.
 */
export function silentWitnesses(
	cameras: readonly Witness[],
	terrain: Terrain | undefined,
	{ kind, place: { best }, evidence }: Incident,
): string[] {
	if (kind !== "fire" || !best) return [];
	const heard = new Set(evidence.map((e) => e.sourceId));
	return cameras
		.filter(({ id, lat, lon, heightM, azimuthDeg: looksAt, fovDeg, rangeM }) => {
			const position = { lat, lon };
			const [azimuth, away] = [azimuthDeg(position, best), distanceM(position, best)];
			if (heard.has(id) || away > rangeM || angleBetweenDeg(azimuth, looksAt) > fovDeg / 2) return false;
			const hidden = terrain && hiddenAt(terrain, { position, heightM }, azimuth, away);
			return hidden === undefined || hidden <= MOST_HIDDEN_M;
		})
		.map(({ id }) => id);
}
