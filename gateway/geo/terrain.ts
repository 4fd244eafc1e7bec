import type { Position } from "./position.ts";

/** Heights of the ground. */
export interface Terrain {
	/** Metres above sea level, or undefined outside of what is known. */
	heightM(p: Position): number | undefined;
}
