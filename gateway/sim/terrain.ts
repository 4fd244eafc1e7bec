import { azimuthDeg, destination, distanceM, type Position } from "../geo/position.ts";
import { fractal } from "./noise.ts";

/** A made piece of mountain country around a tower. Heights in metres above sea level. */
export class Terrain {
	readonly seed: number;
	readonly centre: Position;

	constructor(seed: number, centre: Position) {
		this.seed = seed;
		this.centre = centre;
	}

	/** Height at metres east and north of the tower; the tower stands on a hill of its own. */
	heightAt(east: number, north: number): number {
		const ridges = Math.abs(fractal(this.seed, east / 4200 + 50, north / 4200 + 50, 5) * 2 - 1);
		const hills = fractal(this.seed + 7, east / 900 + 20, north / 900 + 20, 4);
		const hill = 420 * Math.exp(-(east * east + north * north) / (2 * 900 * 900));
		return 320 + 640 * (1 - ridges) * 0.75 + 160 * hills + hill;
	}

	/** Metres east and north of the tower. */
	local(p: Position): { east: number; north: number } {
		const d = distanceM(this.centre, p);
		const a = (azimuthDeg(this.centre, p) * Math.PI) / 180;
		return { east: d * Math.sin(a), north: d * Math.cos(a) };
	}

	position(east: number, north: number): Position {
		return destination(this.centre, (Math.atan2(east, north) * 180) / Math.PI, Math.hypot(east, north));
	}

	heightOf(p: Position): number {
		const { east, north } = this.local(p);
		return this.heightAt(east, north);
	}
}
