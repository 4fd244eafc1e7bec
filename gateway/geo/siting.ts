import type { Position } from "./position.ts";
import type { Terrain } from "./terrain.ts";

/** A lens stands on a mast: this high above ground at most, and not below it by more than heights are off, metres. */
const MOST_ABOVE_M = 250;
const MOST_BELOW_M = 20;

/** What stands in a terrain: the tower, and cameras with their lenses at a height above sea level, metres. */
export interface Site {
	tower: Position & { id: string };
	cameras: (Position & { id: string; heightM: number })[];
}

/** Whether tower and cameras lie in a terrain, and their heights agree with it: a line for what does not. */
export function terrainRemarks({ tower, cameras }: Site, terrain: Terrain): string[] {
	const named = [
		{ ...tower, called: `the tower ${tower.id}` },
		...cameras.map((c) => ({ ...c, called: `camera ${c.id}` })),
	];
	return named.flatMap((p): string[] => {
		const ground = terrain.heightM(p);
		if (ground === undefined) return [`${p.called} lies outside of the terrain, or in a void of it`];
		if (!("heightM" in p)) return [];
		const above = p.heightM - ground;
		if (above >= -MOST_BELOW_M && above <= MOST_ABOVE_M) return [];
		return [
			`${p.called}: heightM ${p.heightM} is ${Math.abs(Math.round(above))} m ${above < 0 ? "below" : "above"} the ground of the terrain (${Math.round(ground)} m)`,
		];
	});
}
