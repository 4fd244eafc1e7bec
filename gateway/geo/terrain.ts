import type { Position } from "./position.ts";

/** Heights of the ground. */
export interface Terrain {
	/** Metres above sea level, or undefined outside of what is known. */
	heightM(p: Position): number | undefined;
	/** What is known, degrees: west, south, east, north; undefined where that is everywhere. */
	readonly box?: readonly [number, number, number, number];
}
