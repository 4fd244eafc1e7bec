import Flatbush from "flatbush";
import { BandedPolygon } from "../geo/polygon.ts";
import { distanceM, type Position } from "../geo/position.ts";
import type { GridLookup } from "../model/context.ts";
import type { GridShare, RegionPoint } from "../model/incident.ts";
import { type Grid, holds } from "../model/register.ts";

/** Grids by place: a box index, then the exact polygon test. */
export class GridIndex implements GridLookup {
	readonly #grids: Grid[];
	readonly #parts: { grid: Grid; polygon: BandedPolygon }[] = [];
	readonly #index: Flatbush | undefined;

	constructor(grids: Grid[]) {
		this.#grids = grids;
		for (const grid of grids)
			for (const rings of grid.polygons) this.#parts.push({ grid, polygon: new BandedPolygon(rings) });
		if (this.#parts.length === 0) return;
		this.#index = new Flatbush(this.#parts.length);
		for (const { polygon } of this.#parts) this.#index.add(polygon.minX, polygon.minY, polygon.maxX, polygon.maxY);
		this.#index.finish();
	}

	/**
	 * Share of the region's weight inside each grid that holds at a moment (ms since 1970), largest first. Points in
	 * no grid belong to nobody here, points on a border to both sides.
	 */
	shares(points: RegionPoint[], at: number): GridShare[] {
		const shares = new Map<Grid, number>();
		for (const p of points) for (const grid of this.at(p, at)) shares.set(grid, (shares.get(grid) ?? 0) + p.weight);
		return [...shares]
			.map(([grid, share]) => ({ code: grid.code, name: grid.name, share }))
			.sort((a, b) => b.share - a.share);
	}

	/** Share of the region's weight that lies in no grid, 0...1. */
	outside(points: RegionPoint[], at: number): number {
		return points.reduce((sum, p) => sum + (this.at(p, at).size === 0 ? p.weight : 0), 0);
	}

	/** The grids a place lies in at a moment. */
	at(p: Position, at: number): Set<Grid> {
		const grids = new Set<Grid>();
		for (const i of this.#index?.search(p.lon, p.lat, p.lon, p.lat) ?? []) {
			const part = this.#parts[i];
			if (part && holds(part.grid, at) && part.polygon.contains(p.lon, p.lat)) grids.add(part.grid);
		}
		return grids;
	}

	/** The grid with the corner nearest to a place, for a region that touches none. */
	nearest(p: Position, at: number): GridShare | undefined {
		let best: { grid: Grid; d: number } | undefined;
		for (const grid of this.#grids.filter((g) => holds(g, at))) {
			const corners = grid.polygons.flatMap((rings) => rings[0] ?? []);
			const d = corners.reduce(
				(least, [lon, lat]) => Math.min(least, distanceM(p, { lat, lon })),
				Number.POSITIVE_INFINITY,
			);
			if (d < (best?.d ?? Number.POSITIVE_INFINITY)) best = { grid, d };
		}
		return best && { code: best.grid.code, name: best.grid.name, share: 0 };
	}
}
