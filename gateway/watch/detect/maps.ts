/** Arithmetic on maps of numbers, one per cell of a picture, row by row. */

/** The highest of the 3 x 3 cells around each, first along the rows, then along the columns. */
export function dilate(v: Float32Array, rows: number, columns: number): Float32Array {
	const wide = new Float32Array(v.length);
	for (let y = 0; y < rows; y++) {
		const [first, last] = [y * columns, (y + 1) * columns - 1];
		for (let i = first; i <= last; i++) wide[i] = highestOf(v, Math.max(first, i - 1), i, Math.min(last, i + 1));
	}
	const out = new Float32Array(v.length);
	for (let i = 0; i < v.length; i++) {
		const above = i >= columns ? i - columns : i;
		const below = i + columns < v.length ? i + columns : i;
		out[i] = highestOf(wide, above, i, below);
	}
	return out;
}

function highestOf(v: Float32Array, a: number, b: number, c: number): number {
	return Math.max(v[a] as number, v[b] as number, v[c] as number);
}

/**
 * What each cell of these maps (at least one) seldom surpasses: element floor(share x n) of its values in ascending
 * order. Only the few highest are kept in order, which is a tenth of the work of sorting them all.
 */
export function quantile(maps: Float32Array[], share: number): Float32Array {
	const kept = maps.length - Math.min(maps.length - 1, Math.floor(maps.length * share));
	const cells = maps[0]?.length ?? 0;
	const out = new Float32Array(cells);
	const highest = new Float32Array(kept);
	for (let i = 0; i < cells; i++) {
		highest.fill(Number.NEGATIVE_INFINITY);
		for (const map of maps) {
			const value = map[i] as number;
			if (!(value > (highest[0] as number))) continue;
			let k = 1;
			for (; k < kept && (highest[k] as number) < value; k++) highest[k - 1] = highest[k] as number;
			highest[k - 1] = value;
		}
		out[i] = highest[0] as number;
	}
	return out;
}
