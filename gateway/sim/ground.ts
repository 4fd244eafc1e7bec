import FlatQueue from "flatqueue";
import { destination } from "../geo/position.ts";
import type { Terrain } from "./terrain.ts";

/**
 * Roads and water of the made country: rivers where the rain of its terrain gathers, roads where they climb least
 * between its seats and villages, a track up to the tower. They are there to be looked at and walked on, no more.
 */

/** A lattice over the county, metres. */
const STEP_M = 200;
const HALF_M = 8_000;
const SIDE = (2 * HALF_M) / STEP_M + 1;
/** Ground whose rain makes a river, in cells of the lattice: about 14 km². */
const RIVER_CELLS = 350;
/** A metre of climbing is worth so many of a plain road. */
const CLIMB = 18;

type Line = [number, number][];

const made = new WeakMap<Terrain, object[]>();

/** The features of a GeoJSON as a register reads them. */
export function groundOf(terrain: Terrain): object[] {
	const features = made.get(terrain) ?? featuresOf(terrain);
	made.set(terrain, features);
	return features;
}

function featuresOf(terrain: Terrain): object[] {
	const lattice = new Lattice(terrain);
	const feature = (kind: string, name: string, geometry: object) => ({
		type: "Feature",
		properties: { kind, name },
		geometry,
	});
	const line = (cells: number[]) => ({ type: "LineString", coordinates: lattice.line(cells) });
	return [
		...lattice.rivers().map((cells, n) => feature("river", `青云河${n + 1}号沟`, line(cells))),
		feature("lake", "青石水库", { type: "Polygon", coordinates: [lakeOf(terrain)] }),
		...ROADS.flatMap(({ kind, from, to }) => {
			const paths = lattice.cheapest(
				cellAt(from.at),
				to.map(({ at }) => cellAt(at)),
			);
			return paths.map((cells, n) => feature(kind, `${from.name}—${to[n]?.name ?? ""}`, line(cells)));
		}),
	];
}

interface Stop {
	name: string;
	/** Metres east and north of the tower. */
	at: [number, number];
}

const COUNTY: Stop = { name: "青云县城", at: [-1000, -6500] };
const SEATS: Stop[] = ["青石镇", "云台镇", "白岩镇", "双河镇"].map((name, i) => ({
	name,
	at: [i & 1 ? 4000 : -4000, i & 2 ? 4000 : -4000],
}));
const villagesOf = ({ name, at: [east, north] }: Stop): Stop[] =>
	[1, 2, 3, 4, 5, 6].map((n) => {
		const a = (n * Math.PI) / 3;
		return { name: `${name}${n}村`, at: [east + 1500 * Math.sin(a), north + 1500 * Math.cos(a)] };
	});
const ROADS: { kind: string; from: Stop; to: Stop[] }[] = [
	{ kind: "road", from: COUNTY, to: SEATS },
	...SEATS.map((seat) => ({ kind: "road", from: seat, to: villagesOf(seat) })),
	{ kind: "track", from: SEATS[1] ?? COUNTY, to: [{ name: "青石山塔", at: [0, 0] }] },
];

function cellAt([east, north]: [number, number]): number {
	const cell = (metres: number) => Math.max(0, Math.min(SIDE - 1, Math.round((metres + HALF_M) / STEP_M)));
	return cell(north) * SIDE + cell(east);
}

class Lattice {
	readonly #terrain: Terrain;
	readonly #heights: Float64Array;

	constructor(terrain: Terrain) {
		this.#terrain = terrain;
		this.#heights = Float64Array.from({ length: SIDE * SIDE }, (_, cell) => {
			const [east, north] = metresOf(cell);
			return terrain.heightAt(east, north);
		});
	}

	/** Cells as a line on the ground, its corners cut once (Chaikin): nothing in the country runs at right angles. */
	line(cells: number[]): Line {
		const points = cells.map(metresOf);
		const cut = points.slice(1).flatMap(([x, y], i): [number, number][] => {
			const [px, py] = points[i] ?? [x, y];
			return [
				[px * 0.75 + x * 0.25, py * 0.75 + y * 0.25],
				[px * 0.25 + x * 0.75, py * 0.25 + y * 0.75],
			];
		});
		const ends = [points[0], points.at(-1)] as [number, number][];
		return [ends[0], ...cut, ends[1]].flatMap((p) => (p ? [onGround(this.#terrain, p)] : []));
	}

	/** The ways of least climbing from one cell to others (Dijkstra). */
	cheapest(from: number, to: number[]): number[][] {
		const { before } = this.#spread([from], (cost, here, next, metres) => {
			return cost + metres + CLIMB * Math.abs(this.#height(next) - this.#height(here));
		});
		return to.map((cell) => pathTo(cell, before)).filter((cells) => cells.length > 1);
	}

	/**
	 * Rivers, from where enough rain has gathered down to another or out of the county. Each cell drains to the one from
	 * which a flood rising from the county's edge reaches it (Barnes, Lehman, Mulla 2014: priority-flood).
	 */
	rivers(): number[][] {
		const edge = Array.from({ length: SIDE * SIDE }, (_, cell) => cell).filter(isEdge);
		const { before: down, order } = this.#spread(edge, (level, _, next) => Math.max(level, this.#height(next)));
		const rain = new Float64Array(SIDE * SIDE).fill(1);
		for (const cell of order.toReversed()) {
			const to = down[cell] ?? -1;
			if (to >= 0) rain[to] = (rain[to] ?? 0) + (rain[cell] ?? 0);
		}
		const isRiver = (cell: number) => (rain[cell] ?? 0) >= RIVER_CELLS;
		const fed = new Set(order.filter(isRiver).map((cell) => down[cell]));
		const springs = order.filter((cell) => isRiver(cell) && !fed.has(cell));
		const taken = new Set<number>();
		return springs
			.map((spring) => {
				const cells: number[] = [];
				for (let cell = spring; cell >= 0; cell = down[cell] ?? -1) {
					cells.push(cell);
					if (taken.has(cell)) break;
					taken.add(cell);
				}
				return cells;
			})
			.filter((cells) => cells.length > 1);
	}

	#height(cell: number): number {
		return this.#heights[cell] ?? 0;
	}

	/** Spreads from cells over the lattice, the cheapest first: from where each was reached, and in which order. */
	#spread(
		from: number[],
		costOf: (cost: number, here: number, next: number, metres: number) => number,
	): { before: Int32Array; order: number[] } {
		const before = new Int32Array(SIDE * SIDE).fill(-1);
		const costs = new Float64Array(SIDE * SIDE).fill(Number.POSITIVE_INFINITY);
		const queue = new FlatQueue<number>();
		for (const cell of from) {
			costs[cell] = this.#height(cell);
			queue.push(cell, costs[cell]);
		}
		const order: number[] = [];
		const isDone = new Uint8Array(SIDE * SIDE);
		for (let here = queue.pop(); here !== undefined; here = queue.pop()) {
			if (isDone[here]) continue;
			isDone[here] = 1;
			order.push(here);
			for (const [next, metres] of neighboursOf(here)) {
				const cost = costOf(costs[here] ?? 0, here, next, metres);
				if (cost >= (costs[next] ?? 0)) continue;
				costs[next] = cost;
				before[next] = here;
				queue.push(next, cost);
			}
		}
		return { before, order };
	}
}

function pathTo(cell: number, before: Int32Array): number[] {
	const cells = [cell];
	for (let at = before[cell] ?? -1; at >= 0; at = before[at] ?? -1) cells.push(at);
	return cells.toReversed();
}

function metresOf(cell: number): [number, number] {
	return [(cell % SIDE) * STEP_M - HALF_M, Math.floor(cell / SIDE) * STEP_M - HALF_M];
}

function isEdge(cell: number): boolean {
	const [column, row] = [cell % SIDE, Math.floor(cell / SIDE)];
	return column === 0 || row === 0 || column === SIDE - 1 || row === SIDE - 1;
}

function neighboursOf(cell: number): [number, number][] {
	const [column, row] = [cell % SIDE, Math.floor(cell / SIDE)];
	const near: [number, number][] = [];
	for (const dr of [-1, 0, 1])
		for (const dc of [-1, 0, 1]) {
			const [c, r] = [column + dc, row + dr];
			if ((dr === 0 && dc === 0) || c < 0 || r < 0 || c >= SIDE || r >= SIDE) continue;
			near.push([r * SIDE + c, STEP_M * Math.hypot(dr, dc)]);
		}
	return near;
}

function lakeOf(terrain: Terrain): Line {
	const ring = Array.from({ length: 24 }, (_, n): [number, number] => {
		const a = (n * Math.PI) / 12;
		const radius = 240 + 70 * Math.sin(3 * a) + 30 * Math.cos(5 * a);
		return [-3000 + radius * Math.sin(a), 1500 + radius * Math.cos(a)];
	}).map((p) => onGround(terrain, p));
	return [...ring, ring[0] as [number, number]];
}

function onGround(terrain: Terrain, [east, north]: [number, number]): [number, number] {
	const azimuthDeg = (Math.atan2(east, north) * 180) / Math.PI;
	const { lat, lon } = destination(terrain.centre, azimuthDeg, Math.hypot(east, north));
	return [Number(lon.toFixed(5)), Number(lat.toFixed(5))];
}
