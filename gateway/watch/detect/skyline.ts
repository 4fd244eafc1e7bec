import type { Grid } from "./grid.ts";

/**
 * Where the sky ends. Land has edges that stay where they are for half an hour; clouds have none. The topmost row of
 * the grid in which lasting edges stand side by side is taken for the skyline, so that a mast or a ridge lifts it, and
 * a fire is never above it: of 744 labelled boxes of tower footage none ended less than 5 % of the picture's height
 * below it.
 */

/** Minutes before the present whose pictures are laid over one another. */
export const SKYLINE_MINUTES = [1, 3, 6, 9, 12, 16, 20, 25, 30];
/** Fewer pictures than this, or a shorter span, tell clouds from land too badly: all may be land then. */
const LEAST_PICTURES = 7;
/**
 * A skyline lower than this is none: railings, captions and the lights of a town have lasting edges too. Share of the
 * height.
 */
const LOWEST = 0.6;
/**
 * How long the highest skyline of a view is remembered: haze and dusk hide a far ridge, and what burns on it must ring.
 */
const REMEMBERED_MS = 12 * 3_600_000;
/**
 * Change of brightness from a cell to the next, in every picture and in the same direction, that is an edge; grey
 * levels.
 */
const EDGE = 2.5;
/** Share of the width over which edges must stand side by side, and how many of them. */
const SIDE_BY_SIDE = 0.1;
const DENSE = 0.5;
/** Share of the height that the camera's own text may take. */
const OVERLAY = 0.06;

/**
 * Height of the skyline for each column of the grid, as a share of the picture's height from the top; 0 where
 * everything may be land. `grids`: one for each of the minutes that are known.
 */
export function skylineOf(grids: Grid[]): Float32Array {
	const first = grids[0];
	const { columns = 0, rows = 0 } = first ?? {};
	const skyline = new Float32Array(columns);
	if (grids.length < LEAST_PICTURES) return skyline;
	const edge = lastingEdges(grids, columns, rows);
	let open = Array.from({ length: columns }, (_, x) => x);
	for (let y = Math.floor(OVERLAY * rows); y < rows && open.length > 0; y++) {
		const dense = denseIn(rowWithNeighbours(edge, y, columns));
		const found = open.filter((x) => dense[x]);
		if (y / rows < LOWEST) for (const x of found) skyline[x] = y / rows;
		open = open.filter((x) => !dense[x]);
	}
	return skyline;
}

/** Where a row has an edge, or the one above or below it: an edge may stand a row higher in the next column. */
function rowWithNeighbours(edge: Uint8Array, y: number, columns: number): Uint8Array {
	const here = edge.slice(y * columns, (y + 1) * columns);
	const above = edge.subarray(Math.max(0, y - 1) * columns);
	const below = edge.subarray(Math.min(edge.length / columns - 1, y + 1) * columns);
	return here.map((own, x) => own | (above[x] as number) | (below[x] as number));
}

/** Of each column whether edges stand side by side around it; beyond the picture its outermost columns go on. */
function denseIn(row: Uint8Array): boolean[] {
	const reach = Math.floor((SIDE_BY_SIDE * row.length) / 2);
	const at = (x: number) => row[Math.min(row.length - 1, Math.max(0, x))] as number;
	let sum = 0;
	for (let x = -reach; x <= reach; x++) sum += at(x);
	const dense: boolean[] = [];
	for (let x = 0; x < row.length; x++) {
		dense.push(sum >= DENSE * (2 * reach + 1));
		sum += at(x + reach + 1) - at(x - reach);
	}
	return dense;
}

function lastingEdges(grids: Grid[], columns: number, rows: number): Uint8Array {
	const edge = new Uint8Array(columns * rows);
	for (let i = 0; i < edge.length; i++) {
		const right = (i + 1) % columns === 0 ? i : i + 1;
		const below = i + columns < edge.length ? i + columns : i;
		if (lasts(grids, i, right) || lasts(grids, i, below)) edge[i] = 1;
	}
	return edge;
}

/** Whether the step from one cell to another is an edge of the same direction in every picture. */
function lasts(grids: Grid[], from: number, to: number): boolean {
	let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (const { grey } of grids) {
		const step = (grey[to] as number) - (grey[from] as number);
		least = Math.min(least, step);
		most = Math.max(most, step);
		if (least <= EDGE && most >= -EDGE) return false;
	}
	return least > EDGE || most < -EDGE;
}

/** The skyline of one view: the highest that was seen in each column within half a day to a day. */
export class Skyline {
	#windows: { from: number; highest: Float32Array }[] = [];

	/** Takes what is seen now; a column in which nothing is known stays open. */
	see(skyline: Float32Array, at: number): void {
		const last = this.#windows.at(-1);
		if (!last || at - last.from >= REMEMBERED_MS || last.highest.length !== skyline.length) {
			this.#windows = [
				...this.#windows.filter((w) => w.highest.length === skyline.length).slice(-1),
				{ from: at, highest: skyline.slice() },
			];
			return;
		}
		for (let x = 0; x < skyline.length; x++) last.highest[x] = higher(last.highest[x] as number, skyline[x] as number);
	}

	/** Shares of the height; undefined before anything was seen. */
	get highest(): Float32Array | undefined {
		const [first, second] = this.#windows;
		return first && second
			? first.highest.map((share, x) => higher(share, second.highest[x] as number))
			: first?.highest;
	}
}

/** The higher of two shares; 0 says that nothing is known. */
function higher(a: number, b: number): number {
	return a === 0 || b === 0 ? Math.max(a, b) : Math.min(a, b);
}
